import { z } from 'zod';
import { oneOrMany } from '../platform/one-or-many.contract.js';
import { pageOf, pageQuery } from '../platform/page.contract.js';

export const METRIC_RANGES = { nps: [0, 10], tnps: [0, 10], csat: [1, 5], ces: [1, 7] } as const;
export const MetricName = z.enum(['nps', 'tnps', 'csat', 'ces'], { error: 'Choose nps, tnps, csat or ces' });
export const Category = z.enum(['promoter', 'passive', 'detractor']);
export const SentimentLabel = z.enum(['negative', 'neutral', 'positive']);

/** Why an answer is kept out of the score. All can be taken away again. */
export const FLAGS = ['too_fast', 'honeypot', 'burst', 'scanner', 'staff', 'duplicate', 'test'] as const;
export const Flag = z.enum(FLAGS, { error: `Use ${FLAGS.join(', ')}` });

/** Longest comment we keep; well above what a person writes in a survey. */
export const COMMENT_MAX = 100_000;

const FUTURE_MS = 5 * 60_000;
const Instant = z
  .string({ error: 'Enter a time such as 2026-11-21T09:12:00Z' })
  .regex(/^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:?\d{2}))?$/, {
    error: 'Enter a date or a time with zone, such as 2026-11-21T09:12:00Z',
  })
  .refine((text) => !Number.isNaN(Date.parse(text)), { error: 'This date does not exist' })
  .refine((text) => Date.parse(text) < Date.now() + FUTURE_MS, { error: 'This time lies in the future' });

const text = (max: number) => z.string().max(max, { error: `Use at most ${max.toLocaleString('en')} characters` });

export const NewResponse = z
  .strictObject({
    /** The caller's own id: sending it again changes nothing. */
    id: text(200).min(1).optional(),
    externalCustomerId: text(200).min(1).nullable().optional(),
    surveyId: z.uuid({ error: 'Enter the id of a survey' }).nullable().optional(),
    touchpointKey: text(100).min(1).nullable().optional(),
    metric: MetricName.optional(),
    score: z.int({ error: 'Enter a whole number' }),
    comment: text(COMMENT_MAX).nullable().optional(),
    submittedAt: Instant.optional(),
    channel: text(40).min(1).default('api'),
    locale: text(35).nullable().optional(),
    mayContact: z.boolean().nullable().optional(),
    answers: z.record(z.string().max(60), z.json()).optional(),
  })
  .superRefine((row, context) => {
    const metric = row.metric ?? (row.surveyId ? undefined : row.touchpointKey ? 'tnps' : undefined);
    if (!row.surveyId && !row.touchpointKey && row.metric !== 'nps')
      context.addIssue({
        code: 'custom',
        path: ['touchpointKey'],
        message: 'Say what this is about: a touchpointKey, a surveyId, or metric nps for the relationship as a whole',
      });
    const [low, high] = METRIC_RANGES[metric ?? 'nps'];
    if (row.score < low || row.score > high)
      context.addIssue({ code: 'custom', path: ['score'], message: `Choose a number from ${low} to ${high}` });
  });
export type NewResponse = z.infer<typeof NewResponse>;
/** One response, or up to 1,000 of them. */
export const NewResponses = oneOrMany(NewResponse, 1000, 'responses');
export const Accepted = z.object({
  items: z.array(z.object({ id: z.uuid(), externalId: z.string().nullable(), duplicate: z.boolean() })),
});

