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
import { ResponseReceived } from '../../responses/responses.messages.js';
import { type PromiseFacts, Responses } from '../../responses/responses.service.js';
import { CaseFacts } from './case-facts.js';
import { type Candidate, CaseRules } from './case-rules.service.js';
import { CaseStore } from './case-store.js';
import { CaseViews } from './case-views.js';
import type { CaseView, NewCase } from './cases.contract.js';
import { Case } from './cases.entity.js';
import { Clocks } from './clocks.js';
import { dueTimes, slaFacts } from './sla.js';

/** Rules run on what is known when the words have not been read by then. */
const RULES_AFTER_MS = 60_000;

const RulesDue = defineMessage('cases.rules_due', z.object({ responseId: z.uuid(), version: z.int() }));

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
    await this.store.save(tx, row);
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
    await this.store.activity(tx, row, 'opened', actorId, null, { rule });
    if (row.ownerId !== null || row.teamId !== null) await this.store.assigned(tx, row, actorId, null);
    if (row.customerId !== null) await this.customers.hold(tx, row.customerId, `case:${row.id}`);
    return row.id;
  }

  /** The thank-you page's date: when a rule opens a case and the customer may be written to. */
  private async promise(tx: Tx, { responseId }: PromiseFacts): Promise<{ at: Date } | null> {
    const known = await tx.em.findOneBy(Case, { responseId });
    if (known) {
      const reply = await this.store.reply(tx, known.id);
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
