import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Customers, type TimelineEntry } from '../../customers/customers.service.js';
import { Identity, requireVersion } from '../../identity/identity.service.js';
import { Journeys } from '../../journeys/journeys.service.js';
import { PainPoints } from '../../painpoints/painpoints.service.js';
import { PainPointsMatched } from '../../painpoints/painpoints.messages.js';
import type { Principal } from '../../platform/auth.js';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { AppError, invalid, notFound } from '../../platform/errors.js';
import { inputError } from '../../platform/http/validation.js';
import { newId } from '../../platform/ids.js';
import { Jobs, defineMessage } from '../../platform/jobs.js';
import { type Delivery, Mail, type MailReply } from '../../platform/mail/mail.js';
import { type Page, decodeCursor, toPage } from '../../platform/page.js';
import { parseBound } from '../../platform/zone.js';
import { ResponseReceived } from '../../responses/responses.messages.js';
import { type Outcome, type PromiseFacts, Responses } from '../../responses/responses.service.js';
import { addWorkingDays } from './calendar.js';
import { CaseMails } from './case-mails.js';
import { type Candidate, CaseRules } from './case-rules.service.js';
import { CaseViews, type Reply } from './case-views.js';
import {
  type BulkChange,
  type CaseCounts,
  type CaseQuery,
  type CaseView,
  type ChangeCase,
  type CountsQuery,
  NewMessage,
  type NewCase,
  NewNote,
  Reopen,
  Resolve,
} from './cases.contract.js';
import { type ActivityName, BulkChangeRow, Case, CaseActivity, Resolution, RootCause } from './cases.entity.js';
import { Clocks } from './clocks.js';
import { firstName } from './loop-steps.js';
import { dueTimes, slaFacts } from './sla.js';
import { type CaseAction, type CaseStatus, isOpenStatus, next, OPEN_STATUSES } from './transitions.js';

/** Rules run on what is known when the words have not been read by then. */
const RULES_AFTER_MS = 60_000;
/** Mails to customers leave this long after the press, so that undo can stop them. */
export const MAIL_DELAY_MS = 10_000;
/** Undo is offered for 8 s; the rest is for slow networks. Where a mail has left, undo refuses by itself. */
const UNDO_MS = 20_000;
const REMIND_AFTER_DAYS = 5;
const SILENT_AFTER_DAYS = 10;
const SWEEP_MS = 5 * 60_000;

const RulesDue = defineMessage('cases.rules_due', z.object({ responseId: z.uuid(), version: z.int() }));

const OPEN_SQL = OPEN_STATUSES.map((status) => `'${status}'`).join(', ');
const NEEDS_REPLY_SQL = `c.status in ('new', 'assigned', 'in_progress', 'reopened') and (c.first_responded_at is null or c.next_response_due_at is not null)`;
const JOINS = `left join responses r on r.id = c.response_id left join customers cu on cu.id = c.customer_id left join touchpoints t on t.id = c.touchpoint_id`;

/** What others may know of a change, in the transaction that makes it. */
export interface CaseEvent {
  caseId: string;
  number: number;
  kind: ActivityName | 'changed';
  status: CaseStatus;
  version: number;
  actorId: string | null;
}

/** Everything that undo needs of one case. */
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

interface NewCaseFacts {
  responseId: string | null;
  customerId: string | null;
  touchpointId: string | null;
  ownerId: string | null;
  teamId: string | null;
  priority: Case['priority'];
  slaPolicyId: string | null;
  subject: string;
  subjectByPerson: boolean;
  comment: string | null;
  score: number | null;
  mayContact: boolean | null;
  painPointIds: readonly string[];
  rule: { id: string; name: string } | null;
  actorId: string | null;
}

