import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Customers } from '../../customers/customers.service.js';
import { Identity } from '../../identity/identity.service.js';
import { Journeys } from '../../journeys/journeys.service.js';
import { PainPointsMatched } from '../../painpoints/painpoints.messages.js';
import { PainPoints } from '../../painpoints/painpoints.service.js';
import type { Principal } from '../../platform/auth.js';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { AppError, invalid } from '../../platform/errors.js';
import { newId } from '../../platform/ids.js';
import { Jobs, defineMessage } from '../../platform/jobs.js';
import { Mail } from '../../platform/mail/mail.js';
import { ResponseReceived } from '../../responses/responses.messages.js';
import { type PromiseFacts, Responses } from '../../responses/responses.service.js';
import { type Assigned, Assignees } from './assignees.service.js';
import { CaseFacts } from './case-facts.js';
import { type Candidate, CaseRules } from './case-rules.service.js';
import { CaseStore } from './case-store.js';
import { CaseViews } from './case-views.js';
import type { CaseView, NewCase } from './cases.contract.js';
import { Case } from './cases.entity.js';
import { Clocks, type Planned } from './clocks.js';
import { dueTimes, slaFacts } from './sla.js';
import { isOpenStatus, next, OPEN_SQL } from './transitions.js';

/** Rules run on what is known when the words have not been read by then. */
const RULES_AFTER_MS = 60_000;

const RulesDue = defineMessage('cases.rules_due', z.object({ responseId: z.uuid(), version: z.int() }));

interface NewCaseFacts {
  responseId: string | null;
  customerId: string | null;
  touchpointId: string | null;
  /** Asked once it is certain that the case is opened. */
  assign: () => Promise<Assigned>;
  priority: Case['priority'];
  slaPolicyId: string | null;
  labels: string[];
  /** When and by what the customer is told until when a person writes; null: not at all. */
  promise: { since: Date; byPage: boolean; byMail: boolean } | null;
  subject: string;
  subjectByPerson: boolean;
  comment: string | null;
  score: number | null;
  mayContact: boolean | null;
  painPointIds: readonly string[];
  rule: { id: string; name: string } | null;
  actorId: string | null;
}

/** How a case begins: by a rule after a response, or by hand. */
@Injectable()
export class CaseOpening {
  constructor(
    private readonly db: Db,
    jobs: Jobs,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly customers: Customers,
    private readonly journeys: Journeys,
    responses: Responses,
    private readonly painPoints: PainPoints,
    private readonly rules: CaseRules,
    private readonly clocks: Clocks,
    private readonly caseViews: CaseViews,
    private readonly store: CaseStore,
    private readonly facts: CaseFacts,
    private readonly assignees: Assignees,
    private readonly mail: Mail,
  ) {
    jobs.on(ResponseReceived, 'cases.plan_rules', ({ responseId, version }, job) =>
      this.db.tenant(job.tenantId, async (tx) => {
        await this.responseChanged(tx, responseId);
        const at = new Date(this.clock.now().getTime() + RULES_AFTER_MS);
        await jobs.send(tx, RulesDue, `${responseId}:${version}`, { responseId, version }, at);
      }),
    );
    jobs.on(RulesDue, 'cases.apply_rules_late', ({ responseId }, job) => this.applyRules(job.tenantId, responseId));
    jobs.on(PainPointsMatched, 'cases.apply_rules', ({ responseId }, job) => this.applyRules(job.tenantId, responseId));
    responses.registerPromise((tx, facts) => this.promise(tx, facts));
  }

