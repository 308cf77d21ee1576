import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/page.contract.js';
import { Category, Flag, MetricName, SentimentLabel, StatementView } from '../../responses/responses.contract.js';
import { CASE_STATUSES, OPEN_STATUSES } from './transitions.js';

export const CASE_PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export const CaseStatusName = z.enum(CASE_STATUSES, { error: `Choose ${CASE_STATUSES.join(', ')}` });
export const Priority = z.enum(CASE_PRIORITIES, { error: 'Choose low, normal, high or urgent' });
export const Area = z.enum(['product', 'process', 'business_model'], {
  error: 'Choose product, process or business_model',
});

const words = (max: number, empty: string) =>
  z
    .string({ error: empty })
    .max(max, { error: `Use at most ${max.toLocaleString('en')} characters` })
    .refine((text) => text.trim() !== '', { error: empty });
const person = z.uuid({ error: 'Choose a person' });
const team = z.uuid({ error: 'Choose a team' });
const version = z.int({ error: 'Send the version that you read' }).optional();

// ——— what a case shows ———

export const Ref = z.object({ id: z.uuid(), name: z.string() });

export const ActivityKind = z.enum([
  'opened',
  'assigned',
  'priority',
  'note',
  'message',
  'customer_message',
  'resolved',
  'fixed',
  'not_yet',
  'closed_silent',
  'reopened',
  'linked',
  'root_cause',
  'labels',
  'acknowledged',
  'joined',
  'escalated',
  'snoozed',
  'woke',
  'merged',
  'related',
]);

/** How the mail of a message, resolution or reminder fares. `waiting`: it leaves at `sendAt`, until then undo stops it. */
export const MailState = z.object({
  state: z.enum(['waiting', 'sending', 'sent', 'bounced', 'failed', 'unknown', 'stopped', 'none']),
  sendAt: z.string().nullable(),
  sentAt: z.string().nullable(),
  /** A sentence for people when something went wrong, e.g. "The address takes no mail." */
  problem: z.string().nullable(),
});
export type MailState = z.infer<typeof MailState>;

/**
 * One entry of the thread, oldest first. `body` is what was written (opened: the customer's words of a case made by hand).
 * `data`: opened `{rule: {id, name}|null}` · assigned `{ownerId, ownerName, teamId, teamName, fromOwnerId}` · priority `{from, to}` · message `{wait}` ·
 * customer_message `{fromMatches, attachments[]}` · labels `{from[], to[]}` · acknowledged `{promisedAt}` · joined `{responseId, score}` ·
 * escalated `{clock, when, do, told: [{id, name}]}` · resolved `{rootCause, mailed}` · linked `{added[], removed[]}` · root_cause `{from, to}` ·
 * note `{mentions: [{id, name}]}` · snoozed `{until}` (null: taken up again) · merged `{from: {id, number}}` or `{into: {id, number}}` · related `{added[], removed[]}` of
 * `{id, number}` ·
 * any of them `{undone: true}` once it was taken back.
 */
export const ActivityView = z.object({
  id: z.uuid(),
  kind: ActivityKind,
  at: z.string(),
  /** Who did it; null for the customer and for the system. */
  actor: Ref.nullable(),
  body: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  mail: MailState.nullable(),
});
export type ActivityView = z.infer<typeof ActivityView>;

/** Why a message to the customer is not possible. */
export const NoReplyReason = z.enum(['no_customer', 'no_address', 'no_consent', 'refused', 'suppressed', 'closed']);

export const CaseRef = z.object({
  id: z.uuid(),
  number: z.number().int(),
  subject: z.string(),
  status: CaseStatusName,
});
export type CaseRef = z.infer<typeof CaseRef>;

/** A file that came with a mail. `type_refused`, `no_room`: it was not taken, its name is all there is. */
export const CaseFile = z.object({
  id: z.uuid(),
  /** The entry of the thread it came with. */
  activityId: z.uuid(),
  /** As its sender called it. */
  name: z.string(),
  contentType: z.string(),
  size: z.number().int(),
  state: z.enum(['kept', 'type_refused', 'no_room']),
  scan: z.enum(['not_scanned', 'clean', 'infected']),
});
export type CaseFile = z.infer<typeof CaseFile>;