/** One customer, one problem, one answer: the inner loop, which the customer closes. */
@Injectable()
export class Cases {
  private readonly observers: ((tx: Tx, event: CaseEvent) => Promise<void>)[] = [];

  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly mail: Mail,
    private readonly identity: Identity,
    private readonly customers: Customers,
    private readonly journeys: Journeys,
    responses: Responses,
    private readonly painPoints: PainPoints,
    private readonly rules: CaseRules,
    private readonly clocks: Clocks,
    private readonly caseViews: CaseViews,
    private readonly caseMails: CaseMails,
  ) {
    jobs.on(ResponseReceived, 'cases.plan_rules', ({ responseId, version }, job) =>
      this.db.tenant(job.tenantId, async (tx) => {
        await this.responseChanged(tx, responseId);
        const at = new Date(this.clock.now().getTime() + RULES_AFTER_MS);
        await this.jobs.send(tx, RulesDue, `${responseId}:${version}`, { responseId, version }, at);
      }),
    );
    jobs.on(RulesDue, 'cases.apply_rules_late', ({ responseId }, job) => this.applyRules(job.tenantId, responseId));
    jobs.on(PainPointsMatched, 'cases.apply_rules', ({ responseId }, job) => this.applyRules(job.tenantId, responseId));
    jobs.every('cases.silence', SWEEP_MS, z.strictObject({}), () => this.sweepSilence());
    responses.registerPromise((tx, facts) => this.promise(tx, facts));
    responses.registerOutcome((tx, responseId) => this.outcome(tx, responseId));
    responses.registerCaseLookup((tx, ids) => this.idsByResponse(tx, ids));
    painPoints.registerFacts({
      openCases: (tx, ids) => this.openByPainPoint(tx, ids),
      improvements: (tx, ids) => this.improvementsByPainPoint(tx, ids),
      caseIds: (tx, ids) => this.idsByResponse(tx, ids),
    });
    customers.registerPersonalData({
      timeline: (tx, customerId) => this.timeline(tx, customerId),
      export: (tx, customerId) => this.export(tx, customerId),
      erase: (tx, customerId) => this.erase(tx, customerId),
    });
    const replied = (tx: Tx, delivery: Delivery, reply: MailReply) => this.replied(tx, delivery, reply);
    mail.on('case_message', {
      requested: true,
      render: (tx, delivery) => this.caseMails.message(tx, delivery),
      replied,
    });
    mail.on('resolution', {
      requested: true,
      render: (tx, delivery) => this.caseMails.resolution(tx, delivery),
      replied,
      sent: (tx, delivery) => this.mailed(tx, delivery, true),
      bounced: (tx, delivery, kind) => (kind === 'hard' ? this.mailed(tx, delivery, false) : Promise.resolve()),
    });
    mail.on('resolution_reminder', {
      requested: true,
      render: (tx, delivery) => this.caseMails.resolution(tx, delivery),
      replied,
    });
  }

  /** Hears of every change of a case, in its transaction: for live screens and webhooks. */
  registerObserver(observe: (tx: Tx, event: CaseEvent) => Promise<void>): void {
    this.observers.push(observe);
  }

  // ——— opening by rule ———

  /** Runs the rules on what is known of the response. Once it has a case, only new pain points are linked. */
  private applyRules(tenantId: string, responseId: string): Promise<void> {
    return this.db.tenant(tenantId, async (tx) => {
      const found = await this.rules.candidate(tx, responseId);
      if (!found || found.withdrawn) return;
      const caseId = (await this.idsByResponse(tx, [responseId])).get(responseId);
      if (caseId !== undefined) {
        await tx.em.query(
          `insert into case_pain_points (case_id, pain_point_id) select $1, unnest($2::uuid[]) on conflict do nothing`,
          [caseId, found.painPointIds],
        );
        return;
      }
      const rule = await this.rules.firstMatch(tx, found);
      if (!rule) return;
      const to = await this.rules.assignee(tx, rule.assign, found.touchpointId);
      await this.open(tx, {
        responseId,
        customerId: found.customerId,
        touchpointId: found.touchpointId,
        ...to,
        priority: rule.priority,
        slaPolicyId: rule.slaPolicyId,
        subject: await this.subjectOf(tx, found),
        subjectByPerson: false,
        comment: null,
        score: found.score,
        mayContact: null,
        painPointIds: found.painPointIds,
        rule: { id: rule.id, name: rule.name },
        actorId: null,
      });
    });
  }

  /** The customer's own first words say best what it is about; a withdrawn answer leaves none. */
  private async subjectOf(tx: Tx, facts: Pick<Candidate, 'comment' | 'touchpointId' | 'score'>): Promise<string> {
    const first = firstSentence(facts.comment ?? '');
    if (first !== '') return first;
    const touchpoint =
      facts.touchpointId === null ? null : await this.journeys.requireTouchpoint(tx, facts.touchpointId);
    return touchpoint ? `${touchpoint.name}: score ${facts.score}` : `Score ${facts.score}`;
  }

  /** An answer that was changed or withdrawn after its case was opened: what the case repeats of it follows. */
  private async responseChanged(tx: Tx, responseId: string): Promise<void> {
    const row = await tx.em.findOne(Case, { where: { responseId }, lock: { mode: 'pessimistic_write' } });
    if (!row) return;
    const facts = await this.rules.candidate(tx, responseId);
    if (!facts) return;
    row.score = facts.score;
    if (!row.subjectByPerson) row.subject = await this.subjectOf(tx, facts);
    await this.save(tx, row);
  }

  /** Writes the case with the next number; null when the response has one already. */
  private async open(tx: Tx, facts: NewCaseFacts): Promise<string | null> {
    const now = this.clock.now();
    await tx.em.query(`insert into case_numbers (last) values (0) on conflict do nothing`);
    // Everyone who opens a case waits here, so that the look below is certain and no number is lost to a conflict.
    const [counter]: { last: number }[] = await tx.em.query(`select last from case_numbers for update`);
    if (!counter) throw new Error('no case numbers');
    if (facts.responseId !== null && (await tx.em.existsBy(Case, { responseId: facts.responseId }))) return null;
    const number = counter.last + 1;
    await tx.em.query(`update case_numbers set last = $1`, [number]);
    const { painPointIds, rule, actorId, ...columns } = facts;
    const row = tx.em.create(Case, {
      ...columns,
      id: newId(),
      number,
      status: facts.ownerId === null ? 'new' : 'assigned',
      ruleId: rule?.id ?? null,
      pauses: [],
      waitedMinutes: 0,
      reopenedCount: 0,
      firstRespondedAt: null,
      unansweredSince: null,
      nextResponseDueAt: null,
      lastCustomerMessageAt: null,
      resolutionStartedAt: now,
      waitingSince: null,
      resolvedAt: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
    });
    await this.clocks.record(tx, row, null);
    const { tenantId: _, ...values } = row;
    await tx.em.insert(Case, values as never);
    await tx.em.query(
      `insert into case_pain_points (case_id, pain_point_id, linked_by) select $1, unnest($2::uuid[]), $3 on conflict do nothing`,
      [row.id, painPointIds, actorId],
    );
    await this.activity(tx, row, 'opened', actorId, null, { rule });
    if (row.ownerId !== null || row.teamId !== null) await this.assigned(tx, row, actorId, null);
    if (row.customerId !== null) await this.customers.hold(tx, row.customerId, `case:${row.id}`);
    return row.id;
  }

  /** The thank-you page's date: when a rule opens a case and the customer may be written to. */
  private async promise(tx: Tx, { responseId }: PromiseFacts): Promise<{ at: Date } | null> {
    const known = await tx.em.findOneBy(Case, { responseId });
    if (known) {
      const reply = await this.reply(tx, known.id);
      return known.firstRespondedAt === null && known.firstResponseDueAt && reply.possible
        ? { at: known.firstResponseDueAt }
        : null;
    }
    const facts = await this.rules.candidate(tx, responseId);
    const rule = facts && !facts.withdrawn ? await this.rules.firstMatch(tx, facts) : null;
    if (!facts || !rule || facts.customerId === null) return null;
    const customer = (await this.customers.contacts(tx, [facts.customerId])).get(facts.customerId);
    const reply = await this.caseViews.replies(tx, [
      {
        id: responseId,
        status: 'new',
        customer_id: facts.customerId,
        email: customer?.email ?? null,
        the_may_contact: facts.mayContact,
      },
    ]);
    if (!reply.get(responseId)?.possible) return null;
    const { policy, calendar } = await this.clocks.plan(tx, rule.slaPolicyId);
    const due = dueTimes(policy, calendar, slaFacts([{ type: 'created', at: this.clock.now() }])).firstResponse.dueAt;
    return due ? { at: due } : null;
  }

  // ——— reading ———

  list(who: Principal, query: CaseQuery): Promise<Page<CaseView>> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const { where, param, values } = await this.filter(tx, who, query);
      if (query.view) where.push(INBOX_SQL[query.view](() => param(who.userId)));
      // What is resolved has no due time left.
      const byDue = query.sort === 'due' && query.view !== 'resolved';
      if (query.cursor) {
        const [at, id] = decodeCursor(query.cursor, 2);
        if (!isId(id) || (at !== null && !isInstant(at)) || (at === null && !byDue))
          throw invalid('cursor', 'Use the nextCursor of the page before.');
        if (!byDue) where.push(`(c.created_at, c.id) < (${param(at)}::timestamptz, ${param(id)}::uuid)`);
        else if (at === null) where.push(`c.due_at is null and c.id > ${param(id)}::uuid`);
        else where.push(`((c.due_at, c.id) > (${param(at)}::timestamptz, ${param(id)}::uuid) or c.due_at is null)`);
      }
      const order = byDue ? 'c.due_at asc nulls last, c.id' : 'c.created_at desc, c.id desc';
      const rows = await this.caseViews.select(
        tx,
        `where ${where.join(' and ')} order by ${order} limit ${param(query.limit + 1)}`,
        values,
      );
      const page = toPage(
        rows,
        query.limit,
        (row) => [byDue ? row.due_text : row.created_text, row.id],
        (row) => row,
      );
      return { items: await this.caseViews.views(tx, who, page.items), nextCursor: page.nextCursor };
    });
  }

  /** The counts beside the tabs. `resolved` counts those that wait for the customer's yes. */
  counts(who: Principal, query: CountsQuery): Promise<CaseCounts> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const { where, values, param } = await this.filter(tx, who, query);
      const me = param(who.userId);
      const [row] = await tx.em.query(
        `select count(*) filter (where ${NEEDS_REPLY_SQL})::int as "needsReply",
           count(*) filter (where c.status in (${OPEN_SQL}) and c.owner_id = ${me}::uuid)::int as mine,
           count(*) filter (where c.status in (${OPEN_SQL}) and c.owner_id is null)::int as unassigned,
           count(*) filter (where c.status = 'waiting')::int as waiting,
           count(*) filter (where c.status = 'resolved')::int as resolved,
           count(*) filter (where c.status in (${OPEN_SQL}) and c.due_at < ${param(this.clock.now())})::int as overdue
         from cases c ${JOINS} where c.status in (${OPEN_SQL}, 'resolved') and ${where.join(' and ')}`,
        values,
      );
      return row;
    });
  }

  /** @throws AppError case.not_found */
  get(who: Principal, id: string): Promise<CaseView> {
    return this.db.tenant(who.tenantId, (tx) => this.view(tx, who, id));
  }

  // ——— working ———

  /** A case made by hand. @throws AppError 409 case.exists for a response that has one, 422 for unknown parts */
  create(who: Principal, input: NewCase): Promise<CaseView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const response = input.responseId ? await this.rules.candidate(tx, input.responseId) : null;
      if (input.responseId && !response) throw invalid('responseId', 'There is no such response.');
      const touchpoint = input.touchpointKey ? await this.journeys.byKey(tx, input.touchpointKey) : null;
      if (input.touchpointKey && !touchpoint) throw invalid('touchpointKey', 'There is no such touchpoint.');
      const customerId = response?.customerId ?? (await this.customerOf(tx, input));
      if (input.ownerId) await this.requireOwner(tx, input.ownerId);
      if (input.teamId) await this.identity.requireTeam(tx, input.teamId);
      for (const [at, id] of (input.painPointIds ?? []).entries())
        await this.painPoints.requirePainPoint(tx, id, `painPointIds[${at}]`);
      const touchpointId = touchpoint?.id ?? response?.touchpointId ?? null;
      const comment = response ? null : (input.comment ?? null);
      const subject =
        input.subject ||
        (response
          ? await this.subjectOf(tx, response)
          : firstSentence(comment ?? '') || (touchpoint ? touchpoint.name : 'Opened by hand'));
      const id = await this.open(tx, {
        responseId: response?.responseId ?? null,
        customerId,
        touchpointId,
        ownerId: input.ownerId ?? null,
        teamId: input.teamId ?? null,
        priority: input.priority,
        slaPolicyId: null,
        subject,
        subjectByPerson: Boolean(input.subject),
        comment,
        score: response?.score ?? input.score ?? null,
        mayContact: input.mayContact ?? null,
        painPointIds: [...new Set([...(input.painPointIds ?? []), ...(response?.painPointIds ?? [])])],
        rule: null,
        actorId: who.userId,
      });
      if (id === null) {
        const caseId = (await this.idsByResponse(tx, [input.responseId ?? ''])).get(input.responseId ?? '');
        throw new AppError('conflict', 'case.exists', 'This response has a case already.', { extra: { caseId } });
      }
      return this.view(tx, who, id);
    });
  }

  /** @throws AppError case.not_found, case.version (409), 422 for unknown people, teams or pain points */
  change(who: Principal, id: string, { version, ...change }: ChangeCase): Promise<CaseView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.lock(tx, id);
      requireVersion(row, version, 'case');
      await this.apply(tx, who, row, change);
      return this.view(tx, who, id);
    });
  }

  /** An internal note. @throws AppError case.not_found */
  note(who: Principal, id: string, body: unknown): Promise<CaseView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.lock(tx, id);
      const status = this.allowed(row, 'note');
      const note = parse(NewNote, body);
      await this.clocks.record(tx, row, { type: 'note', at: this.clock.now() }, status);
      await this.save(tx, row);
      await this.activity(tx, row, 'note', who.userId, note.body);
      return this.view(tx, who, id);
    });
  }

  /**
   * Writes to the customer; the mail leaves 10 s later.
   * @throws AppError case.not_found, case.illegal_transition (409), case.no_consent (409), case.no_address (409), case.suppressed (409)
   */
  message(who: Principal, id: string, body: unknown): Promise<CaseView & { undo: Undo }> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.lock(tx, id);
      this.allowed(row, 'message');
      const reply = await this.reply(tx, id);
      if (!reply.possible) throw refusal(reply);
      const { body: text, wait } = parse(NewMessage, body);
      const before = snapshotOf(row);
      const now = this.clock.now();
      await this.clocks.record(
        tx,
        row,
        { type: 'message', at: now, wait },
        this.allowed(row, wait ? 'message_wait' : 'message'),
      );
      await this.save(tx, row);
      const subjectId = await this.activity(tx, row, 'message', who.userId, text, { wait });
      await this.mail.send(tx, {
        kind: 'case_message',
        subjectId,
        to: reply.to ?? '',
        customerId: row.customerId,
        sendAt: new Date(now.getTime() + MAIL_DELAY_MS),
      });
      const undo = await this.keep(tx, who, [
        {
          id,
          version: row.version,
          before,
          activityIds: [subjectId],
          painPointIds: [],
          mail: { kind: 'case_message', subjectId },
        },
      ]);
      return { ...(await this.view(tx, who, id)), undo };
    });
  }

  /**
   * Says what was done and why it happened; the customer is asked whether it is fixed, where they may be written to.
   * @throws AppError case.not_found, case.illegal_transition (409)
   */
  resolve(who: Principal, id: string, body: unknown): Promise<CaseView & { undo: Undo }> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.lock(tx, id);
      this.allowed(row, 'resolve');
      const input = parse(Resolve, body);
      const undo = await this.keep(tx, who, [await this.resolveOne(tx, who, row, input)]);
      return { ...(await this.view(tx, who, id)), undo };
    });
  }

  /** @throws AppError case.not_found, case.illegal_transition (409) */
  reopen(who: Principal, id: string, body: unknown): Promise<CaseView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.lock(tx, id);
      const status = this.allowed(row, 'reopen');
      const { reason } = parse(Reopen, body);
      await this.reopened(tx, row, status, 'staff');
      await this.save(tx, row);
      await this.activity(tx, row, 'reopened', who.userId, reason);
      return this.view(tx, who, id);
    });
  }

  /** One change for many; what cannot take it stays as it is, with the reason. */
  bulk(who: Principal, ids: string[], change: BulkChange) {
    return this.db.tenant(who.tenantId, async (tx) => {
      if (change.ownerId) await this.requireOwner(tx, change.ownerId, 'change.ownerId');
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
      const undo = await this.keep(tx, who, snapshots);
      return { undoId: undo.id, undoUntil: undo.until, changed: snapshots.length, skipped };
    });
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

  // ——— the customer ———

  /**
   * The customer's word on the page `/r`: fixed closes the case, not yet reopens it with a higher priority. The same answer twice is once.
   * @throws AppError case.not_found
   */
  answer(tenantId: string, id: string, answer: 'fixed' | 'not_yet', comment: string | null): Promise<void> {
    return this.db.tenant(tenantId, async (tx) => {
      const row = await this.lock(tx, id);
      const resolution = await this.lastResolution(tx, id);
      if (!resolution) {
        if (comment) await this.heard(tx, row, comment, {});
        return;
      }
      if (resolution.answer === answer) return;
      const now = this.clock.now();
      const status = next(row.status, answer === 'fixed' ? 'customer_fixed' : 'customer_not_yet');
      if (isOpenStatus(row.status)) {
        // Somebody opened it again since the page was made: the words count, the question is no longer asked.
        if (comment) await this.heard(tx, row, comment, {});
        return;
      }
      await tx.em.update(Resolution, { id: resolution.id }, { answer, answerComment: comment, answeredAt: now });
      if (answer === 'not_yet' && status !== null) {
        row.priority = RAISED[row.priority];
        await this.reopened(tx, row, status, 'customer');
        row.lastCustomerMessageAt = now;
      } else if (status !== null && row.status !== status) {
        row.status = status;
        row.closedAt = now;
        await this.release(tx, row);
      }
      // A late "fixed" after the silence is kept as the last word; the case was closed already.
      await this.save(tx, row);
      await this.activity(tx, row, answer, null, comment);
    });
  }

  /** Mail that answers one of ours. */
  private async replied(tx: Tx, delivery: Delivery, reply: MailReply): Promise<void> {
    const activity = await tx.em.findOneBy(CaseActivity, { id: delivery.subjectId });
    if (!activity) return;
    const row = await this.lock(tx, activity.caseId);
    await this.heard(tx, row, reply.text, {
      messageId: reply.messageId,
      fromMatches: reply.fromMatches,
      ...(reply.fromMatches ? {} : { from: reply.from }),
      attachments: reply.attachments,
    });
  }

  private async heard(tx: Tx, row: Case, text: string, data: Record<string, unknown>): Promise<void> {
    const now = this.clock.now();
    await this.clocks.record(
      tx,
      row,
      { type: 'customer_message', at: now },
      next(row.status, 'customer_message') ?? row.status,
    );
    row.lastCustomerMessageAt = now;
    await this.save(tx, row);
    await this.activity(tx, row, 'customer_message', null, text, data);
  }

  private async mailed(tx: Tx, delivery: Delivery, mailed: boolean): Promise<void> {
    await tx.em.update(Resolution, { id: delivery.subjectId }, { mailed });
    await tx.em.query(
      `update case_activities set data = data || jsonb_build_object('mailed', $2::boolean) where id = $1`,
      [delivery.subjectId, mailed],
    );
  }

  // ——— silence ———

  /** One gentle reminder, then `closed_silent`, case by case. */
  private async sweepSilence(): Promise<void> {
    for (const tenantId of await this.db.tenantIds()) {
      const now = this.clock.now();
      const due: { case_id: string }[] = await this.db.tenant(tenantId, (tx) =>
        tx.em.query(
          `select distinct n.case_id from resolutions n join cases c on c.id = n.case_id
           where c.status = 'resolved' and n.answer is null and n.undone_at is null and (n.silent_at <= $1 or n.remind_at <= $1 and n.reminded_at is null) limit 1000`,
          [now],
        ),
      );
      for (const { case_id: id } of due) await this.db.tenant(tenantId, (tx) => this.silence(tx, id, now));
    }
  }

  private async silence(tx: Tx, id: string, now: Date): Promise<void> {
    const row = await this.lock(tx, id);
    const resolution = await this.lastResolution(tx, id);
    if (row.status !== 'resolved' || !resolution || resolution.answer !== null) return;
    if (resolution.silentAt && resolution.silentAt <= now) {
      row.status = this.allowed(row, 'silence');
      row.closedAt = now;
      await this.release(tx, row);
      await this.save(tx, row);
      await this.activity(tx, row, 'closed_silent', null, null);
      return;
    }
    if (!resolution.remindAt || resolution.remindAt > now || resolution.remindedAt) return;
    await tx.em.update(Resolution, { id: resolution.id }, { remindedAt: now });
    const reply = await this.reply(tx, id);
    if (resolution.mailed && reply.reason === 'closed' && reply.to !== null)
      await this.mail.send(tx, {
        kind: 'resolution_reminder',
        subjectId: resolution.id,
        to: reply.to,
        customerId: row.customerId,
      });
  }

  // ——— parts ———

  private async resolveOne(tx: Tx, who: Principal, row: Case, input: z.infer<typeof Resolve>): Promise<Snapshot> {
    const before = snapshotOf(row);
    const status = this.allowed(row, 'resolve');
    const reply = await this.reply(tx, row.id);
    const now = this.clock.now();
    const cause = await this.rootCause(tx, input.rootCause);
    row.rootCause = cause.name;
    row.rootCauseId = cause.id;
    row.resolution = input.resolution;
    row.closedAt = null;
    await this.clocks.record(tx, row, { type: 'resolved', at: now }, status);
    await this.save(tx, row);
    const { calendar } = await this.clocks.plan(tx, row.slaPolicyId);
    const id = await this.activity(tx, row, 'resolved', who.userId, input.resolution, {
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

  private async reopened(tx: Tx, row: Case, status: CaseStatus, by: 'customer' | 'staff'): Promise<void> {
    await this.clocks.record(tx, row, { type: 'reopened', at: this.clock.now(), by }, status);
    row.reopenedCount += 1;
    row.closedAt = null;
    if (row.customerId !== null) await this.customers.hold(tx, row.customerId, `case:${row.id}`);
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
      activityIds.push(await this.activity(tx, row, kind, who.userId, null, data));
    const links = await this.links(tx, row.id, change.painPointIds, addPainPointId);
    const from = { ownerId: row.ownerId, teamId: row.teamId, priority: row.priority, rootCause: row.rootCause };
    if (change.ownerId !== undefined) {
      if (change.ownerId !== null && change.ownerId !== row.ownerId) await this.requireOwner(tx, change.ownerId);
      row.ownerId = change.ownerId;
      if (change.ownerId !== null) row.status = this.allowed(row, 'assign');
      else if (row.status === 'assigned') row.status = 'new';
    }
    if (change.teamId !== undefined) {
      if (change.teamId !== null) await this.identity.requireTeam(tx, change.teamId);
      row.teamId = change.teamId;
    }
    if (change.priority !== undefined) row.priority = change.priority;
    if (change.subject !== undefined) {
      row.subject = change.subject;
      row.subjectByPerson = true;
    }
    if (change.rootCause !== undefined) {
      const cause = change.rootCause ? await this.rootCause(tx, change.rootCause) : { id: null, name: null };
      row.rootCause = cause.name;
      row.rootCauseId = cause.id;
    }
    await this.save(tx, row);
    if (row.ownerId !== from.ownerId || row.teamId !== from.teamId)
      activityIds.push(await this.assigned(tx, row, who.userId, from.ownerId));
    if (row.priority !== from.priority) await write('priority', { from: from.priority, to: row.priority });
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

  private async assigned(tx: Tx, row: Case, actorId: string | null, fromOwnerId: string | null): Promise<string> {
    const owner =
      row.ownerId === null ? undefined : (await this.identity.users(tx)).find((user) => user.id === row.ownerId);
    const team = row.teamId === null ? undefined : (await this.identity.teams(tx)).find((one) => one.id === row.teamId);
    return this.activity(tx, row, 'assigned', actorId, null, {
      ownerId: row.ownerId,
      ownerName: owner?.name ?? null,
      teamId: row.teamId,
      teamName: team?.name ?? null,
      fromOwnerId,
    });
  }

  /** A person who may work cases. */
  private async requireOwner(tx: Tx, userId: string, path = 'ownerId'): Promise<void> {
    const user = await this.identity.requireUser(tx, userId, path);
    if (user.role === 'viewer')
      throw invalid(path, `${firstName(user.name)} may only look. Choose somebody who works cases.`);
  }

  private async customerOf(tx: Tx, input: NewCase): Promise<string | null> {
    if (input.customerId) {
      const known = (await this.customers.contacts(tx, [input.customerId])).has(input.customerId);
      if (!known) throw invalid('customerId', 'There is no such customer.');
      return input.customerId;
    }
    if (!input.externalCustomerId) return null;
    const customer = await this.customers.byExternalId(tx, input.externalCustomerId);
    if (!customer) throw invalid('externalCustomerId', 'There is no such customer.');
    return customer.id;
  }

  /** The branch of the tree with this name, in whatever case; else the text itself. */
  private async rootCause(tx: Tx, text: string): Promise<{ id: string | null; name: string }> {
    const [row]: Pick<RootCause, 'id' | 'name'>[] = await tx.em.query(
      `select id, name from root_causes where lower(name) = lower($1)`,
      [text],
    );
    return row ?? { id: null, name: text };
  }

  private async reply(tx: Tx, caseId: string): Promise<Reply> {
    const rows = await this.caseViews.select(tx, `where c.id = $1`, [caseId]);
    const reply = (await this.caseViews.replies(tx, rows)).get(caseId);
    if (!reply) throw notFound('case', 'case');
    return reply;
  }

  private async lastResolution(tx: Tx, caseId: string): Promise<Resolution | null> {
    const [row] = await tx.em
      .createQueryBuilder(Resolution, 'n')
      .where('n.case_id = :caseId and n.undone_at is null', { caseId })
      .orderBy('n.resolved_at', 'DESC')
      .limit(1)
      .getMany();
    return row ?? null;
  }

  private async release(tx: Tx, row: Case): Promise<void> {
    if (row.customerId !== null) await this.customers.release(tx, row.customerId, `case:${row.id}`);
  }

  private async lock(tx: Tx, id: string): Promise<Case> {
    const row = await tx.em.findOne(Case, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw notFound('case', 'case');
    return row;
  }

  /** The status after `action`. @throws AppError case.illegal_transition (409) */
  private allowed(row: Case, action: CaseAction): CaseStatus {
    const status = next(row.status, action);
    if (status === null) throw illegal(row, action);
    return status;
  }

  private async save(tx: Tx, row: Case): Promise<void> {
    row.version += 1;
    row.updatedAt = this.clock.now();
    const { tenantId: _tenant, id, number: _number, ...columns } = row;
    await tx.em.update(Case, { id }, columns as never);
  }

  private async activity(
    tx: Tx,
    row: Case,
    kind: ActivityName,
    actorId: string | null,
    body: string | null,
    data: Record<string, unknown> = {},
  ): Promise<string> {
    const id = newId();
    await tx.em.insert(CaseActivity, { id, caseId: row.id, kind, actorId, body, data, at: this.clock.now() } as never);
    await this.tell(tx, row, kind, actorId);
    return id;
  }

  private async tell(
    tx: Tx,
    row: Pick<Case, 'id' | 'number' | 'status' | 'version'>,
    kind: CaseEvent['kind'],
    actorId: string | null,
  ): Promise<void> {
    const event = { caseId: row.id, number: row.number, kind, status: row.status, version: row.version, actorId };
    for (const observe of this.observers) await observe(tx, event);
  }

  private async keep(tx: Tx, who: Principal, snapshots: Snapshot[]): Promise<Undo> {
    const id = newId();
    const until = new Date(this.clock.now().getTime() + UNDO_MS);
    await tx.em.insert(BulkChangeRow, { id, actorId: who.userId, before: snapshots, undoUntil: until } as never);
    return { id, until: until.toISOString() };
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
    await this.tell(
      tx,
      { id: row.id, number: row.number, status: snapshot.before.status, version: row.version + 1 },
      'changed',
      who.userId,
    );
    return true;
  }

  private async view(tx: Tx, who: Principal, id: string): Promise<CaseView> {
    const [view] = await this.caseViews.views(tx, who, await this.caseViews.select(tx, `where c.id = $1`, [id]));
    if (!view) throw notFound('case', 'case');
    return view;
  }

  private async filter(tx: Tx, who: Principal, query: CountsQuery) {
    const values: unknown[] = [];
    const param = (value: unknown): string => `$${values.push(value)}`;
    const where: string[] = ['true'];
    if (query.status) where.push(`c.status = any(${param(query.status)})`);
    if (query.ownerId === 'none') where.push('c.owner_id is null');
    else if (query.ownerId)
      where.push(`c.owner_id = ${param(query.ownerId === 'me' ? who.userId : query.ownerId)}::uuid`);
    if (query.teamId === 'none') where.push('c.team_id is null');
    else if (query.teamId) where.push(`c.team_id = ${param(query.teamId)}`);
    if (query.customerId) where.push(`c.customer_id = ${param(query.customerId)}`);
    if (query.painPointId)
      where.push(
        `exists (select 1 from case_pain_points l join pain_points p on p.id = l.pain_point_id where l.case_id = c.id and coalesce(p.merged_into, p.id) = ${param(query.painPointId)})`,
      );
    if (query.touchpoint) where.push(`t.key = ${param(query.touchpoint)}`);
    if (query.priority) where.push(`c.priority = ${param(query.priority)}`);
    if (query.scoreFrom !== undefined) where.push(`coalesce(r.score, c.score) >= ${param(query.scoreFrom)}`);
    if (query.scoreTo !== undefined) where.push(`coalesce(r.score, c.score) <= ${param(query.scoreTo)}`);
    if (query.overdue !== undefined) {
      const late = `(c.status in (${OPEN_SQL}) and c.due_at < ${param(this.clock.now())})`;
      where.push(query.overdue ? late : `not coalesce(${late}, false)`);
    }
    if (query.from || query.to) {
      const { timeZone } = await this.identity.tenant(tx);
      if (query.from) where.push(`c.created_at >= ${param(bound('from', query.from, timeZone))}`);
      if (query.to) where.push(`c.created_at < ${param(bound('to', query.to, timeZone))}`);
    }
    const q = query.q?.trim() ?? '';
    const number = /^#?(\d{1,9})$/.exec(q)?.[1];
    if (number !== undefined) where.push(`c.number = ${param(Number(number))}`);
    else if (q !== '') {
      const like = param(`%${q.replace(/[\\%_]/g, '\\$&')}%`);
      const fields = ['cu.name', 'cu.email', 'cu.external_id', 'c.subject', 'c.comment', 'r.comment'];
      where.push(`(${fields.map((field) => `${field} ilike ${like}`).join(' or ')})`);
    }
    return { where, values, param };
  }

  // ——— for the modules to the left ———

  private async idsByResponse(tx: Tx, responseIds: string[]): Promise<Map<string, string>> {
    const rows: { id: string; response_id: string }[] = await tx.em.query(
      `select id, response_id from cases where response_id = any($1::uuid[])`,
      [responseIds],
    );
    return new Map(rows.map((row) => [row.response_id, row.id]));
  }

  private async openByPainPoint(tx: Tx, painPointIds: string[]): Promise<Map<string, number>> {
    const rows: { id: string; n: number }[] = await tx.em.query(
      `select coalesce(p.merged_into, p.id) as id, count(distinct c.id)::int as n from case_pain_points l join pain_points p on p.id = l.pain_point_id
         join cases c on c.id = l.case_id and c.status in (${OPEN_SQL})
       where coalesce(p.merged_into, p.id) = any($1::uuid[]) group by 1`,
      [painPointIds],
    );
    return new Map(rows.map((row) => [row.id, row.n]));
  }

  private async improvementsByPainPoint(
    tx: Tx,
    painPointIds: string[],
  ): Promise<Map<string, { id: string; name: string; status: string }>> {
    const rows: { pain_point_id: string; id: string; name: string; status: string }[] = await tx.em.query(
      `select distinct on (ip.pain_point_id) ip.pain_point_id, i.id, i.name, i.status from improvement_pain_points ip join improvements i on i.id = ip.improvement_id
       where ip.pain_point_id = any($1::uuid[]) order by ip.pain_point_id, i.status = 'declined', i.created_at desc`,
      [painPointIds],
    );
    return new Map(rows.map(({ pain_point_id: painPointId, ...improvement }) => [painPointId, improvement]));
  }

  /** What became of an answer, for its customer; null when it opened no case. */
  private async outcome(tx: Tx, responseId: string): Promise<Outcome | null> {
    const [row]: { id: string; status: CaseStatus; at: Date; told: string | null }[] = await tx.em.query(
      `select c.id, c.status, coalesce(r.body, '') as told,
         greatest(c.created_at, (select max(x.at) from case_activities x where x.case_id = c.id and x.kind <> 'note')) as at
       from cases c left join lateral (select body from resolutions where case_id = c.id and undone_at is null order by resolved_at desc limit 1) r on true
       where c.response_id = $1 order by c.created_at desc limit 1`,
      [responseId],
    );
    if (!row) return null;
    const isOver = row.status === 'resolved' || row.status === 'confirmed' || row.status === 'closed_silent';
    return {
      state: OUTCOMES[row.status],
      at: row.at,
      whatWeDid: isOver && row.told ? row.told : null,
      receiptUrl: this.caseViews.receiptUrl(tx.tenantId, row.id),
    };
  }

  private async timeline(tx: Tx, customerId: string): Promise<TimelineEntry[]> {
    const rows: {
      at: Date;
      kind: ActivityName;
      body: string | null;
      case_id: string;
      number: number;
      subject: string;
    }[] = await tx.em.query(
      `select x.at, x.kind, x.body, x.case_id, c.number, c.subject from cases c join case_activities x on x.case_id = c.id
       where c.customer_id = $1 and x.kind = any($2) and not (x.data ? 'undone') order by x.at desc limit 500`,
      [customerId, Object.keys(TIMELINE_WORDS)],
    );
    return rows.map((row) => ({
      at: row.at,
      kind: row.kind === 'message' || row.kind === 'customer_message' ? 'message' : 'case',
      title: `${TIMELINE_WORDS[row.kind] ?? ''} (case ${row.number})`,
      detail: row.kind === 'opened' ? row.subject : row.body,
      link: { kind: 'case', id: row.case_id },
      data: { number: row.number, what: row.kind },
    }));
  }

  private async export(tx: Tx, customerId: string): Promise<Record<string, unknown[]>> {
    const cases: unknown[] = await tx.em.query(
      `select c.number, c.status, c.subject, c.comment, c.score, c.may_contact as "mayContact", c.resolution, c.created_at as "openedAt", c.resolved_at as "resolvedAt", c.closed_at as "closedAt",
         coalesce((select json_agg(json_build_object('at', x.at, 'kind', x.kind, 'text', x.body) order by x.at, x.id) from case_activities x
           where x.case_id = c.id and x.kind in ('opened', 'message', 'customer_message', 'note', 'resolved', 'fixed', 'not_yet', 'reopened', 'closed_silent')), '[]') as thread
       from cases c where c.customer_id = $1 order by c.created_at`,
      [customerId],
    );
    return { cases };
  }

  /** Counts and times stay, for the loop's health; words and the person go. */
  private async erase(tx: Tx, customerId: string): Promise<void> {
    const rows: { id: string }[] = await tx.em.query(`select id from cases where customer_id = $1 for update`, [
      customerId,
    ]);
    const ids = rows.map((row) => row.id);
    for (const id of ids) await this.customers.release(tx, customerId, `case:${id}`);
    await tx.em.query(
      `update case_activities set body = null, data = case when kind = 'root_cause' then '{}' else data - 'from' - 'messageId' - 'attachments' - 'rootCause' end
       where case_id = any($1::uuid[])`,
      [ids],
    );
    // A cause of the tree says nothing about anybody; one that was typed in may.
    await tx.em.query(
      `update resolutions n set body = '', answer_comment = null,
         root_cause = coalesce((select name from root_causes t where lower(t.name) = lower(n.root_cause) limit 1), '') where case_id = any($1::uuid[])`,
      [ids],
    );
    await tx.em.query(
      `update cases set customer_id = null, may_contact = null, comment = null, subject = 'Erased', subject_by_person = true, resolution = null, root_cause = case when root_cause_id is null then null else root_cause end,
         version = version + 1 where id = any($1::uuid[])`,
      [ids],
    );
    // What undo would restore names the customer.
    await tx.em.query(`delete from bulk_changes where position($1 in before::text) > 0`, [customerId]);
  }
}

export interface Undo {
  id: string;
  until: string;
}

const INBOX_SQL: Record<NonNullable<CaseQuery['view']>, (me: () => string) => string> = {
  needs_reply: () => NEEDS_REPLY_SQL,
  mine: (me) => `c.status in (${OPEN_SQL}) and c.owner_id = ${me()}::uuid`,
  unassigned: () => `c.status in (${OPEN_SQL}) and c.owner_id is null`,
  waiting: () => `c.status = 'waiting'`,
  resolved: () => `c.status in ('resolved', 'confirmed', 'closed_silent')`,
};

const RAISED = { low: 'normal', normal: 'high', high: 'urgent', urgent: 'urgent' } as const;

const OUTCOMES: Record<CaseStatus, Outcome['state']> = {
  new: 'received',
  assigned: 'received',
  in_progress: 'in_work',
  waiting: 'waiting',
  reopened: 'in_work',
  resolved: 'resolved',
  confirmed: 'confirmed',
  closed_silent: 'closed',
};

const TIMELINE_WORDS: Partial<Record<ActivityName, string>> = {
  opened: 'Case opened',
  message: 'We wrote',
  customer_message: 'The customer wrote',
  resolved: 'Resolved',
  fixed: 'The customer said: fixed',
  not_yet: 'The customer said: not yet',
  reopened: 'Opened again',
  closed_silent: 'Closed without an answer',
};

const ACTION_WORDS: Record<CaseAction, string> = {
  assign: 'be assigned',
  message: 'send messages',
  note: 'take notes',
  message_wait: 'send messages',
  customer_message: 'take messages',
  resolve: 'be resolved',
  customer_fixed: 'be confirmed',
  customer_not_yet: 'be reopened',
  silence: 'be closed',
  reopen: 'be reopened',
};

const illegal = (row: Pick<Case, 'status'>, action: CaseAction): AppError =>
  new AppError(
    'conflict',
    'case.illegal_transition',
    `A case that is ${row.status.replace('_', ' ')} cannot ${ACTION_WORDS[action]}.`,
    { extra: { caseStatus: row.status } },
  );

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

function snapshotOf(row: Case): Snapshot['before'] {
  const { tenantId: _tenant, id: _id, number: _number, ...columns } = row;
  return { ...columns, pauses: [...row.pauses] };
}

function bound(path: string, text: string, timeZone: string): Date {
  try {
    return parseBound(text, timeZone);
  } catch {
    throw invalid(path, 'Enter a date such as 2026-11-21, or a time with zone.');
  }
}

const isInstant = (value: unknown): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const isId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f-]{36}$/i.test(value);

const SUBJECT_MAX = 80;

/** The first sentence of a text, at most 80 characters, cut at a word. */
function firstSentence(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  const sentence = /^.*?[.!?…。！？](?=\s|$)/u.exec(flat)?.[0] ?? flat;
  const plain = sentence.replace(/[.。]$/u, '');
  if (plain.length <= SUBJECT_MAX) return plain;
  const cut = plain.slice(0, SUBJECT_MAX);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), SUBJECT_MAX - 20)).trimEnd()} …`;
}
