import { Injectable } from '@nestjs/common';
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

export /** Everything that undo needs of one case. */
interface Snapshot {
  id: string;
  /** Of the case after the change; any later change makes undo skip it. */
  version: number;
  before: Omit<Case, 'tenantId' | 'id' | 'number'>;
  activityIds: string[];
  painPointIds: string[];
  /** The message or resolution whose mail must be stopped first. */
  mail: { kind: 'case_message' | 'resolution'; subjectId: string } | null;
}

/** Takes back what was just done, as long as no mail has left. */
@Injectable()
export class CaseUndo {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly mail: Mail,
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
    await this.store.tell(
      tx,
      { id: row.id, number: row.number, status: snapshot.before.status, version: row.version + 1 },
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
