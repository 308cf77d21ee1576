import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CURRENT_TENANT, TENANT_AND_ID, tenantTable } from './tenant-table.js';

export class OpenLinksAndVisits1700000000015 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    // A way to a survey that was not sent to anybody: whoever has it may answer. Its token is signed and names this row.
    await q.query(`create table open_links (
      ${TENANT_AND_ID},
      survey_id uuid not null,
      channel text not null constraint open_links_channel_check check (channel in ('link', 'widget', 'kiosk')),
      name text not null,
      settings jsonb not null default '{}',
      revoked_at timestamptz,
      version integer not null default 1,
      created_by uuid,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint open_links_survey_fkey foreign key (tenant_id, survey_id) references surveys (tenant_id, id))`);
    await q.query(`create index open_links_survey on open_links (tenant_id, survey_id, created_at desc)`);
    await tenantTable(q, 'open_links');

    // source_ref: what the link's address said of where it was found (?ref=shop-12).
    await q.query(`alter table responses add column open_link_id uuid, add column source_ref text,
      add constraint responses_open_link_fkey foreign key (tenant_id, open_link_id) references open_links (tenant_id, id)`);
    await q.query(
      `create index responses_open_link on responses (tenant_id, open_link_id, submitted_at) where open_link_id is not null`,
    );

    // Which answers came from one network within a short time, under a hash with a key of the day; rows live for an hour (docs/channels.md).
    await q.query(`create table answer_networks (
      tenant_id uuid not null default ${CURRENT_TENANT},
      response_id uuid not null,
      network text not null,
      answered_at timestamptz not null default now(),
      primary key (tenant_id, response_id),
      constraint answer_networks_response_fkey foreign key (tenant_id, response_id) references responses (tenant_id, id) on delete cascade)`);
    await q.query(`create index answer_networks_near on answer_networks (tenant_id, network, answered_at)`);
    await q.query(`create index answer_networks_age on answer_networks (tenant_id, answered_at)`);
    await tenantTable(q, 'answer_networks');

    // How often customers' pages were looked at, by day and by whether it looked like a person; subject is the open link, '' for pages that
    // were sent to one person, which are not told apart.
    await q.query(`create table page_visits (
      tenant_id uuid not null default ${CURRENT_TENANT},
      day date not null,
      page text not null,
      subject text not null default '',
      visitor text not null constraint page_visits_visitor_check check (visitor in ('person', 'machine')),
      n bigint not null default 0,
      primary key (tenant_id, day, page, subject, visitor))`);
    await tenantTable(q, 'page_visits');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop table page_visits`);
    await q.query(`drop table answer_networks`);
    await q.query(`alter table responses drop column source_ref, drop column open_link_id`);
    await q.query(`drop table open_links`);
  }
}