export const CaseView = z.object({
  id: z.uuid(),
  number: z.number().int(),
  status: CaseStatusName,
  priority: Priority,
  ownerId: z.uuid().nullable(),
  owner: Ref.nullable(),
  teamId: z.uuid().nullable(),
  team: Ref.nullable(),
  subject: z.string(),
  /** Stored due times; null where the clock is not measured, stands or was never started. */
  firstResponseDueAt: z.string().nullable(),
  nextResponseDueAt: z.string().nullable(),
  resolutionDueAt: z.string().nullable(),
  /** The policy whose times count. */
  sla: Ref.nullable(),
  /** What the customer was told: a word from a person until then; null when nothing was promised. */
  promisedAt: z.string().nullable(),
  /** That time passed without a word. */
  promiseBroken: z.boolean(),
  /** Out of the lists until then, or until the customer writes; its clocks run on. */
  snoozedUntil: z.string().nullable(),
  labels: z.array(z.string()),
  /** The nearest running clock and which one it is; null when none runs. */
  dueAt: z.string().nullable(),
  dueFor: z.enum(['first_response', 'next_response', 'resolution']).nullable(),
  /** From here on (75 %) the time left is shown as short. */
  warnAt: z.string().nullable(),
  /** Any clock ran past its due time, stopped or not. */
  breached: z.boolean(),
  /** The customer waits for us to write: nobody has yet, or their newest message is unanswered. */
  needsReply: z.boolean(),
  firstRespondedAt: z.string().nullable(),
  lastCustomerMessageAt: z.string().nullable(),
  waitingSince: z.string().nullable(),
  resolvedAt: z.string().nullable(),
  closedAt: z.string().nullable(),
  reopenedCount: z.number().int(),
  responseId: z.uuid().nullable(),
  /** Of the response, or as entered by hand. */
  score: z.number().int().nullable(),
  category: Category.nullable(),
  /** The customer's words, unchanged. */
  comment: z.string().nullable(),
  response: z
    .object({
      id: z.uuid(),
      metric: MetricName,
      /** The question's text as asked is in the survey's version. */
      surveyId: z.uuid().nullable(),
      channel: z.string(),
      submittedAt: z.string(),
      withdrawnAt: z.string().nullable(),
      flags: z.array(Flag),
      sentiment: z.object({ label: SentimentLabel.nullable(), score: z.number().nullable() }).nullable(),
      statements: z.array(StatementView),
    })
    .nullable(),
  /** Further responses of the customer about the same thing, oldest first. */
  joined: z.array(
    z.object({ id: z.uuid(), score: z.number().int(), comment: z.string().nullable(), submittedAt: z.string() }),
  ),
  touchpoint: z.object({ id: z.uuid(), key: z.string(), name: z.string() }).nullable(),
  customer: z
    .object({
      id: z.uuid(),
      externalId: z.string(),
      name: z.string().nullable(),
      email: z.string().nullable(),
      locale: z.string().nullable(),
      account: z.string().nullable(),
      segments: z.array(z.string()),
      lifetimeValue: z.number().nullable(),
      since: z.string(),
      /** NPS scores of the customer, oldest first, at most 12. */
      scores: z.array(z.object({ at: z.string(), score: z.number().int() })),
    })
    .nullable(),
  painPointIds: z.array(z.uuid()),
  painPoints: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      customers: z.number().int(),
      improvement: z
        .object({ id: z.uuid(), name: z.string(), status: z.string(), dueAt: z.string().nullable() })
        .nullable(),
    }),
  ),
  /** The customer's word for this case: yes, no, or never asked. */
  mayContact: z.boolean().nullable(),
  reply: z.object({
    possible: z.boolean(),
    reason: NoReplyReason.nullable(),
    /** Why not, in a sentence for people; null when it is possible. */
    why: z.string().nullable(),
    to: z.string().nullable(),
  }),
  rootCause: z.string().nullable(),
  /** False: a text of its own, not in the tree. */
  rootCauseInTree: z.boolean(),
  resolution: z.string().nullable(),
  /** The customer's page about this case; not shown to viewers. */
  receiptUrl: z.string().nullable(),
  /** What stands newest on that page, in words. */
  customerSees: z.object({ text: z.string(), at: z.string() }),
  rule: Ref.nullable(),
  activity: z.array(ActivityView),
  /** Other cases of this customer, newest first, at most 10. */
  earlierCases: z.array(
    z.object({
      id: z.uuid(),
      number: z.number().int(),
      subject: z.string(),
      status: CaseStatusName,
      createdAt: z.string(),
    }),
  ),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** Who hears of what happens here beside the owner. */
  followers: z.array(Ref),
  /** Cases that people said belong together. */
  related: z.array(CaseRef),
  mergedInto: CaseRef.nullable(),
  /** Cases that this one took in. */
  merged: z.array(CaseRef),
  /** Files of the thread, in the order they came. */
  files: z.array(CaseFile),
  /** When the caller last had the case open, on whatever machine; null: never, or a program. */
  readAt: z.string().nullable(),
  version: z.number().int(),
});
export type CaseView = z.infer<typeof CaseView>;
export const CasePage = pageOf(CaseView);