export const Sentiment = z.object({
  label: SentimentLabel.nullable(),
  score: z.number().nullable(),
  reason: z.string().optional(),
});
export const StatementView = z.object({
  id: z.uuid(),
  text: z.string(),
  start: z.number().int(),
  end: z.number().int(),
  sentiment: z.object({ label: SentimentLabel.nullable(), score: z.number().nullable() }),
  aspect: z.string().nullable(),
  painPointId: z.uuid().nullable(),
});
/** A statement as its response shows it. */
export const ResponseStatement = StatementView.extend({
  painPointName: z.string().nullable(),
  /** Irony or contradiction: a person should look. */
  unsure: z.boolean(),
  /** churn, legal, safety, vulnerable, urgent. */
  signals: z.array(z.string()),
  /** Somebody corrected its sentiment or what it is about. */
  byPerson: z.boolean(),
});
export const ResponseView = z.object({
  id: z.uuid(),
  externalId: z.string().nullable(),
  customer: z
    .object({ id: z.uuid(), externalId: z.string(), name: z.string().nullable(), email: z.string().nullable() })
    .nullable(),
  surveyId: z.uuid().nullable(),
  surveyVersion: z.number().int().nullable(),
  touchpoint: z.object({ id: z.uuid(), key: z.string(), name: z.string() }).nullable(),
  touchpointKey: z.string().nullable(),
  invitationId: z.uuid().nullable(),
  metric: MetricName,
  score: z.number().int(),
  picked: z.number().int().nullable(),
  category: Category.nullable(),
  comment: z.string().nullable(),
  answers: z.record(z.string(), z.unknown()),
  mayContact: z.boolean().nullable(),
  channel: z.string(),
  language: z.string().nullable(),
  submittedAt: z.string(),
  sentiment: Sentiment.nullable(),
  statements: z.array(ResponseStatement),
  flags: z.array(Flag),
  counted: z.boolean(),
  /** False: the score was given, but further pages of the survey were not sent. It counts. */
  complete: z.boolean(),
  withdrawnAt: z.string().nullable(),
  caseId: z.uuid().nullable(),
  version: z.number().int(),
});
export type ResponseView = z.infer<typeof ResponseView>;

/** What was asked, in the words that were read, and what was answered to each; questions that were not shown are left out. */
export const AskedView = z.object({
  locale: z.string(),
  dir: z.enum(['ltr', 'rtl']),
  /** False: the answer came from another channel, so these are the survey's words, not what was seen. */
  isAsSeen: z.boolean(),
  questions: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      text: z.string(),
      hint: z.string().nullable(),
      /** The ends of a scale: `1 = Very poor`. */
      ends: z.object({ low: z.string(), high: z.string() }).nullable(),
      /** In words, several for a choice of many; empty: not answered. */
      answer: z.array(z.string()),
    }),
  ),
});
export type AskedView = z.infer<typeof AskedView>;
/** `asked` null: the answer belongs to no published survey. */
export const AskedAnswer = z.object({ asked: AskedView.nullable() });
export const ResponsePage = pageOf(ResponseView).extend({ waiting: z.number().int() });

export const ResponseQuery = z.strictObject({
  ...pageQuery,
  touchpoint: z.string().max(100).optional(),
  surveyId: z.uuid().optional(),
  customerId: z.uuid().optional(),
  /** One, or several with commas. */
  metric: z
    .string()
    .max(40)
    .transform((text) => text.split(','))
    .pipe(z.array(MetricName))
    .optional(),
  channel: z.string().max(40).optional(),
  category: Category.optional(),
  sentiment: z
    .enum(['negative', 'neutral', 'positive', 'none'], { error: 'Choose negative, neutral, positive or none' })
    .optional(),
  painPointId: z.uuid().optional(),
  segment: z.string().max(100).optional(),
  /** `false`: only what is left out of the score. */
  counted: z.stringbool().optional(),
  /** `false`: only what was not finished. */
  complete: z.stringbool().optional(),
  /** Left out for this reason: a flag, or `withdrawn`. */
  flag: z.enum([...FLAGS, 'withdrawn'], { error: `Use ${FLAGS.join(', ')} or withdrawn` }).optional(),
  comment: z.stringbool().optional(),
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
  q: z.string().max(200).optional(),
});
export type ResponseQuery = z.infer<typeof ResponseQuery>;

export const ChangeResponse = z.strictObject({ flags: z.array(Flag).max(FLAGS.length), version: z.int().optional() });
