import { z } from 'zod';
import { pageOf, pageQuery } from '../platform/page.contract.js';
import { isTimeZone } from '../platform/zone.js';
import { parseEmailAddress } from './email-address.js';

export const PURPOSES = ['feedback', 'follow_up', 'testimonial', 'council'] as const;
export const BASES = ['consent', 'existing_customer'] as const;
export const SUPPRESSION_REASONS = [
  'unsubscribed',
  'hard_bounce',
  'soft_bounce',
  'complaint',
  'erased',
  'manual',
] as const;

const text = (max: number) =>
  z
    .string({ error: 'Enter text' })
    .trim()
    .max(max, { error: `Use at most ${max.toLocaleString('en')} characters` })
    .refine((v) => !v.includes('\0') && v.isWellFormed(), { error: 'Leave out characters that are not text' });

export const ExternalId = text(200).min(1, { error: 'Enter the id that your own system uses for the customer' });

export const EmailAddress = z.string({ error: 'Enter an e-mail address' }).transform((v, context) => {
  const address = parseEmailAddress(v);
  if (address === null)
    context.addIssue({ code: 'custom', message: 'Enter one e-mail address, such as ana@example.org' });
  return address ?? z.NEVER;
});

const TimeZone = z
  .string({ error: 'Enter a time zone, such as Europe/Lisbon' })
  .refine((v) => v !== '' && isTimeZone(v), { error: 'Enter a time zone, such as Europe/Lisbon' });

const Locale = z.string({ error: 'Enter a language, such as de or pt-BR' }).transform((v, context) => {
  try {
    const [locale] = Intl.getCanonicalLocales(v);
    if (locale !== undefined) return locale;
  } catch {
    // falls through to the refusal
  }
  context.addIssue({ code: 'custom', message: 'Enter a language, such as de or pt-BR' });
  return z.NEVER;
});

export const ConsentInput = z.strictObject({
  purpose: z.enum(PURPOSES, { error: 'Choose feedback, follow_up, testimonial or council' }),
  granted: z.boolean({ error: 'Choose true or false' }),
  basis: z.enum(BASES, { error: 'Choose consent or existing_customer' }).default('consent'),
  /** Who or what recorded it; the caller when left out. */
  source: text(200).min(1, { error: 'Enter where the consent comes from' }).optional(),
  textVersion: text(200).nullable().optional(),
  at: z.iso
    .datetime({ offset: true, error: 'Enter a time such as 2026-03-01T09:00:00Z' })
    .refine((v) => Date.parse(v) <= Date.now() + 300_000, { error: 'Enter a time that is not in the future' })
    .optional(),
});

const ATTRIBUTES_LIMIT = 16_384;
export const Attributes = z
  .record(text(100).min(1, { error: 'Name the attribute' }), z.json(), {
    error: 'Enter an object, such as {"plan":"pro"}',
  })
  .refine((v) => JSON.stringify(v).length <= ATTRIBUTES_LIMIT, {
    error: 'Use at most 16,384 characters for all attributes together',
  })
  .refine((v) => JSON.stringify(v).isWellFormed() && !JSON.stringify(v).includes('\\u0000'), {
    error: 'Leave out characters that are not text',
  });

export const Segments = z
  .array(text(100).min(1, { error: 'Name the segment' }), { error: 'Enter a list of segments' })
  .max(100, { error: 'Use at most 100 segments' })
  .transform((v) => [...new Set(v)]);

/** What is not given stays, null clears. Fields that the view adds are accepted and ignored, so that what GET returned can be put back. */
export const PutCustomer = z.strictObject({
  email: EmailAddress.nullable().optional(),
  phone: text(50)
    .regex(/^[+\d][\d ()./x-]*$/i, { error: 'Enter a phone number, such as +49 30 1234567' })
    .nullable()
    .optional(),
  name: text(200).nullable().optional(),
  locale: Locale.nullable().optional(),
  timeZone: TimeZone.nullable().optional(),
  /** The account's name; an unknown one is created. */
  account: text(200).min(1, { error: 'Enter the name of the account' }).nullable().optional(),
  lifetimeValue: z
    .number({ error: 'Enter an amount' })
    .min(-999_999_999_999, { error: 'Enter a smaller amount' })
    .max(999_999_999_999, { error: 'Enter a smaller amount' })
    .nullable()
    .optional(),
  segments: Segments.nullable().optional(),
  attributes: Attributes.nullable().optional(),
  consents: z
    .array(ConsentInput, { error: 'Enter a list of consents' })
    .max(100, { error: 'Use at most 100 consents' })
    .nullable()
    .optional(),
  id: z.unknown().optional(),
  externalId: z.unknown().optional(),
  accountId: z.unknown().optional(),
  suppression: z.unknown().optional(),
  holds: z.unknown().optional(),
  version: z.unknown().optional(),
  createdAt: z.unknown().optional(),
  updatedAt: z.unknown().optional(),
});
export type PutCustomer = z.infer<typeof PutCustomer>;

