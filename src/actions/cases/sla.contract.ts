import { z } from 'zod';
import { pageOf } from '../../platform/page.contract.js';
import { Priority } from './cases.contract.js';

const name = z
  .string({ error: 'Enter a name' })
  .trim()
  .min(1, { error: 'Enter a name' })
  .max(120, { error: 'Use at most 120 characters' });
const version = z.int({ error: 'Send the version that you read' }).optional();

// ——— calendars ———

const Time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, { error: 'Enter a time such as 09:00, at most 24:00' });
export const OpenIntervalInput = z.strictObject({ from: Time, to: Time });
const Week = z
  .partialRecord(
    z.enum(['1', '2', '3', '4', '5', '6', '7'], { error: 'Days are 1 (Monday) to 7' }),
    z.array(OpenIntervalInput).max(6),
  )
  .refine((week) => Object.values(week).some((day) => (day?.length ?? 0) > 0), {
    error: 'Give at least one day working time',
  });
const Country = z
  .string()
  .regex(/^[A-Z]{2}$/, { error: 'Choose a country' })
  .nullable();
const Region = z.string().min(1).max(12).nullable();

const calendarFields = {
  name,
  /** IANA name. */
  timeZone: z.string().min(1, { error: 'Choose a time zone' }).max(64),
  /** 1 = Monday … 7 = Sunday; `[from, to)` by the local clock; missing days are closed. */
  week: Week,
  /** Further closed days, 'YYYY-MM-DD', beside the country's. */
  holidays: z.array(z.iso.date({ error: 'Enter a date such as 2026-12-24' })).max(366),
  /** Its public holidays are closed days too, every year. */
  country: Country,
  region: Region,
};
export const NewCalendar = z.strictObject({
  ...calendarFields,
  holidays: calendarFields.holidays.default([]),
  country: Country.default(null),
  region: Region.default(null),
});
export type NewCalendar = z.infer<typeof NewCalendar>;
export const ChangeCalendar = z.strictObject(calendarFields).partial().extend({ version });
export type ChangeCalendar = z.infer<typeof ChangeCalendar>;

export const CalendarView = z.object({
  id: z.uuid(),
  name: z.string(),
  timeZone: z.string(),
  week: z.record(z.string(), z.array(z.object({ from: z.string(), to: z.string() }))),
  holidays: z.array(z.string()),
  country: z.string().nullable(),
  region: z.string().nullable(),
  /** The one of cases that no policy's calendar is chosen for; it cannot be removed. */
  isDefault: z.boolean(),
  /** Policies that go by it. */
  policies: z.number().int(),
  version: z.number().int(),
});
export type CalendarView = z.infer<typeof CalendarView>;
export const CalendarPage = pageOf(CalendarView);

export const HolidaysQuery = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/, { error: 'Choose a country' }),
  region: z.string().min(1).max(12).optional(),
  year: z.coerce.number().int().min(2000).max(2100),
});
export const HolidayList = z.object({ items: z.array(z.object({ day: z.string(), name: z.string() })) });
export const CountryList = z.object({
  items: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      regions: z.array(z.object({ code: z.string(), name: z.string() })),
    }),
  ),
});

// ——— policies ———

const list = (item: z.ZodType<string>) =>
  z.array(item).min(1, { error: 'Choose at least one, or leave it out' }).max(100);

/** Of which cases a policy is; all must hold, what is left out does not matter. */
export const SlaConditions = z.strictObject({
  priorities: z.array(Priority).min(1, { error: 'Choose at least one, or leave it out' }).optional(),
  /** Keys of touchpoints. */
  touchpoints: list(z.string().min(1).max(100)).optional(),
  segments: list(z.string().min(1).max(100)).optional(),
  accounts: list(z.string().min(1).max(200)).optional(),
  lifetimeValueFrom: z.number().min(0).optional(),
});
export type SlaConditions = z.infer<typeof SlaConditions>;

/**
 * A step of the ladder, taken once for each start of a clock. `warning`: at 75 % of the time; `due`; `late`: `minutes` of working time after
 * it. `notify_lead`: the team's lead, else its managers; `notify_managers`: everybody with that role; `reassign`: to `userId`, or without it
 * to the least loaded colleague of the team.
 */
export const EscalationStep = z
  .strictObject({
    when: z.enum(['warning', 'due', 'late'], { error: 'Choose warning, due or late' }),
    minutes: z.int().min(1).max(14_400).optional(),
    do: z.enum(['notify_owner', 'notify_lead', 'notify_managers', 'reassign'], {
      error: 'Choose notify_owner, notify_lead, notify_managers or reassign',
    }),
    userId: z.uuid({ error: 'Choose a person' }).optional(),
  })
  .refine((step) => (step.when === 'late') === (step.minutes !== undefined), {
    path: ['minutes'],
    error: 'Say how many working minutes after the due time, for “late” only',
  })
  .refine((step) => step.userId === undefined || step.do === 'reassign', {
    path: ['userId'],
    error: 'A person is chosen for “reassign” only',
  });
