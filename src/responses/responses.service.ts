import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Customers, type TimelineEntry } from '../customers/customers.service.js';
import { Distribution } from '../distribution/distribution.service.js';
import { Identity, requireVersion } from '../identity/identity.service.js';
import { Journeys } from '../journeys/journeys.service.js';
import type { Principal } from '../platform/auth.js';
import { Clock } from '../platform/clock.js';
import { Db, type Tx } from '../platform/db.js';
import { AppError, type FieldError, invalid, isUniqueViolation, notFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { GroupCommit } from '../platform/group-commit.js';
import { Imports } from '../platform/imports/imports.service.js';
import { Jobs } from '../platform/jobs.js';
import { type Page, decodeCursor, toPage } from '../platform/page.js';
import { parseBound } from '../platform/zone.js';
import { Surveys } from '../surveys/surveys.service.js';
import { AnswerChecks, type Checked } from './answer-checks/answer-checks.service.js';
import { askedOf } from './asked.js';
import { category } from './nps.js';
import { responseCsv } from './response-csv.js';
import {
  METRIC_RANGES,
  type Accepted,
  type AskedView,
  type NewResponse,
  type ResponseQuery,
  type ResponseView,
  type ResponseStatement,
} from './responses.contract.js';
import { Response, type Seen } from './responses.entity.js';
import { ResponseReceived } from './responses.messages.js';
import { otherKey } from './survey-page/form.js';
import { INSERT_RESPONSES, RESPONSE_COLUMNS, RESPONSE_FROM, RESUM_SENTIMENT } from './responses.queries.js';

/** An answer from the public page; `invitationId` null for open links. */
export interface Answer {
  invitationId: string;
  /** Made by the server into the form's hidden field: the same post again is the same response. */
  submissionId: string;
  score: number;
  /** What was pressed in the mail, when it was. */
  picked: number | null;
  comment: string | null;
  answers: Record<string, unknown>;
  mayContact: boolean | null;
  locale: string;
  channel: string;
  /** What its post looked like. */
  checked: Checked;
  /** The page of the form that is still to come; null or absent: it is finished. */
  nextPage?: number | null;
  /** What makes the wording that was read. */
  seen?: Seen | null;
  /** The form was opened before the survey's closing date, and lately. */
  openedInTime?: boolean;
}

/** Time for somebody who gave a score to finish, before anything is made of what is there. */
const UNFINISHED_WAIT_MS = 10 * 60_000;

/** What a reader of words made of a comment. Both label and score null: unreadable, with the reason. */
export interface Reading {
  language: string | null;
  label: 'negative' | 'neutral' | 'positive' | null;
  score: number | null;
  reason?: string | undefined;
  engine: string;
  statements: {
    text: string;
    start: number;
    end: number;
    label: string | null;
    score: number | null;
    aspect: string | null;
    /** Made here when whoever read the comment did not need to know it. */
    id?: string;
    certainty?: number | null;
    unsure?: boolean;
    signals?: readonly string[];
  }[];
}

/** What became of an answer, in the words of its customer. */
export interface Outcome {
  state: 'received' | 'in_work' | 'waiting' | 'resolved' | 'confirmed' | 'closed';
  /** When it came to this. */
  at: Date;
  /** The text that was written for the customer; null before there is one. */
  whatWeDid: string | null;
  /** Their page about it. */
  receiptUrl: string | null;
}

export interface PromiseFacts {
  responseId: string;
  touchpointId: string | null;
  customerId: string | null;
  score: number;
  mayContact: boolean | null;
}

interface Row {
  id: string;
  external_id: string | null;
  customer_id: string | null;
  survey_id: string | null;
  survey_version: number | null;
  touchpoint_id: string | null;
  invitation_id: string | null;
  metric: ResponseView['metric'];
  score: number;
  picked: number | null;
  comment: string | null;
  answers: Record<string, unknown>;
  may_contact: boolean | null;
  channel: string;
  language: string | null;
  submitted_at: Date;
  submitted_text: string;
  flags: ResponseView['flags'];
  counted: boolean;
  complete: boolean;
  locale: string | null;
  seen: Seen | null;
  withdrawn_at: Date | null;
  sentiment_state: 'pending' | 'read' | 'unreadable';
  sentiment_label: 'negative' | 'neutral' | 'positive' | null;
  sentiment_score: number | null;
  sentiment_reason: string | null;
  version: number;
  customer_external_id: string | null;
  customer_name: string | null;
  customer_email: string | null;
  touchpoint_key: string | null;
  touchpoint_name: string | null;
  statements: z.infer<typeof ResponseStatement>[];
}

/** What came back: one row per submission, bound to the wording that was seen. */
@Injectable()
export class Responses {
  private readonly arriving = new GroupCommit<NewResponse, () => z.infer<typeof Accepted>>(
    (tenantId, inputs) => this.submitGroup(tenantId, inputs),
    { lanes: 2 },
  );
  private promise: (tx: Tx, facts: PromiseFacts) => Promise<{ at: Date } | null> = async () => null;
  private outcome: (tx: Tx, responseId: string) => Promise<Outcome | null> = async () => null;
  private caseIds: (tx: Tx, responseIds: string[]) => Promise<Map<string, string>> = async () => new Map();

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    private readonly identity: Identity,
    private readonly customers: Customers,
    private readonly journeys: Journeys,
    private readonly surveys: Surveys,
    private readonly distribution: Distribution,
    private readonly checks: AnswerChecks,
    imports: Imports,
  ) {
    imports.register('responses', {
      ...responseCsv(() => this),
      finished: (tx, run, { created }) =>
        this.identity.audit(tx, run.who, 'responses.imported', undefined, { created }),
    });
    surveys.registerAnswerCount(async (tx, { surveyId, touchpointId, since }) => {
      const [{ n }] = await tx.em.query(
        `select count(*)::int as n from responses where counted and survey_id = $1 and ($2::uuid is null or touchpoint_id = $2)
           and ($3::timestamptz is null or submitted_at >= $3)`,
        [surveyId, touchpointId, since],
      );
      return n;
    });
    customers.registerPersonalData({
      timeline: (tx, customerId) => this.timeline(tx, customerId),
      export: async (tx, customerId) => ({
        responses: (await this.select(tx, `where r.customer_id = $1 order by r.submitted_at`, [customerId])).map(
          (row) => view(row, null),
        ),
      }),
      erase: (tx, customerId) => this.erase(tx, customerId),
    });
  }

  /** The date that the thank-you page may promise; actions knows the clocks. */
  registerPromise(promise: typeof this.promise): void {
    this.promise = promise;
  }

  /** What became of an answer, for the customer's own page; actions knows. Null: nobody had to do anything. */
  registerOutcome(outcome: typeof this.outcome): void {
    this.outcome = outcome;
  }

  outcomeOf(tx: Tx, responseId: string): Promise<Outcome | null> {
    return this.outcome(tx, responseId);
  }

  /** Which case a response opened; actions knows. */
  registerCaseLookup(lookup: typeof this.caseIds): void {
    this.caseIds = lookup;
  }

  // ——— coming in ———

  /**
   * Stores responses from any channel: all or none; one that was sent before is a duplicate and changes nothing.
   * Costs for n rows: 1 insert, 1 outbox insert, and one look-up each for touchpoints, customers and surveys.
   * @throws AppError 422 with a path per row, `[i].field`
   */
  submitMany(tenantId: string, input: NewResponse[]): Promise<z.infer<typeof Accepted>> {
    return this.db.tenant(tenantId, (tx) => this.submitAll(tx, input));
  }

  /**
   * Stores one response; answered after commit. Those that arrive while a transaction is under way share the next one, so that many at once
   * cost little more than one.
   * @throws AppError 422 with a path per field
   */
  async submitOne(tenantId: string, input: NewResponse): Promise<z.infer<typeof Accepted>> {
    const answer = await this.arriving.add(tenantId, input);
    return answer();
  }

  /** The answer to each of these requests, or its refusal, thrown when it is called. */
  private async submitGroup(tenantId: string, inputs: NewResponse[]): Promise<(() => z.infer<typeof Accepted>)[]> {
    try {
      return await this.db.tenant(tenantId, async (tx) => {
        const { rows, errors } = await this.resolve(tx, inputs);
        const refused = (at: number): boolean => errors.some(({ row }) => row === at);
        const outcome = (
          await this.store(
            tx,
            rows.filter((_, at) => !refused(at)),
          )
        ).values();
        return rows.map((row, at) => {
          if (refused(at)) {
            const own = errors.filter((error) => error.row === at);
            return () => {
              throw refusal(own, 'single');
            };
          }
          const items = [accepted(row, outcome.next().value)];
          return () => ({ items });
        });
      });
    } catch (error) {
      if (inputs.length === 1)
        return [
          () => {
            throw error;
          },
        ];
      // What PostgreSQL refuses of one must not take the others with it.
      const alone: (() => z.infer<typeof Accepted>)[] = [];
      for (const input of inputs) alone.push(...(await this.submitGroup(tenantId, [input])));
      return alone;
    }
  }

  /** `submitMany` inside a transaction, for imports. */
  async submitAll(tx: Tx, input: NewResponse[]): Promise<z.infer<typeof Accepted>> {
    const { rows, errors } = await this.resolve(tx, input);
    if (errors.length > 0) throw refusal(errors, 'array');
    const outcome = await this.store(tx, rows);
    return { items: rows.map((row, index) => accepted(row, outcome[index])) };
  }

  /** What a row's `touchpointKey` may be. */
  async touchpointKeys(tx: Tx): Promise<ReadonlySet<string>> {
    return new Set((await this.journeys.touchpoints(tx)).map((touchpoint) => touchpoint.key));
  }

  /** `submitAll`, but what cannot be taken is left out: `errors` says which rows (from 0) and why. */
  async submitGood(
    tx: Tx,
    input: NewResponse[],
  ): Promise<z.infer<typeof Accepted> & { errors: (FieldError & { row: number })[] }> {
    const { rows, errors } = await this.resolve(tx, input);
    const bad = new Set(errors.map(({ row }) => row));
    const good = bad.size === 0 ? rows : rows.filter((_, at) => !bad.has(at));
    const outcome = good.length === 0 ? [] : await this.store(tx, good);
    return { items: good.map((row, at) => accepted(row, outcome[at])), errors };
  }

  private async resolve(tx: Tx, input: NewResponse[]) {
    const errors: (FieldError & { row: number })[] = [];
    const touchpoints = new Map(
      input.some((row) => row.touchpointKey) ? (await this.journeys.touchpoints(tx)).map((t) => [t.key, t]) : [],
    );
    const surveys = new Map<string, Awaited<ReturnType<Surveys['find']>>>();
    for (const id of new Set(input.flatMap((row) => row.surveyId ?? [])))
      surveys.set(id, await this.surveys.find(tx, id));
    const ids = [...new Set(input.flatMap((row) => row.externalCustomerId ?? []))];
    // A customer nobody has told us about yet is kept by id, so that their answers are there when the rest arrives.
    const customers = await this.customerIds(tx, ids);
    const rows = input.map((row, index) => {
      const touchpoint = row.touchpointKey ? touchpoints.get(row.touchpointKey) : undefined;
      if (row.touchpointKey && !touchpoint)
        errors.push({ row: index, path: 'touchpointKey', message: `There is no touchpoint "${row.touchpointKey}".` });
      const survey = row.surveyId ? surveys.get(row.surveyId) : undefined;
      if (row.surveyId && !survey) errors.push({ row: index, path: 'surveyId', message: 'There is no such survey.' });
      const metric = row.metric ?? survey?.metric ?? (row.touchpointKey ? 'tnps' : 'nps');
      if (survey && row.metric && row.metric !== survey.metric)
        errors.push({ row: index, path: 'metric', message: `This survey asks for ${survey.metric}.` });
      const [low, high] = METRIC_RANGES[metric];
      if (row.score < low || row.score > high)
        errors.push({ row: index, path: 'score', message: `Choose a number from ${low} to ${high}.` });
      return {
        id: newId(),
        external_id: row.id ?? null,
        customer_id: row.externalCustomerId ? (customers.get(row.externalCustomerId) ?? null) : null,
        survey_id: survey?.id ?? null,
        survey_version: survey?.publishedVersion ?? null,
        touchpoint_id: touchpoint?.id ?? survey?.touchpointId ?? null,
        metric,
        score: row.score,
        comment: row.comment ?? null,
        answers: row.answers ?? {},
        may_contact: row.mayContact ?? null,
        channel: row.channel,
        locale: row.locale ?? null,
        submitted_at: row.submittedAt ?? null,
      };
    });
    return { rows, errors };
  }

  private async customerIds(tx: Tx, externalIds: string[]): Promise<Map<string, string>> {
    if (externalIds.length === 0) return new Map();
    const known = await this.customers.idsByExternalId(tx, externalIds);
    const unknown = externalIds.filter((id) => !known.has(id));
    if (unknown.length === 0) return known;
    const added = await this.customers.upsert(
      tx,
      unknown.map((externalId) => ({ externalId, fields: {}, consents: [] })),
    );
    return new Map([...known, ...[...added].map(([externalId, { id }]) => [externalId, id] as const)]);
  }

  private async store(
    tx: Tx,
    rows: { id: string; external_id: string | null }[],
  ): Promise<{ id: string; duplicate: boolean }[]> {
    const inserted: { id: string }[] = await tx.em.query(INSERT_RESPONSES, [JSON.stringify(rows)]);
    const fresh = new Set(inserted.map((row) => row.id));
    const repeated = rows.filter((row) => !fresh.has(row.id)).map((row) => row.external_id);
    const known: { id: string; external_id: string }[] =
      repeated.length > 0
        ? await tx.em.query(`select id, external_id from responses where external_id = any($1)`, [repeated])
        : [];
    const byExternalId = new Map(known.map((row) => [row.external_id, row.id]));
    await this.jobs.sendBulk(
      tx,
      ResponseReceived,
      inserted.map(({ id }) => ({ key: `${id}:1`, payload: { responseId: id, version: 1 } })),
    );
    return rows.map((row) =>
      fresh.has(row.id)
        ? { id: row.id, duplicate: false }
        : { id: byExternalId.get(row.external_id ?? '') ?? row.id, duplicate: true },
    );
  }

  /**
   * One answer of the public page. The same submission, and any further one to an answered invitation, gives the response that is there.
   * @throws AppError invitation.not_found, survey.ended (409) with `why`: closed or full
   */
  async submitAnswer(tenantId: string, answer: Answer): Promise<{ responseId: string; isNew: boolean }> {
    try {
      return await this.db.tenant(tenantId, async (tx) => {
        const invitation = await this.distribution.invitation(tx, answer.invitationId);
        if (!invitation) throw notFound('invitation', 'invitation');
        const known = await tx.em.findOneBy(Response, { invitationId: answer.invitationId });
        if (known) return { responseId: known.id, isNew: false };
        await this.requireOpen(tx, invitation.surveyId, invitation.touchpointId, answer.openedInTime);
        const version = await this.surveys.version(tx, invitation.surveyId, invitation.surveyVersion);
        const id = newId();
        const nextPage = answer.nextPage ?? null;
        const comment = answer.comment === '' ? null : answer.comment;
        await tx.em.insert(Response, {
          id,
          submissionId: answer.submissionId,
          invitationId: answer.invitationId,
          customerId: invitation.customerId,
          surveyId: invitation.surveyId,
          surveyVersion: invitation.surveyVersion,
          touchpointId: invitation.touchpointId,
          metric: version.metric,
          score: answer.score,
          picked: answer.picked,
          comment,
          answers: answer.answers as never,
          mayContact: answer.mayContact,
          locale: answer.locale,
          channel: answer.channel,
          complete: nextPage === null,
          nextPage,
          seen: (answer.seen ?? null) as never,
          flags: await this.checks.flagsOf(tx, answer.checked, invitation.customerId),
          ...(comment === null ? { sentimentState: 'unreadable' as const, sentimentReason: 'empty' } : {}),
        });
        await this.checks.stored(tx, id, answer.checked);
        await this.distribution.markAnswered(tx, answer.invitationId);
        await this.announce(tx, id, 1, nextPage === null);
        return { responseId: id, isNew: true };
      });
    } catch (error) {
      // Two posts at the same moment: the other one won, and this is its response.
      if (
        !isUniqueViolation(error, 'responses_invitation_key') &&
        !isUniqueViolation(error, 'responses_submission_key')
      )
        throw error;
      const found = await this.answerTo(tenantId, answer.invitationId);
      if (!found) throw error;
      return { responseId: found.id, isNew: false };
    }
  }

  /**
   * Words that came by mail become the comment of the invitation's response; false when there is none, it has a comment, or it was withdrawn.
   */
  async addComment(tx: Tx, invitationId: string, comment: string): Promise<boolean> {
    const known = await tx.em.findOne(Response, { where: { invitationId }, lock: { mode: 'pessimistic_write' } });
    if (!known || known.comment !== null || known.withdrawnAt) return false;
    const version = known.version + 1;
    await tx.em.update(Response, { id: known.id }, { comment, version, ...unread(comment) });
    await this.announce(tx, known.id, version, known.complete);
    return true;
  }

  /** The customer's answer to an invitation, or null. */
  answerTo(tenantId: string, invitationId: string): Promise<Response | null> {
    return this.db.tenant(tenantId, (tx) => tx.em.findOneBy(Response, { invitationId }));
  }

  /**
   * The customer goes on with their answer or changes it; it is read anew. What was finished once stays finished.
   * @throws AppError response.not_found, response.withdrawn (409)
   */
  changeAnswer(
    tenantId: string,
    invitationId: string,
    change: Pick<Answer, 'score' | 'comment' | 'mayContact' | 'answers' | 'locale' | 'nextPage' | 'seen'>,
  ): Promise<{ responseId: string }> {
    return this.db.tenant(tenantId, async (tx) => {
      const row = await this.lock(tx, { invitationId });
      if (row.withdrawnAt) throw new AppError('conflict', 'response.withdrawn', 'This answer was withdrawn.');
      const comment = change.comment === '' ? null : change.comment;
      const same = comment === row.comment;
      const nextPage = row.complete ? null : (change.nextPage ?? null);
      await tx.em.update(
        Response,
        { id: row.id },
        {
          score: change.score,
          comment,
          mayContact: change.mayContact,
          answers: change.answers as never,
          locale: change.locale,
          complete: nextPage === null,
          nextPage,
          ...(change.seen ? { seen: change.seen as never } : {}),
          version: row.version + 1,
          ...(same ? {} : unread(comment)),
        },
      );
      if (!same) await tx.em.query(`delete from statements where response_id = $1`, [row.id]);
      await this.announce(tx, row.id, row.version + 1, nextPage === null);
      return { responseId: row.id };
    });
  }

  /** The customer takes their answer back: its words are deleted, its score no longer counts. Doing it twice is doing it once. */
  withdraw(tenantId: string, invitationId: string): Promise<void> {
    return this.db.tenant(tenantId, async (tx) => {
      const row = await this.lock(tx, { invitationId });
      if (row.withdrawnAt) return;
      await tx.em.update(
        Response,
        { id: row.id },
        {
          withdrawnAt: this.clock.now(),
          comment: null,
          answers: {} as never,
          complete: true,
          nextPage: null,
          version: row.version + 1,
          ...unread(null),
        },
      );
      await tx.em.query(`delete from statements where response_id = $1`, [row.id]);
      await this.announce(tx, row.id, row.version + 1);
    });
  }

  /** The date on the thank-you page; null when nothing is promised. */
  promiseFor(tenantId: string, responseId: string): Promise<{ at: Date } | null> {
    return this.db.tenant(tenantId, async (tx) => {
      const row = await tx.em.findOneBy(Response, { id: responseId });
      return row && !row.withdrawnAt
        ? this.promise(tx, {
            responseId,
            touchpointId: row.touchpointId,
            customerId: row.customerId,
            score: row.score,
            mayContact: row.mayContact,
          })
        : null;
    });
  }

  // ——— reading words ———

  /** The response as jobs need it, or null when it is gone. */
  find(tx: Tx, responseId: string): Promise<Response | null> {
    return tx.em.findOneBy(Response, { id: responseId });
  }

  /** Keeps what was read in this version of the comment; an older version's reading is dropped. Safe to call twice. */
  async storeReading(
    tx: Tx,
    response: Pick<Response, 'id' | 'version' | 'touchpointId' | 'customerId' | 'submittedAt'>,
    reading: Reading,
  ): Promise<boolean> {
    const [, count]: [unknown[], number] = await tx.em.query(
      `update responses set sentiment_state = $3, sentiment_label = $4, sentiment_score = $5, sentiment_reason = $6, language = $7, engine = $8
       where id = $1 and version = $2 and sentiment_state = 'pending'`,
      [
        response.id,
        response.version,
        reading.label === null ? 'unreadable' : 'read',
        reading.label,
        reading.score,
        reading.reason ?? null,
        reading.language,
        reading.engine,
      ],
    );
    if (count === 0) return false;
    await tx.em.query(
      `insert into statements (id, response_id, position, text, starts_at, ends_at, label, score, aspect, certainty, unsure, signals, language, touchpoint_id, customer_id, submitted_at)
       select n.id, $2, n.position, n.text, n.starts_at, n.ends_at, n.label, n.score, n.aspect, n.certainty, n.unsure, n.signals, $3, $4, $5, $6
       from jsonb_to_recordset($1::jsonb) as n (id uuid, position smallint, text text, starts_at integer, ends_at integer, label text, score real, aspect text, certainty real, unsure boolean, signals text[])`,
      [
        JSON.stringify(
          reading.statements.slice(0, MAX_STATEMENTS).map((s, position) => ({
            id: s.id ?? newId(),
            position,
            text: s.text,
            starts_at: s.start,
            ends_at: s.end,
            label: s.label,
            score: s.score,
            aspect: s.aspect,
            certainty: s.certainty ?? null,
            unsure: s.unsure ?? false,
            signals: s.signals ?? [],
          })),
        ),
        response.id,
        reading.language,
        response.touchpointId,
        response.customerId,
        response.submittedAt,
      ],
    );
    return true;
  }

  /** The whole comment's sentiment anew, after its statements' changed. */
  async resumSentiment(tx: Tx, responseId: string): Promise<void> {
    await tx.em.query(RESUM_SENTIMENT, [responseId]);
  }

  // ——— staff ———

  list(tenantId: string, query: ResponseQuery): Promise<Page<ResponseView> & { waiting: number }> {
    return this.db.tenant(tenantId, async (tx) => {
      const { timeZone } = await this.identity.tenant(tx);
      const { where, values } = filter(query, timeZone);
      if (query.cursor) {
        const [at, id] = decodeCursor(query.cursor, 2);
        values.push(at, id);
        where.push(`(r.submitted_at, r.id) < ($${values.length - 1}::timestamptz, $${values.length}::uuid)`);
      }
      values.push(query.limit + 1);
      const rows = await this.select(
        tx,
        `${where.length > 0 ? `where ${where.join(' and ')}` : ''} order by r.submitted_at desc, r.id desc limit $${values.length}`,
        values,
      );
      const cases = await this.caseIds(
        tx,
        rows.map((row) => row.id),
      );
      const [{ waiting }] = await tx.em.query(
        `select count(*)::int as waiting from responses where sentiment_state = 'pending'`,
      );
      return {
        ...toPage(
          rows,
          query.limit,
          (row) => [row.submitted_text, row.id],
          (row) => view(row, cases.get(row.id) ?? null),
        ),
        waiting,
      };
    });
  }

  /** All matches, oldest page last, for exports; one page of rows in memory at a time. */
  async *each(tenantId: string, query: ResponseQuery): AsyncGenerator<ResponseView> {
    let cursor: string | undefined;
    do {
      const page = await this.list(tenantId, { ...query, limit: 200, cursor });
      yield* page.items;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  get(tenantId: string, id: string): Promise<ResponseView> {
    return this.db.tenant(tenantId, (tx) => this.view(tx, id));
  }

  /** What was asked and answered, word for word; null when the answer belongs to no published survey. @throws AppError response.not_found */
  asked(tenantId: string, id: string): Promise<AskedView | null> {
    return this.db.tenant(tenantId, async (tx) => {
      const row = await tx.em.findOneBy(Response, { id });
      if (!row) throw notFound('response', 'response');
      if (row.surveyId === null || row.surveyVersion === null) return null;
      return askedOf(await this.surveys.version(tx, row.surveyId, row.surveyVersion, row.touchpointId), row);
    });
  }

  /** Ids of all questions that any version of the survey asked beside score, reason and consent, for the columns of an export. */
  async answerColumns(tenantId: string, surveyId: string): Promise<string[]> {
    const { items } = await this.surveys.versions(tenantId, surveyId);
    const ids = items.flatMap((version) =>
      version.questions.flatMap((question) => {
        if (question.type === 'choice') return [question.id, ...(question.other ? [otherKey(question.id)] : [])];
        return question.type === 'rating' || question.type === 'text' ? [question.id] : [];
      }),
    );
    return [...new Set(ids)];
  }

  /** One response as staff read it. @throws AppError response.not_found */
  async view(tx: Tx, id: string): Promise<ResponseView> {
    const [row] = await this.select(tx, `where r.id = $1`, [id]);
    if (!row) throw notFound('response', 'response');
    return view(row, (await this.caseIds(tx, [id])).get(id) ?? null);
  }

  /** Sets what keeps it out of the score; an empty list puts it back. @throws AppError response.not_found, response.version (409) */
  changeFlags(who: Principal, id: string, flags: string[], version: number | undefined): Promise<ResponseView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.lock(tx, { id });
      requireVersion(row, version, 'response');
      await tx.em.query(`update responses set flags = $2, version = version + 1 where id = $1`, [
        id,
        [...new Set(flags)],
      ]);
      await this.checks.decided(tx, id);
      await this.identity.audit(
        tx,
        who,
        'response.flags_changed',
        { kind: 'response', id },
        { from: row.flags, to: flags },
      );
      return this.view(tx, id);
    });
  }

  private select(tx: Tx, tail: string, values: unknown[]): Promise<Row[]> {
    return tx.em.query(`select ${RESPONSE_COLUMNS} ${RESPONSE_FROM} ${tail}`, values);
  }

  private async lock(tx: Tx, where: { id: string } | { invitationId: string }): Promise<Response> {
    const row = await tx.em.findOne(Response, { where, lock: { mode: 'pessimistic_write' } });
    if (!row) throw notFound('response', 'response');
    return row;
  }

  /** What is not finished waits a while, so that a case is not opened about half an answer; then it is worked on as it is. */
  private announce(tx: Tx, responseId: string, version: number, isFinished = true): Promise<void> {
    const runAt = isFinished ? undefined : new Date(this.clock.now().getTime() + UNFINISHED_WAIT_MS);
    return this.jobs.send(tx, ResponseReceived, `${responseId}:${version}`, { responseId, version }, runAt);
  }

  /** @throws AppError survey.ended */
  private async requireOpen(
    tx: Tx,
    surveyId: string,
    touchpointId: string | null,
    openedInTime = false,
  ): Promise<void> {
    const ended = await this.surveys.ended(tx, surveyId, touchpointId, true);
    if (ended === null || (ended === 'closed' && openedInTime)) return;
    throw new AppError('conflict', 'survey.ended', 'This survey takes no more answers.', { extra: { why: ended } });
  }

  // ——— the customer's own data ———

  private async timeline(tx: Tx, customerId: string): Promise<TimelineEntry[]> {
    const rows = await this.select(tx, `where r.customer_id = $1 order by r.submitted_at desc limit 500`, [customerId]);
    return rows.map((row) => ({
      at: row.withdrawn_at ?? row.submitted_at,
      kind: 'response',
      title: row.withdrawn_at
        ? 'Answer withdrawn'
        : `Answered ${row.score}${row.touchpoint_name ? ` about ${row.touchpoint_name}` : ''}${row.complete ? '' : ', not finished'}`,
      ...(row.comment ? { detail: row.comment } : {}),
      link: { kind: 'response', id: row.id },
      data: {
        score: row.score,
        metric: row.metric,
        category: row.withdrawn_at ? null : categoryOf(row),
        sentiment: row.sentiment_label,
        counted: row.counted,
        complete: row.complete,
      },
    }));
  }

  /** The score stays, without whose it was; the words go. */
  private async erase(tx: Tx, customerId: string): Promise<void> {
    await tx.em.query(`delete from statements where response_id in (select id from responses where customer_id = $1)`, [
      customerId,
    ]);
    await tx.em.query(
      `update responses set customer_id = null, invitation_id = null, comment = null, answers = '{}', external_id = null, submission_id = null, may_contact = null, seen = null,
         sentiment_state = 'unreadable', sentiment_label = null, sentiment_score = null, sentiment_reason = 'erased', version = version + 1 where customer_id = $1`,
      [customerId],
    );
  }
}

