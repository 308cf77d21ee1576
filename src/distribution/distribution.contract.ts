import { z } from 'zod';
import { oneOrMany } from '../platform/one-or-many.contract.js';
import { pageOf, pageQuery } from '../platform/page.contract.js';
import { Audience } from './audience.contract.js';
import { AskChannel } from './channels/channels.contract.js';
import { Condition, Conditions } from './conditions.contract.js';
import { Reminder, Reminders } from './reminders.contract.js';
import { Recurrence, SendAtLocal } from './schedule.contract.js';

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
  'no_phone',
  'erased',
  'complaint',
  'unsubscribed',
  'bounced',
  'suppressed',
  'no_consent',
  'not_wanted',
  'open_case',
  'not_sampled',
  'duplicate_address',
  'contacted_recently',
  'yearly_maximum',
  'metric_recently',
  'metric_yearly_maximum',
  'lower_priority',
  'survey_closed',
  'quota_full',
  'event_too_old',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];
export const SkipReasonSchema = z.enum(SKIP_REASONS);

/** Customers per skip reason; reasons nobody has are left out. */
export const SkipCounts = z.partialRecord(SkipReasonSchema, z.int());
export type SkipCounts = z.infer<typeof SkipCounts>;

/** Why an invitation waits, or waited, past the time its campaign or trigger wanted. */
export const DELAY_REASONS = [
  'quiet_hours',
  'weekday',
  'holiday',
  'open_case',
  'contacted_recently',
  'yearly_maximum',
  'metric_recently',
  'metric_yearly_maximum',
  'lower_priority',
] as const;
export type DelayReason = (typeof DELAY_REASONS)[number];
export const DelayReasonSchema = z.enum(DELAY_REASONS);

/** Customers per delay reason; reasons nobody has are left out. */
export const DelayCounts = z.partialRecord(DelayReasonSchema, z.int());
export type DelayCounts = z.infer<typeof DelayCounts>;

/** How a campaign or trigger stands against others that want the same customer. */
export const rivalry = {
  /** 1 to 100; who has more keeps the customer's slot as long as nothing was sent. Of equals, who came first. */
  priority: z.int('Enter a whole number.').min(1, 'Enter 1 to 100.').max(100, 'Enter 1 to 100.'),
  /** What becomes of an ask whose time is taken: it goes at the next time that is free, or it is left out. */
  ifBusy: z.enum(['delay', 'skip']),
  /** How long an ask may wait for a free time, and for the end of an open case; then it is left out. 0: it never waits for those. */
  maxDelayDays: z.int('Enter whole days.').min(0, 'Enter 0 to 60 days.').max(60, 'Enter 0 to 60 days.'),
};
export const rivalryDefaults = { priority: 50, ifBusy: 'skip', maxDelayDays: 14 } as const;
export type Rivalry = { priority: number; ifBusy: 'delay' | 'skip'; maxDelayDays: number };

// --- Contact policy ----------------------------------------------------------------------------------------------------------

const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'Enter a time such as 21:00.');

export const QuietHours = z.strictObject({ from: clock, to: clock }).refine((hours) => hours.from !== hours.to, {
  error: 'Choose two different times, or null for no quiet hours.',
  path: ['to'],
});

const minDaysBetween = z.int('Enter whole days.').min(0, 'Enter 0 or more days.').max(3650, 'Enter at most 3650 days.');
const maxPerYear = z.int('Enter a whole number.').min(1, 'Enter 1 or more, or null for no limit.').max(366).nullable();

/** A further clock for the surveys of one metric; it holds besides the one over all of them. */
export const MetricClock = z.strictObject({
  minDaysBetween: minDaysBetween.default(0),
  maxPerYear: maxPerYear.default(null),
});
export type MetricClock = z.infer<typeof MetricClock>;

export const CLOCK_METRICS = ['nps', 'tnps', 'csat', 'ces'] as const;
export const PerMetric = z.partialRecord(z.enum(CLOCK_METRICS), MetricClock);
export type PerMetric = z.infer<typeof PerMetric>;

