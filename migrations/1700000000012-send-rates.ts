import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CURRENT_TENANT, appRole, tenantTable } from './tenant-table.js';

export class SendRates1700000000012 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    // Bulk mail (a campaign's) is held to the send rates, by the domain it goes to.
    await q.query(`alter table deliveries add column bulk boolean not null default false,
      add column domain text not null generated always as (lower(split_part(to_address, '@', -1))) stored`);
    await q.query(`drop index deliveries_unfinished`);
    await q.query(
      `create index deliveries_unfinished on deliveries (tenant_id, bulk, send_at) where state in ('pending', 'claimed', 'handing_off', 'deferred')`,
    );
    // Ended, and the hooks that follow have not run.
    await q.query(
      `create index deliveries_unsettled on deliveries (tenant_id) where state in ('sent', 'failed', 'unknown', 'suppressed') and lease_until is not null`,
    );
    // What happens to mails in flight, as one statement that is its own transaction: the round trips cost more than the work. Runs as the
    // caller, under row security. First the ends, then the hand-overs, whose ids are returned. A late "yes" of the server also ends \`unknown\`, since
    // the lease may have run out while we waited for the answer. The lease of an ended mail is that of its hooks. Row by row, and with
    // \`state || ''\`: a join, or the index of unfinished mails, would read all that wait where the planner knows too little to take the key.
    await q.query(`create function mail_progress(tenant uuid, lease_seconds integer, handed uuid[], handed_fences integer[],
        ended uuid[], ended_fences integer[], states text[], replies text[], retry_seconds double precision[]) returns setof uuid
      language plpgsql as $f$
      begin
        perform set_config('app.tenant_id', tenant::text, true);
        for n in 1 .. cardinality(ended) loop
          update deliveries d set state = states[n], smtp_reply = replies[n],
            lease_until = case when states[n] = 'deferred' then null else now() + make_interval(secs => lease_seconds) end,
            sent_at = case when states[n] = 'sent' then now() else d.sent_at end,
            send_at = case when states[n] = 'deferred' then now() + make_interval(secs => retry_seconds[n]) else d.send_at end
          where d.tenant_id = tenant and d.id = ended[n] and d.attempts = ended_fences[n]
            and (d.state || '' in ('claimed', 'handing_off') or d.state || '' = 'unknown' and states[n] = 'sent');
        end loop;
        for n in 1 .. cardinality(handed) loop
          update deliveries d set state = 'handing_off', lease_until = now() + make_interval(secs => lease_seconds)
          where d.tenant_id = tenant and d.id = handed[n] and d.attempts = handed_fences[n] and d.state || '' = 'claimed';
          if found then return next handed[n]; end if;
        end loop;
      end $f$`);
    await q.query(
      `revoke execute on function mail_progress(uuid, integer, uuid[], integer[], uuid[], integer[], text[], text[], double precision[]) from public`,
    );
    await q.query(
      `grant execute on function mail_progress(uuid, integer, uuid[], integer[], uuid[], integer[], text[], text[], double precision[]) to ${await appRole(q)}`,
    );
    // The mails of the last day, for judging how they are taken.
    await q.query(`create index deliveries_bounced on deliveries (tenant_id, bounced_at) where bounced_at is not null`);

    // What the organization chose; without a row the defaults hold. Null: no limit.
    await q.query(`create table send_settings (
      tenant_id uuid not null default ${CURRENT_TENANT} primary key,
      per_minute integer constraint send_settings_per_minute_check check (per_minute between 1 and 600000),
      domain_per_minute integer constraint send_settings_domain_check check (domain_per_minute between 1 and 600000),
      warm_up boolean not null,
      version integer not null default 1)`);
    await tenantTable(q, 'send_settings');

    // Token buckets: \`*\` for the organization, else a recipient domain. May be below zero, since what must go at once is taken too.
    await q.query(`create table send_buckets (
      tenant_id uuid not null default ${CURRENT_TENANT},
      scope text not null,
      tokens double precision not null,
      filled_at timestamptz not null default now(),
      primary key (tenant_id, scope)) with (fillfactor = 50)`);
    await tenantTable(q, 'send_buckets');

    // The ramp of a new sender domain: \`day\` counts days on which something was sent.
    await q.query(`create table sender_warm_ups (
      tenant_id uuid not null default ${CURRENT_TENANT},
      domain text not null,
      day integer not null default 1,
      day_on date not null,
      sent integer not null default 0,
      started_at timestamptz not null default now(),
      primary key (tenant_id, domain))`);
    await tenantTable(q, 'sender_warm_ups');

    // Why a campaign was paused by the system; cleared when a person resumes it.
    await q.query(`alter table campaigns add column paused_because text, add column judged_from timestamptz`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`alter table campaigns drop column paused_because, drop column judged_from`);
    for (const table of ['sender_warm_ups', 'send_buckets', 'send_settings']) await q.query(`drop table ${table}`);
    await q.query(`drop index deliveries_bounced`);
    await q.query(`drop function mail_progress`);
    await q.query(`drop index deliveries_unsettled`);
    await q.query(`drop index deliveries_unfinished`);
    await q.query(
      `create index deliveries_unfinished on deliveries (tenant_id, send_at) where state in ('pending', 'claimed', 'handing_off', 'deferred')`,
    );
    await q.query(`alter table deliveries drop column domain, drop column bulk`);
  }
}
