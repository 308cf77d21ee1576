import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Campaigns that recur and that keep the customer's own clock; triggers with conditions; test mails of drafts. */
export class CampaignsAndTriggers1700000000011 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    // planned_through: the last day of a recurring campaign whose customers were (promised to be) planned; first_day its first.
    await q.query(`alter table campaigns
      add column send_at_local jsonb,
      add column recurrence jsonb,
      add column first_day date,
      add column planned_through date`);

    await q.query(`alter table triggers
      add column conditions jsonb,
      add column max_age_days integer default 14`);

    // cycle: which round of a recurring campaign, from 0; each customer once in each. survey_version is null only for the test of a draft.
    await q.query(`alter table invitations
      add column cycle integer not null default 0,
      alter column survey_version drop not null,
      add constraint invitations_version_check check (test or survey_version is not null),
      drop constraint invitations_campaign_once,
      add constraint invitations_campaign_once unique (tenant_id, campaign_id, cycle, customer_id)`);
    await q.query(`create index events_recent on events (tenant_id, type, touchpoint_id, received_at desc)`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop index events_recent`);
    await q.query(`alter table invitations
      drop constraint invitations_campaign_once,
      add constraint invitations_campaign_once unique (tenant_id, campaign_id, customer_id),
      drop constraint invitations_version_check,
      alter column survey_version set not null,
      drop column cycle`);
    await q.query(`alter table triggers drop column conditions, drop column max_age_days`);
    await q.query(`alter table campaigns
      drop column send_at_local, drop column recurrence, drop column first_day, drop column planned_through`);
  }
}
