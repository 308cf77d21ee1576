import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Holidays and clocks per metric in the contact policy; priorities; why an invitation waits, and because of which other one. */
export class ContactPolicy1700000000010 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`alter table contact_policies add column holidays jsonb, add column per_metric jsonb`);

    for (const table of ['campaigns', 'triggers'])
      await q.query(`alter table ${table}
        add column priority smallint not null default 50 constraint ${table}_priority_check check (priority between 1 and 100),
        add column if_busy text not null default 'skip' constraint ${table}_if_busy_check check (if_busy in ('delay', 'skip')),
        add column max_delay_days smallint not null default 14 constraint ${table}_max_delay_check check (max_delay_days between 0 and 60)`);

    // wanted_at: when its campaign or trigger wanted it, before any rule; what simulations start from. because_of: the invitation that kept
    // this one from its time. No foreign key: it only names a winner, and the row must be removable without looking for its losers.
    await q.query(
      `alter table invitations add column wanted_at timestamptz, add column delay_reason text, add column because_of uuid`,
    );
    await q.query(
      `create index invitations_waiting on invitations (tenant_id, customer_id) where status = 'scheduled' and delay_reason = 'open_case'`,
    );
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop index invitations_waiting`);
    await q.query(`alter table invitations drop column wanted_at, drop column delay_reason, drop column because_of`);
    for (const table of ['campaigns', 'triggers'])
      await q.query(`alter table ${table} drop column priority, drop column if_busy, drop column max_delay_days`);
    await q.query(`alter table contact_policies drop column holidays, drop column per_metric`);
  }
}
