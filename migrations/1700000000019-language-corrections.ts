import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CURRENT_TENANT, TENANT_AND_ID, tenantTable } from './tenant-table.js';

export class LanguageCorrections1700000000019 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    // …_by_person: somebody said so; no reading and no grouping changes it again.
    await q.query(`alter table statements
      add column label_by_person boolean not null default false,
      add column aspect_by_person boolean not null default false,
      add column certainty real,
      add column unsure boolean not null default false,
      add column signals text[] not null default '{}'`);
    await q.query(`create index statements_newest on statements (tenant_id, submitted_at desc, id desc)`);
    // cohesion: mean cosine of the statements to their centre, by vectors (vector_version set) or by words.
    await q.query(`alter table pain_points
      add column vector bytea,
      add column vector_version text,
      add column cohesion real,
      add column theme text`);

    // One byte per number, and the signs of the numbers as bits: a search compares bits first and reads few vectors. Apart from statements, so that
    // lists of these stay small. Vectors of another version are never compared.
    await q.query(`create table statement_vectors (
      tenant_id uuid not null default ${CURRENT_TENANT},
      statement_id uuid not null,
      version text not null,
      sketch bit(512) not null,
      vector bytea not null,
      primary key (tenant_id, statement_id),
      constraint statement_vectors_statement_fkey foreign key (tenant_id, statement_id) references statements (tenant_id, id) on delete cascade)`);
    await q.query(`alter table statement_vectors alter column vector set storage plain`);
    await tenantTable(q, 'statement_vectors');

    // What people decided about the reading and the grouping. Only ever added to: an undo is a row that names what it undoes. A statement is known by
    // its response and the hash of its words, which outlive a new reading; the words themselves are not kept here.
    await q.query(`create table corrections (
      ${TENANT_AND_ID},
      batch uuid not null,
      kind text not null constraint corrections_kind_check check (kind in ('sentiment', 'aspect', 'place', 'rename', 'status', 'owner', 'merge', 'split', 'undo')),
      pain_point_id uuid,
      statement_id uuid,
      response_id uuid,
      text_hash bytea,
      before jsonb not null,
      after jsonb not null,
      undoes uuid,
      user_id uuid,
      key_id uuid,
      at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint corrections_undoes_key unique (tenant_id, undoes))`);
    await q.query(`create index corrections_newest on corrections (tenant_id, at desc, id desc)`);
    await q.query(`create index corrections_pain_point on corrections (tenant_id, pain_point_id, at desc)`);
    await q.query(`create index corrections_response on corrections (tenant_id, response_id, text_hash)`);
    await q.query(`create index corrections_batch on corrections (tenant_id, batch)`);
    await tenantTable(q, 'corrections', 'append');

    await q.query(`create table pain_point_events (
      ${TENANT_AND_ID},
      pain_point_id uuid not null,
      kind text not null constraint pain_point_events_kind_check check (kind in ('found', 'split', 'split_from', 'merged', 'dissolved')),
      other_id uuid,
      statements integer not null,
      at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint pain_point_events_pain_point_fkey foreign key (tenant_id, pain_point_id) references pain_points (tenant_id, id))`);
    await q.query(`create index pain_point_events_pain_point on pain_point_events (tenant_id, pain_point_id, at desc)`);
    await tenantTable(q, 'pain_point_events', 'append');

    // One row per organization: what it learned from its corrections, and the outside model it may use.
    await q.query(`create table language_settings (
      tenant_id uuid not null default ${CURRENT_TENANT} primary key,
      layer jsonb,
      layer_at timestamptz,
      url text,
      model text,
      sealed_key text,
      enabled boolean not null default false,
      trial jsonb,
      last_failure jsonb,
      version integer not null default 1,
      updated_at timestamptz not null default now())`);
    await tenantTable(q, 'language_settings');
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of ['language_settings', 'pain_point_events', 'corrections', 'statement_vectors'])
      await q.query(`drop table ${table}`);
    await q.query(
      `alter table pain_points drop column vector, drop column vector_version, drop column cohesion, drop column theme`,
    );
    await q.query(`drop index statements_newest`);
    await q.query(
      `alter table statements drop column label_by_person, drop column aspect_by_person, drop column certainty, drop column unsure, drop column signals`,
    );
  }
}
