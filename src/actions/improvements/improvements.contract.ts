import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/page.contract.js';

export const ImprovementStatus = z.enum(['planned', 'started', 'done', 'declined'], {
  error: 'Choose planned, started, done or declined',
});

const Due = z
  .string({ error: 'Enter a date such as 2026-11-30' })
  .max(40)
  .refine((text) => /^\d{4}-\d{2}-\d{2}(?:[Tt ].+)?$/.test(text) && !Number.isNaN(Date.parse(text)), {
    error: 'Enter a date such as 2026-11-30',
  });
const name = z
  .string({ error: 'Enter a name' })
  .trim()
  .min(1, { error: 'Enter a name' })
  .max(160, { error: 'Use at most 160 characters' });
const text = z.string().max(10_000, { error: 'Use at most 10,000 characters' });
const painPointIds = z.array(z.uuid({ error: 'Choose a pain point' })).max(50, { error: 'Choose at most 50' });

export const NewImprovement = z.strictObject({
  name,
  description: text.nullable().optional(),
  painPointIds: painPointIds.default([]),
  ownerId: z.uuid({ error: 'Choose a person' }).nullable().optional(),
  dueAt: Due.nullable().optional(),
  status: ImprovementStatus.default('planned'),
  /** What changed, or why nothing will: customers read this in the announcement. */
  outcome: text.nullable().optional(),
});
export type NewImprovement = z.infer<typeof NewImprovement>;

export const ChangeImprovement = z.strictObject({
  name: name.optional(),
  description: text.nullable().optional(),
  painPointIds: painPointIds.optional(),
  ownerId: z.uuid({ error: 'Choose a person' }).nullable().optional(),
  dueAt: Due.nullable().optional(),
  status: ImprovementStatus.optional(),
  outcome: text.nullable().optional(),
  version: z.int({ error: 'Send the version that you read' }).optional(),
});
export type ChangeImprovement = z.infer<typeof ChangeImprovement>;

export const ImprovementView = z.object({
  id: z.uuid(),
  name: z.string(),
  description: z.string().nullable(),
  painPointIds: z.array(z.uuid()),
  painPoints: z.array(z.object({ id: z.uuid(), name: z.string(), touchpointName: z.string().nullable() })),
  ownerId: z.uuid().nullable(),
  owner: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  dueAt: z.string().nullable(),
  overdue: z.boolean(),
  status: ImprovementStatus,
  outcome: z.string().nullable(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  announcedAt: z.string().nullable(),
  /** Customers who said it. */
  customers: z.number().int(),
  /** Of these, who has not been told yet. */
  waitingToHear: z.number().int(),
  announced: z.object({ sent: z.number().int(), skipped: z.number().int() }),
  createdAt: z.string(),
  version: z.number().int(),
});
export type ImprovementView = z.infer<typeof ImprovementView>;
export const ImprovementPage = pageOf(ImprovementView);
export const ImprovementQuery = z.strictObject({
  ...pageQuery,
  status: ImprovementStatus.optional(),
  painPointId: z.uuid().optional(),
  ownerId: z.uuid().optional(),
});
export type ImprovementQuery = z.infer<typeof ImprovementQuery>;

/** Languages that our frame around the text is written in. */
export const ANNOUNCE_LOCALES = ['en', 'de', 'fr', 'es', 'pt', 'ar'] as const;

export const Announce = z.strictObject({
  /** What customers read; absent: the improvement's `outcome`. */
  text: text.optional(),
  /** Translations by language; a customer whose language is not here reads `text`. */
  texts: z.partialRecord(z.enum(ANNOUNCE_LOCALES), text).optional(),
});
export type Announce = z.infer<typeof Announce>;
export const AnnounceQuery = z.strictObject({ dryRun: z.stringbool({ error: 'Use true or false' }).optional() });

export const Announcement = z.object({
  dryRun: z.boolean(),
  /** Exactly those with a statement in the pain points; send + Σ skipped = customers. */
  customers: z.number().int(),
  send: z.number().int(),
  /** By reason; `already_told`: an earlier announcement of this improvement reached them. */
  skipped: z.record(z.string(), z.number().int()),
  /** The mail in each language that somebody gets it in, with how many do. */
  preview: z.array(
    z.object({
      locale: z.string(),
      customers: z.number().int(),
      subject: z.string(),
      html: z.string(),
      text: z.string(),
    }),
  ),
});
export type Announcement = z.infer<typeof Announcement>;

const Side = z.object({
  from: z.string(),
  to: z.string(),
  n: z.number().int(),
  promoters: z.number().int(),
  passives: z.number().int(),
  detractors: z.number().int(),
  nps: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  tooFew: z.boolean(),
});
/** Scores of the concerned touchpoints before and after it was done; 90 days before, and after up to now but at most 90 days. */
export const ImprovementEffect = z.object({
  /** `not_done`: there is no after yet. */
  state: z.enum(['not_done', 'measured']),
  touchpoints: z.array(z.object({ id: z.uuid(), key: z.string(), name: z.string() })),
  doneAt: z.string().nullable(),
  before: Side,
  after: Side.nullable(),
  change: z
    .object({
      points: z.number().nullable(),
      low: z.number().nullable(),
      high: z.number().nullable(),
      verdict: z.enum(['signal', 'noise', 'too_few']),
    })
    .nullable(),
  /** Statements per week that name the pain points. */
  mentions: z.object({ beforePerWeek: z.number(), afterPerWeek: z.number().nullable() }),
});
export type ImprovementEffect = z.infer<typeof ImprovementEffect>;
