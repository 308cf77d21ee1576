import type { MigrationInterface, QueryRunner } from 'typeorm';
import { TENANT_AND_ID, tenantTable } from './tenant-table.js';

export class ResponsesAndPainPoints1700000000004 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    // picked is the score the customer pressed in the mail; score is what they confirmed by sending.
    // counted = no flags and not withdrawn: the only rows a score is made of.
    await q.query(`create table responses (
      ${TENANT_AND_ID},
      external_id text,
      submission_id text,
      invitation_id uuid,
      customer_id uuid,
      survey_id uuid,
      survey_version integer,
      touchpoint_id uuid,
      metric text not null constraint responses_metric_check check (metric in ('nps', 'tnps', 'csat', 'ces')),
      score smallint not null,
      picked smallint,
      comment text,
      answers jsonb not null default '{}',
      may_contact boolean,
      channel text not null,
      locale text,
      flags text[] not null default '{}',
      withdrawn_at timestamptz,
      counted boolean not null generated always as (flags = '{}' and withdrawn_at is null) stored,
      sentiment_state text not null default 'pending' constraint responses_sentiment_state_check check (sentiment_state in ('pending', 'read', 'unreadable')),
      sentiment_label text,
      sentiment_score real,
      sentiment_reason text,
      language text,
      engine text,
      submitted_at timestamptz not null default now(),
      created_at timestamptz not null default now(),
      version integer not null default 1,
      primary key (tenant_id, id),
      constraint responses_score_check check (score between 0 and 10),
      constraint responses_external_id_key unique (tenant_id, external_id),
      constraint responses_invitation_key unique (tenant_id, invitation_id),
      constraint responses_submission_key unique (tenant_id, submission_id),
      constraint responses_invitation_fkey foreign key (tenant_id, invitation_id) references invitations (tenant_id, id),
      constraint responses_customer_fkey foreign key (tenant_id, customer_id) references customers (tenant_id, id),
      constraint responses_survey_fkey foreign key (tenant_id, survey_id) references surveys (tenant_id, id),
      constraint responses_touchpoint_fkey foreign key (tenant_id, touchpoint_id) references touchpoints (tenant_id, id))`);
    await q.query(`create index responses_newest on responses (tenant_id, submitted_at desc, id desc)`);
    await q.query(
      `create index responses_scores on responses (tenant_id, metric, submitted_at) include (score, touchpoint_id, survey_id) where counted`,
    );
    // What is left out of the score is counted beside every score.
    await q.query(
      `create index responses_left_out on responses (tenant_id, submitted_at) include (metric, flags, withdrawn_at, touchpoint_id, survey_id, customer_id) where not counted`,
    );
    await q.query(`create index responses_customer on responses (tenant_id, customer_id, submitted_at desc)`);
    await q.query(`create index responses_touchpoint on responses (tenant_id, touchpoint_id, submitted_at desc)`);
    await tenantTable(q, 'responses');

    await q.query(`create table pain_points (
      ${TENANT_AND_ID},
      touchpoint_id uuid,
      name text not null,
      named_by_person boolean not null default false,
      status text not null default 'new' constraint pain_points_status_check check (status in ('new', 'investigating', 'fixing', 'fixed', 'dismissed', 'merged')),
      owner_id uuid,
      terms jsonb not null default '{}',
      size integer not null default 0,
      exemplar_ids uuid[] not null default '{}',
      merged_into uuid,
      version integer not null default 1,
      first_seen_at timestamptz not null default now(),
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint pain_points_touchpoint_fkey foreign key (tenant_id, touchpoint_id) references touchpoints (tenant_id, id),
      constraint pain_points_merged_fkey foreign key (tenant_id, merged_into) references pain_points (tenant_id, id),
      constraint pain_points_owner_fkey foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id))`);
    await q.query(`create index pain_points_touchpoint on pain_points (tenant_id, touchpoint_id)`);
    await tenantTable(q, 'pain_points');

    // placed_by_person: someone moved it (or threw it out, then pain_point_id is null); grouping never touches such a row again.
    await q.query(`create table statements (
      ${TENANT_AND_ID},
      response_id uuid not null,
      position smallint not null,
      text text not null,
      starts_at integer not null,
      ends_at integer not null,
      label text constraint statements_label_check check (label in ('negative', 'neutral', 'positive')),
      score real,
      aspect text,
      language text,
      touchpoint_id uuid,
      customer_id uuid,
      pain_point_id uuid,
      placed_by_person boolean not null default false,
      submitted_at timestamptz not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint statements_position_key unique (tenant_id, response_id, position),
      constraint statements_response_fkey foreign key (tenant_id, response_id) references responses (tenant_id, id) on delete cascade,
      constraint statements_pain_point_fkey foreign key (tenant_id, pain_point_id) references pain_points (tenant_id, id))`);
    await q.query(`create index statements_pain_point on statements (tenant_id, pain_point_id, submitted_at desc)`);
    await q.query(
      `create index statements_ungrouped on statements (tenant_id, touchpoint_id) where label = 'negative' and pain_point_id is null and not placed_by_person`,
    );
    await q.query(`create index statements_customer on statements (tenant_id, customer_id)`);
    await tenantTable(q, 'statements');
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of ['statements', 'pain_points', 'responses']) await q.query(`drop table ${table}`);
  }
}
