import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Changes } from '../../platform/changes.js';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { newId } from '../../platform/ids.js';
import { Jobs, defineMessage } from '../../platform/jobs.js';
import { Case, SlaReplan } from './cases.entity.js';
import { Clocks } from './clocks.js';
import type { ReplanView } from './sla.contract.js';
import { OPEN_SQL } from './transitions.js';

/** One batch: the open cases after `afterId`. Key: replan and `afterId`. */
const ReplanBatch = defineMessage('cases.replan_batch', z.object({ replanId: z.uuid(), afterId: z.uuid().nullable() }));

const BATCH = 500;

/** Plans the due times of all open cases anew after a policy or calendar changed, batch by batch. */
@Injectable()
export class Replanning {
  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly changes: Changes,
    private readonly clocks: Clocks,
  ) {
    jobs.on(ReplanBatch, 'cases.replan', ({ replanId, afterId }, job) =>
      this.db.tenant(job.tenantId, (tx) => this.batch(tx, replanId, afterId)),
    );
  }

  /** Promises the work in the caller's transaction. One that still runs goes on; where both meet, the newer times are the same ones. */
  async start(tx: Tx, reason: string): Promise<void> {
    const id = newId();
    const [{ n }] = await tx.em.query(`select count(*)::int as n from cases where status in (${OPEN_SQL})`);
    await tx.em.insert(SlaReplan, { id, reason, total: n, startedAt: this.clock.now() } as SlaReplan);
    await this.jobs.send(tx, ReplanBatch, `${id}:`, { replanId: id, afterId: null });
  }

  latest(tenantId: string): Promise<ReplanView> {
    return this.db.tenant(tenantId, async (tx) => {
      const [row] = await tx.em.find(SlaReplan, { order: { startedAt: 'DESC', id: 'DESC' }, take: 1 });
      return {
        replan: row
          ? {
              id: row.id,
              reason: row.reason,
              total: row.total,
              done: row.done,
              startedAt: row.startedAt.toISOString(),
              finishedAt: row.finishedAt?.toISOString() ?? null,
            }
          : null,
      };
    });
  }

  /** What people see of a case does not count as changed by them: its version stays, so that nobody's edit is refused for it. */
  private async batch(tx: Tx, replanId: string, afterId: string | null): Promise<void> {
    const replan = await tx.em.findOneBy(SlaReplan, { id: replanId });
    if (!replan || replan.finishedAt) return;
    const cases = await tx.em
      .createQueryBuilder(Case, 'c')
      .setLock('pessimistic_write')
      .where(`c.status in (${OPEN_SQL})`)
      .andWhere(afterId === null ? 'true' : 'c.id > :afterId', { afterId })
      .orderBy('c.id')
      .limit(BATCH)
      .getMany();
    const book = await this.clocks.book(tx);
    const plans = await this.clocks.plans(tx, book, cases);
    const taken = await this.clocks.taken(
      tx,
      cases.map((row) => row.id),
    );
    for (const [at, row] of cases.entries()) {
      const plan = plans[at];
      if (plan) this.clocks.apply(row, plan, taken.get(row.id) ?? new Set());
    }
    await tx.em.query(
      `update cases set sla_applied_id = n.sla, first_response_due_at = n.first, next_response_due_at = n.next, resolution_due_at = n.resolution,
         due_at = n.due, warn_at = n.warn, escalate_at = n.escalate, waited_minutes = n.waited
       from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[], $9::int[])
         as n (id, sla, first, next, resolution, due, warn, escalate, waited) where cases.id = n.id`,
      [
        cases.map((row) => row.id),
        cases.map((row) => row.slaAppliedId),
        cases.map((row) => row.firstResponseDueAt),
        cases.map((row) => row.nextResponseDueAt),
        cases.map((row) => row.resolutionDueAt),
        cases.map((row) => row.dueAt),
        cases.map((row) => row.warnAt),
        cases.map((row) => row.escalateAt),
        cases.map((row) => row.waitedMinutes),
      ],
    );
    const last = cases.at(-1);
    const isOver = !last || cases.length < BATCH;
    // A batch that runs twice counts itself twice; the end is what counts.
    await tx.em.query(
      `update sla_replans set done = case when $3 then total else least(total, done + $2) end, finished_at = case when $3 then $4::timestamptz end where id = $1`,
      [replanId, cases.length, isOver, this.clock.now()],
    );
    await this.changes.announce(tx, 'case', null);
    if (last && !isOver)
      await this.jobs.send(tx, ReplanBatch, `${replanId}:${last.id}`, { replanId, afterId: last.id });
  }
}
