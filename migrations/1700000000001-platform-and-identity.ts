import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CURRENT_TENANT, TENANT_AND_ID, sharedTable, tenantTable } from './tenant-table.js';

export class PlatformAndIdentity1700000000001 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table tenants (
      id uuid primary key default gen_random_uuid(),
      name text not null,
      time_zone text not null default 'UTC',
      locale text not null default 'en',
      brand jsonb not null default '{}',
      postal_address text,
      privacy_url text,
      sender jsonb not null default '{}',
      is_demo boolean not null default false,
      version integer not null default 1,
      created_at timestamptz not null default now())`);
    await sharedTable(q, 'tenants');

    await q.query(`create table users (
      id uuid primary key default gen_random_uuid(),
      email text not null,
      password_hash text,
      -- When somebody used a link that was mailed to the address; until then it is a claim.
      proven_at timestamptz,
      preferences jsonb not null default '{}',
      created_at timestamptz not null default now())`);
    await q.query(`create unique index users_email_key on users (lower(email))`);
    await sharedTable(q, 'users');

    await q.query(`create table memberships (
      tenant_id uuid not null references tenants (id) on delete cascade,
      user_id uuid not null references users (id) on delete cascade,
      name text not null,
      disabled_at timestamptz,
      -- Null while the address is only a claim and nobody has followed the invitation's link yet.
      accepted_at timestamptz default now(),
      role text not null constraint memberships_role_check check (role in ('admin', 'manager', 'agent', 'viewer')),
      version integer not null default 1,
      created_at timestamptz not null default now(),
      primary key (tenant_id, user_id))`);
    await q.query(`create index memberships_user on memberships (user_id)`);
    await sharedTable(q, 'memberships');

    await q.query(`create table sessions (
      id_hash bytea primary key,
      user_id uuid not null references users (id) on delete cascade,
      tenant_id uuid not null references tenants (id) on delete cascade,
      created_at timestamptz not null default now(),
      last_seen_at timestamptz not null default now(),
      expires_at timestamptz not null)`);
    await q.query(`create index sessions_user on sessions (user_id)`);
    await sharedTable(q, 'sessions');

    await q.query(`create table link_tokens (
      token_hash bytea primary key,
      purpose text not null constraint link_tokens_purpose_check check (purpose in ('setup', 'invite', 'reset')),
      user_id uuid references users (id) on delete cascade,
      expires_at timestamptz not null,
      used_at timestamptz,
      created_at timestamptz not null default now())`);
    await sharedTable(q, 'link_tokens');

    // One row per (fact, handler): the outbox and, without Redis, the queue itself. tenant_id is null for the installation's own work.
    await q.query(`create table jobs (
      id uuid primary key default gen_random_uuid(),
      tenant_id uuid references tenants (id) on delete cascade,
      name text not null,
      key text not null,
      payload jsonb not null,
      state text not null default 'queued' constraint jobs_state_check check (state in ('queued', 'done', 'dead')),
      run_at timestamptz not null default now(),
      attempts integer not null default 0,
      last_error text,
      created_at timestamptz not null default now(),
      finished_at timestamptz,
      constraint jobs_fact_key unique nulls not distinct (tenant_id, name, key))`);
    await q.query(`create index jobs_due on jobs (run_at) where state = 'queued'`);
    await q.query(`create index jobs_finished on jobs (finished_at) where state = 'done'`);
    await sharedTable(q, 'jobs');

    // The table that rate-limiter-flexible expects; unlogged because losing it after a crash only forgets attempts.
    await q.query(
      `create unlogged table rate_limits (key varchar(255) primary key, points integer not null default 0, expire bigint)`,
    );
    await sharedTable(q, 'rate_limits');

    await q.query(`create table teams (
      ${TENANT_AND_ID},
      name text not null,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint teams_name_key unique (tenant_id, name))`);
    await tenantTable(q, 'teams');

    await q.query(`create table team_members (
      tenant_id uuid not null default ${CURRENT_TENANT},
      team_id uuid not null,
      user_id uuid not null,
      primary key (tenant_id, team_id, user_id),
      constraint team_members_team_fkey foreign key (tenant_id, team_id) references teams (tenant_id, id) on delete cascade,
      constraint team_members_member_fkey foreign key (tenant_id, user_id) references memberships (tenant_id, user_id) on delete cascade)`);
    await tenantTable(q, 'team_members');

    await q.query(`create table api_keys (
      ${TENANT_AND_ID},
      name text not null,
      scopes text[] not null,
      secret_hash bytea not null,
      prefix text not null,
      created_by uuid,
      created_at timestamptz not null default now(),
      last_used_at timestamptz,
      expires_at timestamptz,
      revoked_at timestamptz,
      primary key (tenant_id, id))`);
    await tenantTable(q, 'api_keys');

    await q.query(`create table audit_log (
      ${TENANT_AND_ID},
      at timestamptz not null default now(),
      actor_kind text not null,
      actor_id uuid,
      action text not null,
      subject_kind text,
      subject_id uuid,
      details jsonb not null default '{}',
      primary key (tenant_id, id))`);
    await q.query(`create index audit_log_newest on audit_log (tenant_id, at desc, id desc)`);
    await tenantTable(q, 'audit_log', 'append');

    await q.query(`create table idempotency_keys (
      tenant_id uuid not null default ${CURRENT_TENANT},
      caller text not null,
      key text not null,
      request_hash bytea not null,
      status integer,
      body jsonb,
      created_at timestamptz not null default now(),
      primary key (tenant_id, caller, key))`);
    await q.query(`create index idempotency_keys_age on idempotency_keys (tenant_id, created_at)`);
    await tenantTable(q, 'idempotency_keys');

    // Every mail we send: one row per (subject, step). States and crash rules: docs/mail.md.
    await q.query(`create table deliveries (
      ${TENANT_AND_ID},
      kind text not null,
      subject_id uuid not null,
      step integer not null default 0,
      to_address text not null,
      customer_id uuid,
      state text not null default 'pending' constraint deliveries_state_check
        check (state in ('pending', 'claimed', 'handing_off', 'sent', 'deferred', 'failed', 'unknown', 'suppressed', 'cancelled')),
      send_at timestamptz not null default now(),
      lease_until timestamptz,
      attempts integer not null default 0,
      message_id text,
      smtp_reply text,
      bounce_kind text constraint deliveries_bounce_check check (bounce_kind in ('hard', 'soft', 'complaint')),
      bounced_at timestamptz,
      sent_at timestamptz,
      -- The random half of the id: what an address of this mail carries, since a local part has 64 octets at most.
      handle bytea not null generated always as (substring(uuid_send(id) from 9)) stored,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint deliveries_step_key unique (tenant_id, kind, subject_id, step),
      constraint deliveries_handle_key unique (tenant_id, handle))`);
    await q.query(
      `create index deliveries_unfinished on deliveries (tenant_id, send_at) where state in ('pending', 'claimed', 'handing_off', 'deferred')`,
    );
    await q.query(`create index deliveries_customer on deliveries (tenant_id, customer_id, sent_at)`);
    await tenantTable(q, 'deliveries');

    // Answers that came in by mail, so that the same message counts once however often its server sends it.
    await q.query(`create table inbound_mails (
      tenant_id uuid not null default ${CURRENT_TENANT},
      delivery_id uuid not null,
      message_id text not null,
      received_at timestamptz not null default now(),
      primary key (tenant_id, delivery_id, message_id),
      constraint inbound_mails_delivery_fkey foreign key (tenant_id, delivery_id) references deliveries (tenant_id, id) on delete cascade)`);
    await tenantTable(q, 'inbound_mails');

    // CSV files on their way in: kept in pieces so that any worker can read them and none needs the whole file in memory.
    await q.query(`create table imports (
      ${TENANT_AND_ID},
      kind text not null,
      state text not null default 'receiving' constraint imports_state_check check (state in ('receiving', 'queued', 'running', 'done', 'failed')),
      options jsonb not null default '{}',
      bytes bigint not null default 0,
      progress real not null default 0,
      report jsonb,
      created_by uuid,
      created_at timestamptz not null default now(),
      finished_at timestamptz,
      primary key (tenant_id, id))`);
    await tenantTable(q, 'imports');
    await q.query(`create table import_chunks (
      tenant_id uuid not null default ${CURRENT_TENANT},
      import_id uuid not null,
      position integer not null,
      data bytea not null,
      primary key (tenant_id, import_id, position),
      constraint import_chunks_import_fkey foreign key (tenant_id, import_id) references imports (tenant_id, id) on delete cascade)`);
    await tenantTable(q, 'import_chunks');
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of [
      'import_chunks',
      'imports',
      'inbound_mails',
      'deliveries',
      'idempotency_keys',
      'audit_log',
      'api_keys',
      'team_members',
      'teams',
      'rate_limits',
      'jobs',
      'link_tokens',
      'sessions',
      'memberships',
      'users',
      'tenants',
    ])
      await q.query(`drop table ${table}`);
  }
}