/** `2026-12-24`, or `12-24` for every year. */
const dayOfYear = z
  .string()
  .regex(
    /^(?:\d{4}-)?(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
    'Enter a date such as 2026-12-24, or 12-24 for every year.',
  )
  .refine((text) => {
    const date = text.length === 5 ? `2024-${text}` : text;
    const at = new Date(`${date}T00:00:00Z`);
    return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
  }, 'There is no such day.');
/** A country (ISO 3166-1) or one of its regions: `DE`, `DE-BY`. Which there are: GET /contact-policy/calendars. */
const calendarCode = z
  .string()
  .max(12)
  .regex(/^[A-Z]{2}(?:-[A-Za-z0-9]{1,8})?$/, 'Enter a country or region such as DE or DE-BY.');

/** Days on which no mail goes, by the calendar on the customer's wall. */
export const Holidays = z.strictObject({
  /** Public holidays of these countries or regions: of everyone, or with `followCustomer` of those whose own country is not known. */
  calendars: z
    .array(calendarCode)
    .max(20, 'Choose at most 20 calendars.')
    .refine((codes) => new Set(codes).size === codes.length, 'Name each calendar once.')
    .default([]),
  /** The customer's own country instead, where the attribute `country` (`DE`, `DE-BY`) or a time zone of one country tells it. */
  followCustomer: z.boolean().default(false),
  /** The organization's own days, for everybody. */
  own: z
    .array(z.strictObject({ date: dayOfYear, name: z.string().trim().min(1, 'Name the day.').max(100) }))
    .max(60, 'Enter at most 60 days.')
    .default([]),
});
export type Holidays = z.infer<typeof Holidays>;

const policyFields = {
  minDaysBetween,
  maxPerYear,
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

export const ContactPolicyView = z.object({
  ...policyFields,
  holidays: Holidays.nullable(),
  perMetric: PerMetric.nullable(),
  version: z.int(),
  updatedAt: z.iso.datetime(),
});
export type ContactPolicyView = z.infer<typeof ContactPolicyView>;

/** `holidays` and `perMetric`: absent = as they are, null = none. */
const changedPolicy = {
  ...policyFields,
  holidays: Holidays.nullable().optional(),
  perMetric: PerMetric.nullable().optional(),
};

/** `version` and `updatedAt` may be sent back as they were read; both are ignored, so that a policy read earlier can be put back. */
export const PutContactPolicy = z.strictObject({
  ...changedPolicy,
  version: z.unknown().optional(),
  updatedAt: z.unknown().optional(),
});
export type PutContactPolicy = z.infer<typeof PutContactPolicy>;

export const SimulateContactPolicy = z.strictObject({ policy: PutContactPolicy });
export type SimulateContactPolicy = z.infer<typeof SimulateContactPolicy>;

/** asked + Σ skipped = wanted; `delayed` of those asked went later than wanted. */
export const PolicyOutcome = z.object({ asked: z.int(), delayed: z.int(), skipped: SkipCounts, delays: DelayCounts });
export type PolicyOutcome = z.infer<typeof PolicyOutcome>;

/** What the last days would have been under the policy in force (`now`) and under another; both replayed by the planner's own rules. */
export const PolicySimulation = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** Asks that campaigns and triggers wanted in that time. */
  wanted: z.int(),
  now: PolicyOutcome,
  proposed: PolicyOutcome,
  /** Surveys that were wanted most first. */
  surveys: z.array(
    z.object({
      surveyId: z.uuid(),
      surveyName: z.string(),
      metric: z.string(),
      wanted: z.int(),
      now: PolicyOutcome,
      proposed: PolicyOutcome,
    }),
  ),
  /** Asks that could not be replayed: taken back by a person, or of someone erased. */
  leftOut: z.int(),
  /** What a replay of what was recorded cannot know, in words. */
  limits: z.array(z.string()),
});
export type PolicySimulation = z.infer<typeof PolicySimulation>;

/** Countries and their regions whose public holidays are known. `code` is what `holidays.calendars` takes. */
export const HolidayCalendars = z.object({
  items: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      regions: z.array(z.object({ code: z.string(), name: z.string() })),
    }),
  ),
});
export type HolidayCalendars = z.infer<typeof HolidayCalendars>;