/** More statements than this are not one person's comment but a document; the rest stays readable in the comment. */
const MAX_STATEMENTS = 200;

function unread(
  comment: string | null,
): Pick<Response, 'sentimentState' | 'sentimentLabel' | 'sentimentScore' | 'sentimentReason' | 'language'> {
  return {
    sentimentState: comment === null ? 'unreadable' : 'pending',
    sentimentLabel: null,
    sentimentScore: null,
    sentimentReason: comment === null ? 'empty' : null,
    language: null,
  };
}

const categoryOf = (row: Pick<Row, 'metric' | 'score'>) =>
  row.metric === 'nps' || row.metric === 'tnps' ? category(row.score) : null;

const CATEGORY_RANGE = { promoter: [9, 10], passive: [7, 8], detractor: [0, 6] } as const;

function filter(query: ResponseQuery, timeZone: string): { where: string[]; values: unknown[] } {
  const where: string[] = [];
  const values: unknown[] = [];
  const add = (condition: (at: string) => string, value: unknown) => {
    values.push(value);
    where.push(condition(`$${values.length}`));
  };
  if (query.touchpoint) add((at) => `t.key = ${at}`, query.touchpoint);
  if (query.surveyId) add((at) => `r.survey_id = ${at}`, query.surveyId);
  if (query.customerId) add((at) => `r.customer_id = ${at}`, query.customerId);
  if (query.metric) add((at) => `r.metric = any(${at})`, query.metric);
  if (query.channel) add((at) => `r.channel = ${at}`, query.channel);
  if (query.flag === 'withdrawn') where.push('r.withdrawn_at is not null');
  else if (query.flag) add((at) => `${at} = any(r.flags)`, query.flag);
  if (query.segment) add((at) => `c.segments @> array[${at}]`, query.segment);
  if (query.painPointId)
    add(
      (at) => `exists (select 1 from statements s where s.response_id = r.id and s.pain_point_id = ${at})`,
      query.painPointId,
    );
  if (query.complete !== undefined) where.push(query.complete ? 'r.complete' : 'not r.complete');
  if (query.counted !== undefined) where.push(query.counted ? 'r.counted' : 'not r.counted');
  if (query.comment !== undefined) where.push(query.comment ? 'r.comment is not null' : 'r.comment is null');
  if (query.category) {
    const [low, high] = CATEGORY_RANGE[query.category];
    where.push(`r.metric in ('nps', 'tnps') and r.score between ${low} and ${high}`);
  }
  if (query.sentiment === 'none') where.push('r.sentiment_label is null');
  else if (query.sentiment) add((at) => `r.sentiment_label = ${at}`, query.sentiment);
  if (query.q?.trim())
    add((at) => `(r.comment ilike ${at} or c.name ilike ${at})`, `%${query.q.trim().replace(/[\\%_]/g, '\\$&')}%`);
  if (query.from) add((at) => `r.submitted_at >= ${at}`, bound('from', query.from, timeZone));
  if (query.to) add((at) => `r.submitted_at < ${at}`, bound('to', query.to, timeZone));
  return { where, values };
}

