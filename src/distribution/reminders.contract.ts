import { z } from 'zod';

/** What may stand in braces in a reminder's own text; `date` is when the first mail went. */
export const MERGE_FIELDS = ['name', 'organization', 'touchpoint', 'date'] as const;

const known = new Set<string>(MERGE_FIELDS);
const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max, `Use at most ${max} characters.`)
    .refine(
      (value) => [...value.matchAll(/\{([^{}]*)\}/g)].every((match) => known.has(match[1] ?? '')),
      `Use only these fields: ${MERGE_FIELDS.map((field) => `{${field}}`).join(', ')}.`,
    );

/** Plain text; empty: the built-in words. */
export const ReminderText = z.strictObject({
  subject: text(200)
    .refine((value) => !/[\r\n]/.test(value), 'Write the subject in one line.')
    .default(''),
  intro: text(1000).default(''),
});
export type ReminderText = z.infer<typeof ReminderText>;

/** A further step of the same invitation, only to those who have not answered. */
export const Reminder = z.strictObject({
  /** Whole days after the mail before. */
  afterDays: z.int('Enter whole days.').min(1, 'Wait at least 1 day.').max(28, 'Wait at most 28 days.'),
  /** Own words by language (BCP 47); a language without any gets the built-in ones. */
  texts: z.record(z.string().min(2).max(35), ReminderText).optional(),
});
export type Reminder = z.infer<typeof Reminder>;

/** The days since the first mail must stay within the life of the link. */
export const Reminders = z
  .array(Reminder)
  .max(3, 'Use at most 3 reminders.')
  .refine(
    (list) => list.reduce((sum, r) => sum + r.afterDays, 0) < 30,
    'Reminders must fall within 30 days: the link works that long.',
  );

/** Which mail to show: `reminder` null or absent is the first one, else a reminder with these words. */
export const PreviewCampaignMail = z.strictObject({
  locale: z.string().max(35).optional(),
  reminder: ReminderText.nullish(),
});
export type PreviewCampaignMail = z.infer<typeof PreviewCampaignMail>;
