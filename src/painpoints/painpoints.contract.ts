import { z } from 'zod';
import { pageOf, pageQuery } from '../platform/page.contract.js';

/** What a statement can be about; the engine's list. */
export const ASPECTS = [
  'delivery',
  'price',
  'billing',
  'wait',
  'staff',
  'support',
  'communication',
  'app',
  'connection',
  'installation',
  'quality',
  'product',
  'returns',
  'ordering',
  'account',
  'food',
  'comfort',
  'usability',
] as const;

export const PainPointStatus = z.enum(['new', 'investigating', 'fixing', 'fixed', 'dismissed'], {
  error: 'Choose new, investigating, fixing, fixed or dismissed',
});
export const PainPointSort = z.enum(['impact', 'customers', 'count', 'newest', 'name'], {
  error: 'Choose impact, customers, count, newest or name',
});

export const PainPointView = z.object({
  id: z.uuid(),
  name: z.string(),
  touchpointKey: z.string().nullable(),
  touchpointName: z.string().nullable(),
  /** Statements in the period. */
  count: z.number().int(),
  customers: z.number().int(),
  /** Customers in the period before, of the same length. */
  customersBefore: z.number().int(),
  trend: z.array(z.object({ start: z.string(), count: z.number().int() })),
  /** Estimated NPS points lost, ≤ 0 as a rule: shares that add up over all pain points of the period; null without scored answers. */
  impact: z.number().nullable(),
  emerging: z.boolean(),
  /** What its past leads to expect of the last `days` days, beside what was seen. */
  recent: z.object({ seen: z.number().int(), expected: z.number(), days: z.number().int() }),
  openCases: z.number().int(),
  lifetimeValue: z.number(),
  status: PainPointStatus,
  ownerId: z.uuid().nullable(),
  improvement: z.object({ id: z.uuid(), name: z.string(), status: z.string() }).nullable(),
  exemplars: z.array(z.string()),
  firstSeenAt: z.string(),
  lastSeenAt: z.string().nullable(),
  /** The heading it stands under, when it shares one. */
  theme: z.string().nullable(),
  /** How far the grouping can be trusted; null where only words tell. */
  sureness: z.enum(['high', 'fair', 'low']).nullable(),
  version: z.number().int(),
});
export type PainPointView = z.infer<typeof PainPointView>;
export const PainPointPage = pageOf(PainPointView).extend({
  from: z.string(),
  to: z.string(),
  score: z.number().nullable(),
  ungrouped: z.number().int(),
});

export const PainPointQuery = z.strictObject({
  ...pageQuery,
  touchpoint: z.string().max(100).optional(),
  segment: z.string().max(100).optional(),
  surveyId: z.uuid({ error: 'Choose a survey' }).optional(),
  /** Words of its name, theme, touchpoint or exemplars. */
  q: z.string().max(200).optional(),
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
  status: PainPointStatus.optional(),
  /** `false` leaves dismissed ones out. */
  dismissed: z.stringbool().optional(),
  emerging: z.stringbool().optional(),
  sort: PainPointSort.default('impact'),
});
export type PainPointQuery = z.infer<typeof PainPointQuery>;

export const PainPointStatement = z.object({
  id: z.uuid(),
  responseId: z.uuid(),
  text: z.string(),
  comment: z.string().nullable(),
  start: z.number().int(),
  end: z.number().int(),
  sentiment: z.object({ label: z.enum(['negative', 'neutral', 'positive']).nullable(), score: z.number().nullable() }),
  aspect: z.string().nullable(),
  language: z.string().nullable(),
  score: z.number().int(),
  customer: z.object({ id: z.uuid(), name: z.string().nullable() }).nullable(),
  caseId: z.uuid().nullable(),
  placedByPerson: z.boolean(),
  submittedAt: z.string(),
});
export const PainPointStatementPage = pageOf(PainPointStatement);
export const PainPointPeriod = z.strictObject({
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
});
export const StatementQuery = z.strictObject({
  ...pageQuery,
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
});

const name = z
  .string({ error: 'Enter a name' })
  .trim()
  .min(1, { error: 'Enter a name' })
  .max(120, { error: 'Use at most 120 characters' });