export const CaseInbox = z.enum(['needs_reply', 'mine', 'unassigned', 'waiting', 'snoozed', 'resolved'], {
  error: 'Choose needs_reply, mine, unassigned, waiting, snoozed or resolved',
});

/** One word for each figure of `GET /insights/loop`, with the same meaning. */
export const LOOP_FILTERS = [
  'heard_back',
  'not_heard_back',
  'confirmed',
  'not_yet',
  'reopened',
  'silent',
  'promised',
  'promise_broken',
  'first_response_met',
  'first_response_missed',
  'resolution_met',
  'resolution_missed',
  'answered',
  'resolved',
] as const;
export const LoopFilter = z.enum(LOOP_FILTERS, { error: `Choose ${LOOP_FILTERS.join(', ')}` });
export type LoopFilter = z.infer<typeof LoopFilter>;

const STATUS_LIST = `Use open, or one or more of ${CASE_STATUSES.join(', ')} with commas between`;

const filters = {
  /** One status, several with commas, or `open`. */
  status: z
    .string()
    .max(200)
    .optional()
    .transform((text, context) => {
      if (text === undefined || text === '') return undefined;
      const found = new Set<string>();
      for (const part of text.split(',').map((word) => word.trim())) {
        if (part === 'open') OPEN_STATUSES.forEach((status) => found.add(status));
        else if (CASE_STATUSES.some((status) => status === part)) found.add(part);
        else {
          context.addIssue({ code: 'custom', message: STATUS_LIST });
          return z.NEVER;
        }
      }
      return [...found];
    }),
  /** A person's id, `me` or `none`. */
  ownerId: z.union([z.uuid(), z.enum(['me', 'none'])], { error: 'Choose a person, me or none' }).optional(),
  teamId: z.union([z.uuid(), z.enum(['none'])], { error: 'Choose a team or none' }).optional(),
  customerId: z.uuid({ error: 'Choose a customer' }).optional(),
  painPointId: z.uuid({ error: 'Choose a pain point' }).optional(),
  /** The touchpoint's key. */
  touchpoint: z.string().max(100).optional(),
  overdue: z.stringbool({ error: 'Use true or false' }).optional(),
  label: z.string().trim().min(1).max(40).optional(),
  /** The cases behind a figure of loop health. */
  loop: LoopFilter.optional(),
  /** Number, customer's name, address or id, subject, words of the comment. */
  q: z.string().max(200).optional(),
  scoreFrom: z.coerce.number().int().min(0).max(10).optional(),
  scoreTo: z.coerce.number().int().min(0).max(10).optional(),
  priority: Priority.optional(),
  /** Opened in `[from, to)`: a date or an instant. */
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
};
export const CaseQuery = z.strictObject({
  ...pageQuery,
  ...filters,
  view: CaseInbox.optional(),
  sort: z.enum(['due', 'newest'], { error: 'Choose due or newest' }).default('due'),
});
export type CaseQuery = z.infer<typeof CaseQuery>;

