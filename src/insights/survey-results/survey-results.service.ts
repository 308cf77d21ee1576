import { Injectable } from '@nestjs/common';
import { Identity } from '../../identity/identity.service.js';
import { Journeys } from '../../journeys/journeys.service.js';
import { Db, type Tx } from '../../platform/db.js';
import { invalid } from '../../platform/errors.js';
import { HIDE_BELOW, category, npsFromCounts } from '../../responses/nps.js';
import { OTHER, type Metric, type WordedQuestion } from '../../surveys/surveys.contract.js';
import { Surveys } from '../../surveys/surveys.service.js';
import { scoreRange, wording } from '../../surveys/wording.js';
import { boundAt, periodOf } from '../period.js';
import { cesFromCounts } from '../rules/ces.js';
import { csatFromCounts } from '../rules/csat.js';
import { responseRates } from './response-rates.js';
import type { QuestionResult, SurveyResultsQuery, SurveyResultsView } from './survey-results.contract.js';
import * as Q from './survey-results.queries.js';

interface AnswerRow {
  score: number;
  version: number | null;
  n: number;
  unfinished: number;
  uninvited: number;
  comments: number;
  yes: number;
  no: number;
}

/** What came back to one survey: its score, the answers to each question, and what became of its invitations. */
@Injectable()
export class SurveyResults {
  constructor(
    private readonly db: Db,
    private readonly identity: Identity,
    private readonly journeys: Journeys,
    private readonly surveys: Surveys,
  ) {}

  /** Costs five queries over the survey's answers and invitations, and a fixed number for its wording. @throws AppError survey.not_found, input.invalid */
  results(tenantId: string, surveyId: string, query: SurveyResultsQuery): Promise<SurveyResultsView> {
    return this.db.tenant(tenantId, async (tx) => {
      const draft = await this.surveys.draft(tx, surveyId);
      const questions = await this.questions(tx, surveyId);
      const params = [surveyId, ...(await this.params(tx, query))];
      const rows: AnswerRow[] = await tx.em.query(Q.ANSWERS, params);
      const leftOut: { reason: string; n: number }[] = await tx.em.query(Q.LEFT_OUT, params);
      const answered: { question: string; n: number }[] = await tx.em.query(Q.ANSWERED, params);
      const picking = questions.filter((question) => question.type === 'choice' || question.type === 'rating');
      const picked: { question: string; value: string; n: number }[] = await tx.em.query(Q.PICKED, [
        ...params,
        picking.map((question) => question.id),
      ]);
      const became: { what: string; n: number }[] = await tx.em.query(Q.INVITATIONS, params);

      const sum = (of: (row: AnswerRow) => number) => rows.reduce((total, row) => total + of(row), 0);
      const { min, max } = scoreRange(draft.metric);
      const counts = Array.from({ length: max - min + 1 }, (_, at) =>
        rows.reduce((total, row) => total + (row.score === min + at ? row.n : 0), 0),
      );
      const byVersion = new Map<number | null, number>();
      for (const row of rows) byVersion.set(row.version, (byVersion.get(row.version) ?? 0) + row.n);
      const n = new Map(became.map((row) => [row.what, row.n]));
      const of = (what: string): number => n.get(what) ?? 0;
      const dispositions = {
        finished: of('finished'),
        partial: of('partial'),
        refused: of('refused'),
        noContact: of('noContact'),
        other: of('other'),
        unknown: of('unknown'),
      };
      return {
        surveyId,
        metric: draft.metric,
        score: scoreOf(draft.metric, counts, min),
        scores: counts.map((count, at) => ({ score: min + at, n: count })),
        unfinished: sum((row) => row.unfinished),
        leftOut: Object.fromEntries(leftOut.map(({ reason, n: count }) => [reason, count])),
        questions: questions.map((question) =>
          resultOf(question, {
            answered: answered.find((one) => one.question === question.id)?.n ?? 0,
            picked: picked.filter((one) => one.question === question.id),
            comments: sum((row) => row.comments),
            consent: { yes: sum((row) => row.yes), no: sum((row) => row.no) },
          }),
        ),
        invitations: {
          ...dispositions,
          bounced: of('bounced'),
          waiting: of('waiting'),
          cancelled: of('cancelled'),
          skipped: of('skipped'),
        },
        rates: responseRates(dispositions),
        participation: sum((row) => row.uninvited),
        versions: [...byVersion]
          .map(([number, count]) => ({ number, n: count }))
          .sort((a, b) => (b.number ?? 0) - (a.number ?? 0)),
      };
    });
  }

