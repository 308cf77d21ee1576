import { z } from 'zod';
import { AskChannel } from './channels/channels.contract.js';

const instant = z.iso.datetime({
  offset: true,
  error: 'Enter a date and time with its offset, such as 2026-11-23T09:00:00Z.',
});
const date = z.iso.date('Enter a date such as 2026-11-23.');
const days = z.int('Enter whole days.').min(1, 'Enter 1 or more days.').max(3650, 'Enter at most 3650 days.');

const value = z.union([z.string().max(500), z.number(), z.boolean()]);
const oneOrMore = z.union([value, z.array(value).min(1, 'Name at least one value.').max(50)]);

const bounds = { from: 'Name at least one end of the range.', order: 'The upper end is below the lower one.' };

/**
 * What one attribute must be: a value, one of several, `not` these (customers without the attribute are in), `exists` or not, a range of
 * numbers (`min`, `max`, both included) or of dates (`from` included, `to` not; the attribute starts with YYYY-MM-DD).
 */
export const AttributeCondition = z.union(
  [
    value,
    z.array(value).min(1, 'Name at least one value.').max(50),
    z.strictObject({ not: oneOrMore }),
    z.strictObject({ exists: z.boolean() }),
    z
      .strictObject({ min: z.number().optional(), max: z.number().optional() })
      .refine((range) => range.min !== undefined || range.max !== undefined, bounds.from)
      .refine((range) => range.min === undefined || range.max === undefined || range.min <= range.max, bounds.order),
    z
      .strictObject({ from: date.optional(), to: date.optional() })
      .refine((range) => range.from !== undefined || range.to !== undefined, bounds.from)
      .refine((range) => range.from === undefined || range.to === undefined || range.from < range.to, bounds.order),
  ],
  'Give a value, several, or one of {"not"}, {"exists"}, {"min","max"} and {"from","to"}.',
);
export type AttributeCondition = z.infer<typeof AttributeCondition>;

/**
 * The newest event of a type (absent: any) at a touchpoint (absent: any): it happened within so many days, or not within them (which is
 * also true for customers without such an event). Both: between the two.
 */
export const LastEvent = z
  .strictObject({
    type: z.string().trim().min(1).max(100).optional(),
    touchpointKey: z.string().min(1).max(200).optional(),
    withinDays: days.optional(),
    notWithinDays: days.optional(),
  })
  .refine((last) => last.withinDays !== undefined || last.notWithinDays !== undefined, {
    error: 'Say within how many days, or not within how many.',
    path: ['withinDays'],
  })
  .refine(
    (last) => last.withinDays === undefined || last.notWithinDays === undefined || last.notWithinDays < last.withinDays,
    { error: 'Within must be more days than not within.', path: ['notWithinDays'] },
  );
export type LastEvent = z.infer<typeof LastEvent>;

/** All given conditions must hold. `account`: its name, or one of several. */
export const AudienceFilter = z
  .strictObject({
    account: z
      .union([z.string().min(1).max(200), z.array(z.string().min(1).max(200)).min(1, 'Name at least one.').max(50)])
      .optional(),
    attributes: z.record(z.string().min(1).max(100), AttributeCondition).optional(),
    lifetimeValueMin: z.number().optional(),
    lifetimeValueMax: z.number().optional(),
    locale: z.string().max(35).optional(),
    createdBefore: instant.optional(),
    createdAfter: instant.optional(),
    lastEvent: LastEvent.optional(),
  })
  .refine((f) => Object.keys(f.attributes ?? {}).length <= 20, {
    error: 'Use at most 20 attributes.',
    path: ['attributes'],
  });
export type AudienceFilter = z.infer<typeof AudienceFilter>;

/** `segments`: in any of them; an empty list, like an empty filter, restricts nothing. */
export const Audience = z.strictObject({
  segments: z.array(z.string().min(1).max(100)).max(50).default([]),
  filter: AudienceFilter.default({}),
});
export type Audience = z.infer<typeof Audience>;

/** Why people of an audience cannot be reached whenever they are asked; the first reason of each is counted. */
export const UNREACHABLE = ['no_address', 'no_phone', 'stopped', 'no_consent'] as const;
export type Unreachable = (typeof UNREACHABLE)[number];

export const CountAudience = z.strictObject({ audience: Audience, channel: AskChannel.default('email') });
export type CountAudience = z.infer<typeof CountAudience>;

/** reachable + Σ unreachable = audience. Open cases, the sample and the contact policy are not looked at: the preview does. */
export const AudienceCount = z.object({
  audience: z.int(),
  reachable: z.int(),
  unreachable: z.partialRecord(z.enum(UNREACHABLE), z.int()),
  /** All customers there are. */
  customers: z.int(),
});
export type AudienceCount = z.infer<typeof AudienceCount>;
