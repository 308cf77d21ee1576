import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Identity } from '../identity/identity.service.js';
import { Db, type Tx } from '../platform/db.js';
import { Jobs } from '../platform/jobs.js';

const FOLD_EVERY_MS = 30_000;
const SCORES = Array.from({ length: 11 }, (_, score) => `n${score}`);
const KEY = 'metric, day, touchpoint_id, survey_id';
const NONE = `'00000000-0000-0000-0000-000000000000'::uuid`;

/**
 * Keeps `response_days`, the counts per local day that trends are read from (why and how: migrations/…18-response-days.ts). Nothing waits for
 * it: triggers write changes in the transaction of the answer, and readers add them up. Costs per answer: one more small row,
 * folded away within half a minute.
 */
@Injectable()
export class ResponseDays {
  constructor(
    private readonly db: Db,
    private readonly identity: Identity,
    jobs: Jobs,
  ) {
    jobs.every('responses.fold_days', FOLD_EVERY_MS, z.strictObject({}), () => this.foldAll(), { atStart: true });
  }

  /** For every organization: builds its days when there are none in its time zone, else folds what changed. */
  async foldAll(): Promise<void> {
    for (const tenantId of await this.db.tenantIds()) await this.db.tenant(tenantId, (tx) => this.fold(tx));
  }

  private async fold(tx: Tx): Promise<void> {
    const { timeZone } = await this.identity.tenant(tx);
    const [days]: { zone: string; changed: boolean }[] = await tx.em.query(
      `select zone, exists (select 1 from response_day_changes) as changed from response_day_zones`,
    );
    if (days?.zone !== timeZone) return this.build(tx, timeZone);
    if (!days.changed) return;
    // Two folds would wait for each other's rows in any order; the second has nothing to do.
    const [lock]: { mine: boolean }[] = await tx.em.query(
      `select pg_try_advisory_xact_lock(17000019, hashtext($1)) as mine`,
      [tx.tenantId],
    );
    if (!lock?.mine) return;
    await tx.em.query(`with taken as (delete from response_day_changes returning ${KEY}, score, n)
      insert into response_days (${KEY}, ${SCORES.join(', ')})
      select ${KEY}, ${SCORES.map((_, score) => `coalesce(sum(n) filter (where score = ${score}), 0)`).join(', ')} from taken group by ${KEY}
      on conflict (tenant_id, ${KEY}) do update set ${SCORES.map((name) => `${name} = response_days.${name} + excluded.${name}`).join(', ')}`);
  }

  /** Counts anew in the days of `zone`. Answers that arrive meanwhile wait. */
  private async build(tx: Tx, zone: string): Promise<void> {
    await tx.em.query(`select pg_advisory_xact_lock(17000018, hashtext($1))`, [tx.tenantId]);
    await tx.em.query(
      `insert into response_day_zones (zone) values ($1) on conflict (tenant_id) do update set zone = excluded.zone`,
      [zone],
    );
    await tx.em.query(`delete from response_day_changes`);
    await tx.em.query(`delete from response_days`);
    await tx.em.query(
      `insert into response_days (${KEY}, ${SCORES.join(', ')})
       select metric, (submitted_at at time zone $1)::date, coalesce(touchpoint_id, ${NONE}), coalesce(survey_id, ${NONE}),
         ${SCORES.map((_, score) => `count(*) filter (where score = ${score})`).join(', ')}
       from responses where counted group by 1, 2, 3, 4`,
      [zone],
    );
  }
}
