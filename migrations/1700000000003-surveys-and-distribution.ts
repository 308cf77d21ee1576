import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CURRENT_TENANT, TENANT_AND_ID, tenantTable } from './tenant-table.js';

export class SurveysAndDistribution1700000000003 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table surveys (
      ${TENANT_AND_ID},
      name text not null,
      metric text not null constraint surveys_metric_check check (metric in ('nps', 'tnps', 'csat', 'ces')),
      touchpoint_id uuid,
      status text not null default 'draft' constraint surveys_status_check check (status in ('draft', 'live', 'closed')),
      locales text[] not null default '{en}',
      questions jsonb not null,
      published_version integer,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint surveys_touchpoint_fkey foreign key (tenant_id, touchpoint_id) references touchpoints (tenant_id, id))`);
    await tenantTable(q, 'surveys');

    // What was published, word for word: never changed, so that an answer stays bound to the wording that was seen.
    await q.query(`create table survey_versions (
      tenant_id uuid not null default ${CURRENT_TENANT},
      survey_id uuid not null,
      number integer not null,
      metric text not null,
      locales text[] not null,
      questions jsonb not null,
      published_at timestamptz not null default now(),
      published_by uuid,
      primary key (tenant_id, survey_id, number),
      constraint survey_versions_survey_fkey foreign key (tenant_id, survey_id) references surveys (tenant_id, id))`);
    await tenantTable(q, 'survey_versions', 'append');

    await q.query(`create table contact_policies (
      tenant_id uuid not null default ${CURRENT_TENANT} primary key,
      min_days_between integer not null default 30,
      max_per_year integer,
      quiet_hours jsonb,
      weekdays smallint[] not null default '{1,2,3,4,5,6,7}',
      respect_open_cases boolean not null default true,
      version integer not null default 1,
      updated_at timestamptz not null default now())`);
    await tenantTable(q, 'contact_policies');

    await q.query(`create table campaigns (
      ${TENANT_AND_ID},
      name text not null,
      survey_id uuid not null,
      audience jsonb not null default '{}',
      send_at timestamptz,
      reminders jsonb not null default '[]',
      sample_rate real not null default 1,
      status text not null default 'draft' constraint campaigns_status_check
        check (status in ('draft', 'planning', 'running', 'paused', 'done', 'cancelled')),
      launched_at timestamptz,
      planned_at timestamptz,
      finished_at timestamptz,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint campaigns_survey_fkey foreign key (tenant_id, survey_id) references surveys (tenant_id, id))`);
    await tenantTable(q, 'campaigns');

    await q.query(`create table triggers (
      ${TENANT_AND_ID},
      event_type text not null,
      touchpoint_id uuid not null,
      survey_id uuid not null,
      delay_minutes integer not null default 0,
      sample_rate real not null default 1,
      enabled boolean not null default true,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint triggers_touchpoint_fkey foreign key (tenant_id, touchpoint_id) references touchpoints (tenant_id, id),
      constraint triggers_survey_fkey foreign key (tenant_id, survey_id) references surveys (tenant_id, id))`);
    await q.query(`create index triggers_match on triggers (tenant_id, event_type, touchpoint_id) where enabled`);
    await tenantTable(q, 'triggers');

    // external_id is the caller's own id of the event; a rejected event keeps what came in, so that it can be replayed.
    await q.query(`create table events (
      ${TENANT_AND_ID},
      external_id text not null,
      type text not null,
      external_customer_id text not null,
      touchpoint_key text,
      customer_id uuid,
      touchpoint_id uuid,
      occurred_at timestamptz not null,
      value numeric(14, 2),
      properties jsonb not null default '{}',
      rejected_reason text,
      received_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint events_external_id_key unique (tenant_id, external_id),
      constraint events_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id),
      constraint events_touchpoint_fkey foreign key (tenant_id, touchpoint_id) references touchpoints (tenant_id, id))`);
    await q.query(`create index events_customer on events (tenant_id, customer_id, occurred_at desc)`);
    await q.query(
      `create index events_rejected on events (tenant_id, received_at desc) where rejected_reason is not null`,
    );
    await tenantTable(q, 'events');

    // One ask of one customer. address is what the mail goes (or would have gone) to; contact limits count per customer and per address.
    // next_step of its mails is due at next_at (0 the first, then reminders); null: nothing waits, or it is in the ledger (deliveries).
    // test: a mail that a user sent themselves; it has no customer and counts nowhere.
    await q.query(`create table invitations (
      ${TENANT_AND_ID},
      customer_id uuid,
      address text,
      survey_id uuid not null,
      survey_version integer not null,
      touchpoint_id uuid,
      campaign_id uuid,
      trigger_id uuid,
      event_id uuid,
      channel text not null default 'email',
      locale text not null default 'en',
      status text not null constraint invitations_status_check
        check (status in ('scheduled', 'sent', 'bounced', 'answered', 'expired', 'cancelled', 'unknown', 'skipped')),
      skip_reason text,
      send_at timestamptz,
      sent_at timestamptz,
      answered_at timestamptz,
      expires_at timestamptz,
      next_step smallint,
      next_at timestamptz,
      test boolean not null default false,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint invitations_skip_check check ((status = 'skipped') = (skip_reason is not null)),
      constraint invitations_campaign_once unique (tenant_id, campaign_id, customer_id),
      constraint invitations_event_once unique (tenant_id, trigger_id, event_id),
      constraint invitations_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id),
      constraint invitations_survey_fkey foreign key (tenant_id, survey_id, survey_version) references survey_versions (tenant_id, survey_id, number),
      constraint invitations_touchpoint_fkey foreign key (tenant_id, touchpoint_id) references touchpoints (tenant_id, id),
      constraint invitations_campaign_fkey foreign key (tenant_id, campaign_id) references campaigns (tenant_id, id),
      constraint invitations_trigger_fkey foreign key (tenant_id, trigger_id) references triggers (tenant_id, id),
      constraint invitations_event_fkey foreign key (tenant_id, event_id) references events (tenant_id, id))`);
    await q.query(`create index invitations_customer on invitations (tenant_id, customer_id, created_at desc)`);
    await q.query(`create index invitations_address on invitations (tenant_id, lower(address), sent_at)`);
    await q.query(`create index invitations_newest on invitations (tenant_id, created_at desc, id desc)`);
    await q.query(`create index invitations_campaign on invitations (tenant_id, campaign_id, status)`);
    await q.query(`create index invitations_due on invitations (tenant_id, next_at) where next_at is not null`);
    await q.query(
      `create index invitations_expiring on invitations (tenant_id, expires_at) where status in ('sent', 'unknown')`,
    );
    await tenantTable(q, 'invitations');
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of [
      'invitations',
      'events',
      'triggers',
      'campaigns',
      'contact_policies',
      'survey_versions',
      'surveys',
    ])
      await q.query(`drop table ${table}`);
  }
}