  /** All questions but the metric's that any version asked, each as the newest that has it worded it. */
  private async questions(tx: Tx, surveyId: string): Promise<WordedQuestion[]> {
    const found = new Map<string, WordedQuestion>();
    for (const version of await this.surveys.published(tx, surveyId)) {
      const read = wording(version, version.locales[0] ?? 'en');
      for (const question of read.questions)
        if (question.id !== read.metric.id && !found.has(question.id)) found.set(question.id, question);
    }
    return [...found.values()];
  }

  private async params(tx: Tx, query: SurveyResultsQuery): Promise<unknown[]> {
    const { timeZone } = await this.identity.tenant(tx);
    const from = query.from ? boundAt('from', query.from, timeZone) : null;
    const to = query.to ? boundAt('to', query.to, timeZone) : null;
    if (from && to) periodOf(from, to);
    const touchpoint = query.touchpoint ? await this.journeys.byKey(tx, query.touchpoint) : null;
    if (query.touchpoint && !touchpoint) throw invalid('touchpoint', `There is no touchpoint "${query.touchpoint}".`);
    return [from, to, touchpoint?.id ?? null, query.version ?? null];
  }
}

function scoreOf(metric: Metric, counts: readonly number[], min: number): SurveyResultsView['score'] {
  const none = { easy: null, hard: null };
  switch (metric) {
    case 'nps':
    case 'tnps': {
      const by = { promoter: 0, passive: 0, detractor: 0 };
      counts.forEach((count, at) => (by[category(min + at)] += count));
      const { nps, ...rest } = npsFromCounts({
        promoters: by.promoter,
        passives: by.passive,
        detractors: by.detractor,
      });
      return { kind: 'nps', value: nps, ...rest, ...none };
    }
    case 'csat': {
      const { csat, ...rest } = csatFromCounts(counts);
      return { kind: 'csat', value: csat, ...rest, ...none };
    }
    case 'ces': {
      const { mean, ...rest } = cesFromCounts(counts);
      return { kind: 'ces', value: mean, ...rest };
    }
  }
}

function resultOf(
  question: WordedQuestion,
  found: {
    answered: number;
    picked: readonly { value: string; n: number }[];
    comments: number;
    consent: Record<string, number>;
  },
): QuestionResult {
  const base = { id: question.id, type: question.type, text: question.text, mean: null };
  const known = (n: number, options: QuestionResult['options'], mean: number | null = null): QuestionResult =>
    n < HIDE_BELOW ? { ...base, n, hidden: true, options: [] } : { ...base, n, hidden: false, options, mean };
  const count = (value: string): number => found.picked.find((one) => one.value === value)?.n ?? 0;
  switch (question.type) {
    case 'reason':
      return { ...base, n: found.comments, hidden: false, options: [] };
    case 'consent': {
      const options = question.options.map((option) => ({ ...option, n: found.consent[option.id] ?? 0 }));
      return known(
        options.reduce((sum, option) => sum + option.n, 0),
        options,
      );
    }
    case 'choice': {
      const options =
        question.other === null ? question.options : [...question.options, { id: OTHER, text: question.other }];
      return known(
        found.answered,
        options.map((option) => ({ ...option, n: count(option.id) })),
      );
    }
    case 'rating': {
      const { min, max } = question.scale ?? { min: 1, max: 5 };
      const steps = Array.from({ length: max - min + 1 }, (_, at) => String(min + at));
      const total = found.picked.reduce((sum, one) => sum + one.n * Number(one.value), 0);
      return known(
        found.answered,
        steps.map((step) => ({ id: step, text: step, n: count(step) })),
        found.answered === 0 ? null : total / found.answered,
      );
    }
    default:
      return { ...base, n: found.answered, hidden: false, options: [] };
  }
}
