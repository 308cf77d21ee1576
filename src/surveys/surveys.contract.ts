import { z } from 'zod';
import { pageOf, pageQuery } from '../platform/page.contract.js';

export const METRICS = ['nps', 'tnps', 'csat', 'ces'] as const;
export type Metric = (typeof METRICS)[number];
export const MetricSchema = z.enum(METRICS, { error: 'Choose nps, tnps, csat or ces.' });

/** Languages whose standard texts are built in. */
export const BUILT_IN_LOCALES = ['en', 'de', 'fr', 'es', 'pt', 'ar'] as const;
export type BuiltInLocale = (typeof BUILT_IN_LOCALES)[number];

/** A BCP 47 language tag such as `en`, `pt` or `pt-BR`. */
export const LocaleSchema = z
  .string()
  .regex(/^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?$/, 'Enter a language code such as en, de or pt-BR.');

const MAX_TEXT = 2000;
const text = (max = MAX_TEXT) => z.string().trim().min(1, 'Enter a text.').max(max, `Use at most ${max} characters.`);

/**
 * One text in several languages, `{ en: …, de: … }`. A plain string is taken as the text in the survey's first language.
 * May name {organization}, {touchpoint} and the recalled fields of `recall.ts`, such as {{customer.firstName|there}}.
 */
export const LocalizedText = z.record(LocaleSchema, text());
export type LocalizedText = z.infer<typeof LocalizedText>;
const LocalizedInput = z.union([text(), LocalizedText], {
  error: 'Enter a text, or one text per language such as {"en": "…", "de": "…"}.',
});

/** Low, middle and high answers: detractor, passive, promoter for NPS; 1–2, 3, 4–5 for CSAT; 1–3, 4, 5–7 for CES. */
export const BANDS = ['low', 'middle', 'high'] as const;
export type Band = (typeof BANDS)[number];

const key = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,49}$/, 'Use up to 50 small letters, digits, - and _, starting with a letter.');

/**
 * Shows a question only when an earlier one was answered in a certain way; what was not answered or not shown fits no condition.
 * `one_of`/`none_of`: option ids of a choice (`other` for something else), `yes` and `no` of the consent. `between`: both ends included, for scales.
 */
export const Condition = z.discriminatedUnion(
  'is',
  [
    z.strictObject({
      question: key,
      is: z.literal(['one_of', 'none_of']),
      values: z.array(z.string().max(50)).min(1).max(21),
    }),
    z.strictObject({
      question: key,
      is: z.literal('between'),
      from: z.int().min(0).max(10),
      to: z.int().min(0).max(10),
    }),
  ],
  { error: 'Choose one_of, none_of or between.' },
);
export type Condition = z.infer<typeof Condition>;

/** Id of the answer "something else" of a choice that has one. */
export const OTHER = 'other';

/** Texts that are left out (`null`) on a metric, reason or consent question are the built-in ones. */
function questionTypes<T extends z.ZodType, I extends z.ZodType>(localized: T, id: I) {
  const optional = localized.nullable().default(null);
  const ends = { low: optional, high: optional };
  const required = z.boolean().default(false);
  const showIf = Condition.nullish();
  return [
    z.strictObject({ id, type: z.literal('nps'), text: optional, ...ends }),
    z.strictObject({ id, type: z.literal('csat'), text: optional, ...ends }),
    z.strictObject({ id, type: z.literal('ces'), text: optional, ...ends }),
    z.strictObject({
      id,
      type: z.literal('reason'),
      text: optional,
      hint: optional,
      /** Other wording once the score is known. */
      byBand: z.strictObject({ low: optional, middle: optional, high: optional }).nullable().default(null),
      showIf,
    }),
    z.strictObject({
      id,
      type: z.literal('consent'),
      text: optional,
      hint: optional,
      yes: optional,
      no: optional,
      showIf,
    }),
    z.strictObject({
      id,
      type: z.literal('choice'),
      text: localized,
      hint: optional,
      multiple: z.boolean().default(false),
      required,
      options: z
        .array(z.strictObject({ id: key, text: localized }))
        .min(2, 'A choice needs at least two options.')
        .max(20, 'Use at most 20 options.'),
      /** Offers "something else" with a line to write; its own words, or null for the built-in ones. Absent: not offered. */
      other: z.strictObject({ text: optional }).nullish(),
      /** How many may be picked at most, for `multiple`. */
      maxPicks: z.int().min(1, 'Let people pick at least one.').max(21, 'Use at most 21.').nullish(),
      showIf,
    }),
    z.strictObject({
      id,
      type: z.literal('rating'),
      text: localized,
      hint: optional,
      required,
      /** The scale is 1 to `max`. */
      max: z.int().min(3, 'A rating has at least 3 steps.').max(10, 'A rating has at most 10 steps.').default(5),
      ...ends,
      showIf,
    }),
    z.strictObject({ id, type: z.literal('text'), text: localized, hint: optional, required, showIf }),
  ] as const;
}

