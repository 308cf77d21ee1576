import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CURRENT_TENANT, TENANT_AND_ID, tenantTable } from './tenant-table.js';

/** Case rules that assign by load, SLA policies by list with an escalation ladder, promises, and cases that several responses share. */
export class RulesSlaEscalation1700000000017 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    // absent_from and absent_to: the first and the last local day away. capacity: open cases that rules give at most; null: no limit.
    await q.query(`alter table memberships
      add column absent_from date, add column absent_to date,
      add column capacity integer constraint memberships_capacity_check check (capacity >= 0),
      add constraint memberships_absence_check check (absent_to is null or absent_from is not null and absent_to >= absent_from)`);
    await q.query(`alter table teams add column lead_id uuid,
      add constraint teams_lead_fkey foreign key (tenant_id, lead_id) references memberships (tenant_id, user_id)`);

    // country and region: public holidays come from the book of holidays, year by year; holidays: the organization's own.
    await q.query(
      `alter table business_calendars add column country text, add column region text, add column version integer not null default 1`,
    );
    // The first policy whose conditions fit counts; the default is asked last and fits everything.
    await q.query(`alter table sla_policies
      add column position integer not null default 1,
      add column conditions jsonb not null default '{}',
      add column escalation jsonb not null default '[{"when": "warning", "do": "notify_owner"}, {"when": "due", "do": "notify_owner"}, {"when": "due", "do": "notify_lead"}]',
      add column version integer not null default 1,
      alter column first_response_minutes drop not null,
      alter column next_response_minutes drop not null`);

    await q.query(`alter table case_rules
      add column labels text[] not null default '{}',
      add column acknowledge boolean not null default false`);

    // sla_policy_id is what the rule asked for; sla_applied_id the policy whose times count. promised_at: what the customer was told.
    // escalate_at: the next step of the ladder; null when none is to come.
    await q.query(`alter table cases
      add column labels text[] not null default '{}',
      add column sla_applied_id uuid,
      add column promised_at timestamptz,
      add column escalate_at timestamptz,
      add constraint cases_sla_applied_fkey foreign key (tenant_id, sla_applied_id) references sla_policies (tenant_id, id)`);
    await q.query(`create index cases_escalate on cases (tenant_id, escalate_at) where escalate_at is not null`);
    await q.query(`create index cases_promised on cases (tenant_id, promised_at) where promised_at is not null`);
    await q.query(
      `create index cases_closed on cases (tenant_id, resolved_at) where status in ('resolved', 'confirmed', 'closed_silent')`,
    );
    await q.query(`create index cases_labels on cases using gin (labels) where labels <> '{}'`);

    await q.query(`alter table case_activities drop constraint case_activities_kind_check`);
    await q.query(`alter table case_activities add constraint case_activities_kind_check check (kind in
      ('opened', 'assigned', 'priority', 'note', 'message', 'customer_message', 'resolved', 'fixed', 'not_yet', 'closed_silent', 'reopened', 'linked', 'root_cause',
       'labels', 'acknowledged', 'joined', 'escalated'))`);

    // Further responses of the customer about the same thing, while their case is open. The first one stands in cases.response_id.
    await q.query(`create table case_responses (
      tenant_id uuid not null default ${CURRENT_TENANT},
      response_id uuid not null,
      case_id uuid not null,
      joined_at timestamptz not null default now(),
      primary key (tenant_id, response_id),
      constraint case_responses_case_fkey foreign key (tenant_id, case_id) references cases (tenant_id, id) on delete cascade,
      constraint case_responses_response_fkey foreign key (tenant_id, response_id) references responses (tenant_id, id))`);
    await q.query(`create index case_responses_case on case_responses (tenant_id, case_id, joined_at)`);
    await tenantTable(q, 'case_responses');

    // Whose turn it is: the member whom a rule gave a case longest ago.
    await q.query(`create table assignment_turns (
      tenant_id uuid not null default ${CURRENT_TENANT},
      team_id uuid not null,
      user_id uuid not null,
      taken_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, team_id, user_id),
      constraint assignment_turns_team_fkey foreign key (tenant_id, team_id) references teams (tenant_id, id) on delete cascade,
      constraint assignment_turns_member_fkey foreign key (tenant_id, user_id) references memberships (tenant_id, user_id) on delete cascade)`);
    await tenantTable(q, 'assignment_turns');

    // One row per step of the ladder that was taken: for one start of one clock each step happens once. step: place in the policy's ladder.
    await q.query(`create table case_escalations (
      ${TENANT_AND_ID},
      case_id uuid not null,
      clock text not null constraint case_escalations_clock_check check (clock in ('first_response', 'next_response', 'resolution')),
      started_at timestamptz not null,
      step text not null,
      told uuid[] not null default '{}',
      at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint case_escalations_once unique (tenant_id, case_id, clock, started_at, step),
      constraint case_escalations_case_fkey foreign key (tenant_id, case_id) references cases (tenant_id, id) on delete cascade)`);
    await tenantTable(q, 'case_escalations');

    // One mail per person and step: the ledger of mails needs a subject of its own for each.
    await q.query(`create table escalation_notices (
      ${TENANT_AND_ID},
      escalation_id uuid not null,
      user_id uuid not null,
      primary key (tenant_id, id),
      constraint escalation_notices_once unique (tenant_id, escalation_id, user_id),
      constraint escalation_notices_escalation_fkey foreign key (tenant_id, escalation_id) references case_escalations (tenant_id, id) on delete cascade)`);
    await tenantTable(q, 'escalation_notices');

    // Planning the open cases anew after a policy or calendar changed: how far it is.
    await q.query(`create table sla_replans (
      ${TENANT_AND_ID},
      reason text not null,
      total integer not null,
      done integer not null default 0,
      started_at timestamptz not null default now(),
      finished_at timestamptz,
      primary key (tenant_id, id))`);
    await q.query(`create index sla_replans_newest on sla_replans (tenant_id, started_at desc)`);
    await tenantTable(q, 'sla_replans');
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of ['sla_replans', 'escalation_notices', 'case_escalations', 'assignment_turns', 'case_responses'])
      await q.query(`drop table ${table}`);
    await q.query(`delete from case_activities where kind in ('labels', 'acknowledged', 'joined', 'escalated')`);
    await q.query(`alter table case_activities drop constraint case_activities_kind_check`);
    await q.query(`alter table case_activities add constraint case_activities_kind_check check (kind in
      ('opened', 'assigned', 'priority', 'note', 'message', 'customer_message', 'resolved', 'fixed', 'not_yet', 'closed_silent', 'reopened', 'linked', 'root_cause'))`);
    await q.query(`drop index cases_closed`);
    await q.query(
      `alter table cases drop column labels, drop column sla_applied_id, drop column promised_at, drop column escalate_at`,
    );
    await q.query(`alter table case_rules drop column labels, drop column acknowledge`);
    await q.query(
      `update sla_policies set first_response_minutes = coalesce(first_response_minutes, 240), next_response_minutes = coalesce(next_response_minutes, 240)`,
    );
    await q.query(`alter table sla_policies drop column position, drop column conditions, drop column escalation, drop column version,
      alter column first_response_minutes set not null, alter column next_response_minutes set not null`);
    await q.query(`alter table business_calendars drop column country, drop column region, drop column version`);
    await q.query(`alter table teams drop column lead_id`);
    await q.query(`alter table memberships drop column absent_from, drop column absent_to, drop column capacity`);
  }
}
