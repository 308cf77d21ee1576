import { z } from 'zod';
import { MetricSchema } from '../../surveys/surveys.contract.js';
import { RateView } from '../insights.contract.js';

export const SurveyResultsQuery = z.strictObject({
  /** A date (the organization's local day) or an instant; [from, to). Left out: since ever, until now. */
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
  touchpoint: z.string().max(100).optional(),
  /** Of the answers to this version only. */
  version: z.coerce.number().int().min(1).optional(),
});
export type SurveyResultsQuery = z.infer<typeof SurveyResultsQuery>;

const interval = { low: z.number().nullable(), high: z.number().nullable() };

/** How the answers to one question are spread; nothing but `n` below 5 answers, so that nobody can be told apart. */
export const QuestionResult = z.object({
  id: z.string(),
  type: z.string(),
  /** In the survey's first language, as it was asked last. */
  text: z.string(),
  /** Answers to it. */
  n: z.int(),
  hidden: z.boolean(),
  /** Each with how many chose it; of a choice of many that adds up to more than `n`. */
  options: z.array(z.object({ id: z.string(), text: z.string(), n: z.int() })),
  /** Of ratings. */
  mean: z.number().nullable(),
});
export type QuestionResult = z.infer<typeof QuestionResult>;

/** What came back to one survey. */
export const SurveyResultsView = z.object({
  surveyId: z.uuid(),
  metric: MetricSchema,
  /**
   * nps: −100…100; csat: percent choosing 4–5; ces: mean 1–7, with the shares choosing 5–7 and 1–3. Null below 5 answers. Answers that were not
   * finished count.
   */
  score: z.object({
    kind: z.enum(['nps', 'csat', 'ces']),
    n: z.int(),
    value: z.number().nullable(),
    ...interval,
    tooFew: z.boolean(),
    easy: RateView.nullable(),
    hard: RateView.nullable(),
  }),
  /** Answers with each score, every step of the scale. */
  scores: z.array(z.object({ score: z.int(), n: z.int() })),
  /** Of the answers that count: gave a score and did not finish. */
  unfinished: z.int(),
  /** Kept out of the score: by flag, or `withdrawn`. */
  leftOut: z.record(z.string(), z.int()),
  questions: z.array(QuestionResult),
  /** Of the invitations made in the period. By AAPOR: I, P, R, NC, O, U; the others are not part of the rates. */
  invitations: z.object({
    finished: z.int(),
    partial: z.int(),
    refused: z.int(),
    noContact: z.int(),
    other: z.int(),
    unknown: z.int(),
    bounced: z.int(),
    waiting: z.int(),
    cancelled: z.int(),
    skipped: z.int(),
  }),
  /** AAPOR RR1, RR2, RR5 and RR6. */
  rates: z.object({ rr1: RateView, rr2: RateView, rr5: RateView, rr6: RateView }),
  /** Answers that nobody was invited to, such as by an open link: participation, never part of a response rate. */
  participation: z.int(),
  /** Answers that count, by version, newest first; `number` null: from before the first publishing. */
  versions: z.array(z.object({ number: z.int().nullable(), n: z.int() })),
});
export type SurveyResultsView = z.infer<typeof SurveyResultsView>;