/** One question as it is stored and as it is read back. */
export const Question = z.discriminatedUnion('type', [...questionTypes(LocalizedText, key)]);
export type Question = z.infer<typeof Question>;
export type QuestionType = Question['type'];

/** An `id` that is left out is made from the type; `tnps` is another word for the 0–10 question. */
export const QuestionInput = z.discriminatedUnion(
  'type',
  [
    ...questionTypes(LocalizedInput, key.optional()),
    z.strictObject({
      id: key.optional(),
      type: z.literal('tnps'),
      text: LocalizedInput.nullable().default(null),
      low: LocalizedInput.nullable().default(null),
      high: LocalizedInput.nullable().default(null),
    }),
  ],
  { error: 'Choose the type nps, csat, ces, reason, consent, choice, rating or text.' },
);
export type QuestionInput = z.infer<typeof QuestionInput>;

const name = text(200);
const locales = z
  .array(LocaleSchema)
  .min(1, 'Choose at least one language.')
  .max(20, 'Use at most 20 languages.')
  .refine((list) => new Set(list).size === list.length, 'Name each language once.');
const questions = z
  .array(QuestionInput)
  .min(1, 'Add at least the metric question.')
  .max(20, 'Use at most 20 questions.');
const touchpointKey = z.string().min(1).max(200).nullable();

/** Answers enough: so many that count, of the survey or of each touchpoint it is asked at, ever or in each calendar month. */
export const Quota = z.strictObject({
  limit: z
    .int({ error: 'Enter a whole number.' })
    .min(1, 'Enter at least 1.')
    .max(1_000_000, 'Enter at most 1,000,000.'),
  per: z.enum(['survey', 'touchpoint'], { error: 'Choose survey or touchpoint.' }).default('survey'),
  every: z.enum(['ever', 'month'], { error: 'Choose ever or month.' }).default('ever'),
});
export type Quota = z.infer<typeof Quota>;

const ending = {
  /** From then on nobody can answer; null: open until it is closed. */
  closesAt: z.iso.datetime({ offset: true, error: 'Enter a time with zone, such as 2026-12-31T22:00:00Z.' }).nullish(),
  quota: Quota.nullish(),
};

export const CreateSurvey = z.strictObject({
  name,
  metric: MetricSchema,
  touchpointKey: touchpointKey.optional(),
  /** Absent or null: the metric's standard question, the reason and the consent to be contacted, in built-in texts. */
  questions: questions.nullish(),
  locales: locales.default(['en']),
  ...ending,
});
export type CreateSurvey = z.infer<typeof CreateSurvey>;

export const ChangeSurvey = z.strictObject({
  name: name.optional(),
  touchpointKey: touchpointKey.optional(),
  questions: questions.optional(),
  locales: locales.optional(),
  ...ending,
  /** Out of the way, and closed; false brings it back as it was, still closed. */
  archived: z.boolean().optional(),
  /** `closed`: no new invitations; `live` again if it was published before. */
  status: z
    .enum(['live', 'closed'], { error: 'Choose live or closed; a draft goes live by publishing it.' })
    .optional(),
  version: z.int().min(1).optional(),
});
export type ChangeSurvey = z.infer<typeof ChangeSurvey>;