/** The counts beside the tabs, under the same filters. */
export const CountsQuery = z.strictObject(filters);
export type CountsQuery = z.infer<typeof CountsQuery>;
export const CaseCounts = z.object({
  needsReply: z.number().int(),
  mine: z.number().int(),
  unassigned: z.number().int(),
  waiting: z.number().int(),
  snoozed: z.number().int(),
  resolved: z.number().int(),
  overdue: z.number().int(),
});
export type CaseCounts = z.infer<typeof CaseCounts>;

// ——— what can be done ———

/** Short words of the organization's own, without regard to capitals: at most 20 a case. */
export const Labels = z
  .array(z.string().trim().min(1, { error: 'Enter a label' }).max(40, { error: 'Use at most 40 characters' }))
  .max(20, { error: 'Use at most 20 labels' })
  .transform((labels) => [...new Map(labels.map((label) => [label.toLocaleLowerCase(), label])).values()]);

/** A case made by hand. Give a response, a customer, or neither (then nobody can be written to). */
export const NewCase = z.strictObject({
  responseId: z.uuid({ error: 'Choose a response' }).nullable().optional(),
  customerId: z.uuid({ error: 'Choose a customer' }).nullable().optional(),
  externalCustomerId: z.string().min(1).max(200).nullable().optional(),
  touchpointKey: z.string().min(1).max(100).nullable().optional(),
  subject: z.string().trim().max(200, { error: 'Use at most 200 characters' }).optional(),
  /** What the customer told us, in their words. */
  comment: z.string().max(20_000, { error: 'Use at most 20,000 characters' }).nullable().optional(),
  score: z
    .int({ error: 'Choose a number from 0 to 10' })
    .min(0, { error: 'Choose a number from 0 to 10' })
    .max(10, { error: 'Choose a number from 0 to 10' })
    .nullable()
    .optional(),
  /** The customer's word on being written to about this. */
  mayContact: z.boolean().nullable().optional(),
  priority: Priority.default('normal'),
  ownerId: person.nullable().optional(),
  teamId: team.nullable().optional(),
  painPointIds: z.array(z.uuid()).max(20).optional(),
});
export type NewCase = z.infer<typeof NewCase>;

export const ChangeCase = z.strictObject({
  ownerId: person.nullable().optional(),
  teamId: team.nullable().optional(),
  priority: Priority.optional(),
  rootCause: z.string().trim().max(200, { error: 'Use at most 200 characters' }).nullable().optional(),
  /** The whole list; read it first. */
  painPointIds: z
    .array(z.uuid({ error: 'Choose a pain point' }))
    .max(20)
    .optional(),
  subject: words(200, 'Enter what this is about').optional(),
  /** The whole list. */
  labels: Labels.optional(),
  /** Out of the lists until then; null: take it up now. */
  snoozedUntil: z.iso
    .datetime({ offset: true, error: 'Enter a time with zone, such as 2026-11-23T09:00:00+01:00' })
    .nullable()
    .optional(),
  /** Ids of cases that belong together with this one; the whole list. */
  relatedIds: z
    .array(z.uuid({ error: 'Choose a case' }))
    .max(20, { error: 'Relate at most 20 cases' })
    .optional(),
  version,
});
export type ChangeCase = z.infer<typeof ChangeCase>;

export const NewNote = z.strictObject({
  body: words(20_000, 'Write the note'),
  /** People who are told of the note and follow the case from then on. */
  mentions: z.array(person).max(20, { error: 'Mention at most 20 people' }).default([]),
});
/** The other case goes on for both. */
export const Merge = z.strictObject({ into: z.uuid({ error: 'Choose the case that goes on' }) });
export const NewMessage = z.strictObject({
  body: words(20_000, 'Write the message'),
  /** Wait for the customer's answer; the resolution clock stands until then. */
  wait: z.boolean().default(false),
});
export const Resolve = z.strictObject({
  rootCause: words(200, 'Choose or enter the root cause').transform((text) => text.trim()),
  /** What was done: the customer reads exactly this. */
  resolution: words(20_000, 'Write what was done; the customer reads this'),
});
export const Reopen = z.strictObject({ reason: words(2000, 'Say why it is opened again') });