  /** A case made by hand. @throws AppError 409 case.exists for a response that has one, 422 for unknown parts */
  create(who: Principal, input: NewCase): Promise<CaseView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const response = input.responseId ? await this.rules.candidate(tx, input.responseId) : null;
      if (input.responseId && !response) throw invalid('responseId', 'There is no such response.');
      const touchpoint = input.touchpointKey ? await this.journeys.byKey(tx, input.touchpointKey) : null;
      if (input.touchpointKey && !touchpoint) throw invalid('touchpointKey', 'There is no such touchpoint.');
      const customerId = response?.customerId ?? (await this.customerOf(tx, input));
      if (input.ownerId) await this.store.requireOwner(tx, input.ownerId);
      if (input.teamId) await this.identity.requireTeam(tx, input.teamId);
      for (const [at, id] of (input.painPointIds ?? []).entries())
        await this.painPoints.requirePainPoint(tx, id, `painPointIds[${at}]`);
      const touchpointId = touchpoint?.id ?? response?.touchpointId ?? null;
      const comment = response ? null : (input.comment ?? null);
      const rule = response ? await this.rules.firstMatch(tx, response) : null;
      const subject =
        input.subject ||
        (response
          ? await this.subjectOf(tx, response)
          : firstSentence(comment ?? '') || (touchpoint ? touchpoint.name : 'Opened by hand'));
      const id = await this.open(tx, {
        responseId: response?.responseId ?? null,
        customerId,
        touchpointId,
        // Said by nobody who gets it: as the rules would. An owner or team of null says "nobody".
        assign: async () =>
          input.ownerId === undefined && input.teamId === undefined
            ? this.assignees.choose(tx, rule?.assign ?? { to: 'touchpoint' }, { touchpointId, customerId })
            : { ownerId: input.ownerId ?? null, teamId: input.teamId ?? null },
        priority: input.priority,
        slaPolicyId: rule?.slaPolicyId ?? null,
        labels: [],
        promise: null,
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
        const caseId = (await this.facts.idsByResponse(tx, [input.responseId ?? ''])).get(input.responseId ?? '');
        throw new AppError('conflict', 'case.exists', 'This response has a case already.', { extra: { caseId } });
      }
      return this.store.view(tx, who, id);
    });
  }

  /** Runs the rules on what is known of the response. Once it has a case, only new pain points are linked. */
  private applyRules(tenantId: string, responseId: string): Promise<void> {
    return this.db.tenant(tenantId, async (tx) => {
      const found = await this.rules.candidate(tx, responseId);
      if (!found || found.withdrawn) return;
      const caseId = (await this.facts.idsByResponse(tx, [responseId])).get(responseId);
      if (caseId !== undefined) {
        await tx.em.query(
          `insert into case_pain_points (case_id, pain_point_id) select $1, unnest($2::uuid[]) on conflict do nothing`,
          [caseId, found.painPointIds],
        );
        return;
      }
      const rule = await this.rules.firstMatch(tx, found);
      if (!rule) return;
      await this.open(tx, {
        responseId,
        customerId: found.customerId,
        touchpointId: found.touchpointId,
        assign: () => this.assignees.choose(tx, rule.assign, found),
        priority: rule.priority,
        slaPolicyId: rule.slaPolicyId,
        labels: rule.labels,
        promise: { since: found.receivedAt, byPage: found.byPage, byMail: rule.acknowledge },
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
    await this.store.save(tx, row);
  }

  /** Writes the case with the next number; null when the response has one already. */
  private async open(tx: Tx, facts: NewCaseFacts): Promise<string | null> {
    const now = this.clock.now();
    await tx.em.query(`insert into case_numbers (last) values (0) on conflict do nothing`);
    // Everyone who opens a case waits here, so that the look below is certain and no number is lost to a conflict.
    const [counter]: { last: number }[] = await tx.em.query(`select last from case_numbers for update`);
    if (!counter) throw new Error('no case numbers');
    if (facts.responseId !== null) {
      const known = (await this.facts.idsByResponse(tx, [facts.responseId])).has(facts.responseId);
      if (known || (facts.rule !== null && (await this.join(tx, facts)))) return null;
    }
    const to = await facts.assign();
    const number = counter.last + 1;
    await tx.em.query(`update case_numbers set last = $1`, [number]);
    const { painPointIds, rule, actorId, assign: _assign, promise, ...columns } = facts;
    const row = tx.em.create(Case, {
      ...columns,
      ...to,
      id: newId(),
      number,
      status: to.ownerId === null ? 'new' : 'assigned',
      slaAppliedId: null,
      promisedAt: null,
      escalateAt: null,
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
      snoozedUntil: null,
      mergedInto: null,
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
    await this.store.activity(tx, row, 'opened', actorId, null, { rule });
    if (row.ownerId !== null || row.teamId !== null) await this.store.assigned(tx, row, actorId, null);
    if (row.customerId !== null) await this.customers.hold(tx, row.customerId, `case:${row.id}`);
    if (promise && (promise.byPage || promise.byMail)) await this.keepWord(tx, row, promise);
    return row.id;
  }

  /**
   * Further words of a customer about one thing join their open case: the same touchpoint, or a pain point that both name. For the clocks they
   * are a message of the customer. True when a case took them.
   */
  private async join(tx: Tx, facts: NewCaseFacts): Promise<boolean> {
    if (facts.customerId === null || facts.responseId === null) return false;
    const [found]: { id: string }[] = await tx.em.query(
      `select c.id from cases c where c.customer_id = $1 and c.status in (${OPEN_SQL})
         and (c.touchpoint_id = $2 or c.touchpoint_id is null and $2::uuid is null
           or exists (select 1 from case_pain_points l where l.case_id = c.id and l.pain_point_id = any($3::uuid[])))
       order by c.created_at desc limit 1`,
      [facts.customerId, facts.touchpointId, facts.painPointIds],
    );
    if (!found) return false;
    const response = await this.rules.candidate(tx, facts.responseId);
    const row = await this.store.lock(tx, found.id);
    if (!response || !isOpenStatus(row.status)) return false;
    const now = this.clock.now();
    await tx.em.query(
      `insert into case_responses (response_id, case_id, joined_at) values ($1, $2, $3) on conflict do nothing`,
      [facts.responseId, row.id, now],
    );
    await tx.em.query(
      `insert into case_pain_points (case_id, pain_point_id) select $1, unnest($2::uuid[]) on conflict do nothing`,
      [row.id, facts.painPointIds],
    );
    row.lastCustomerMessageAt = now;
    row.snoozedUntil = null;
    row.labels = [...new Set([...row.labels, ...facts.labels])];
    await this.clocks.record(
      tx,
      row,
      { type: 'customer_message', at: now },
      next(row.status, 'customer_message') ?? row.status,
    );
    await this.store.save(tx, row);
    await this.store.activity(tx, row, 'joined', null, response.comment, {
      responseId: facts.responseId,
      score: response.score,
    });
    return true;
  }

  /** Notes what the customer is told, and writes the acknowledgement where the rule asks for it. */
  private async keepWord(tx: Tx, row: Case, promise: NonNullable<NewCaseFacts['promise']>): Promise<void> {
    const reply = await this.store.reply(tx, row.id);
    if (!reply.possible) return;
    const at = await this.dateOf(tx, row, promise.since);
    if (at === null) return;
    row.promisedAt = at;
    await tx.em.update(Case, { id: row.id }, { promisedAt: at });
    if (!promise.byMail) return;
    await this.mail.send(tx, {
      kind: 'case_acknowledgement',
      subjectId: row.id,
      to: reply.to ?? '',
      customerId: row.customerId,
    });
    await this.store.activity(tx, row, 'acknowledged', null, null, { promisedAt: at.toISOString() });
  }

  /**
   * Until when somebody writes about an answer that came in `since`: counted from the answer, so that the thank-you page, which may be shown
   * before the case is opened, the acknowledgement and the case name one date.
   */
  private async dateOf(tx: Tx, about: Planned, since: Date): Promise<Date | null> {
    const { policy, calendar } = await this.clocks.plan(tx, about);
    return dueTimes(policy, calendar, slaFacts([{ type: 'created', at: since }])).firstResponse.dueAt;
  }

  /** The thank-you page's date: when a rule opens a case and the customer may be written to. */
  private async promise(tx: Tx, { responseId }: PromiseFacts): Promise<{ at: Date } | null> {
    const knownId = (await this.facts.idsByResponse(tx, [responseId])).get(responseId);
    const known = knownId === undefined ? null : await tx.em.findOneBy(Case, { id: knownId });
    if (known) {
      const reply = await this.store.reply(tx, known.id);
      const at = known.promisedAt ?? known.firstResponseDueAt;
      return known.firstRespondedAt === null && at && reply.possible ? { at } : null;
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
    const at = await this.dateOf(
      tx,
      {
        slaPolicyId: rule.slaPolicyId,
        priority: rule.priority,
        touchpointId: facts.touchpointId,
        customerId: facts.customerId,
      },
      facts.receivedAt,
    );
    return at ? { at } : null;
  }

  /** The newest case of the customer that somebody still works on; null when there is none. */
  async openCaseOf(tx: Tx, customerId: string): Promise<string | null> {
    const [row]: { id: string }[] = await tx.em.query(
      `select id from cases where customer_id = $1 and status in (${OPEN_SQL}) order by created_at desc, id desc limit 1`,
      [customerId],
    );
    return row?.id ?? null;
  }

  /** A case for words that came by mail and belong to no response and no open case; its touchpoint says whose it is. */
  async openForReply(
    tx: Tx,
    facts: { customerId: string; touchpointId: string | null; text: string },
  ): Promise<string> {
    const touchpoint =
      facts.touchpointId === null ? null : await this.journeys.requireTouchpoint(tx, facts.touchpointId);
    const id = await this.open(tx, {
      responseId: null,
      customerId: facts.customerId,
      touchpointId: touchpoint?.id ?? null,
      assign: () => this.assignees.choose(tx, { to: 'touchpoint' }, facts),
      priority: 'normal',
      slaPolicyId: null,
      labels: [],
      promise: null,
      subject: firstSentence(facts.text) || 'Answer by mail',
      subjectByPerson: false,
      comment: null,
      score: null,
      mayContact: true,
      painPointIds: [],
      rule: null,
      actorId: null,
    });
    if (id === null) throw new Error('no case was opened');
    return id;
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
}

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
