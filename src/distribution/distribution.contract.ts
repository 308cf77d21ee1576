import { z } from 'zod';
import { oneOrMany } from '../platform/one-or-many.contract.js';
import { pageOf, pageQuery } from '../platform/page.contract.js';

const name = z.string().trim().min(1, 'Enter a name.').max(200, 'Use at most 200 characters.');
const share = z
  .number('Enter a share from 0 to 1.')
  .min(0, 'Enter a share from 0 to 1.')
  .max(1, 'Enter a share from 0 to 1; 1 asks everyone.');
const version = z.int().min(1).optional();
const instant = z.iso.datetime({
  offset: true,
  error: 'Enter a date and time with its offset, such as 2026-11-23T09:00:00Z.',
});

// --- Skip reasons ------------------------------------------------------------------------------------------------------------

/**
 * Why a customer was not asked; stable codes, in the order in which the planner looks at them.
 */
export const SKIP_REASONS = [
  'no_address',
  'erased',
  'complaint',
  'unsubscribed',
  'bounced',
  'no_consent',
  'open_case',
  'not_sampled',
  'duplicate_address',
  'contacted_recently',
  'yearly_maximum',
  'survey_closed',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];
export const SkipReasonSchema = z.enum(SKIP_REASONS);

/** Customers per skip reason; reasons nobody has are left out. */
export const SkipCounts = z.partialRecord(SkipReasonSchema, z.int());
export type SkipCounts = z.infer<typeof SkipCounts>;

// --- Contact policy ----------------------------------------------------------------------------------------------------------

const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'Enter a time such as 21:00.');

export const QuietHours = z.strictObject({ from: clock, to: clock }).refine((hours) => hours.from !== hours.to, {
  error: 'Choose two different times, or null for no quiet hours.',
  path: ['to'],
});

const policyFields = {
  minDaysBetween: z.int('Enter whole days.').min(0, 'Enter 0 or more days.').max(3650, 'Enter at most 3650 days.'),
  maxPerYear: z.int('Enter a whole number.').min(1, 'Enter 1 or more, or null for no limit.').max(366).nullable(),
  /** In the customer's time zone; a mail that falls into them waits for their end. */
  quietHours: QuietHours.nullable(),
  /** Days on which mails may go, 1 = Monday … 7 = Sunday, in the customer's time zone. */
  weekdays: z
    .array(z.int().min(1, 'Use 1 for Monday to 7 for Sunday.').max(7, 'Use 1 for Monday to 7 for Sunday.'))
    .min(1, 'Allow at least one day.')
    .max(7)
    .refine((days) => new Set(days).size === days.length, 'Name each day once.'),
  respectOpenCases: z.boolean(),
};

export const ContactPolicyView = z.object({ ...policyFields, version: z.int(), updatedAt: z.iso.datetime() });
export type ContactPolicyView = z.infer<typeof ContactPolicyView>;

/** `version` and `updatedAt` may be sent back as they were read; both are ignored, so that a policy read earlier can be put back. */
export const PutContactPolicy = z.strictObject({
  ...policyFields,
  version: z.unknown().optional(),
  updatedAt: z.unknown().optional(),
});
export type PutContactPolicy = z.infer<typeof PutContactPolicy>;

// --- Campaigns ---------------------------------------------------------------------------------------------------------------

const attributeValue = z.union([z.string().max(500), z.number(), z.boolean()]);

/** All given conditions must hold. `attributes`: equal to the value, or to one of several. */
export const AudienceFilter = z.strictObject({
  account: z.string().min(1).max(200).optional(),
  attributes: z
    .record(z.string().min(1).max(100), z.union([attributeValue, z.array(attributeValue).min(1).max(50)]))
    .optional(),
  lifetimeValueMin: z.number().optional(),
  lifetimeValueMax: z.number().optional(),
  locale: z.string().max(35).optional(),
  createdBefore: instant.optional(),
  createdAfter: instant.optional(),
});
export type AudienceFilter = z.infer<typeof AudienceFilter>;

/** `segments`: in any of them; an empty list, like an empty filter, restricts nothing. */
export const Audience = z.strictObject({
  segments: z.array(z.string().min(1).max(100)).max(50).default([]),
  filter: AudienceFilter.default({}),
});
export type Audience = z.infer<typeof Audience>;

/** A further step of the same invitation, only to those who have not answered. */
export const Reminder = z.strictObject({
  /** Whole days after the mail before. */
  afterDays: z.int('Enter whole days.').min(1, 'Wait at least 1 day.').max(28, 'Wait at most 28 days.'),
});
export type Reminder = z.infer<typeof Reminder>;
const reminders = z
  .array(Reminder)
  .max(3, 'Use at most 3 reminders.')
  .refine(
    (list) => list.reduce((sum, r) => sum + r.afterDays, 0) < 30,
    'Reminders must fall within 30 days: the link works that long.',
  );