export const ChangePainPoint = z.strictObject({
  name: name.optional(),
  status: PainPointStatus.optional(),
  ownerId: z.uuid({ error: 'Choose a person' }).nullable().optional(),
  version: z.int().optional(),
});
export const MergePainPoint = z.strictObject({ intoId: z.uuid({ error: 'Choose the pain point to merge into' }) });
export const SplitPainPoint = z.strictObject({
  statementIds: z.array(z.uuid()).min(1, { error: 'Choose at least one statement' }).max(1000),
  name,
});
const statementIds = z
  .array(z.uuid({ error: 'Choose statements' }))
  .min(1, { error: 'Choose at least one statement' })
  .max(1000, { error: 'Choose at most 1,000 statements at once' });
const SentimentLabel = z.enum(['negative', 'neutral', 'positive'], { error: 'Choose negative, neutral or positive' });
/** One thing at a time. `painPointId` null: it is no pain point, now and for ever. `aspect` null: about nothing in particular. */
const change = {
  painPointId: z.uuid({ error: 'Choose a pain point' }).nullable().optional(),
  /** A new pain point of this name. */
  newPainPoint: name.optional(),
  /** The same as it is says: it was read rightly. */
  sentiment: SentimentLabel.optional(),
  aspect: z
    .enum(ASPECTS, { error: `Choose one of ${ASPECTS.join(', ')}` })
    .nullable()
    .optional(),
};
const isOne = (body: Record<string, unknown>): boolean =>
  Object.keys(change).filter((key) => body[key] !== undefined).length === 1;
const oneThing = { error: 'Change one of painPointId, newPainPoint, sentiment and aspect' };
export const CorrectStatement = z.strictObject(change).refine(isOne, oneThing);
export const CorrectStatements = z.strictObject({ statementIds, ...change }).refine(isOne, oneThing);
/** `correctionId` takes it back: `POST /corrections/:id/undo`. */
export const Corrected = z.object({
  correctionId: z.uuid(),
  statements: z.number().int(),
  painPointId: z.uuid().nullable(),
});
export type Corrected = z.infer<typeof Corrected>;

export const CorrectionKind = z.enum([
  'sentiment',
  'aspect',
  'place',
  'rename',
  'status',
  'owner',
  'merge',
  'split',
  'found',
  'split_from',
  'merged',
  'dissolved',
]);
export const HistoryEntry = z.object({
  /** What undoes it, for what a person did. */
  correctionId: z.uuid().nullable(),
  kind: CorrectionKind,
  /** `machine`: the grouping. */
  by: z.enum(['person', 'program', 'machine']),
  userId: z.uuid().nullable(),
  at: z.string(),
  undoneAt: z.string().nullable(),
  statements: z.number().int(),
  painPoint: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  other: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;
export const HistoryPage = pageOf(HistoryEntry);
export const HistoryQuery = z.strictObject({ ...pageQuery });

export const StatementSearchQuery = z.strictObject({
  q: z.string({ error: 'Say what to look for' }).trim().min(1, { error: 'Say what to look for' }).max(300),
  ...pageQuery,
  touchpoint: z.string().max(100).optional(),
  painPointId: z.uuid().optional(),
  sentiment: SentimentLabel.optional(),
  language: z.string().max(10).optional(),
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
});
export const SimilarQuery = z.strictObject({ ...pageQuery });
export const FoundStatement = z.object({
  id: z.uuid(),
  responseId: z.uuid(),
  text: z.string(),
  /** Parts of `text` that hold words looked for: `[start, end)`. */
  marks: z.array(z.tuple([z.number().int(), z.number().int()])),
  /** 0…1; comparable within one search only. */
  likeness: z.number(),
  sentiment: z.object({ label: SentimentLabel.nullable(), score: z.number().nullable() }),
  aspect: z.string().nullable(),
  language: z.string().nullable(),
  score: z.number().int(),
  touchpointName: z.string().nullable(),
  painPoint: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  customer: z.object({ id: z.uuid(), name: z.string().nullable() }).nullable(),
  submittedAt: z.string(),
});
export type FoundStatement = z.infer<typeof FoundStatement>;
/** At most some hundred, the most alike first. */
export const FoundStatements = pageOf(FoundStatement).extend({
  /** False: looked for by words alone, because there are no sentence vectors now. */
  byMeaning: z.boolean(),
});
