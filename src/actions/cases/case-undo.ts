import { Injectable } from '@nestjs/common';
import { Customers } from '../../customers/customers.service.js';
import type { Principal } from '../../platform/auth.js';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { AppError, notFound } from '../../platform/errors.js';
import { newId } from '../../platform/ids.js';
import { Mail } from '../../platform/mail/mail.js';
import { CaseStore } from './case-store.js';
import { BulkChangeRow, Case } from './cases.entity.js';

/** Undo is offered for 8 s; the rest is for slow networks. Where a mail has left, undo refuses by itself. */
const UNDO_MS = 20_000;

export interface Undo {
  id: string;
  until: string;
}

/** What merging moved into the other case. */
export interface MergeTrail {
  into: string;
  /** The other case before, and its version after. */
  before: Snapshot['before'];
  version: number;
  activities: string[];
  resolutions: string[];
  responses: string[];
  joined: string[];
  painPoints: string[];
  followers: string[];
  merged: string[];
}

/** Everything that undo needs of one case. */
export interface Snapshot {
  id: string;
  /** Of the case after the change; any later change makes undo skip it. */
  version: number;
  before: Omit<Case, 'tenantId' | 'id' | 'number'>;
  activityIds: string[];
  painPointIds: string[];
  /** The message or resolution whose mail must be stopped first. */
  mail: { kind: 'case_message' | 'resolution'; subjectId: string } | null;
  merge?: MergeTrail;
}

/** Takes back what was just done, as long as no mail has left. */
@Injectable()
export class CaseUndo {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly mail: Mail,
    private readonly customers: Customers,
    private readonly store: CaseStore,
  ) {}

  async keep(tx: Tx, who: Principal, snapshots: Snapshot[]): Promise<Undo> {
    const id = newId();
    const until = new Date(this.clock.now().getTime() + UNDO_MS);
    await tx.em.insert(BulkChangeRow, { id, actorId: who.userId, before: snapshots, undoUntil: until } as never);
    return { id, until: until.toISOString() };
  }

  /**
   * Takes a bulk change, a message or a resolution back. A case that changed since, or whose mail has left, stays. Twice is once.
   * @throws AppError undo.not_found, undo.too_late (409)
   */
  undo(who: Principal, undoId: string): Promise<{ restored: number; skipped: number }> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const change = await tx.em.findOne(BulkChangeRow, { where: { id: undoId }, lock: { mode: 'pessimistic_write' } });
      if (!change || change.actorId !== who.userId) throw notFound('undo', 'change to take back');
      const snapshots = change.before as Snapshot[];
      if (change.undone !== null) return { restored: change.undone, skipped: snapshots.length - change.undone };
      const now = this.clock.now();
      if (now > change.undoUntil)
        throw new AppError(
          'conflict',
          'undo.too_late',
          'It is too late to take this back: customers may have their mail already.',
        );
      let restored = 0;
      for (const snapshot of snapshots) if (await this.restore(tx, who, snapshot, now)) restored += 1;
      await tx.em.update(BulkChangeRow, { id: undoId }, { undone: restored, undoneAt: now });
      return { restored, skipped: snapshots.length - restored };
    });
  }

  private async restore(tx: Tx, who: Principal, snapshot: Snapshot, now: Date): Promise<boolean> {
    const row = await tx.em.findOne(Case, { where: { id: snapshot.id }, lock: { mode: 'pessimistic_write' } });
    if (!row || row.version !== snapshot.version) return false;
    if (snapshot.merge && !(await this.unmerge(tx, who, row.id, snapshot.merge, now))) return false;
    if (snapshot.mail && (await this.mail.cancel(tx, snapshot.mail)) === 0) return false;
    await tx.em.update(Case, { id: row.id }, { ...snapshot.before, version: row.version + 1, updatedAt: now } as never);
    await tx.em.query(`update case_activities set data = data || '{"undone": true}' where id = any($1::uuid[])`, [
      snapshot.activityIds,
    ]);
    await tx.em.query(`update resolutions set undone_at = $2 where id = any($1::uuid[])`, [snapshot.activityIds, now]);
    await tx.em.query(`delete from case_pain_points where case_id = $1 and pain_point_id = any($2::uuid[])`, [
      row.id,
      snapshot.painPointIds,
    ]);
    if (snapshot.merge && row.customerId !== null) await this.customers.hold(tx, row.customerId, `case:${row.id}`);
    await this.store.tell(
      tx,
      { ...snapshot.before, id: row.id, number: row.number, version: row.version + 1 },
      'changed',
      who.userId,
    );
    return true;
  }

  /** Gives the thread and what else was moved back; false when the other case went on since. */
  private async unmerge(tx: Tx, who: Principal, id: string, trail: MergeTrail, now: Date): Promise<boolean> {
    const into = await tx.em.findOne(Case, { where: { id: trail.into }, lock: { mode: 'pessimistic_write' } });
    if (!into || into.version !== trail.version) return false;
    const back = (sql: string, ids: string[]): Promise<unknown> => tx.em.query(sql, [id, ids]);
    const away = (sql: string, ids: string[]): Promise<unknown> => tx.em.query(sql, [trail.into, ids]);
    await back(`update case_activities set case_id = $1 where id = any($2::uuid[])`, trail.activities);
    await back(`update case_files set case_id = $1 where activity_id = any($2::uuid[])`, trail.activities);
    await back(`update resolutions set case_id = $1 where id = any($2::uuid[])`, trail.resolutions);
    await back(`update case_responses set case_id = $1 where response_id = any($2::uuid[])`, trail.responses);
    await back(`update cases set merged_into = $1 where id = any($2::uuid[])`, trail.merged);
    await away(`delete from case_responses where case_id = $1 and response_id = any($2::uuid[])`, trail.joined);
    await away(`delete from case_pain_points where case_id = $1 and pain_point_id = any($2::uuid[])`, trail.painPoints);
    await away(`delete from case_followers where case_id = $1 and user_id = any($2::uuid[])`, trail.followers);
    await tx.em.update(Case, { id: into.id }, { ...trail.before, version: into.version + 1, updatedAt: now } as never);
    await this.store.tell(
      tx,
      { ...trail.before, id: into.id, number: into.number, version: into.version + 1 },
      'changed',
      who.userId,
    );
    return true;
  }
}

export function snapshotOf(row: Case): Snapshot['before'] {
  const { tenantId: _tenant, id: _id, number: _number, ...columns } = row;
  return { ...columns, pauses: [...row.pauses] };
}
