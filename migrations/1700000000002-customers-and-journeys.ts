import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CURRENT_TENANT, TENANT_AND_ID, tenantTable } from './tenant-table.js';

export class CustomersAndJourneys1700000000002 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table accounts (
      ${TENANT_AND_ID},
      name text not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint accounts_name_key unique (tenant_id, name))`);
    await tenantTable(q, 'accounts');

    await q.query(`create table customers (
      ${TENANT_AND_ID},
      external_id text not null,
      email text,
      phone text,
      name text,
      locale text,
      time_zone text,
      account_id uuid,
      lifetime_value numeric(14, 2),
      segments text[] not null default '{}',
      attributes jsonb not null default '{}',
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint customers_external_id_key unique (tenant_id, external_id),
      constraint customers_account_fkey foreign key (tenant_id, account_id) references accounts (tenant_id, id))`);
    await q.query(`create index customers_email on customers (tenant_id, lower(email))`);
    await q.query(`create index customers_segments on customers using gin (segments)`);
    await q.query(`create index customers_newest on customers (tenant_id, created_at desc, id desc)`);
    await q.query(`create index customers_account on customers (tenant_id, account_id)`);
    await tenantTable(q, 'customers');

    await q.query(`create table consents (
      ${TENANT_AND_ID},
      customer_id uuid not null,
      purpose text not null constraint consents_purpose_check check (purpose in ('feedback', 'follow_up', 'testimonial', 'council')),
      granted boolean not null,
      basis text not null constraint consents_basis_check check (basis in ('consent', 'existing_customer')),
      source text not null,
      text_version text,
      at timestamptz not null default now(),
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint consents_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade)`);
    await q.query(`create index consents_newest on consents (tenant_id, customer_id, purpose, at desc, id desc)`);
    await tenantTable(q, 'consents', 'append');

    // Addresses we must not write to, in lower case. Survives the erasure of its customer as a keyed hash only.
    await q.query(`create table suppressions (
      tenant_id uuid not null default ${CURRENT_TENANT},
      address_hash bytea not null,
      address text,
      reason text not null constraint suppressions_reason_check check (reason in ('unsubscribed', 'hard_bounce', 'complaint', 'erased')),
      source text not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, address_hash))`);
    await tenantTable(q, 'suppressions');

    // One-use links by which customers see, download and delete what is held about them; mailed to the address on file.
    await q.query(`create table privacy_links (
      ${TENANT_AND_ID},
      customer_id uuid not null,
      locale text not null,
      expires_at timestamptz not null,
      used_at timestamptz,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint privacy_links_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade)`);
    await q.query(`create index privacy_links_customer on privacy_links (tenant_id, customer_id, created_at desc)`);
    await tenantTable(q, 'privacy_links');

    // Why a customer is not asked now (an open case); set by actions, read by distribution.
    await q.query(`create table customer_holds (
      tenant_id uuid not null default ${CURRENT_TENANT},
      customer_id uuid not null,
      reason text not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, customer_id, reason),
      constraint customer_holds_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade)`);
    await tenantTable(q, 'customer_holds');

    await q.query(`create table journeys (
      ${TENANT_AND_ID},
      key text not null,
      name text not null,
      is_default boolean not null default false,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint journeys_key_key unique (tenant_id, key))`);
    await q.query(`create unique index journeys_one_default on journeys (tenant_id) where is_default`);
    await tenantTable(q, 'journeys');

    await q.query(`create table stages (
      ${TENANT_AND_ID},
      journey_id uuid not null,
      name text not null,
      position integer not null,
      primary key (tenant_id, id),
      constraint stages_name_key unique (tenant_id, journey_id, name),
      constraint stages_journey_fkey foreign key (tenant_id, journey_id) references journeys (tenant_id, id))`);
    await tenantTable(q, 'stages');

    await q.query(`create table touchpoints (
      ${TENANT_AND_ID},
      key text not null,
      name text not null,
      stage_id uuid not null,
      position integer not null,
      area text not null constraint touchpoints_area_check check (area in ('product', 'process', 'business_model')),
      team_id uuid,
      owner_id uuid,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint touchpoints_key_key unique (tenant_id, key),
      constraint touchpoints_stage_fkey foreign key (tenant_id, stage_id) references stages (tenant_id, id),
      constraint touchpoints_team_fkey foreign key (tenant_id, team_id) references teams (tenant_id, id),
      constraint touchpoints_owner_fkey foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id))`);
    await tenantTable(q, 'touchpoints');
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of [
      'touchpoints',
      'stages',
      'journeys',
      'customer_holds',
      'privacy_links',
      'suppressions',
      'consents',
      'customers',
      'accounts',
    ])
      await q.query(`drop table ${table}`);
  }
}
