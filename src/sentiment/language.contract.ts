import { z } from 'zod';

export const SentimentLabel = z.enum(['negative', 'neutral', 'positive'], {
  error: 'Choose negative, neutral or positive',
});

/** Agreement with people; shares are 0…1. `low`…`high` is the 95 % interval of `macroF1`. */
export const Agreement = z.object({
  n: z.number().int(),
  right: z.number().int(),
  accuracy: z.number(),
  macroF1: z.number(),
  low: z.number(),
  high: z.number(),
});

export const LanguageReport = z.object({
  engine: z.object({
    version: z.string(),
    /** Sentence vectors beside the words; off where the installation says so. */
    vectors: z.boolean(),
    /** English statements of the last 90 days that have their vector, 0…1; null for none. */
    vectorsDone: z.number().nullable(),
  }),
  /** Null until somebody judged a statement and the figures were made. */
  agreement: z
    .object({
      /** As statements were read when people judged them. */
      read: Agreement,
      /** By language of the statement; null: not known. */
      byLanguage: z.array(Agreement.extend({ language: z.string().nullable() })),
      /** What people changed beside what they confirmed: a card of corrections only makes every engine look bad. */
      confirmed: z.number().int(),
      changed: z.number().int(),
      at: z.string(),
    })
    .nullable(),
  /** What the organization's own corrections teach; null below the least number of them. */
  layer: z
    .object({
      before: Agreement,
      after: Agreement,
      mended: z.number().int(),
      harmed: z.number().int(),
      inUse: z.boolean(),
    })
    .nullable(),
  leastCorrections: z.number().int(),
  corrections: z.number().int(),
  /** The last 90 days. `low`: unsure, irony, or a language read by word lists alone. */
  coverage: z.array(
    z.object({
      language: z.string().nullable(),
      statements: z.number().int(),
      unscored: z.number().int(),
      low: z.number().int(),
    }),
  ),
});
export type LanguageReport = z.infer<typeof LanguageReport>;

export const StatementToJudge = z.object({
  id: z.uuid(),
  responseId: z.uuid(),
  text: z.string(),
  language: z.string().nullable(),
  label: SentimentLabel.nullable(),
});
export const StatementsToJudge = z.object({ statements: z.array(StatementToJudge) });

export const ToJudgeQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(50).default(10) });

export const ModelTrial = z.object({
  state: z.enum(['running', 'done', 'failed']),
  at: z.string(),
  url: z.string(),
  model: z.string(),
  /** Why it failed, in a sentence. */
  reason: z.string().nullable(),
  /** Of the judged statements, how many the model did not answer for; the built-in reading counts there. */
  unanswered: z.number().int(),
  builtIn: Agreement.nullable(),
  outside: Agreement.nullable(),
  /** Right where the built-in engine is wrong, and the other way round. */
  better: z.number().int(),
  worse: z.number().int(),
  wins: z.boolean(),
});
export type ModelTrial = z.infer<typeof ModelTrial>;

export const ModelView = z.object({
  url: z.string().nullable(),
  model: z.string().nullable(),
  hasKey: z.boolean(),
  enabled: z.boolean(),
  trial: ModelTrial.nullable(),
  lastFailure: z.object({ at: z.string(), reason: z.string() }).nullable(),
  /** Judged statements that a trial needs, and that there are. */
  leastGold: z.number().int(),
  gold: z.number().int(),
  version: z.number().int(),
});
export type ModelView = z.infer<typeof ModelView>;

export const ChangeModel = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'Enter an address such as https://models.example.com/v1' })
    .max(500, { error: 'Use at most 500 characters' })
    .nullable()
    .optional(),
  model: z
    .string({ error: 'Enter the name of the model' })
    .trim()
    .min(1, { error: 'Enter the name of the model' })
    .max(200, { error: 'Use at most 200 characters' })
    .nullable()
    .optional(),
  /** Left out: the one that is kept; null: none. */
  key: z.string().trim().min(1, { error: 'Enter the key' }).max(1000).nullable().optional(),
  enabled: z.boolean().optional(),
  version: z.int().optional(),
});
