import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Identity, requireVersion } from '../../identity/identity.service.js';
import { PainPoints } from '../../painpoints/painpoints.service.js';
import type { Principal } from '../../platform/auth.js';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { AppError, invalid } from '../../platform/errors.js';
import { inputError } from '../../platform/http/validation.js';
import { Mail } from '../../platform/mail/mail.js';
import { addWorkingDays } from './calendar.js';
import { CaseStore, illegal } from './case-store.js';
import { CaseTogether } from './case-together.js';
import { CaseUndo, type Snapshot, snapshotOf, type Undo } from './case-undo.js';
import type { Reply } from './case-views.js';
import {
  type BulkChange,
  type CaseView,
  type ChangeCase,
  NewMessage,
  NewNote,
  Reopen,
  Resolve,
} from './cases.contract.js';
import { type ActivityName, Case, Resolution, RootCause } from './cases.entity.js';
import { Clocks } from './clocks.js';
import { isOpenStatus, next } from './transitions.js';

/** Mails to customers leave this long after the press, so that undo can stop them. */
export const MAIL_DELAY_MS = 10_000;
const REMIND_AFTER_DAYS = 5;
const SILENT_AFTER_DAYS = 10;
const MOST_SNOOZE_MS = 366 * 86_400_000;

/** What people do with a case: change, note, write, resolve, open again; one case or many. */
@Injectable()
export class CaseWork {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly mail: Mail,
    private readonly identity: Identity,
    private readonly painPoints: PainPoints,
    private readonly clocks: Clocks,
    private readonly store: CaseStore,
    private readonly undos: CaseUndo,
    private readonly together: CaseTogether,
  ) {}

  /** @throws AppError case.not_found, case.version (409), 422 for unknown people, teams or pain points */
  change(who: Principal, id: string, { version, ...change }: ChangeCase): Promise<CaseView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.store.lock(tx, id);
      requireVersion(row, version, 'case');
      await this.apply(tx, who, row, change);
      return this.store.view(tx, who, id);
    });
  }

  /** An internal note. @throws AppError case.not_found */
  note(who: Principal, id: string, body: unknown): Promise<CaseView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.store.lock(tx, id);
      const status = this.store.allowed(row, 'note');
      const note = parse(NewNote, body);
      const people = await this.together.mentioned(tx, note.mentions);
      await this.clocks.record(tx, row, { type: 'note', at: this.clock.now() }, status);
      await this.store.save(tx, row);
      await this.together.addFollowers(
        tx,
        id,
        people.map((one) => one.id),
      );
      await this.store.activity(tx, row, 'note', who.userId, note.body, people.length > 0 ? { mentions: people } : {});
      return this.store.view(tx, who, id);
    });
  }

  /**
   * Writes to the customer; the mail leaves 10 s later.
   * @throws AppError case.not_found, case.illegal_transition (409), case.no_consent (409), case.no_address (409), case.suppressed (409)
   */
  message(who: Principal, id: string, body: unknown): Promise<CaseView & { undo: Undo }> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.store.lock(tx, id);
      this.store.allowed(row, 'message');
      const reply = await this.store.reply(tx, id);
      if (!reply.possible) throw refusal(reply);
      const { body: text, wait } = parse(NewMessage, body);
      const before = snapshotOf(row);
      const now = this.clock.now();
      await this.clocks.record(
        tx,
        row,
        { type: 'message', at: now, wait },
        this.store.allowed(row, wait ? 'message_wait' : 'message'),
      );
      await this.store.save(tx, row);
      const subjectId = await this.store.activity(tx, row, 'message', who.userId, text, { wait });
      await this.mail.send(tx, {
        kind: 'case_message',
        subjectId,
        to: reply.to ?? '',
        customerId: row.customerId,
        sendAt: new Date(now.getTime() + MAIL_DELAY_MS),
      });
      const undo = await this.undos.keep(tx, who, [
        {
          id,
          version: row.version,
          before,
          activityIds: [subjectId],
          painPointIds: [],
          mail: { kind: 'case_message', subjectId },
        },
      ]);
      return { ...(await this.store.view(tx, who, id)), undo };
    });
  }

  /**
   * Says what was done and why it happened; the customer is asked whether it is fixed, where they may be written to.
   * @throws AppError case.not_found, case.illegal_transition (409)
   */
  resolve(who: Principal, id: string, body: unknown): Promise<CaseView & { undo: Undo }> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.store.lock(tx, id);
      this.store.allowed(row, 'resolve');
      const input = parse(Resolve, body);
      const undo = await this.undos.keep(tx, who, [await this.resolveOne(tx, who, row, input)]);
      return { ...(await this.store.view(tx, who, id)), undo };
    });
  }

  /** @throws AppError case.not_found, case.illegal_transition (409) */
  reopen(who: Principal, id: string, body: unknown): Promise<CaseView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.store.lock(tx, id);
      const status = this.store.allowed(row, 'reopen');
      const { reason } = parse(Reopen, body);
      await this.store.reopened(tx, row, status, 'staff');
      await this.store.save(tx, row);
      await this.store.activity(tx, row, 'reopened', who.userId, reason);
      return this.store.view(tx, who, id);
    });
  }

  /** One change for many; what cannot take it stays as it is, with the reason. */
  bulk(who: Principal, ids: string[], change: BulkChange) {
    return this.db.tenant(who.tenantId, async (tx) => {
      if (change.ownerId) await this.store.requireOwner(tx, change.ownerId, 'change.ownerId');
      if (change.teamId) await this.identity.requireTeam(tx, change.teamId, 'change.teamId');
      if (change.painPointId) await this.painPoints.requirePainPoint(tx, change.painPointId, 'change.painPointId');
      const snapshots: Snapshot[] = [];
      const skipped: { id: string; number: number | null; code: string; message: string }[] = [];
      // One order for everybody, or two bulk changes that meet would wait for each other.
      for (const id of [...new Set(ids)].sort()) {
        const row = await tx.em.findOne(Case, { where: { id }, lock: { mode: 'pessimistic_write' } });
        if (!row) {
          skipped.push({ id, number: null, code: 'case.not_found', message: 'There is no such case.' });
          continue;
        }
        const { resolve, painPointId, ...plain } = change;
        if (resolve && next(row.status, 'resolve') === null) {
          skipped.push({
            id,
            number: row.number,
            code: 'case.illegal_transition',
            message: illegal(row, 'resolve').message,
          });
          continue;
        }
        const before = snapshotOf(row);
        const done: Pick<Snapshot, 'activityIds' | 'painPointIds' | 'mail'> = {
          activityIds: [],
          painPointIds: [],
          mail: null,
        };
        if (Object.keys(plain).length > 0 || painPointId) {
          const applied = await this.apply(tx, who, row, plain, painPointId);
          done.activityIds.push(...applied.activityIds);
          done.painPointIds.push(...applied.added);
        }
        if (resolve) {
          const resolved = await this.resolveOne(tx, who, row, resolve);
          done.activityIds.push(...resolved.activityIds);
          done.mail = resolved.mail;
        }
        snapshots.push({ id, version: row.version, before, ...done });
      }
      const undo = await this.undos.keep(tx, who, snapshots);
      return { undoId: undo.id, undoUntil: undo.until, changed: snapshots.length, skipped };
    });
  }

  private async resolveOne(tx: Tx, who: Principal, row: Case, input: z.infer<typeof Resolve>): Promise<Snapshot> {
    const before = snapshotOf(row);
    const status = this.store.allowed(row, 'resolve');
    const reply = await this.store.reply(tx, row.id);
    const now = this.clock.now();
    const cause = await this.rootCause(tx, input.rootCause);
    row.rootCause = cause.name;
    row.rootCauseId = cause.id;
    row.resolution = input.resolution;
    row.closedAt = null;
    row.snoozedUntil = null;
    await this.clocks.record(tx, row, { type: 'resolved', at: now }, status);
    await this.store.save(tx, row);
    const { calendar } = await this.clocks.plan(tx, row);
    const id = await this.store.activity(tx, row, 'resolved', who.userId, input.resolution, {
      rootCause: cause.name,
      mailed: false,
      reachable: reply.possible,
    });
    await tx.em.insert(Resolution, {
      id,
      caseId: row.id,
      rootCause: cause.name,
      body: input.resolution,
      resolvedBy: who.userId,
      resolvedAt: now,
      mailed: false,
      remindAt: addWorkingDays(calendar, now, REMIND_AFTER_DAYS),
      silentAt: addWorkingDays(calendar, now, SILENT_AFTER_DAYS),
    } as Resolution);
    if (reply.possible)
      await this.mail.send(tx, {
        kind: 'resolution',
        subjectId: id,
        to: reply.to ?? '',
        customerId: row.customerId,
        sendAt: new Date(now.getTime() + MAIL_DELAY_MS),
      });
    return {
      id: row.id,
      version: row.version,
      before,
      activityIds: [id],
      painPointIds: [],
      mail: reply.possible ? { kind: 'resolution', subjectId: id } : null,
    };
  }

  /** Changes fields, writes the thread, stores. */
  private async apply(
    tx: Tx,
    who: Principal,
    row: Case,
    change: Omit<ChangeCase, 'version'>,
    addPainPointId?: string,
  ): Promise<{ activityIds: string[]; added: string[] }> {
    const activityIds: string[] = [];
    const write = async (kind: ActivityName, data: Record<string, unknown>) =>
      activityIds.push(await this.store.activity(tx, row, kind, who.userId, null, data));
    const links = await this.links(tx, row.id, change.painPointIds, addPainPointId);
    const from = {
      ownerId: row.ownerId,
      teamId: row.teamId,
      priority: row.priority,
      rootCause: row.rootCause,
      labels: row.labels,
      snoozedUntil: row.snoozedUntil,
    };
    if (change.ownerId !== undefined) {
      if (change.ownerId !== null && change.ownerId !== row.ownerId) await this.store.requireOwner(tx, change.ownerId);
      row.ownerId = change.ownerId;
      if (change.ownerId !== null) row.status = this.store.allowed(row, 'assign');
      else if (row.status === 'assigned') row.status = 'new';
    }
    if (change.teamId !== undefined) {
      if (change.teamId !== null) await this.identity.requireTeam(tx, change.teamId);
      row.teamId = change.teamId;
    }
    if (change.priority !== undefined && change.priority !== row.priority) {
      row.priority = change.priority;
      // Another policy may count from now on.
      await this.clocks.record(tx, row, null);
    }
    if (change.labels !== undefined) row.labels = change.labels;
    if (change.subject !== undefined) {
      row.subject = change.subject;
      row.subjectByPerson = true;
    }
    if (change.rootCause !== undefined) {
      const cause = change.rootCause ? await this.rootCause(tx, change.rootCause) : { id: null, name: null };
      row.rootCause = cause.name;
      row.rootCauseId = cause.id;
    }
    if (change.snoozedUntil !== undefined) row.snoozedUntil = this.snooze(row, change.snoozedUntil);
    await this.store.save(tx, row);
    if (row.snoozedUntil?.getTime() !== from.snoozedUntil?.getTime())
      await write('snoozed', { until: row.snoozedUntil?.toISOString() ?? null });
    if (change.relatedIds !== undefined) await this.relate(tx, row, change.relatedIds, write);
    if (row.ownerId !== from.ownerId || row.teamId !== from.teamId)
      activityIds.push(await this.store.assigned(tx, row, who.userId, from.ownerId));
    if (row.priority !== from.priority) await write('priority', { from: from.priority, to: row.priority });
    if (row.labels.join('\n') !== from.labels.join('\n')) await write('labels', { from: from.labels, to: row.labels });
    if (row.rootCause !== from.rootCause) await write('root_cause', { from: from.rootCause, to: row.rootCause });
    if (links.added.length > 0 || links.removed.length > 0) {
      await tx.em.query(
        `insert into case_pain_points (case_id, pain_point_id, linked_by) select $1, unnest($2::uuid[]), $3 on conflict do nothing`,
        [row.id, links.added, who.userId],
      );
      await tx.em.query(`delete from case_pain_points where case_id = $1 and pain_point_id = any($2::uuid[])`, [
        row.id,
        links.removed,
      ]);
      const names = await this.painPoints.names(tx, [...links.added, ...links.removed]);
      const named = (ids: string[]) => ids.map((id) => ({ id, name: names.get(id)?.name ?? '' }));
      await write('linked', { added: named(links.added), removed: named(links.removed) });
    }
    return { activityIds, added: links.added };
  }

  private async links(tx: Tx, caseId: string, wanted: string[] | undefined, add: string | undefined) {
    if (wanted === undefined && add === undefined) return { added: [], removed: [] };
    const rows: { pain_point_id: string; shown: string }[] = await tx.em.query(
      `select l.pain_point_id, coalesce(p.merged_into, p.id) as shown from case_pain_points l join pain_points p on p.id = l.pain_point_id where l.case_id = $1`,
      [caseId],
    );
    const shown = new Set(rows.map((row) => row.shown));
    const target = new Set(wanted ?? [...shown, ...(add ? [add] : [])]);
    const added = [...target].filter((id) => !shown.has(id));
    if (wanted)
      for (const [at, id] of wanted.entries())
        if (added.includes(id)) await this.painPoints.requirePainPoint(tx, id, `painPointIds[${at}]`);
    return { added, removed: rows.filter((row) => !target.has(row.shown)).map((row) => row.pain_point_id) };
  }

  /** @throws AppError case.illegal_transition (409) for what is resolved, 422 for a time that is not ahead */
  private snooze(row: Case, until: string | null): Date | null {
    if (until === null) return null;
    if (!isOpenStatus(row.status)) throw illegal(row, 'message');
    const at = new Date(until);
    const ahead = at.getTime() - this.clock.now().getTime();
    if (ahead <= 0) throw invalid('snoozedUntil', 'Choose a time that is still to come.');
    if (ahead > MOST_SNOOZE_MS) throw invalid('snoozedUntil', 'Choose a time within a year.');
    return at;
  }

  /** @throws AppError 422 at `relatedIds[n]` for what is no other case */
  private async relate(
    tx: Tx,
    row: Case,
    wanted: readonly string[],
    write: (kind: ActivityName, data: Record<string, unknown>) => Promise<unknown>,
  ): Promise<void> {
    const known: { id: string; number: number }[] = await tx.em.query(
      `select id, number from cases where id = any($1::uuid[]) or id in (select other_id from case_relations where case_id = $2)`,
      [wanted, row.id],
    );
    const numbers = new Map(known.map((one) => [one.id, one.number]));
    for (const [at, id] of wanted.entries())
      if (id === row.id || !numbers.has(id)) throw invalid(`relatedIds[${at}]`, 'Choose another case.');
    const before: { other_id: string }[] = await tx.em.query(`select other_id from case_relations where case_id = $1`, [
      row.id,
    ]);
    const now = new Set(before.map((one) => one.other_id));
    const added = wanted.filter((id) => !now.has(id));
    const removed = [...now].filter((id) => !wanted.includes(id));
    if (added.length + removed.length === 0) return;
    await tx.em.query(
      `insert into case_relations (case_id, other_id) select $1, unnest($2::uuid[]) union all select unnest($2::uuid[]), $1 on conflict do nothing`,
      [row.id, added],
    );
    await tx.em.query(
      `delete from case_relations where case_id = $1 and other_id = any($2::uuid[]) or other_id = $1 and case_id = any($2::uuid[])`,
      [row.id, removed],
    );
    const named = (ids: string[]) => ids.map((id) => ({ id, number: numbers.get(id) }));
    await write('related', { added: named(added), removed: named(removed) });
  }

  /** The branch of the tree with this name, in whatever case; else the text itself. */
  private async rootCause(tx: Tx, text: string): Promise<{ id: string | null; name: string }> {
    const [row]: Pick<RootCause, 'id' | 'name'>[] = await tx.em.query(
      `select id, name from root_causes where lower(name) = lower($1)`,
      [text],
    );
    return row ?? { id: null, name: text };
  }
}

function refusal({ reason, why }: Reply): AppError {
  const code =
    reason === 'no_address' ? 'case.no_address' : reason === 'suppressed' ? 'case.suppressed' : 'case.no_consent';
  return new AppError('conflict', code, why ?? 'This customer cannot be written to.', { extra: { reason } });
}

/** Bodies of verbs are read after the state was checked: 409 comes before 422. */
function parse<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const result = schema.safeParse(body ?? {});
  if (!result.success) throw inputError(result.error.issues);
  return result.data;
}