/** `calendars`: codes with commas between them. */
export const ListHolidays = z.strictObject({
  calendars: z.string().max(300).default(''),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListHolidays = z.infer<typeof ListHolidays>;

/** The next days of the calendars, soonest first; at most a year ahead. */
export const HolidayDays = z.object({
  items: z.array(z.object({ date: z.iso.date(), name: z.string(), calendars: z.array(z.string()) })),
});
export type HolidayDays = z.infer<typeof HolidayDays>;

// --- Campaigns ---------------------------------------------------------------------------------------------------------------

/** Clocks and cycles exclude each other in part; the messages name the field to change. */
function checkSchedule(input: {
  sendAt?: string | null | undefined;
  sendAtLocal?: SendAtLocal | null | undefined;
  recurrence?: Recurrence | null | undefined;
}): { path: string; message: string } | null {
  if (input.sendAt && input.sendAtLocal) return { path: 'sendAtLocal', message: 'Give either sendAt or sendAtLocal.' };
  if (input.sendAt && input.recurrence)
    return { path: 'sendAt', message: 'A recurring campaign starts on a day: use sendAtLocal.' };
  return null;
}

const schedule = <T extends z.ZodObject>(schema: T): T =>
  schema.check(({ value, issues }) => {
    const wrong = checkSchedule(value as Parameters<typeof checkSchedule>[0]);
    if (wrong) issues.push({ code: 'custom', message: wrong.message, path: [wrong.path], input: value });
  });

export const CreateCampaign = schedule(
  z.strictObject({
    name,
    surveyId: z.uuid('Choose a survey.'),
    audience: Audience.default({ segments: [], filter: {} }),
    sendAt: instant.nullable().default(null),
    sendAtLocal: SendAtLocal.nullable().default(null),
    recurrence: Recurrence.nullable().default(null),
    reminders: Reminders.default([]),
    channel: AskChannel.default('email'),
    sampleRate: share.default(1),
    priority: rivalry.priority.default(rivalryDefaults.priority),
    ifBusy: rivalry.ifBusy.default(rivalryDefaults.ifBusy),
    maxDelayDays: rivalry.maxDelayDays.default(rivalryDefaults.maxDelayDays),
  }),
);
export type CreateCampaign = z.infer<typeof CreateCampaign>;

export const ChangeCampaign = schedule(
  z.strictObject({
    name: name.optional(),
    surveyId: z.uuid('Choose a survey.').optional(),
    audience: Audience.optional(),
    sendAt: instant.nullable().optional(),
    sendAtLocal: SendAtLocal.nullable().optional(),
    recurrence: Recurrence.nullable().optional(),
    reminders: Reminders.optional(),
    channel: AskChannel.optional(),
    sampleRate: share.optional(),
    priority: rivalry.priority.optional(),
    ifBusy: rivalry.ifBusy.optional(),
    maxDelayDays: rivalry.maxDelayDays.optional(),
    version,
  }),
);
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
  sendAtLocal: SendAtLocal.nullable(),
  recurrence: Recurrence.nullable(),
  /** Of a recurring campaign that was launched: its first day in the organization's time zone. */
  firstDay: z.iso.date().nullable(),
  reminders: z.array(Reminder),
  /** How people are asked. */
  channel: AskChannel,
  sampleRate: z.number(),
  priority: z.int(),
  ifBusy: z.enum(['delay', 'skip']),
  maxDelayDays: z.int(),
  status: z.enum(CAMPAIGN_STATUSES),
  launchedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  counts: CampaignCounts,
  /** Skipped customers by reason. */
  skipped: SkipCounts,
  /** When the next scheduled mail goes, null when none is waiting. */
  nextSendAt: z.iso.datetime().nullable(),
  /** Mails that are due and held back by the send rate, and about when the last of them leaves; null when none is. */
  held: z
    .object({ mails: z.int(), until: z.iso.datetime(), by: z.enum(['organization', 'recipient_domain', 'warm_up']) })
    .nullable(),
  /** Why the system paused it, in one or two sentences; null when a person did, or it is not paused. */
  pausedBecause: z.string().nullable(),
  version: z.int(),
  createdAt: z.iso.datetime(),
});
export type CampaignView = z.infer<typeof CampaignView>;
export const CampaignPage = pageOf(CampaignView);