export const CreateCampaign = z.strictObject({
  name,
  surveyId: z.uuid('Choose a survey.'),
  audience: Audience.default({ segments: [], filter: {} }),
  sendAt: instant.nullable().default(null),
  reminders: reminders.default([]),
  sampleRate: share.default(1),
});
export type CreateCampaign = z.infer<typeof CreateCampaign>;

export const ChangeCampaign = z.strictObject({
  name: name.optional(),
  surveyId: z.uuid('Choose a survey.').optional(),
  audience: Audience.optional(),
  sendAt: instant.nullable().optional(),
  reminders: reminders.optional(),
  sampleRate: share.optional(),
  version,
});
export type ChangeCampaign = z.infer<typeof ChangeCampaign>;

/** draft → planning (invitations are being made) → running ⇄ paused → done; cancelled from any of the middle ones. */
export const CAMPAIGN_STATUSES = ['draft', 'planning', 'running', 'paused', 'done', 'cancelled'] as const;
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];

/** Customers of a campaign by what became of their invitation; `audience` is their sum. */
export const CampaignCounts = z.object({
  audience: z.int(),
  scheduled: z.int(),
  sent: z.int(),
  answered: z.int(),
  bounced: z.int(),
  expired: z.int(),
  cancelled: z.int(),
  unknown: z.int(),
  skipped: z.int(),
  /** Everyone whose mail went out, whatever came after: sent, answered, expired, bounced. */
  mailed: z.int(),
});
export type CampaignCounts = z.infer<typeof CampaignCounts>;

export const CampaignView = z.object({
  id: z.uuid(),
  name: z.string(),
  surveyId: z.uuid(),
  surveyName: z.string(),
  audience: Audience,
  sendAt: z.iso.datetime().nullable(),
  reminders: z.array(Reminder),
  sampleRate: z.number(),
  status: z.enum(CAMPAIGN_STATUSES),
  launchedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  counts: CampaignCounts,
  /** Skipped customers by reason. */
  skipped: SkipCounts,
  /** When the next scheduled mail goes, null when none is waiting. */
  nextSendAt: z.iso.datetime().nullable(),
  version: z.int(),
  createdAt: z.iso.datetime(),
});
export type CampaignView = z.infer<typeof CampaignView>;
export const CampaignPage = pageOf(CampaignView);

/** send + Σ skipped = audience. `delayed` of `send` wait for the end of quiet hours or an allowed weekday. */
export const CampaignPreview = z.object({
  audience: z.int(),
  send: z.int(),
  skipped: SkipCounts,
  delayed: z.int(),
  firstSendAt: z.iso.datetime().nullable(),
  lastSendAt: z.iso.datetime().nullable(),
  /** Mails by language, most first. */
  locales: z.array(z.object({ locale: z.string(), n: z.int() })),
});
export type CampaignPreview = z.infer<typeof CampaignPreview>;

export const ListCampaigns = z.strictObject({
  ...pageQuery,
  status: z.enum(CAMPAIGN_STATUSES).optional(),
  surveyId: z.uuid().optional(),
});
export type ListCampaigns = z.infer<typeof ListCampaigns>;

// --- Triggers ----------------------------------------------------------------------------------------------------------------

const eventType = z.string().trim().min(1, 'Enter the type of event.').max(100, 'Use at most 100 characters.');
const delayMinutes = z
  .int('Enter whole minutes.')
  .min(0, 'Enter 0 or more minutes.')
  .max(60 * 24 * 365, 'Enter at most a year.');

export const CreateTrigger = z.strictObject({
  eventType,
  touchpointKey: z.string('Choose a touchpoint.').min(1, 'Choose a touchpoint.').max(200),
  surveyId: z.uuid('Choose a survey.'),
  delayMinutes: delayMinutes.default(0),
  sampleRate: share.default(1),
  enabled: z.boolean().default(true),
});
export type CreateTrigger = z.infer<typeof CreateTrigger>;

export const ChangeTrigger = z.strictObject({
  eventType: eventType.optional(),
  touchpointKey: z.string().min(1).max(200).optional(),
  surveyId: z.uuid('Choose a survey.').optional(),
  delayMinutes: delayMinutes.optional(),
  sampleRate: share.optional(),
  enabled: z.boolean().optional(),
  version,
});
export type ChangeTrigger = z.infer<typeof ChangeTrigger>;

export const TriggerView = z.object({
  id: z.uuid(),
  eventType: z.string(),
  touchpointKey: z.string(),
  touchpointName: z.string(),
  surveyId: z.uuid(),
  surveyName: z.string(),
  delayMinutes: z.int(),
  sampleRate: z.number(),
  enabled: z.boolean(),
  /** Invitations of the last 30 days. */
  last30Days: z.object({ sent: z.int(), answered: z.int(), skipped: z.int(), scheduled: z.int() }),
  version: z.int(),
  createdAt: z.iso.datetime(),
});
export type TriggerView = z.infer<typeof TriggerView>;
export const TriggerPage = pageOf(TriggerView);

