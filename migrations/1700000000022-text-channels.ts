import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CURRENT_TENANT, TENANT_AND_ID, sharedTable, tenantTable } from './tenant-table.js';

const CHANNEL = (table: string): string => `constraint ${table}_channel_check check (channel in ('sms', 'whatsapp'))`;

/** Invitations by SMS and WhatsApp: the account they go through, the ledger of what was sent, and what people wrote back. */
export class TextChannels1700000000022 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    for (const table of ['campaigns', 'triggers'])
      await q.query(`alter table ${table} add column channel text not null default 'email'
        constraint ${table}_channel_check check (channel in ('email', 'sms', 'whatsapp'))`);

    // One account of a provider per channel. The address for its reports is a signed link to the row.
    await q.query(`create table text_channels (
      ${TENANT_AND_ID},
      channel text not null ${CHANNEL('text_channels')},
      base_url text not null,
      account_sid text not null,
      -- AES-256-GCM, see Vault.
      auth_token text not null,
      sender text,
      messaging_service_sid text,
      content_sid text,
      per_minute integer not null default 60,
      enabled boolean not null default true,
      -- What the provider refused last that is about the account, and when; cleared by the next message that it takes.
      problem text,
      problem_at timestamptz,
      last_sent_at timestamptz,
      last_heard_at timestamptz,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint text_channels_one unique (tenant_id, channel))`);
    await tenantTable(q, 'text_channels');

    // The ledger, with the states of \`deliveries\` (docs/mail.md). Texts are written anew for each attempt and not kept.
    await q.query(`create table text_messages (
      ${TENANT_AND_ID},
      kind text not null,
      subject_id uuid not null,
      step integer not null default 0,
      channel text not null ${CHANNEL('text_messages')},
      to_phone text not null,
      customer_id uuid,
      state text not null default 'pending' constraint text_messages_state_check
        check (state in ('pending', 'claimed', 'handing_off', 'sent', 'deferred', 'failed', 'unknown', 'suppressed', 'cancelled')),
      bulk boolean not null default false,
      send_at timestamptz not null default now(),
      lease_until timestamptz,
      attempts integer not null default 0,
      claimed_at timestamptz,
      -- The provider's name for it, its last word (queued, sent, delivered, read, undelivered, failed) and the code of its refusal.
      provider_id text,
      provider_state text,
      error_code text,
      reply text,
      sent_at timestamptz,
      delivered_at timestamptz,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint text_messages_step_key unique (tenant_id, kind, subject_id, step))`);
    await q.query(`create index text_messages_unfinished on text_messages (tenant_id, channel, send_at)
      where state in ('pending', 'claimed', 'handing_off', 'deferred')`);
    await q.query(
      `create index text_messages_unsettled on text_messages (tenant_id, lease_until) where lease_until is not null`,
    );
    await q.query(`create index text_messages_phone on text_messages (tenant_id, to_phone, sent_at desc)`);
    await q.query(`create index text_messages_claimed on text_messages (tenant_id, channel, claimed_at)`);
    await q.query(`create index text_messages_customer on text_messages (tenant_id, customer_id)`);
    await tenantTable(q, 'text_messages');

    // What people wrote, once per message of the provider; \`outcome\` null: not looked at yet.
    await q.query(`create table inbound_texts (
      ${TENANT_AND_ID},
      channel text not null ${CHANNEL('inbound_texts')},
      provider_id text not null,
      from_phone text not null,
      body text not null,
      customer_id uuid,
      invitation_id uuid,
      outcome text constraint inbound_texts_outcome_check
        check (outcome in ('score', 'comment', 'message', 'stop', 'start', 'help', 'nobody')),
      received_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint inbound_texts_once unique (tenant_id, channel, provider_id))`);
    await q.query(`create index inbound_texts_customer on inbound_texts (tenant_id, customer_id, received_at)`);
    await tenantTable(q, 'inbound_texts');

    // Short addresses for texts. Found by a hash before the tenant is known.
    await q.query(`create table short_links (
      code_hash bytea primary key,
      tenant_id uuid not null default ${CURRENT_TENANT},
      invitation_id uuid not null,
      created_at timestamptz not null default now(),
      constraint short_links_invitation_fkey foreign key (tenant_id, invitation_id) references invitations (tenant_id, id) on delete cascade)`);
    await sharedTable(q, 'short_links');
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of ['short_links', 'inbound_texts', 'text_messages', 'text_channels'])
      await q.query(`drop table ${table}`);
    await q.query(`update invitations set skip_reason = 'no_address' where skip_reason = 'no_phone'`);
    for (const table of ['campaigns', 'triggers']) await q.query(`alter table ${table} drop column channel`);
  }
}