export const ConsentView = z.object({
  purpose: z.enum(PURPOSES),
  granted: z.boolean(),
  basis: z.enum(BASES),
  source: z.string(),
  textVersion: z.string().nullable(),
  at: z.string(),
});

export const CustomerView = z.object({
  id: z.uuid(),
  externalId: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  name: z.string().nullable(),
  locale: z.string().nullable(),
  timeZone: z.string().nullable(),
  account: z.string().nullable(),
  accountId: z.uuid().nullable(),
  lifetimeValue: z.number().nullable(),
  segments: z.array(z.string()),
  attributes: z.record(z.string(), z.unknown()),
  /** The newest word for each purpose; purposes never asked about are left out. */
  consents: z.array(ConsentView),
  /** Why mail to the address is stopped. */
  suppression: z.object({ reason: z.enum(SUPPRESSION_REASONS), source: z.string(), at: z.string() }).nullable(),
  /** Why the customer is not asked now, e.g. an open case. */
  holds: z.array(z.string()),
  version: z.number().int(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type CustomerView = z.infer<typeof CustomerView>;
export const CustomerPage = pageOf(CustomerView);

export const CustomerQuery = z.strictObject({
  ...pageQuery,
  /** Found anywhere in name, e-mail address or external id, without regard to case. */
  q: z.string().trim().max(200, { error: 'Use at most 200 characters' }).optional(),
  segment: z.string().max(100).optional(),
  /** An account's name. */
  account: z.string().max(200).optional(),
  accountId: z.uuid({ error: 'Enter the id of an account' }).optional(),
});
export type CustomerQuery = z.infer<typeof CustomerQuery>;

export const TimelineEntryView = z.object({
  at: z.string(),
  kind: z.string(),
  title: z.string(),
  detail: z.string().nullable(),
  link: z.object({ kind: z.string(), id: z.uuid() }).nullable(),
  data: z.record(z.string(), z.unknown()),
});
export const TimelinePage = pageOf(TimelineEntryView);
export const TimelineQuery = z.strictObject({ ...pageQuery });

export const ExportQuery = z.strictObject({
  format: z.enum(['json', 'csv'], { error: 'Choose json or csv' }).default('json'),
});
export const ExportView = z.object({
  exportedAt: z.string(),
  customer: CustomerView,
  /** Everything held about the customer, by kind. */
  sections: z.record(z.string(), z.array(z.unknown())),
});

export const SuppressionView = z.object({
  /** Stands for the address in DELETE, also where only its keyed hash is kept. */
  id: z.string(),
  /** An address, or all of a domain (`@example.org`); null where only the hash is kept. */
  address: z.string().nullable(),
  reason: z.enum(SUPPRESSION_REASONS),
  source: z.string(),
  /** Free again by itself then; null: stays. */
  until: z.string().nullable(),
  note: z.string().nullable(),
  /** The mail that brought it about. */
  mail: z.object({ deliveryId: z.uuid(), kind: z.string(), sentAt: z.string().nullable() }).nullable(),
  createdAt: z.string(),
});
export type SuppressionView = z.infer<typeof SuppressionView>;
export const SuppressionPage = pageOf(SuppressionView);
export const SuppressionQuery = z.strictObject({
  ...pageQuery,
  reason: z
    .enum(SUPPRESSION_REASONS, { error: 'Choose unsubscribed, hard_bounce, soft_bounce, complaint, erased or manual' })
    .optional(),
  address: z.string().max(254).optional(),
  /** Found anywhere in the address, without regard to case. */
  q: z.string().trim().max(254, { error: 'Use at most 254 characters' }).optional(),
});
export type SuppressionQuery = z.infer<typeof SuppressionQuery>;

/** One address, or all of a domain as `@example.org`. */
export const SuppressedAddress = z.string({ error: 'Enter an e-mail address' }).transform((v, context) => {
  const text = v.trim();
  const address = text.startsWith('@') ? parseEmailAddress(`any${text}`)?.slice(3) : parseEmailAddress(text);
  if (!address)
    context.addIssue({ code: 'custom', message: 'Enter one e-mail address, or a domain such as @example.org' });
  return address ?? z.NEVER;
});

export const NewSuppression = z.strictObject({
  address: SuppressedAddress,
  reason: z
    .enum(['manual', 'unsubscribed', 'hard_bounce', 'complaint'], {
      error: 'Choose manual, unsubscribed, hard_bounce or complaint',
    })
    .default('manual'),
  note: text(500).nullable().default(null),
});
export type NewSuppression = z.infer<typeof NewSuppression>;

export const UndoSuppression = z.strictObject({
  note: text(500).min(1, { error: 'Say why mail to this address is right again' }),
});
