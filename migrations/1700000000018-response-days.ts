import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CURRENT_TENANT, appRole, tenantTable } from './tenant-table.js';

const SCORES = Array.from({ length: 11 }, (_, score) => score);
const KEY = `tenant_id, metric, day, touchpoint_id, survey_id`;
/** Touchpoint and survey stand in a key, so "none" is a value. */
const NONE = `'00000000-0000-0000-0000-000000000000'::uuid`;
/** Columns of a change, from a row of `responses` called r and the zone row z. */
const CHANGE = `r.tenant_id, r.metric, (r.submitted_at at time zone z.zone)::date, coalesce(r.touchpoint_id, ${NONE}), coalesce(r.survey_id, ${NONE}), r.score`;
/** The first key is the name of this lock; the second says whose. Writers share it; a rebuild in another zone takes it alone. */
const LOCK = (shared: '_shared' | '', tenant: string): string =>
  `pg_advisory_xact_lock${shared}(17000018, hashtext(${tenant}::text))`;

/**
 * How many answers of each score came on each local day: what trends are read from instead of all responses. Triggers append what a statement
 * changed to `response_day_changes` (so no two answers wait for the same row), and a job folds those into `response_days`; the two added up are exact at
 * any moment. Days are those of `response_day_zones`; an organization without a row there has no days yet.
 */
export class ResponseDays1700000000018 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table response_day_zones (
      tenant_id uuid not null default ${CURRENT_TENANT} primary key,
      zone text not null)`);
    await q.query(`create table response_days (
      tenant_id uuid not null default ${CURRENT_TENANT},
      metric text not null,
      day date not null,
      touchpoint_id uuid not null,
      survey_id uuid not null,
      ${SCORES.map((score) => `n${score} integer not null default 0`).join(', ')},
      primary key (${KEY}))`);
    await q.query(`create table response_day_changes (
      tenant_id uuid not null default ${CURRENT_TENANT},
      id bigint generated always as identity,
      metric text not null,
      day date not null,
      touchpoint_id uuid not null,
      survey_id uuid not null,
      score smallint not null,
      n integer not null,
      primary key (tenant_id, id))`);
    for (const table of ['response_day_zones', 'response_days', 'response_day_changes']) await tenantTable(q, table);

    await q.query(`create view response_day_counts with (security_invoker = true) as
      select tenant_id, metric, day, nullif(touchpoint_id, ${NONE}) as touchpoint_id, nullif(survey_id, ${NONE}) as survey_id,
        n9 + n10 as promoters, n7 + n8 as passives, n0 + n1 + n2 + n3 + n4 + n5 + n6 as detractors from response_days
      union all select tenant_id, metric, day, nullif(touchpoint_id, ${NONE}), nullif(survey_id, ${NONE}),
        case when score >= 9 then n else 0 end, case when score between 7 and 8 then n else 0 end, case when score <= 6 then n else 0 end from response_day_changes`);
    await q.query(`grant select on response_day_counts to ${await appRole(q)}`);

    // The lock is taken before the statement that reads the zone, so that this statement sees what a rebuild committed.
    const follow = (name: string, rows: string, sign: '' | '-'): string => `create function ${name}() returns trigger
      language plpgsql set search_path = public as $$ begin
        perform ${LOCK('_shared', 't.tenant_id')} from (select distinct tenant_id from ${rows}) t;
        insert into response_day_changes (${KEY}, score, n)
          select ${CHANGE}, ${sign}count(*) from ${rows} r join response_day_zones z on z.tenant_id = r.tenant_id where r.counted group by 1, 2, 3, 4, 5, 6;
        return null;
      end $$`;
    await q.query(follow('response_days_add', 'added', ''));
    await q.query(follow('response_days_remove', 'removed', '-'));
    await q.query(`create function response_days_move() returns trigger language plpgsql set search_path = public as $$ begin
        perform ${LOCK('_shared', 'new.tenant_id')};
        insert into response_day_changes (${KEY}, score, n)
          select ${CHANGE}, r.n from (select old.*, -1 as n where old.counted union all select new.*, 1 where new.counted) r
            join response_day_zones z on z.tenant_id = r.tenant_id;
        return null;
      end $$`);
    await q.query(`create trigger response_days_add after insert on responses referencing new table as added
      for each statement execute function response_days_add()`);
    await q.query(`create trigger response_days_remove after delete on responses referencing old table as removed
      for each statement execute function response_days_remove()`);
    // Per row, so that the many updates that change no count (sentiment, language) cost a comparison and no more.
    await q.query(`create trigger response_days_move after update on responses for each row
      when ((old.counted, old.metric, old.score, old.submitted_at, old.touchpoint_id, old.survey_id)
        is distinct from (new.counted, new.metric, new.score, new.submitted_at, new.touchpoint_id, new.survey_id))
      execute function response_days_move()`);
  }

  async down(q: QueryRunner): Promise<void> {
    for (const name of ['add', 'remove', 'move']) {
      await q.query(`drop trigger response_days_${name} on responses`);
      await q.query(`drop function response_days_${name}()`);
    }
    await q.query(`drop view response_day_counts`);
    for (const table of ['response_day_changes', 'response_days', 'response_day_zones'])
      await q.query(`drop table ${table}`);
  }
}
