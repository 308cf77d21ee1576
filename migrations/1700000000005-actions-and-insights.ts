import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CURRENT_TENANT, TENANT_AND_ID, tenantTable } from './tenant-table.js';

export class ActionsAndInsights1700000000005 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table business_calendars (
      ${TENANT_AND_ID},
      name text not null,
      time_zone text not null,
      week jsonb not null,
      holidays text[] not null default '{}',
      is_default boolean not null default false,
      primary key (tenant_id, id))`);
    await tenantTable(q, 'business_calendars');

    await q.query(`create table sla_policies (
      ${TENANT_AND_ID},
      name text not null,
      calendar_id uuid not null,
      first_response_minutes integer not null,
      next_response_minutes integer not null,
      -- one of the two; days end at the close of business
      resolution_minutes integer,
      resolution_days integer,
      is_default boolean not null default false,
      primary key (tenant_id, id),
      constraint sla_policies_calendar_fkey foreign key (tenant_id, calendar_id) references business_calendars (tenant_id, id))`);
    await tenantTable(q, 'sla_policies');

    await q.query(`create table root_causes (
      ${TENANT_AND_ID},
      area text not null constraint root_causes_area_check check (area in ('product', 'process', 'business_model')),
      name text not null,
      primary key (tenant_id, id),
      constraint root_causes_name_key unique (tenant_id, name))`);
    await tenantTable(q, 'root_causes');

    await q.query(`create table case_rules (
      ${TENANT_AND_ID},
      name text not null,
      position integer not null,
      conditions jsonb not null default '{}',
      assign jsonb not null default '{}',
      sla_policy_id uuid,
      priority text not null default 'normal',
      enabled boolean not null default true,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint case_rules_sla_fkey foreign key (tenant_id, sla_policy_id) references sla_policies (tenant_id, id))`);
    await tenantTable(q, 'case_rules');

    await q.query(`create table case_numbers (
      tenant_id uuid not null default ${CURRENT_TENANT} primary key,
      last integer not null default 0)`);
    await tenantTable(q, 'case_numbers');

    // may_contact: the customer's choice for this case only. pauses: waits for the customer since the resolution clock started, which it leaves out;
    // waited_minutes: their working minutes. comment: the customer's words where there is no response.
    await q.query(`create table cases (
      ${TENANT_AND_ID},
      number integer not null,
      status text not null default 'new' constraint cases_status_check
        check (status in ('new', 'assigned', 'in_progress', 'waiting', 'resolved', 'confirmed', 'reopened', 'closed_silent')),
      priority text not null default 'normal' constraint cases_priority_check check (priority in ('low', 'normal', 'high', 'urgent')),
      owner_id uuid,
      team_id uuid,
      customer_id uuid,
      response_id uuid,
      touchpoint_id uuid,
      rule_id uuid,
      sla_policy_id uuid,
      subject text not null default '',
      subject_by_person boolean not null default false,
      comment text,
      score smallint,
      may_contact boolean,
      root_cause text,
      root_cause_id uuid,
      resolution text,
      first_response_due_at timestamptz,
      first_responded_at timestamptz,
      next_response_due_at timestamptz,
      last_customer_message_at timestamptz,
      -- the oldest message of the customer that nobody answered
      unanswered_since timestamptz,
      resolution_due_at timestamptz,
      -- null: since it was opened
      resolution_started_at timestamptz,
      pauses jsonb not null default '[]',
      waiting_since timestamptz,
      waited_minutes integer not null default 0,
      resolved_at timestamptz,
      closed_at timestamptz,
      reopened_count integer not null default 0,
      -- the nearest running clock; null once resolved: the list's default order
      due_at timestamptz,
      warn_at timestamptz,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint cases_number_key unique (tenant_id, number),
      constraint cases_response_key unique (tenant_id, response_id),
      constraint cases_owner_fkey foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id),
      constraint cases_team_fkey foreign key (tenant_id, team_id) references teams (tenant_id, id),
      constraint cases_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id),
      constraint cases_response_fkey foreign key (tenant_id, response_id) references responses (tenant_id, id),
      constraint cases_touchpoint_fkey foreign key (tenant_id, touchpoint_id) references touchpoints (tenant_id, id),
      constraint cases_sla_fkey foreign key (tenant_id, sla_policy_id) references sla_policies (tenant_id, id),
      constraint cases_root_cause_fkey foreign key (tenant_id, root_cause_id) references root_causes (tenant_id, id))`);
    await q.query(
      `create index cases_open_due on cases (tenant_id, due_at, id) where status in ('new', 'assigned', 'in_progress', 'waiting', 'reopened')`,
    );
    await q.query(`create index cases_owner on cases (tenant_id, owner_id, status, due_at, id)`);
    await q.query(`create index cases_touchpoint on cases (tenant_id, touchpoint_id, status, due_at, id)`);
    await q.query(`create index cases_status on cases (tenant_id, status, due_at, id)`);
    await q.query(`create index cases_customer on cases (tenant_id, customer_id, created_at desc)`);
    await q.query(`create index cases_opened on cases (tenant_id, created_at desc, id desc)`);
    await tenantTable(q, 'cases');

    await q.query(`create table case_activities (
      ${TENANT_AND_ID},
      case_id uuid not null,
      kind text not null constraint case_activities_kind_check check (kind in
        ('opened', 'assigned', 'priority', 'note', 'message', 'customer_message', 'resolved', 'fixed', 'not_yet', 'closed_silent', 'reopened', 'linked', 'root_cause')),
      actor_id uuid,
      body text,
      data jsonb not null default '{}',
      at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint case_activities_case_fkey foreign key (tenant_id, case_id) references cases (tenant_id, id) on delete cascade)`);
    await q.query(`create index case_activities_thread on case_activities (tenant_id, case_id, at, id)`);
    await tenantTable(q, 'case_activities');

    // What was reported back, once per resolve; a reopened case gets another. answer is the customer's last word on it.
    await q.query(`create table resolutions (
      ${TENANT_AND_ID},
      case_id uuid not null,
      root_cause text not null,
      body text not null,
      resolved_by uuid,
      resolved_at timestamptz not null default now(),
      mailed boolean not null default false,
      undone_at timestamptz,
      answer text constraint resolutions_answer_check check (answer in ('fixed', 'not_yet')),
      answer_comment text,
      answered_at timestamptz,
      -- when silence leads to a gentle reminder, and when to closed_silent
      remind_at timestamptz,
      silent_at timestamptz,
      reminded_at timestamptz,
      primary key (tenant_id, id),
      constraint resolutions_case_fkey foreign key (tenant_id, case_id) references cases (tenant_id, id) on delete cascade)`);
    await q.query(`create index resolutions_case on resolutions (tenant_id, case_id, resolved_at desc)`);
    await q.query(
      `create index resolutions_unanswered on resolutions (tenant_id, remind_at) where answer is null and undone_at is null`,
    );
    await tenantTable(q, 'resolutions');

    await q.query(`create table case_pain_points (
      tenant_id uuid not null default ${CURRENT_TENANT},
      case_id uuid not null,
      pain_point_id uuid not null,
      linked_by uuid,
      primary key (tenant_id, case_id, pain_point_id),
      constraint case_pain_points_case_fkey foreign key (tenant_id, case_id) references cases (tenant_id, id) on delete cascade,
      constraint case_pain_points_pain_point_fkey foreign key (tenant_id, pain_point_id) references pain_points (tenant_id, id))`);
    await q.query(`create index case_pain_points_reverse on case_pain_points (tenant_id, pain_point_id)`);
    await tenantTable(q, 'case_pain_points');

    await q.query(`create table bulk_changes (
      ${TENANT_AND_ID},
      actor_id uuid,
      before jsonb not null,
      undone integer,
      undo_until timestamptz not null,
      undone_at timestamptz,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id))`);
    await tenantTable(q, 'bulk_changes');

    await q.query(`create table improvements (
      ${TENANT_AND_ID},
      name text not null,
      description text,
      owner_id uuid,
      due_at timestamptz,
      status text not null default 'planned' constraint improvements_status_check check (status in ('planned', 'started', 'done', 'declined')),
      outcome text,
      started_at timestamptz,
      finished_at timestamptz,
      announced_at timestamptz,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint improvements_owner_fkey foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id))`);
    await tenantTable(q, 'improvements');
    await q.query(`create table improvement_pain_points (
      tenant_id uuid not null default ${CURRENT_TENANT},
      improvement_id uuid not null,
      pain_point_id uuid not null,
      primary key (tenant_id, improvement_id, pain_point_id),
      constraint improvement_pain_points_improvement_fkey foreign key (tenant_id, improvement_id) references improvements (tenant_id, id) on delete cascade,
      constraint improvement_pain_points_pain_point_fkey foreign key (tenant_id, pain_point_id) references pain_points (tenant_id, id))`);
    await tenantTable(q, 'improvement_pain_points');
    // Who heard "you said, we did" about which improvement, or why they did not.
    await q.query(`create table announcements (
      ${TENANT_AND_ID},
      improvement_id uuid not null,
      customer_id uuid not null,
      skip_reason text,
      body text not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint announcements_once unique (tenant_id, improvement_id, customer_id),
      constraint announcements_improvement_fkey foreign key (tenant_id, improvement_id) references improvements (tenant_id, id),
      constraint announcements_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id))`);
    await tenantTable(q, 'announcements');

    await q.query(`create table annotations (
      ${TENANT_AND_ID},
      day date not null,
      text text not null,
      touchpoint_id uuid,
      created_by uuid,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id))`);
    await tenantTable(q, 'annotations');
    await q.query(`create table goals (
      ${TENANT_AND_ID},
      metric text not null,
      target real not null,
      touchpoint_id uuid,
      due_on date,
      team_ids uuid[] not null default '{}',
      created_at timestamptz not null default now(),
      primary key (tenant_id, id))`);
    await tenantTable(q, 'goals');
    await q.query(`create table digests (
      tenant_id uuid not null default ${CURRENT_TENANT},
      user_id uuid not null,
      weekly boolean not null default false,
      last_sent_at timestamptz,
      primary key (tenant_id, user_id))`);
    await tenantTable(q, 'digests');
    await q.query(`create table saved_views (
      ${TENANT_AND_ID},
      user_id uuid not null,
      screen text not null,
      name text not null,
      query jsonb not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint saved_views_name_key unique (tenant_id, user_id, screen, name))`);
    await tenantTable(q, 'saved_views');
    await q.query(`create table webhooks (
      ${TENANT_AND_ID},
      url text not null,
      events text[] not null,
      secret text not null,
      -- signs beside the new one until then
      previous_secret text,
      previous_secret_until timestamptz,
      enabled boolean not null default true,
      disabled_reason text,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id))`);
    await tenantTable(q, 'webhooks');
    await q.query(`create table webhook_deliveries (
      ${TENANT_AND_ID},
      webhook_id uuid not null,
      event text not null,
      -- what happened, once per webhook however often its job runs
      fact text not null,
      payload jsonb not null,
      state text not null default 'pending' constraint webhook_deliveries_state_check check (state in ('pending', 'delivered', 'failed')),
      attempts integer not null default 0,
      last_status integer,
      last_error text,
      created_at timestamptz not null default now(),
      delivered_at timestamptz,
      primary key (tenant_id, id),
      constraint webhook_deliveries_fact_key unique (tenant_id, webhook_id, fact),
      constraint webhook_deliveries_webhook_fkey foreign key (tenant_id, webhook_id) references webhooks (tenant_id, id) on delete cascade)`);
    await q.query(
      `create index webhook_deliveries_newest on webhook_deliveries (tenant_id, webhook_id, created_at desc, id desc)`,
    );
    await tenantTable(q, 'webhook_deliveries');
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of [
      'webhook_deliveries',
      'webhooks',
      'saved_views',
      'digests',
      'goals',
      'annotations',
      'announcements',
      'improvement_pain_points',
      'improvements',
      'bulk_changes',
      'case_pain_points',
      'resolutions',
      'case_activities',
      'cases',
      'case_numbers',
      'case_rules',
      'root_causes',
      'sla_policies',
      'business_calendars',
    ])
      await q.query(`drop table ${table}`);
  }
}
