import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CURRENT_TENANT, TENANT_AND_ID, appRole, tenantTable } from './tenant-table.js';

export class SenderIdentityAndSuppression1700000000013 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    // Domains that an organization sends from. Two may name the same one: each proves it with a token of its own.
    await q.query(`create table sender_domains (
      ${TENANT_AND_ID},
      domain text not null,
      ownership_token text not null,
      state text not null default 'waiting' constraint sender_domains_state_check check (state in ('waiting', 'verified', 'lost')),
      report jsonb,
      checked_at timestamptz,
      verified_at timestamptz,
      -- Checks in a row that found a record gone or wrong; one may be an accident of somebody else's DNS.
      misses integer not null default 0,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint sender_domains_domain_key unique (tenant_id, domain))`);
    await tenantTable(q, 'sender_domains');

    // One active key per domain; a new one waits as \`next\` until its record is found in DNS.
    await q.query(`create table dkim_keys (
      ${TENANT_AND_ID},
      domain_id uuid not null,
      selector text not null,
      public_key text not null,
      -- AES-256-GCM, see Vault.
      private_key text not null,
      state text not null constraint dkim_keys_state_check check (state in ('active', 'next', 'retired')),
      created_at timestamptz not null default now(),
      retired_at timestamptz,
      primary key (tenant_id, id),
      constraint dkim_keys_selector_key unique (tenant_id, domain_id, selector),
      constraint dkim_keys_domain_fkey foreign key (tenant_id, domain_id) references sender_domains (tenant_id, id) on delete cascade)`);
    await q.query(
      `create unique index dkim_keys_one on dkim_keys (tenant_id, domain_id, state) where state in ('active', 'next')`,
    );
    await tenantTable(q, 'dkim_keys');

    // Where mail providers report what became of our mails. The address is a signed link to the row; a new address is a new row.
    await q.query(`create table provider_webhooks (
      ${TENANT_AND_ID},
      provider text not null constraint provider_webhooks_provider_check check (provider in ('generic', 'ses', 'sendgrid', 'postmark')),
      -- What the provider proves itself with; AES-256-GCM, see Vault.
      credential text not null,
      ends_at timestamptz,
      last_event_at timestamptz,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id))`);
    await tenantTable(q, 'provider_webhooks');

    await q.query(`create table provider_events (
      tenant_id uuid not null default ${CURRENT_TENANT},
      provider text not null,
      event_id text not null,
      received_at timestamptz not null default now(),
      primary key (tenant_id, provider, event_id))`);
    await q.query(`create index provider_events_old on provider_events (tenant_id, received_at)`);
    await tenantTable(q, 'provider_events');

    // Soft bounces that count: one per mail, forgotten when the address takes a mail again.
    await q.query(`create table soft_bounces (
      tenant_id uuid not null default ${CURRENT_TENANT},
      address_hash bytea not null,
      delivery_id uuid not null,
      at timestamptz not null default now(),
      primary key (tenant_id, address_hash, delivery_id),
      constraint soft_bounces_delivery_fkey foreign key (tenant_id, delivery_id) references deliveries (tenant_id, id) on delete cascade)`);
    await tenantTable(q, 'soft_bounces');

    await q.query(`alter table deliveries add column delivered_at timestamptz`);

    // An address, or all of a domain ("@example.org"). \`until\`: free again after it.
    await q.query(
      `alter table suppressions add column until timestamptz, add column note text, add column delivery_id uuid`,
    );
    await q.query(`alter table suppressions drop constraint suppressions_reason_check`);
    await q.query(`alter table suppressions add constraint suppressions_reason_check
      check (reason in ('unsubscribed', 'hard_bounce', 'soft_bounce', 'complaint', 'erased', 'manual'))`);

    // What customers chose about being asked: which kinds, how often at most. Append-only like consents; the newest row holds.
    await q.query(`create table contact_choices (
      ${TENANT_AND_ID},
      customer_id uuid not null,
      relationship boolean not null,
      transactional boolean not null,
      min_days_between integer constraint contact_choices_days_check check (min_days_between between 1 and 730),
      source text not null,
      text_version text not null,
      at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint contact_choices_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade)`);
    await q.query(`create index contact_choices_newest on contact_choices (tenant_id, customer_id, at desc, id desc)`);
    await tenantTable(q, 'contact_choices', 'append');

    // Said once more where grants could be widened by hand: only the removal of the customer removes what they said.
    await q.query(`create function refuse_change() returns trigger language plpgsql as $$
      begin raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege'; end $$`);
    for (const table of ['consents', 'contact_choices'])
      await q.query(
        `create trigger ${table}_append_only before update on ${table} for each row execute function refuse_change()`,
      );
    await q.query(`revoke update, delete, truncate on consents, contact_choices from ${await appRole(q)}`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop trigger consents_append_only on consents`);
    await q.query(`drop table contact_choices`);
    await q.query(`drop function refuse_change()`);
    await q.query(`delete from suppressions where reason in ('soft_bounce', 'manual')`);
    await q.query(`alter table suppressions drop constraint suppressions_reason_check`);
    await q.query(`alter table suppressions add constraint suppressions_reason_check
      check (reason in ('unsubscribed', 'hard_bounce', 'complaint', 'erased'))`);
    await q.query(`alter table suppressions drop column until, drop column note, drop column delivery_id`);
    await q.query(`alter table deliveries drop column delivered_at`);
    for (const table of ['soft_bounces', 'provider_events', 'provider_webhooks', 'dkim_keys', 'sender_domains'])
      await q.query(`drop table ${table}`);
  }
}