function bound(path: string, text: string, timeZone: string): Date {
  try {
    return parseBound(text, timeZone);
  } catch {
    throw invalid(path, 'Enter a date such as 2026-11-21, or a time with zone.');
  }
}

function view(row: Row, caseId: string | null): ResponseView {
  return {
    id: row.id,
    externalId: row.external_id,
    customer: row.customer_id
      ? {
          id: row.customer_id,
          externalId: row.customer_external_id ?? '',
          name: row.customer_name,
          email: row.customer_email,
        }
      : null,
    surveyId: row.survey_id,
    surveyVersion: row.survey_version,
    touchpoint: row.touchpoint_id
      ? { id: row.touchpoint_id, key: row.touchpoint_key ?? '', name: row.touchpoint_name ?? '' }
      : null,
    touchpointKey: row.touchpoint_key,
    invitationId: row.invitation_id,
    metric: row.metric,
    score: row.score,
    picked: row.picked,
    category: categoryOf(row),
    comment: row.comment,
    answers: row.answers,
    mayContact: row.may_contact,
    channel: row.channel,
    language: row.language,
    submittedAt: row.submitted_at.toISOString(),
    sentiment:
      row.sentiment_state === 'pending'
        ? null
        : {
            label: row.sentiment_label,
            score: row.sentiment_score,
            ...(row.sentiment_reason ? { reason: row.sentiment_reason } : {}),
          },
    statements: row.statements,
    flags: row.flags,
    counted: row.counted,
    complete: row.complete,
    withdrawnAt: row.withdrawn_at?.toISOString() ?? null,
    caseId,
    version: row.version,
  };
}

function refusal(errors: (FieldError & { row: number })[], paths: 'array' | 'single'): AppError {
  return new AppError('invalid', 'input.invalid', errors[0]?.message ?? 'Some responses cannot be taken.', {
    errors: errors.map(({ row, path, message }) => ({ path: paths === 'array' ? `[${row}].${path}` : path, message })),
  });
}

const accepted = (
  row: { id: string; external_id: string | null },
  outcome: { id: string; duplicate: boolean } | undefined,
): z.infer<typeof Accepted>['items'][number] => ({
  id: outcome?.id ?? row.id,
  externalId: row.external_id,
  duplicate: outcome?.duplicate ?? false,
});
