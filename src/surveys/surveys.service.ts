import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Identity } from '../identity/identity.service.js';
import { Journeys } from '../journeys/journeys.service.js';
import type { Principal } from '../platform/auth.js';
import { Clock } from '../platform/clock.js';
import { Db, type Tx } from '../platform/db.js';
import { AppError, invalid, notFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { Jobs } from '../platform/jobs.js';
import { type Page, decodeCursor, toPage } from '../platform/page.js';
import { instantAt, wallAt } from '../platform/zone.js';
import type {
  ChangeSurvey,
  CreateSurvey,
  ListSurveys,
  Metric,
  Question,
  SurveyVersions,
  SurveyView,
  Wording,
} from './surveys.contract.js';
import { Survey } from './surveys.entity.js';
import { type SurveyRow, surveyRows } from './surveys.queries.js';
import { normalizeQuestions, publishingProblems, standardQuestions, structureProblems, wording } from './wording.js';

/** A published version, word for word, with what its merge tags stand for. Enough for `wording(version, locale, score?)`. */
export interface SurveyVersion {
  surveyId: string;
  name: string;
  number: number;
  metric: Metric;
  /** The survey's own touchpoint; an invitation may have another one, from its trigger. */
  touchpointId: string | null;
  locales: string[];
  questions: Question[];
  names: { organization: string; touchpoint: string | null };
}

/** Answers that count, to a survey, since an instant and at a touchpoint where those are given. */
export interface AnswerCount {
  surveyId: string;
  touchpointId: string | null;
  since: Date | null;
}

const SWEEP_MS = 5 * 60_000;

interface Names {
  organization: string;
  touchpoints: Map<string, { key: string; name: string }>;
}

/** Survey definitions: drafts that can be edited, and published versions that never change. */
@Injectable()
export class Surveys {
  private countAnswers: (tx: Tx, which: AnswerCount) => Promise<number> = async () => 0;

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly journeys: Journeys,
    jobs: Jobs,
  ) {
    jobs.every('surveys.close', SWEEP_MS, z.strictObject({}), () => this.closeDue());
  }

  /** How many answers there are, for quotas; responses knows. */
  registerAnswerCount(count: typeof this.countAnswers): void {
    this.countAnswers = count;
  }

  /** Newest first. */
  list(tenantId: string, query: ListSurveys): Promise<Page<SurveyView>> {
    return this.db.tenant(tenantId, async (tx) => {
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, 2);
      const touchpoint = query.touchpoint === undefined ? undefined : await this.journeys.byKey(tx, query.touchpoint);
      if (touchpoint === null) return { items: [], nextCursor: null };
      const names = await this.names(tx);
      const rows = await surveyRows(tx, {
        status: query.status,
        archived: query.archived,
        touchpointId: touchpoint?.id,
        q: query.q,
        after,
        limit: query.limit + 1,
      });
      return toPage(
        rows,
        query.limit,
        (row) => [row.created_key, row.id],
        (row) => view(row, names),
      );
    });
  }

  /** @throws AppError survey.not_found */
  get(tenantId: string, id: string): Promise<SurveyView> {
    return this.db.tenant(tenantId, (tx) => this.view(tx, id));
  }

  /** A new draft. @throws AppError input.invalid for an unknown touchpoint or a list without the metric question */
  create(tenantId: string, input: CreateSurvey): Promise<SurveyView> {
    return this.db.tenant(tenantId, async (tx) => {
      const questions = input.questions
        ? normalizeQuestions(input.questions, input.locales)
        : standardQuestions(input.metric);
      requireStructure(input.metric, questions);
      const id = newId();
      await tx.em.insert(Survey, {
        id,
        name: input.name,
        metric: input.metric,
        touchpointId: await this.touchpointId(tx, input.touchpointKey),
        locales: input.locales,
        questions,
        closesAt: instantOf(input.closesAt),
        quota: input.quota ?? null,
      });
      return this.view(tx, id);
    });
  }

  /** A new draft with the same questions, texts, touchpoint and quota; a closing date is not taken over. @throws AppError survey.not_found */
  duplicate(who: Principal, id: string): Promise<SurveyView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const survey = await tx.em.findOneBy(Survey, { id });
      if (!survey) throw notFound('survey', 'survey');
      const copyId = newId();
      await tx.em.insert(Survey, {
        id: copyId,
        name: `Copy of ${survey.name}`.slice(0, 200),
        metric: survey.metric,
        touchpointId: survey.touchpointId,
        locales: survey.locales,
        questions: survey.questions,
        quota: survey.quota,
      });
      await this.identity.audit(tx, who, 'survey.duplicated', { kind: 'survey', id: copyId }, { from: id });
      return this.view(tx, copyId);
    });
  }

  /** What was published, newest first. @throws AppError survey.not_found */
  versions(tenantId: string, id: string): Promise<SurveyVersions> {
    return this.db.tenant(tenantId, async (tx) => {
      if (!(await tx.em.existsBy(Survey, { id }))) throw notFound('survey', 'survey');
      const rows: {
        number: number;
        locales: string[];
        questions: Question[];
        published_at: Date;
        published_by: string | null;
      }[] = await tx.em.query(
        `select number, locales, questions, published_at, published_by from survey_versions where survey_id = $1 order by number desc`,
        [id],
      );
      const users = new Map((await this.identity.users(tx)).map((user) => [user.id, user.name]));
      return {
        items: rows.map((row) => ({
          number: row.number,
          locales: row.locales,
          questions: row.questions,
          publishedAt: row.published_at.toISOString(),
          publishedBy: row.published_by === null ? null : (users.get(row.published_by) ?? null),
        })),
      };
    });
  }

  /**
   * Edits the draft; a published version stays as it is until the next publishing.
   * @throws AppError survey.not_found, survey.version_conflict, survey.not_published, survey.over, survey.archived, input.invalid
   */
  change(tenantId: string, id: string, change: ChangeSurvey): Promise<SurveyView> {
    return this.db.tenant(tenantId, async (tx) => {
      const survey = await this.lock(tx, id);
      if (change.version !== undefined && change.version !== survey.version)
        throw new AppError('conflict', 'survey.version_conflict', 'Somebody else changed this survey. Load it again.', {
          extra: { version: survey.version },
        });
      if (change.status !== undefined && survey.publishedVersion === null)
        throw new AppError('conflict', 'survey.not_published', 'A draft goes live by publishing it.');
      const archived = change.archived ?? survey.archivedAt !== null;
      if (archived && change.status === 'live')
        throw new AppError('conflict', 'survey.archived', 'This survey is in the archive. Take it out first.');
      const closesAt = change.closesAt === undefined ? survey.closesAt : instantOf(change.closesAt);
      if (change.status === 'live') this.requireOpen(closesAt);
      const status = change.status ?? survey.status;
      const locales = change.locales ?? survey.locales;
      const questions = change.questions ? normalizeQuestions(change.questions, locales) : survey.questions;
      if (change.questions) requireStructure(survey.metric, questions);
      await tx.em.update(
        Survey,
        { id },
        {
          name: change.name ?? survey.name,
          touchpointId:
            change.touchpointKey === undefined
              ? survey.touchpointId
              : await this.touchpointId(tx, change.touchpointKey),
          locales,
          questions,
          status: archived && status === 'live' ? 'closed' : status,
          closesAt,
          quota: change.quota === undefined ? survey.quota : change.quota,
          archivedAt: archived ? (survey.archivedAt ?? this.clock.now()) : null,
          version: survey.version + 1,
          updatedAt: () => 'now()',
        },
      );
      return this.view(tx, id);
    });
  }

  /**
   * Freezes the draft as the next version and goes live with it. Publishing what is already published changes nothing. Open invitations
   * keep the version they were made with.
   * @throws AppError survey.not_found, survey.archived, survey.over, survey.incomplete (422) naming question and language
   */
  publish(who: Principal, id: string): Promise<SurveyView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const survey = await this.lock(tx, id);
      const before = await this.view(tx, id);
      if (survey.archivedAt !== null)
        throw new AppError('conflict', 'survey.archived', 'This survey is in the archive. Take it out first.');
      this.requireOpen(survey.closesAt);
      if (before.problems.length > 0)
        throw new AppError(
          'invalid',
          'survey.incomplete',
          before.problems.map((problem) => problem.message).join(' '),
          {
            errors: before.problems,
          },
        );
      if (survey.publishedVersion !== null && !before.hasUnpublishedChanges && survey.status === 'live') return before;
      let number = survey.publishedVersion;
      if (number === null || before.hasUnpublishedChanges) {
        number = (number ?? 0) + 1;
        await tx.em.query(
          `insert into survey_versions (survey_id, number, metric, locales, questions, published_by) values ($1, $2, $3, $4, $5, $6)`,
          [id, number, survey.metric, survey.locales, JSON.stringify(survey.questions), who.userId],
        );
      }
      await tx.em.update(
        Survey,
        { id },
        { status: 'live', publishedVersion: number, version: survey.version + 1, updatedAt: () => 'now()' },
      );
      await this.identity.audit(tx, who, 'survey.published', { kind: 'survey', id }, { number });
      return this.view(tx, id);
    });
  }

  /** The draft as a reader sees it, for the live preview. @throws AppError survey.not_found */
  draftWording(tenantId: string, id: string, locale: string | undefined, score: number | undefined): Promise<Wording> {
    return this.db.tenant(tenantId, async (tx) => {
      const draft = await this.draft(tx, id);
      return wording(draft, locale ?? draft.locales[0] ?? 'en', score);
    });
  }

  /** The unpublished state of a survey in the shape of a version (number 0). @throws AppError survey.not_found */
  async draft(tx: Tx, surveyId: string): Promise<SurveyVersion> {
    const survey = await tx.em.findOneBy(Survey, { id: surveyId });
    if (!survey) throw notFound('survey', 'survey');
    const names = await this.names(tx);
    return {
      surveyId,
      name: survey.name,
      number: 0,
      metric: survey.metric,
      touchpointId: survey.touchpointId,
      locales: survey.locales,
      questions: survey.questions,
      names: { organization: names.organization, touchpoint: touchpointName(names, survey.touchpointId) },
    };
  }

  /** What answers from other channels are bound to, or null when there is no such survey; version null while it is a draft. */
  async find(
    tx: Tx,
    id: string,
  ): Promise<{ id: string; metric: Metric; publishedVersion: number | null; touchpointId: string | null } | null> {
    return tx.em.findOne(Survey, {
      where: { id },
      select: { id: true, metric: true, publishedVersion: true, touchpointId: true },
    });
  }

  /** The version that new invitations and answers get. @throws AppError survey.not_found, survey.not_live */
  async requireLive(tx: Tx, surveyId: string): Promise<SurveyVersion> {
    const survey = await tx.em.findOneBy(Survey, { id: surveyId });
    if (!survey) throw notFound('survey', 'survey');
    const isOver = survey.closesAt !== null && survey.closesAt <= this.clock.now();
    if (survey.status !== 'live' || survey.publishedVersion === null || isOver)
      throw new AppError(
        'conflict',
        'survey.not_live',
        survey.status !== 'draft' ? 'This survey is closed.' : 'This survey is a draft. Publish it first.',
      );
    return this.version(tx, surveyId, survey.publishedVersion);
  }

  /**
   * One published version, or the draft for 0. `touchpointId`: what {touchpoint} stands for when the invitation has a touchpoint of its own.
   * @throws AppError survey.not_found
   */
  async version(tx: Tx, surveyId: string, number: number, touchpointId?: string | null): Promise<SurveyVersion> {
    // What `draft` counts as: a test mail of a survey with words that were never published leads to them.
    if (number === 0) return this.draft(tx, surveyId);
    const [found] = await this.published(tx, surveyId, number, touchpointId);
    if (!found) throw notFound('survey', 'survey');
    return found;
  }

  /** Every published version, newest first, or the one of this number. Two queries. */
  async published(
    tx: Tx,
    surveyId: string,
    number: number | null = null,
    touchpointId?: string | null,
  ): Promise<SurveyVersion[]> {
    const rows: {
      number: number;
      name: string;
      metric: Metric;
      touchpoint_id: string | null;
      locales: string[];
      questions: Question[];
    }[] = await tx.em.query(
      `select v.number, s.name, v.metric, s.touchpoint_id, v.locales, v.questions
       from survey_versions v join surveys s on s.id = v.survey_id where v.survey_id = $1 and ($2::integer is null or v.number = $2)
       order by v.number desc`,
      [surveyId, number],
    );
    if (rows.length === 0) return [];
    const names = await this.names(tx);
    return rows.map((row) => ({
      surveyId,
      name: row.name,
      number: row.number,
      metric: row.metric,
      touchpointId: row.touchpoint_id,
      locales: row.locales,
      questions: row.questions,
      names: { organization: names.organization, touchpoint: touchpointName(names, touchpointId ?? row.touchpoint_id) },
    }));
  }

  /**
   * Why nobody can answer any more: its closing date has passed (`closed`) or its quota is reached (`full`); null while they can. A survey
   * that was closed by hand takes the answers of links that are out.
   * @param touchpointId where this one is asked; the survey's own when left out
   * @param hold keeps the count as it is until the transaction ends, so that two answers cannot both be the last
   */
  async ended(tx: Tx, surveyId: string, touchpointId?: string | null, hold = false): Promise<'closed' | 'full' | null> {
    const survey = await tx.em.findOne(Survey, {
      where: { id: surveyId },
      select: { tenantId: true, id: true, closesAt: true, quota: true, touchpointId: true },
    });
    if (!survey) throw notFound('survey', 'survey');
    const now = this.clock.now();
    if (survey.closesAt !== null && survey.closesAt <= now) return 'closed';
    const { quota } = survey;
    if (quota === null) return null;
    const at = touchpointId ?? survey.touchpointId;
    if (hold) await tx.em.query(`select pg_advisory_xact_lock(hashtext('surveys.quota'), hashtext($1))`, [surveyId]);
    const { timeZone } = await this.identity.tenant(tx);
    const n = await this.countAnswers(tx, {
      surveyId,
      touchpointId: quota.per === 'touchpoint' ? at : null,
      since: quota.every === 'month' ? startOfMonth(now, timeZone) : null,
    });
    return n >= quota.limit ? 'full' : null;
  }

  /** Surveys whose closing date has passed are closed; what asks for the date itself does not wait for this. */
  private async closeDue(): Promise<void> {
    for (const tenantId of await this.db.tenantIds())
      await this.db.tenant(tenantId, (tx) =>
        tx.em.query(
          `update surveys set status = 'closed', version = version + 1, updated_at = now() where status = 'live' and closes_at <= $1`,
          [this.clock.now()],
        ),
      );
  }

  private requireOpen(closesAt: Date | null): void {
    if (closesAt !== null && closesAt <= this.clock.now())
      throw new AppError('conflict', 'survey.over', 'The closing date of this survey has passed. Move it first.');
  }

  /** The live survey that was tied to the touchpoint last, or null. */
  async liveForTouchpoint(tx: Tx, touchpointId: string): Promise<SurveyVersion | null> {
    const rows: { id: string; published_version: number }[] = await tx.em.query(
      `select id, published_version from surveys where touchpoint_id = $1 and status = 'live' order by created_at desc, id desc limit 1`,
      [touchpointId],
    );
    const [row] = rows;
    return row ? this.version(tx, row.id, row.published_version) : null;
  }

  private async view(tx: Tx, id: string): Promise<SurveyView> {
    const [row] = await surveyRows(tx, { id, limit: 1 });
    if (!row) throw notFound('survey', 'survey');
    return view(row, await this.names(tx));
  }

  private async lock(tx: Tx, id: string): Promise<Survey> {
    const survey = await tx.em.findOne(Survey, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!survey) throw notFound('survey', 'survey');
    return survey;
  }

  private async touchpointId(tx: Tx, key: string | null | undefined): Promise<string | null> {
    if (key === null || key === undefined) return null;
    const touchpoint = await this.journeys.byKey(tx, key);
    if (!touchpoint) throw invalid('touchpointKey', 'There is no touchpoint with this key.');
    return touchpoint.id;
  }

  private async names(tx: Tx): Promise<Names> {
    const tenant = await this.identity.tenant(tx);
    const touchpoints = await this.journeys.touchpoints(tx);
    return {
      organization: tenant.name,
      touchpoints: new Map(touchpoints.map(({ id, key, name }) => [id, { key, name }])),
    };
  }
}