export const ListTriggers = z.strictObject({
  ...pageQuery,
  touchpoint: z.string().max(200).optional(),
  enabled: z.stringbool().optional(),
});
export type ListTriggers = z.infer<typeof ListTriggers>;

// --- Events ------------------------------------------------------------------------------------------------------------------

export const EventInput = z.strictObject({
  /** The caller's own id; the same id again changes nothing. Absent: every call is a new event. */
  id: z.string().min(1, 'Enter 1 to 200 characters.').max(200, 'Enter 1 to 200 characters.').optional(),
  type: eventType,
  externalCustomerId: z.string().min(1, 'Enter the customer.').max(200),
  touchpointKey: z.string().min(1).max(200).nullish(),
  occurredAt: instant.optional(),
  /** Money the event was worth, in the organization's currency; shown on the customer's timeline. */
  value: z.number().min(-1e11).max(1e11).nullish(),
  properties: z.record(z.string().max(100), z.json()).default({}),
});
export type EventInput = z.infer<typeof EventInput>;

export const PostEvents = oneOrMany(EventInput, 1000, 'events');
export type PostEvents = z.infer<typeof PostEvents>;

export const EVENT_REJECTIONS = ['unknown_customer', 'unknown_touchpoint'] as const;
export type EventRejection = (typeof EVENT_REJECTIONS)[number];

/** In the order of the call. `id` is the caller's id, or the one we made; `rejected` events are kept and can be replayed. */
export const EventsAccepted = z.object({
  items: z.array(z.object({ id: z.string(), duplicate: z.boolean(), rejected: z.enum(EVENT_REJECTIONS).optional() })),
});
export type EventsAccepted = z.infer<typeof EventsAccepted>;

export const EventView = z.object({
  id: z.uuid(),
  externalId: z.string(),
  type: z.string(),
  externalCustomerId: z.string(),
  customerId: z.uuid().nullable(),
  touchpointKey: z.string().nullable(),
  occurredAt: z.iso.datetime(),
  value: z.number().nullable(),
  properties: z.record(z.string(), z.json()),
  rejected: z.enum(EVENT_REJECTIONS).nullable(),
  receivedAt: z.iso.datetime(),
});
export type EventView = z.infer<typeof EventView>;
export const EventPage = pageOf(EventView);

export const ListEvents = z.strictObject({
  ...pageQuery,
  rejected: z.stringbool().optional(),
  customerId: z.uuid().optional(),
  type: z.string().max(100).optional(),
});
export type ListEvents = z.infer<typeof ListEvents>;

// --- Invitations -------------------------------------------------------------------------------------------------------------

export const INVITATION_STATUSES = [
  'scheduled',
  'sent',
  'bounced',
  'answered',
  'expired',
  'cancelled',
  'unknown',
  'skipped',
] as const;
export type InvitationStatus = (typeof INVITATION_STATUSES)[number];

export const InvitationView = z.object({
  id: z.uuid(),
  customerId: z.uuid().nullable(),
  customerName: z.string().nullable(),
  surveyId: z.uuid(),
  surveyName: z.string(),
  surveyVersion: z.int(),
  touchpointKey: z.string().nullable(),
  campaignId: z.uuid().nullable(),
  triggerId: z.uuid().nullable(),
  eventId: z.uuid().nullable(),
  channel: z.string(),
  locale: z.string(),
  status: z.enum(INVITATION_STATUSES),
  skipReason: SkipReasonSchema.nullable(),
  /** The skip reason in words, in English. */
  skipReasonText: z.string().nullable(),
  sendAt: z.iso.datetime().nullable(),
  sentAt: z.iso.datetime().nullable(),
  answeredAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime().nullable(),
  /** The customer's page; null for anyone below manager, and for invitations that were never sent or are over. */
  surveyUrl: z.string().nullable(),
  createdAt: z.iso.datetime(),
});
export type InvitationView = z.infer<typeof InvitationView>;
export const InvitationPage = pageOf(InvitationView);

export const ListInvitations = z.strictObject({
  ...pageQuery,
  customerId: z.uuid().optional(),
  campaignId: z.uuid().optional(),
  triggerId: z.uuid().optional(),
  status: z.enum(INVITATION_STATUSES).optional(),
});
export type ListInvitations = z.infer<typeof ListInvitations>;

// --- Test mails --------------------------------------------------------------------------------------------------------------

export const SendTest = z
  .strictObject({
    /** One of the organization's users; absent: the one who asks. */
    to: z.email('Enter one e-mail address.').max(254).optional(),
    locale: z.string().max(35).optional(),
  })
  .prefault({});
export type SendTest = z.infer<typeof SendTest>;

export const TestSent = z.object({ to: z.string() });

/** The mail of a survey as it will arrive, with a made-up customer. */
export const MailPreview = z.object({ subject: z.string(), html: z.string(), text: z.string(), locale: z.string() });
export type MailPreview = z.infer<typeof MailPreview>;
