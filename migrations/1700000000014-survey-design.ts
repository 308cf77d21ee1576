import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Surveys that end by themselves, and answers that are kept step by step in the words that were read. */
export class SurveyDesign1700000000014 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`alter table surveys
      add column closes_at timestamptz,
      add column quota jsonb,
      add column archived_at timestamptz`);
    await q.query(
      `create index surveys_closing on surveys (tenant_id, closes_at) where closes_at is not null and status = 'live'`,
    );
    await q.query(`alter table responses
      add column complete boolean not null default true,
      add column next_page smallint,
      add column seen jsonb,
      add constraint responses_next_page_check check (complete = (next_page is null))`);
    // Quotas count a survey's answers each time somebody opens its page.
    await q.query(`create index responses_of_survey on responses (tenant_id, survey_id, submitted_at) where counted`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop index responses_of_survey`);
    await q.query(`alter table responses drop column complete, drop column next_page, drop column seen`);
    await q.query(`drop index surveys_closing`);
    await q.query(`alter table surveys drop column closes_at, drop column quota, drop column archived_at`);
  }
}
