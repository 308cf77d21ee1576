import { z } from 'zod';

const date = z.iso.date('Enter a date such as 2026-11-23.');

/**
 * A time on a clock: each customer's own (where their time zone is unknown, the organization's), or the organization's. A reading that a
 * change of the clocks skips is the moment of the change. `date` absent: the next time that the clock shows it after the launch; for a
 * recurring campaign the first day, absent or past: the day after the launch.
 */
export const SendAtLocal = z.strictObject({
  date: date.optional(),
  time: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'Enter a time such as 09:00.'),
  zone: z.enum(['customer', 'organization'], 'Choose customer or organization.').default('customer'),
});
export type SendAtLocal = z.infer<typeof SendAtLocal>;

export const CADENCES = ['month', 'quarter', 'half_year', 'year'] as const;
export type Cadence = (typeof CADENCES)[number];

/**
 * Each customer of the audience is asked once per cycle: `everyDays` days, or a `cadence` of the calendar counted from the first day. The
 * days of a cycle share the audience evenly; a customer keeps the same place in each. No cycle's day lies on or after `until`.
 */
export const Recurrence = z
  .strictObject({
    everyDays: z
      .int('Enter whole days.')
      .min(7, 'Ask each customer at most once in 7 days.')
      .max(730, 'Enter at most 730 days.')
      .optional(),
    cadence: z.enum(CADENCES).optional(),
    spread: z.literal('even').default('even'),
    until: date.nullable().default(null),
  })
  .refine((one) => (one.everyDays === undefined) !== (one.cadence === undefined), {
    error: 'Give either everyDays or cadence.',
    path: ['everyDays'],
  });
export type Recurrence = z.infer<typeof Recurrence>;

/** One round of a recurring campaign; dates are days of the organization, `to` is not in it. */
export const CampaignCycle = z.object({
  number: z.int(),
  from: z.iso.date(),
  to: z.iso.date(),
  /** Invitations of this cycle by what became of them. */
  asked: z.int(),
  answered: z.int(),
  skipped: z.int(),
  scheduled: z.int(),
  /** Customers who are in the audience now and whose day is still to come. */
  toCome: z.int(),
});
export type CampaignCycle = z.infer<typeof CampaignCycle>;

/** Newest first. */
export const CampaignCycles = z.object({ items: z.array(CampaignCycle) });
export type CampaignCycles = z.infer<typeof CampaignCycles>;
