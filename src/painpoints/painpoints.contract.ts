import { z } from 'zod';
import { pageOf, pageQuery } from '../platform/page.contract.js';

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
  /** What the baseline leads to expect in the last week, beside what was seen. */
  recent: z.object({ seen: z.number().int(), expected: z.number() }),
  openCases: z.number().int(),
  lifetimeValue: z.number(),
  status: PainPointStatus,
  ownerId: z.uuid().nullable(),
  improvement: z.object({ id: z.uuid(), name: z.string(), status: z.string() }).nullable(),
  exemplars: z.array(z.string()),
  firstSeenAt: z.string(),
  lastSeenAt: z.string().nullable(),
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
/** `painPointId` null throws the statement out of every pain point. */
export const MoveStatement = z.strictObject({ painPointId: z.uuid().nullable() });