const touchpointName = (names: Names, id: string | null): string | null =>
  id === null ? null : (names.touchpoints.get(id)?.name ?? null);

const instantOf = (text: string | null | undefined): Date | null => (text ? new Date(text) : null);

/** Midnight of the first of the month on the clocks of `timeZone`. */
function startOfMonth(now: Date, timeZone: string): Date {
  const wall = new Date(wallAt(timeZone, now.getTime()));
  return new Date(instantAt(timeZone, Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), 1)));
}

function requireStructure(metric: Metric, questions: readonly Question[]): void {
  const problems = structureProblems(metric, questions);
  if (problems.length > 0)
    throw new AppError('invalid', 'input.invalid', problems.map((problem) => problem.message).join(' '), {
      errors: problems,
    });
}

function view(row: SurveyRow, names: Names): SurveyView {
  const touchpoint = row.touchpoint_id === null ? null : (names.touchpoints.get(row.touchpoint_id) ?? null);
  return {
    id: row.id,
    name: row.name,
    metric: row.metric,
    touchpointKey: touchpoint?.key ?? null,
    touchpointName: touchpoint?.name ?? null,
    status: row.status,
    locales: row.locales,
    questions: row.questions,
    publishedVersion: row.published_version,
    publishedAt: row.published_at?.toISOString() ?? null,
    hasUnpublishedChanges: row.has_unpublished_changes,
    problems: publishingProblems({
      metric: row.metric,
      locales: row.locales,
      questions: row.questions,
      names: { organization: names.organization, touchpoint: touchpoint?.name ?? null },
    }),
    closesAt: row.closes_at?.toISOString() ?? null,
    quota: row.quota,
    archivedAt: row.archived_at?.toISOString() ?? null,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