/** For a recurring campaign: its first cycle. send + Σ skipped = audience. `delayed` of `send` wait for the end of quiet hours or an allowed weekday. */
export const CampaignPreview = z.object({
  audience: z.int(),
  send: z.int(),
  skipped: SkipCounts,
  delayed: z.int(),
  /** Of the delayed, why. */
  delays: DelayCounts,
  firstSendAt: z.iso.datetime().nullable(),
  lastSendAt: z.iso.datetime().nullable(),
  /** Mails by language, most first. */
  locales: z.array(z.object({ locale: z.string(), n: z.int() })),
  /** Mails by the organization's day, days without any left out; reminders are not counted. */
  days: z.array(z.object({ date: z.iso.date(), n: z.int() })),
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

/** An event that is older when it comes is kept, but nobody is asked about it; null: any age. */
const maxAgeDays = z.int('Enter whole days.').min(1, 'Enter 1 or more days.').max(365, 'Enter at most 365 days.');

export const CreateTrigger = z.strictObject({
  eventType,
  touchpointKey: z.string('Choose a touchpoint.').min(1, 'Choose a touchpoint.').max(200),
  surveyId: z.uuid('Choose a survey.'),
  channel: AskChannel.default('email'),
  delayMinutes: delayMinutes.default(0),
  sampleRate: share.default(1),
  conditions: Conditions.nullable().default(null),
  maxAgeDays: maxAgeDays.nullable().default(14),
  priority: rivalry.priority.default(rivalryDefaults.priority),
  ifBusy: rivalry.ifBusy.default(rivalryDefaults.ifBusy),
  maxDelayDays: rivalry.maxDelayDays.default(rivalryDefaults.maxDelayDays),
  enabled: z.boolean().default(true),
});
export type CreateTrigger = z.infer<typeof CreateTrigger>;

export const ChangeTrigger = z.strictObject({
  eventType: eventType.optional(),
  touchpointKey: z.string().min(1).max(200).optional(),
  surveyId: z.uuid('Choose a survey.').optional(),
  channel: AskChannel.optional(),
  delayMinutes: delayMinutes.optional(),
  sampleRate: share.optional(),
  priority: rivalry.priority.optional(),
  ifBusy: rivalry.ifBusy.optional(),
  maxDelayDays: rivalry.maxDelayDays.optional(),
  conditions: Conditions.nullable().optional(),
  maxAgeDays: maxAgeDays.nullable().optional(),
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
  channel: AskChannel,
  delayMinutes: z.int(),
  sampleRate: z.number(),
  priority: z.int(),
  ifBusy: z.enum(['delay', 'skip']),
  maxDelayDays: z.int(),
  conditions: Conditions.nullable(),
  maxAgeDays: z.int().nullable(),
  enabled: z.boolean(),
  /** Invitations of the last 30 days; `sent` are all that went, answered ones too. */
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

/** A trigger as it is being edited; `id`: the one that is edited, so that its own sample is drawn. */
export const TestTrigger = z.strictObject({
  id: z.uuid().optional(),
  eventType,
  touchpointKey: z.string('Choose a touchpoint.').min(1, 'Choose a touchpoint.').max(200),
  surveyId: z.uuid('Choose a survey.'),
  conditions: Conditions.nullable().default(null),
  maxAgeDays: maxAgeDays.nullable().default(14),
  channel: AskChannel.default('email'),
  delayMinutes: delayMinutes.default(0),
  sampleRate: share.default(1),
  /** The newest events of the type at the touchpoint. */
  limit: z.int().min(1).max(200).default(200),
});
export type TestTrigger = z.infer<typeof TestTrigger>;

/**
 * What would have become of the newest events: asked + notMatching + Σ skipped = events. The people are judged as of today; how often each may
 * be asked, among these events only.
 */
export const TriggerTest = z.object({
  events: z.int(),
  asked: z.int(),
  notMatching: z.int(),
  skipped: SkipCounts,
  items: z.array(
    z.object({
      eventId: z.uuid(),
      externalId: z.string(),
      customerId: z.uuid(),
      customerName: z.string().nullable(),
      occurredAt: z.iso.datetime(),
      outcome: z.enum(['asked', 'not_matching', 'skipped']),
      skipReason: SkipReasonSchema.nullable(),
      /** The conditions that do not hold. */
      unmet: z.array(Condition),
    }),
  ),
});
export type TriggerTest = z.infer<typeof TriggerTest>;

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

/** Which of the rejected events to try again, oldest first, at most 1,000; nothing given: all. */
export const ReplayEvents = z
  .strictObject({ type: z.string().max(100).optional(), rejected: z.enum(EVENT_REJECTIONS).optional() })
  .prefault({});
export type ReplayEvents = z.infer<typeof ReplayEvents>;

/** replayed + stillRejected = events tried; `remaining`: true when there were more than could be tried at once. */
export const EventsReplayed = z.object({ replayed: z.int(), stillRejected: z.int(), remaining: z.boolean() });
export type EventsReplayed = z.infer<typeof EventsReplayed>;

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
  channel: AskChannel,
  locale: z.string(),
  status: z.enum(INVITATION_STATUSES),
  skipReason: SkipReasonSchema.nullable(),
  /** The skip reason in words, in English. */
  skipReasonText: z.string().nullable(),
  /** Why it goes, or went, later than wanted. */
  delayReason: DelayReasonSchema.nullable(),
  /** The delay in words, in English, with the time on the customer's clock. */
  delayReasonText: z.string().nullable(),
  /** The other ask that took its time. */
  becauseOf: z.object({ invitationId: z.uuid(), name: z.string() }).nullable(),
  /** When its campaign or trigger wanted it. */
  wantedAt: z.iso.datetime().nullable(),
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
  surveyId: z.uuid().optional(),
  status: z.enum(INVITATION_STATUSES).optional(),
});
export type ListInvitations = z.infer<typeof ListInvitations>;

// --- Test mails --------------------------------------------------------------------------------------------------------------

export const SendTest = z
  .strictObject({
    /** One of the organization's users; absent: the one who asks. */
    to: z.email('Enter one e-mail address.').max(254).optional(),
    locale: z.string().max(35).optional(),
    /** Which words: the newest, published or not, or those that customers get now. */
    wording: z.enum(['draft', 'published']).default('draft'),
  })
  .prefault({});
export type SendTest = z.infer<typeof SendTest>;

export const TestSent = z.object({ to: z.string() });

/** The mail of a survey as it will arrive, with a made-up customer. */
export const MailPreview = z.object({ subject: z.string(), html: z.string(), text: z.string(), locale: z.string() });
export type MailPreview = z.infer<typeof MailPreview>;