export type EscalationStep = z.infer<typeof EscalationStep>;

const minutes = z.int({ error: 'Enter working minutes' }).min(1, { error: 'Enter at least 1 minute' }).max(144_000);
const policyFields = {
  name,
  /** 1 is asked first. */
  order: z.int().min(1, { error: 'Enter a place, 1 for the first' }).max(1000),
  conditions: SlaConditions,
  calendarId: z.uuid({ error: 'Choose a calendar' }),
  /** Working minutes; null: not measured. */
  firstResponseMinutes: minutes.nullable(),
  nextResponseMinutes: minutes.nullable(),
  /** One of the two, or neither. Days end at the close of business. */
  resolutionMinutes: minutes.nullable(),
  resolutionDays: z.int().min(1, { error: 'Enter at least 1 day' }).max(250).nullable(),
  escalation: z.array(EscalationStep).max(12, { error: 'Use at most 12 steps' }),
};
export const DEFAULT_LADDER: EscalationStep[] = [
  { when: 'warning', do: 'notify_owner' },
  { when: 'due', do: 'notify_owner' },
  { when: 'due', do: 'notify_lead' },
];
export const NewSlaPolicy = z.strictObject({
  ...policyFields,
  order: policyFields.order.optional(),
  conditions: SlaConditions.default({}),
  calendarId: policyFields.calendarId.optional(),
  firstResponseMinutes: policyFields.firstResponseMinutes.default(null),
  nextResponseMinutes: policyFields.nextResponseMinutes.default(null),
  resolutionMinutes: policyFields.resolutionMinutes.default(null),
  resolutionDays: policyFields.resolutionDays.default(null),
  escalation: policyFields.escalation.default(DEFAULT_LADDER),
});
export type NewSlaPolicy = z.infer<typeof NewSlaPolicy>;
export const ChangeSlaPolicy = z.strictObject(policyFields).partial().extend({ version });
export type ChangeSlaPolicy = z.infer<typeof ChangeSlaPolicy>;

export const SlaPolicyView = z.object({
  id: z.uuid(),
  name: z.string(),
  order: z.number().int(),
  /** Asked last, fits every case; it cannot be removed and has no conditions. */
  isDefault: z.boolean(),
  conditions: SlaConditions,
  /** `Urgent priority → reply in 1 working hour, resolve in 2 working days`. */
  sentence: z.string(),
  firstResponseMinutes: z.number().int().nullable(),
  nextResponseMinutes: z.number().int().nullable(),
  resolutionMinutes: z.number().int().nullable(),
  resolutionDays: z.number().int().nullable(),
  escalation: z.array(EscalationStep),
  calendar: CalendarView.omit({ policies: true, version: true, isDefault: true }),
  /** Open cases whose times it sets. */
  openCases: z.number().int(),
  version: z.number().int(),
});
export type SlaPolicyView = z.infer<typeof SlaPolicyView>;
export const SlaPolicyPage = pageOf(SlaPolicyView);

/** When a case that is created `at` (local time of the calendar, 'YYYY-MM-DDTHH:MM') would be due. */
export const PreviewRequest = z.strictObject({
  at: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, { error: 'Enter a local time such as 2026-11-20T16:30' }),
  /** As it stands in the form; or `calendarId`. */
  calendar: NewCalendar.omit({ name: true }).optional(),
  calendarId: z.uuid({ error: 'Choose a calendar' }).optional(),
  firstResponseMinutes: minutes.nullable().default(null),
  nextResponseMinutes: minutes.nullable().default(null),
  resolutionMinutes: minutes.nullable().default(null),
  resolutionDays: policyFields.resolutionDays.default(null),
});
export type PreviewRequest = z.infer<typeof PreviewRequest>;
const PreviewClock = z.object({ warnAt: z.string(), dueAt: z.string() }).nullable();
export const Preview = z.object({
  timeZone: z.string(),
  createdAt: z.string(),
  /** Null: not measured. Next response: as if the customer wrote at that time. */
  firstResponse: PreviewClock,
  nextResponse: PreviewClock,
  resolution: PreviewClock,
});
export type Preview = z.infer<typeof Preview>;

/** How far planning the open cases anew is, after a policy or calendar changed; null: nothing was planned anew yet. */
export const ReplanView = z.object({
  replan: z
    .object({
      id: z.uuid(),
      reason: z.string(),
      total: z.number().int(),
      done: z.number().int(),
      startedAt: z.string(),
      finishedAt: z.string().nullable(),
    })
    .nullable(),
});
export type ReplanView = z.infer<typeof ReplanView>;