export const SURVEY_STATUSES = ['draft', 'live', 'closed'] as const;

export const SurveyView = z.object({
  id: z.uuid(),
  name: z.string(),
  metric: MetricSchema,
  touchpointKey: z.string().nullable(),
  touchpointName: z.string().nullable(),
  status: z.enum(SURVEY_STATUSES),
  locales: z.array(z.string()),
  questions: z.array(Question),
  /** Number of the version that new invitations get; null before the first publishing. */
  publishedVersion: z.int().nullable(),
  publishedAt: z.iso.datetime().nullable(),
  /** True when the survey was edited after its last publishing. */
  hasUnpublishedChanges: z.boolean(),
  /** What is still in the way of publishing; empty when nothing is. */
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
  closesAt: z.iso.datetime().nullable(),
  quota: Quota.nullable(),
  archivedAt: z.iso.datetime().nullable(),
  version: z.int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type SurveyView = z.infer<typeof SurveyView>;
export const SurveyPage = pageOf(SurveyView);

export const ListSurveys = z.strictObject({
  ...pageQuery,
  status: z.enum(SURVEY_STATUSES).optional(),
  archived: z.stringbool().optional(),
  touchpoint: z.string().max(200).optional(),
  q: z.string().max(200).optional(),
});
export type ListSurveys = z.infer<typeof ListSurveys>;

/** One published version, word for word. */
export const SurveyVersionView = z.object({
  number: z.int(),
  locales: z.array(z.string()),
  questions: z.array(Question),
  publishedAt: z.iso.datetime(),
  /** Null: by a program, or by somebody who left. */
  publishedBy: z.string().nullable(),
});
export type SurveyVersionView = z.infer<typeof SurveyVersionView>;
/** All versions, newest first. */
export const SurveyVersions = z.object({ items: z.array(SurveyVersionView) });
export type SurveyVersions = z.infer<typeof SurveyVersions>;

/** One question as a person reads it: one language, merge tags filled, wording chosen for the score if it is known. */
export const WordedQuestion = z.object({
  id: z.string(),
  type: z.enum(['nps', 'csat', 'ces', 'reason', 'consent', 'choice', 'rating', 'text']),
  text: z.string(),
  hint: z.string().nullable(),
  required: z.boolean(),
  /** For scales (nps, csat, ces, rating). `low` and `high` name the ends, e.g. `Not at all likely`. */
  scale: z.object({ min: z.int(), max: z.int(), low: z.string(), high: z.string() }).nullable(),
  /** For choice and consent (ids `yes` and `no`). */
  options: z.array(z.object({ id: z.string(), text: z.string() })),
  multiple: z.boolean(),
  /** How many options may be picked, where that is limited. */
  maxPicks: z.int().nullable(),
  /** Text of the option "something else", which has a line to write; null: not offered. */
  other: z.string().nullable(),
  showIf: Condition.nullable(),
});
export type WordedQuestion = z.infer<typeof WordedQuestion>;

export const Wording = z.object({
  locale: z.string(),
  dir: z.enum(['ltr', 'rtl']),
  metric: WordedQuestion,
  /** `0 = Not at all likely` and `10 = Extremely likely`. */
  scaleEnds: z.object({ low: z.string(), high: z.string() }),
  /** All questions in their order, the metric's included. */
  questions: z.array(WordedQuestion),
});
export type Wording = z.infer<typeof Wording>;

/** Which language and score the wording is shown for. */
export const WordingQuery = z.strictObject({
  locale: LocaleSchema.optional(),
  score: z.coerce.number().int().min(0).max(10).optional(),
  /** Which page of the form, from 0, for surveys with conditions. */
  page: z.coerce.number().int().min(0).max(20).optional(),
});
export type WordingQuery = z.infer<typeof WordingQuery>;
