import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CURRENT_TENANT, TENANT_AND_ID, tenantTable } from './tenant-table.js';

const KINDS = `'opened', 'assigned', 'priority', 'note', 'message', 'customer_message', 'resolved', 'fixed', 'not_yet', 'closed_silent', 'reopened', 'linked', 'root_cause', 'labels', 'acknowledged', 'joined', 'escalated'`;
const STATUSES = `'new', 'assigned', 'in_progress', 'waiting', 'resolved', 'confirmed', 'reopened', 'closed_silent'`;
const TABLES = [
  'case_file_chunks',
  'case_files',
  'saved_replies',
  'notification_digests',
  'notifications',
  'notification_settings',
  'case_reads',
  'case_relations',
  'case_followers',
];

/** Working a case together: snooze, merge, followers, related cases, notifications, saved replies, files, read marks. */
export class WorkingTheCase1700000000020 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    // snoozed_until: out of sight until then; its clocks run on. merged_into: the case that took this one in.
    await q.query(`alter table cases
      add column snoozed_until timestamptz,
      add column merged_into uuid,
      add constraint cases_merged_into_fkey foreign key (tenant_id, merged_into) references cases (tenant_id, id),
      drop constraint cases_status_check`);
    await q.query(`alter table cases
      add constraint cases_status_check check (status in (${STATUSES}, 'merged')),
      add constraint cases_merged_check check (merged_into is null or status = 'merged')`);
    await q.query(`create index cases_snoozed on cases (tenant_id, snoozed_until) where snoozed_until is not null`);
    await q.query(`create index cases_merged on cases (tenant_id, merged_into) where merged_into is not null`);
    await q.query(`alter table case_activities drop constraint case_activities_kind_check`);
    await q.query(
      `alter table case_activities add constraint case_activities_kind_check check (kind in (${KINDS}, 'snoozed', 'woke', 'merged', 'related'))`,
    );

    await q.query(`create table case_followers (
      tenant_id uuid not null default ${CURRENT_TENANT},
      case_id uuid not null,
      user_id uuid not null,
      since timestamptz not null default now(),
      primary key (tenant_id, case_id, user_id),
      constraint case_followers_case_fkey foreign key (tenant_id, case_id) references cases (tenant_id, id) on delete cascade,
      constraint case_followers_member_fkey foreign key (tenant_id, user_id) references memberships (tenant_id, user_id) on delete cascade)`);
    await tenantTable(q, 'case_followers');

    // Both directions are rows, so that each side finds the other by its key.
    await q.query(`create table case_relations (
      tenant_id uuid not null default ${CURRENT_TENANT},
      case_id uuid not null,
      other_id uuid not null,
      primary key (tenant_id, case_id, other_id),
      constraint case_relations_two check (case_id <> other_id),
      constraint case_relations_case_fkey foreign key (tenant_id, case_id) references cases (tenant_id, id) on delete cascade,
      constraint case_relations_other_fkey foreign key (tenant_id, other_id) references cases (tenant_id, id) on delete cascade)`);
    await tenantTable(q, 'case_relations');

    await q.query(`create table case_reads (
      tenant_id uuid not null default ${CURRENT_TENANT},
      case_id uuid not null,
      user_id uuid not null,
      read_at timestamptz not null default now(),
      primary key (tenant_id, user_id, case_id),
      constraint case_reads_case_fkey foreign key (tenant_id, case_id) references cases (tenant_id, id) on delete cascade,
      constraint case_reads_member_fkey foreign key (tenant_id, user_id) references memberships (tenant_id, user_id) on delete cascade)`);
    await tenantTable(q, 'case_reads');

    // quiet_from and quiet_to: local minutes of the day; no mail in between, also over midnight.
    await q.query(`create table notification_settings (
      tenant_id uuid not null default ${CURRENT_TENANT},
      user_id uuid not null,
      mail text not null constraint notification_settings_mail_check check (mail in ('off', 'instant', 'daily')),
      quiet_from integer constraint notification_settings_from_check check (quiet_from between 0 and 1439),
      quiet_to integer constraint notification_settings_to_check check (quiet_to between 0 and 1439),
      primary key (tenant_id, user_id),
      constraint notification_settings_quiet check ((quiet_from is null) = (quiet_to is null)),
      constraint notification_settings_member_fkey foreign key (tenant_id, user_id) references memberships (tenant_id, user_id) on delete cascade)`);
    await tenantTable(q, 'notification_settings');

    await q.query(`create table notifications (
      ${TENANT_AND_ID},
      user_id uuid not null,
      kind text not null constraint notifications_kind_check check (kind in
        ('mention', 'assigned', 'customer_message', 'not_yet', 'fixed', 'note', 'woke')),
      case_id uuid not null,
      activity_id uuid,
      actor_id uuid,
      at timestamptz not null default now(),
      read_at timestamptz,
      primary key (tenant_id, id),
      constraint notifications_once unique (tenant_id, user_id, kind, activity_id),
      constraint notifications_case_fkey foreign key (tenant_id, case_id) references cases (tenant_id, id) on delete cascade,
      constraint notifications_member_fkey foreign key (tenant_id, user_id) references memberships (tenant_id, user_id) on delete cascade)`);
    await q.query(`create index notifications_newest on notifications (tenant_id, user_id, at desc, id desc)`);
    await q.query(`create index notifications_unread on notifications (tenant_id, user_id) where read_at is null`);
    await tenantTable(q, 'notifications');

    // One mail per person and local day.
    await q.query(`create table notification_digests (
      ${TENANT_AND_ID},
      user_id uuid not null,
      day date not null,
      primary key (tenant_id, id),
      constraint notification_digests_once unique (tenant_id, user_id, day),
      constraint notification_digests_member_fkey foreign key (tenant_id, user_id) references memberships (tenant_id, user_id) on delete cascade)`);
    await tenantTable(q, 'notification_digests');

    // texts: by language, {"en": "…"}; with merge fields.
    await q.query(`create table saved_replies (
      ${TENANT_AND_ID},
      name text not null,
      texts jsonb not null,
      version integer not null default 1,
      updated_at timestamptz not null default now(),
      primary key (tenant_id, id))`);
    await q.query(`create unique index saved_replies_name on saved_replies (tenant_id, lower(name))`);
    await tenantTable(q, 'saved_replies');

    // What customers attached. state 'kept': the bytes are in case_file_chunks; else they were not taken, and why.
    await q.query(`create table case_files (
      ${TENANT_AND_ID},
      case_id uuid not null,
      activity_id uuid not null,
      name text not null,
      content_type text not null,
      size integer not null,
      state text not null constraint case_files_state_check check (state in ('kept', 'type_refused', 'no_room')),
      scan text not null default 'not_scanned' constraint case_files_scan_check check (scan in ('not_scanned', 'clean', 'infected')),
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint case_files_case_fkey foreign key (tenant_id, case_id) references cases (tenant_id, id) on delete cascade,
      constraint case_files_activity_fkey foreign key (tenant_id, activity_id) references case_activities (tenant_id, id) on delete cascade)`);
    await q.query(`create index case_files_case on case_files (tenant_id, case_id, created_at, id)`);
    await q.query(`create index case_files_activity on case_files (tenant_id, activity_id)`);
    await tenantTable(q, 'case_files');
    await q.query(`create table case_file_chunks (
      tenant_id uuid not null default ${CURRENT_TENANT},
      file_id uuid not null,
      position integer not null,
      bytes bytea not null,
      primary key (tenant_id, file_id, position),
      constraint case_file_chunks_file_fkey foreign key (tenant_id, file_id) references case_files (tenant_id, id) on delete cascade)`);
    await tenantTable(q, 'case_file_chunks');
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of TABLES) await q.query(`drop table ${table}`);
    await q.query(`delete from case_activities where kind in ('snoozed', 'woke', 'merged', 'related')`);
    await q.query(`alter table case_activities drop constraint case_activities_kind_check`);
    await q.query(`alter table case_activities add constraint case_activities_kind_check check (kind in (${KINDS}))`);
    await q.query(
      `alter table cases drop column snoozed_until, drop column merged_into, drop constraint cases_status_check`,
    );
    await q.query(`update cases set status = 'closed_silent' where status = 'merged'`);
    await q.query(`alter table cases add constraint cases_status_check check (status in (${STATUSES}))`);
  }
}
