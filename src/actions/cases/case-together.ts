import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Identity } from '../../identity/identity.service.js';
import type { Principal } from '../../platform/auth.js';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { AppError, invalid } from '../../platform/errors.js';
import { Jobs } from '../../platform/jobs.js';
import { CaseStore, illegal } from './case-store.js';
import { CaseUndo, type MergeTrail, snapshotOf, type Undo } from './case-undo.js';
import { CASE_PRIORITIES, type CaseView } from './cases.contract.js';
import { Case } from './cases.entity.js';
import { Clocks } from './clocks.js';
import { OPEN_SQL, next } from './transitions.js';

const SWEEP_MS = 60_000;

/** Several people and several cases: following, reading, waking what was snoozed, and merging what is one thing. */
@Injectable()
export class CaseTogether {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly clocks: Clocks,
    private readonly store: CaseStore,
    private readonly undos: CaseUndo,
    jobs: Jobs,
  ) {
    jobs.every('cases.wake', SWEEP_MS, z.strictObject({}), () => this.sweep());
  }

  /** The caller hears of what happens in the case, or no longer. @throws AppError case.not_found, 403 for programs */
  follow(who: Principal, id: string, follows: boolean): Promise<CaseView> {
    const userId = personOf(who);
    return this.db.tenant(who.tenantId, async (tx) => {
      await this.store.view(tx, who, id);
      await (follows
        ? this.addFollowers(tx, id, [userId])
        : tx.em.query(`delete from case_followers where case_id = $1 and user_id = $2`, [id, userId]));
      return this.store.view(tx, who, id);
    });
  }

  async addFollowers(tx: Tx, caseId: string, userIds: readonly string[]): Promise<void> {
    await tx.em.query(
      `insert into case_followers (case_id, user_id) select $1, unnest($2::uuid[]) on conflict do nothing`,
      [caseId, userIds],
    );
  }

  /** People who may be mentioned. @throws AppError 422 at `mentions[n]` for strangers and people who left */
  async mentioned(tx: Tx, ids: readonly string[]): Promise<{ id: string; name: string }[]> {
    const people: { id: string; name: string }[] = [];
    for (const [at, id] of [...new Set(ids)].entries()) {
      const { name } = await this.identity.requireUser(tx, id, `mentions[${at}]`);
      people.push({ id, name });
    }
    return people;
  }

  /** The caller has seen everything that stands in the case now. @throws AppError case.not_found, 403 for programs */
  read(who: Principal, id: string): Promise<void> {
    const userId = personOf(who);
    return this.db.tenant(who.tenantId, async (tx) => {
      await this.store.view(tx, who, id);
      await tx.em.query(
        `insert into case_reads (case_id, user_id, read_at) values ($1, $2, $3)
         on conflict (tenant_id, user_id, case_id) do update set read_at = greatest(case_reads.read_at, excluded.read_at)`,
        [id, userId, this.clock.now()],
      );
      await tx.em.query(
        `update notifications set read_at = $3 where case_id = $1 and user_id = $2 and read_at is null`,
        [id, userId, this.clock.now()],
      );
    });
  }

  /**
   * `id` becomes part of `into`, which goes on with the threads, responses and pain points of both. Both numbers and both links of the
   * customer stay good. @throws AppError case.not_found, case.illegal_transition (409), 422 for the cases of two customers
   */
  merge(who: Principal, id: string, into: string): Promise<CaseView & { undo: Undo }> {
    return this.db.tenant(who.tenantId, async (tx) => {
      if (id === into) throw invalid('into', 'Choose another case.');
      // One order for everybody, or two merges that meet would wait for each other.
      const rows = new Map<string, Case>();
      for (const one of [id, into].sort()) rows.set(one, await this.store.lock(tx, one));
      const from = rows.get(id);
      const target = rows.get(into);
      if (!from || !target) throw new Error('a locked case was lost');
      const status = this.store.allowed(from, 'merge');
      if (next(target.status, 'merge') === null) throw illegal(target, 'merge');
      if (from.customerId === null || from.customerId !== target.customerId)
        throw invalid('into', 'Only cases of one customer can be merged. Relate them instead.');
      const before = snapshotOf(from);
      const trail: MergeTrail = {
        into,
        before: snapshotOf(target),
        ...(await this.move(tx, from.id, into)),
        version: 0,
      };

      target.labels = [...new Set([...target.labels, ...from.labels])].slice(0, 20);
      if (CASE_PRIORITIES.indexOf(from.priority) > CASE_PRIORITIES.indexOf(target.priority))
        target.priority = from.priority;
      const words = [target.lastCustomerMessageAt, from.lastCustomerMessageAt].filter((at) => at !== null);
      target.lastCustomerMessageAt = words.sort((a, b) => a.getTime() - b.getTime()).at(-1) ?? null;
      const promises = [target.promisedAt, from.promisedAt].filter((at) => at !== null);
      target.promisedAt = promises.sort((a, b) => a.getTime() - b.getTime())[0] ?? null;
      target.snoozedUntil = null;
      await this.clocks.record(tx, target, null);
      await this.store.save(tx, target);
      trail.version = target.version;

      from.status = status;
      from.mergedInto = into;
      from.closedAt = this.clock.now();
      from.snoozedUntil = null;
      from.dueAt = null;
      from.warnAt = null;
      from.escalateAt = null;
      await this.store.release(tx, from);
      await this.store.save(tx, from);
      const activityIds = [
        await this.store.activity(tx, from, 'merged', who.userId, null, { into: { id: into, number: target.number } }),
        await this.store.activity(tx, target, 'merged', who.userId, null, { from: { id, number: from.number } }),
      ];
      const undo = await this.undos.keep(tx, who, [
        { id, version: from.version, before, activityIds, painPointIds: [], mail: null, merge: trail },
      ]);
      return { ...(await this.store.view(tx, who, into)), undo };
    });
  }

  /** What belongs to the one case belongs to the other from now on; the ids are what undo moves back. */
  private async move(tx: Tx, from: string, into: string): Promise<Omit<MergeTrail, 'into' | 'before' | 'version'>> {
    const ids = async (sql: string): Promise<string[]> => {
      const [rows]: [{ id: string }[], number] = await tx.em.query(sql, [from, into]);
      return rows.map((row) => row.id);
    };
    const activities = await ids(`update case_activities set case_id = $2 where case_id = $1 returning id`);
    await ids(`update case_files set case_id = $2 where case_id = $1 returning id`);
    const resolutions = await ids(`update resolutions set case_id = $2 where case_id = $1 returning id`);
    const responses = await ids(
      `update case_responses set case_id = $2 where case_id = $1 returning response_id as id`,
    );
    const insert = async (sql: string): Promise<string[]> => {
      const rows: { id: string }[] = await tx.em.query(sql, [from, into]);
      return rows.map((row) => row.id);
    };
    const joined = await insert(
      `insert into case_responses (response_id, case_id) select response_id, $2 from cases where id = $1 and response_id is not null
       on conflict do nothing returning response_id as id`,
    );
    const painPoints = await insert(
      `insert into case_pain_points (case_id, pain_point_id) select $2::uuid, pain_point_id from case_pain_points where case_id = $1
       on conflict do nothing returning pain_point_id as id`,
    );
    const followers = await insert(
      `insert into case_followers (case_id, user_id) select $2::uuid, user_id from case_followers where case_id = $1
       on conflict do nothing returning user_id as id`,
    );
    const merged = await ids(`update cases set merged_into = $2 where merged_into = $1 returning id`);
    return { activities, resolutions, responses, joined, painPoints, followers, merged };
  }

  /** What was snoozed until now comes back by itself. */
  private async sweep(): Promise<void> {
    for (const tenantId of await this.db.tenantIds()) {
      const now = this.clock.now();
      const due: { id: string }[] = await this.db.tenant(tenantId, (tx) =>
        tx.em.query(
          `select id from cases where snoozed_until <= $1 and status in (${OPEN_SQL}) order by snoozed_until limit 500`,
          [now],
        ),
      );
      for (const { id } of due)
        await this.db.tenant(tenantId, async (tx) => {
          const row = await this.store.lock(tx, id);
          if (row.snoozedUntil === null || row.snoozedUntil > now) return;
          row.snoozedUntil = null;
          await this.store.save(tx, row);
          await this.store.activity(tx, row, 'woke', null, null);
        });
    }
  }
}

/** The person who asks. @throws AppError 403 for programs */
export function personOf(who: Principal): string {
  if (who.userId === null)
    throw new AppError('forbidden', 'access.person', 'This belongs to a person. Sign in instead of using an API key.');
  return who.userId;
}
