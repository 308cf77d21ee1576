import { z } from 'zod';

const perMinute = z
  .int('Enter a whole number of mails.')
  .min(1, 'Enter at least 1 mail a minute.')
  .max(600_000, 'Enter at most 600,000 mails a minute.');

/** How fast surveys and other bulk mail leave, and what they wait for. */
export const SendingView = z.object({
  /** Mails a minute; null: no limit. */
  perMinute: z.int().nullable(),
  /** Mails a minute to one recipient domain; null: no limit. */
  domainPerMinute: z.int().nullable(),
  /** A new sender domain starts with 50 mails a day and doubles daily. */
  warmUp: z.boolean(),
  /** Whether null may be chosen: only with the built-in mailbox. */
  mayBeUnlimited: z.boolean(),
  /** Domains on their ramp, newest first. */
  warmUps: z.array(
    z.object({
      domain: z.string(),
      /** 1 for the first day of sending. */
      day: z.int(),
      /** Mails on that day. */
      cap: z.int(),
      sentToday: z.int(),
      startedAt: z.iso.datetime(),
    }),
  ),
  /** Mails that are due and held back; null when none is. */
  held: z
    .object({
      mails: z.int(),
      until: z.iso.datetime(),
      by: z.enum(['organization', 'recipient_domain', 'warm_up']),
    })
    .nullable(),
  /** 0 while the defaults hold. */
  version: z.int(),
});
export type SendingView = z.infer<typeof SendingView>;

export const ChangeSending = z.strictObject({
  perMinute: perMinute.nullable().optional(),
  domainPerMinute: perMinute.nullable().optional(),
  warmUp: z.boolean().optional(),
  version: z.int().min(0).optional(),
});
export type ChangeSending = z.infer<typeof ChangeSending>;