/** Exactly one kind of change for all. */
export const BulkChange = z
  .strictObject({
    ownerId: person.nullable().optional(),
    teamId: team.nullable().optional(),
    priority: Priority.optional(),
    /** Adds this one to each case. */
    painPointId: z.uuid({ error: 'Choose a pain point' }).optional(),
    resolve: Resolve.optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    error: 'Say what to change: ownerId, teamId, priority, painPointId or resolve',
  });
export type BulkChange = z.infer<typeof BulkChange>;
export const BulkRequest = z.strictObject({
  ids: z
    .array(z.uuid({ error: 'Choose cases from the list' }))
    .min(1, { error: 'Choose at least one case' })
    .max(500, { error: 'Choose at most 500 cases' }),
  change: BulkChange,
});
export const BulkResult = z.object({
  undoId: z.uuid(),
  undoUntil: z.string(),
  changed: z.number().int(),
  /** Cases that stay as they are, with the reason, e.g. `case.illegal_transition`. */
  skipped: z.array(
    z.object({ id: z.uuid(), number: z.number().int().nullable(), code: z.string(), message: z.string() }),
  ),
});
export const BulkUndone = z.object({ restored: z.number().int(), skipped: z.number().int() });

// ——— root causes and clocks ———

/** `cases`: how many name it as their cause. */
export const RootCauseView = z.object({ id: z.uuid(), area: Area, name: z.string(), cases: z.number().int() });
export type RootCauseView = z.infer<typeof RootCauseView>;
export const RootCausePage = pageOf(RootCauseView);
/** Of the short lists: rules, SLA policies, root causes. */
export const ShortListQuery = z.strictObject({ ...pageQuery });
export type ShortListQuery = z.infer<typeof ShortListQuery>;
export const NewRootCause = z.strictObject({ area: Area, name: words(120, 'Enter a name').transform((t) => t.trim()) });

export const ChangeRootCause = NewRootCause.partial();

// ——— case rules ———

const scoreEnd = z
  .int({ error: 'Choose a number from 0 to 10' })
  .min(0, { error: 'Choose a number from 0 to 10' })
  .max(10, { error: 'Choose a number from 0 to 10' });
const list = (item: z.ZodType<string>) =>
  z.array(item).min(1, { error: 'Choose at least one, or leave it out' }).max(100);

/** All of them must hold; what is left out does not matter. */
export const RuleConditions = z
  .strictObject({
    scoreFrom: scoreEnd.optional(),
    scoreTo: scoreEnd.optional(),
    metrics: z.array(MetricName).min(1).optional(),
    /** Keys of touchpoints. */
    touchpoints: list(z.string().min(1).max(100)).optional(),
    sentiment: z.array(SentimentLabel).min(1).optional(),
    /** The customer is in at least one of them. */
    segments: list(z.string().min(1).max(100)).optional(),
    accounts: list(z.string().min(1).max(200)).optional(),
    languages: list(z.string().min(2).max(35)).optional(),
    painPointIds: list(z.uuid()).optional(),
    lifetimeValueFrom: z.number().min(0).optional(),
    /** At least one of these words stands in the comment. */
    words: list(z.string().trim().min(2).max(60)).optional(),
    hasComment: z.boolean().optional(),
    /** The customer's answer to "may we contact you": yes, no, or nothing said. */
    mayContact: z
      .array(z.enum(['yes', 'no', 'unsaid']))
      .min(1)
      .optional(),
    knownCustomer: z.boolean().optional(),
  })
  .refine((c) => c.scoreFrom === undefined || c.scoreTo === undefined || c.scoreFrom <= c.scoreTo, {
    error: 'The lower score must not be above the upper one',
    path: ['scoreFrom'],
  });
export type RuleConditions = z.infer<typeof RuleConditions>;

/**
 * Who gets the case. `touchpoint`: its owner, else its team, else nobody yet. `round_robin`: the members of the team in turns.
 * `least_loaded`: the member with the fewest open cases. `customer_field`: whom an attribute of the customer names, by address or name, else
 * the touchpoint's team. Nobody who is away, disabled, only looks or has as many open cases as they take gets one; then the team has it.
 */
export const RuleAssign = z.discriminatedUnion(
  'to',
  [
    z.strictObject({ to: z.literal('touchpoint') }),
    z.strictObject({ to: z.literal('user'), userId: person }),
    z.strictObject({ to: z.literal('team'), teamId: team }),
    z.strictObject({ to: z.literal('round_robin'), teamId: team }),
    z.strictObject({ to: z.literal('least_loaded'), teamId: team }),
    z.strictObject({
      to: z.literal('customer_field'),
      field: z.string().trim().min(1, { error: 'Name the attribute' }).max(100),
    }),
    z.strictObject({ to: z.literal('nobody') }),
  ],
  { error: 'Choose touchpoint, user, team, round_robin, least_loaded, customer_field or nobody' },
);
export type RuleAssign = z.infer<typeof RuleAssign>;

const ruleFields = {
  name: words(120, 'Enter a name').transform((text) => text.trim()),
  conditions: RuleConditions,
  assign: RuleAssign,
  /** Id of an SLA policy; null: the organization's own. */
  sla: z.uuid({ error: 'Choose an SLA policy' }).nullable(),
  priority: Priority,
  /** 1 is asked first; the first rule that fits opens the case. */
  order: z
    .int({ error: 'Enter a place, 1 for the first' })
    .min(1, { error: 'Enter a place, 1 for the first' })
    .max(1000),
  enabled: z.boolean(),
  labels: Labels,
  /** Write to the customer at once that we heard them and until when a person writes; only where they may be written to. */
  acknowledge: z.boolean(),
};
export const NewCaseRule = z.strictObject({
  ...ruleFields,
  conditions: RuleConditions.default({}),
  assign: RuleAssign.default({ to: 'touchpoint' }),
  sla: ruleFields.sla.default(null),
  priority: Priority.default('normal'),
  order: ruleFields.order.optional(),
  enabled: z.boolean().default(true),
  labels: Labels.default([]),
  acknowledge: z.boolean().default(false),
});
export type NewCaseRule = z.infer<typeof NewCaseRule>;
export const ChangeCaseRule = z.strictObject(ruleFields).partial().extend({ version });
export type ChangeCaseRule = z.infer<typeof ChangeCaseRule>;

export const CaseRuleView = z.object({
  id: z.uuid(),
  name: z.string(),
  order: z.number().int(),
  conditions: RuleConditions,
  assign: RuleAssign,
  sla: z.uuid().nullable(),
  slaName: z.string(),
  priority: Priority,
  enabled: z.boolean(),
  labels: z.array(z.string()),
  acknowledge: z.boolean(),
  /** The rule in plain words: `0–6 at Meter install → Care North, reply in 4 working hours`. */
  sentence: z.string(),
  /** Cases it opened in the last 90 days. */
  opened: z.number().int(),
  createdAt: z.string(),
  version: z.number().int(),
});
export type CaseRuleView = z.infer<typeof CaseRuleView>;
export const CaseRulePage = pageOf(CaseRuleView);

/** A rule that is not stored yet, or `id` with what would change about it. */
export const DraftBacktest = NewCaseRule.extend({ id: z.uuid().optional() });
export type DraftBacktest = z.infer<typeof DraftBacktest>;

/** What the rule would have done in the last 90 days, by itself and in its place among the others. */
export const Backtest = z.object({
  from: z.string(),
  to: z.string(),
  /** Responses of the period. */
  responses: z.number().int(),
  /** Cases that this rule would have opened: it fits and no earlier rule does. */
  cases: z.number().int(),
  /** Responses that fit, an earlier rule or not. */
  matches: z.number().int(),
  perDay: z.number(),
  days: z.array(z.object({ day: z.string(), cases: z.number().int() })),
  perOwner: z.array(
    z.object({ ownerId: z.uuid().nullable(), teamId: z.uuid().nullable(), name: z.string(), cases: z.number().int() }),
  ),
  /** Detractors of the period that no enabled rule, this one included, would have opened a case for. */
  missedDetractors: z.number().int(),
  detractors: z.number().int(),
});
export type Backtest = z.infer<typeof Backtest>;
