import { z } from 'zod';
import { pageOf, pageQuery } from '../platform/page.contract.js';

// ——— parts that several answers share ———

/** NPS of some answers. `nps`, `low` and `high` are −100…100, unrounded, and null only for n < 5. `tooFew`: no arrow, no ranking. */
const figures = {
  n: z.number().int(),
  promoters: z.number().int(),
  passives: z.number().int(),
  detractors: z.number().int(),
  nps: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  tooFew: z.boolean(),
};
export const NpsFigures = z.object(figures);
export type NpsFigures = z.infer<typeof NpsFigures>;

/** A share 0…1 with its 95 % interval; all null for n = 0. */
export const RateView = z.object({
  rate: z.number().nullable(),
  n: z.number().int(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type RateView = z.infer<typeof RateView>;

/**
 * Did it change? `difference` = new − old, in points (percentage points for shares), with its 95 % interval and two-sided p; null when a
 * side has fewer than 5 answers. `detectable`: the smallest change that the present numbers would show four times out of five.
 */
export const ChangeVerdict = z.object({
  difference: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  p: z.number().nullable(),
  test: z.enum(['z', 'permutation']).nullable(),
  verdict: z.enum(['signal', 'noise', 'tooFew']),
  detectable: z.number().nullable(),
});
export type ChangeVerdict = z.infer<typeof ChangeVerdict>;

/** Instants; the range is `[from, to)`. */
const period = { from: z.string(), to: z.string() };

/** One period of the organization's calendar. `partial`: the range asked for, or today, cuts it short. */
const bucket = {
  /** The instant at which it begins; before `from` when the range starts in its middle (answers before `from` are not in it). */
  start: z.string(),
  end: z.string(),
  /** The local date it begins on, `YYYY-MM-DD`. */
  date: z.string(),
  partial: z.boolean(),
};

const bound = z.string().max(40).optional();
/** A date (the organization's local day) or an instant with zone; `[from, to)`. */
const range = { from: bound, to: bound };
const filters = {
  /** The touchpoint's key. */
  touchpoint: z.string().max(100).optional(),
  segment: z.string().max(100).optional(),
  surveyId: z.uuid({ error: 'Choose a survey' }).optional(),
};
const NpsMetric = z.enum(['nps', 'tnps'], { error: 'Choose nps or tnps' });
const Compare = z.enum(['before', 'year'], { error: 'Choose before (the same length before) or year (a year ago)' });

// ——— GET /insights/nps ———

export const NpsQuery = z.strictObject({
  ...range,
  ...filters,
  interval: z
    .enum(['day', 'week', 'month', 'quarter'], { error: 'Choose day, week, month or quarter' })
    .default('week'),
  groupBy: z
    .enum(['touchpoint', 'segment', 'survey', 'account'], { error: 'Choose touchpoint, segment, survey or account' })
    .optional(),
  metric: NpsMetric.optional(),
  format: z.enum(['json', 'csv'], { error: 'Choose json or csv' }).default('json'),
});
export type NpsQuery = z.infer<typeof NpsQuery>;

export const NpsBucket = z.object({ ...bucket, ...figures });
export type NpsBucket = z.infer<typeof NpsBucket>;

/** What was left out of the score. An answer with several reasons stands under each, so the reasons may add up to more than `total`. */
export const Excluded = z.object({
  total: z.number().int(),
  /** `withdrawn` and the flags (`scanner`, `staff`, `duplicate`, …); only those that occur. See them: `GET /responses?counted=false`. */
  byReason: z.record(z.string(), z.number().int()),
});
export type Excluded = z.infer<typeof Excluded>;

/** Invitations sent in the period (tests left out). `responseRate` is AAPOR RR1: answered ÷ sent without those that bounced. */
export const InvitationFigures = z.object({
  sent: z.number().int(),
  bounced: z.number().int(),
  answered: z.number().int(),
  responseRate: RateView,
  standard: z.literal('AAPOR RR1'),
});

export const NpsView = z.object({
  ...period,
  interval: z.enum(['day', 'week', 'month', 'quarter']),
  timeZone: z.string(),
  metrics: z.array(NpsMetric),
  total: NpsFigures,
  /** Oldest first, without gaps: an empty one has n = 0. */
  buckets: z.array(NpsBucket),
  groupBy: z.enum(['touchpoint', 'segment', 'survey', 'account']).nullable(),
  /**
   * Touchpoints in journey order, others by n. `key`: what to filter by (touchpoint key, segment, survey id, account id); null: answers
   * with none. Customers may be in several segments, so those may add up to more than the total. At most 100.
   */
  groups: z.array(
    z.object({ key: z.string().nullable(), name: z.string().nullable(), ...figures, buckets: z.array(NpsBucket) }),
  ),
  /** Groups that did not fit in. */
  groupsLeftOut: z.number().int(),
  excluded: Excluded,
  invitations: InvitationFigures,
});
export type NpsView = z.infer<typeof NpsView>;

// ——— GET /insights/change ———

/**
 * Either `a` and `b`, each `from..to` (dates or instants; a is the older, b the newer), or `from` and `to` with `compare`: then b is that
 * period and a the same length before it, or the same days a year ago.
 */
export const ChangeQuery = z.strictObject({
  a: z.string().max(100).optional(),
  b: z.string().max(100).optional(),
  ...range,
  ...filters,
  compare: Compare.default('before'),
  metric: NpsMetric.optional(),
  /** What the change is taken apart by. */
  by: z
    .enum(['touchpoint', 'survey', 'account'], { error: 'Choose touchpoint, survey or account' })
    .default('touchpoint'),
});
export type ChangeQuery = z.infer<typeof ChangeQuery>;

const side = z.object({ ...period, ...figures });
const smallSide = z.object({ n: z.number().int(), nps: z.number().nullable() });
export const ChangeView = ChangeVerdict.extend({
  metrics: z.array(NpsMetric),
  a: side,
  b: side,
  /** `within` + `mix` = the difference: did the groups change, or their share of the answers? Null when a side has fewer than 5 answers. */
  decomposition: z
    .object({
      by: z.enum(['touchpoint', 'survey', 'account']),
      within: z.number(),
      mix: z.number(),
      /** Largest part first. Groups with 1 to 4 answers in a period are told together, as `key` and `name` null with `pooled`. */
      groups: z.array(
        z.object({
          key: z.string().nullable(),
          name: z.string().nullable(),
          pooled: z.boolean(),
          within: z.number(),
          mix: z.number(),
          a: smallSide,
          b: smallSide,
        }),
      ),
    })
    .nullable(),
});
export type ChangeView = z.infer<typeof ChangeView>;

// ——— GET /insights/drivers ———

export const DriversQuery = z.strictObject({ ...range, ...filters, metric: NpsMetric.optional() });
export type DriversQuery = z.infer<typeof DriversQuery>;

/** What in the comments goes along with the score. Associated with it; never its proven cause. */
export const DriversView = z.object({
  ...period,
  metrics: z.array(NpsMetric),
  /** Answers with a read comment that the shares are made of. */
  n: z.number().int(),
  /** Share of the score's variation that the drivers explain together, 0…1; null when it cannot be told. */
  r2: z.number().nullable(),
  method: z.enum(['lmg', 'johnson']).nullable(),
  tooFew: z.boolean(),
  /** Largest share first. */
  drivers: z.array(
    z.object({
      /** The aspect of the statements. */
      key: z.string(),
      label: z.string(),
      /** Answers that speak of it. */
      n: z.number().int(),
      /** Fewer than 30 of them. */
      tooFew: z.boolean(),
      /** With the score, −1…1; an answer that does not speak of it counts as neutral. */
      correlation: z.number(),
      /** Of what is explained, 0…1; zero unless significant. `low`, `high`: 95 % bootstrap interval of `rawShare`. */
      share: z.number(),
      rawShare: z.number(),
      low: z.number(),
      high: z.number(),
      significant: z.boolean(),
      /** Of the answers that speak of it, those that do so positively, 0…1. */
      performance: z.number(),
      /** Its most negative statements, to open what is behind it. */
      examples: z.array(z.object({ responseId: z.uuid(), statementId: z.uuid(), text: z.string() })),
    }),
  ),
});
export type DriversView = z.infer<typeof DriversView>;

// ——— GET /insights/journey ———

export const JourneyQuery = z.strictObject({
  ...range,
  interval: z.enum(['week', 'month'], { error: 'Choose week or month' }).default('week'),
  measure: z.enum(['nps', 'pain', 'responses'], { error: 'Choose nps, pain or responses' }).default('nps'),
  /** The journey's key; the default journey when left out. */
  journey: z.string().max(100).optional(),
  segment: z.string().max(100).optional(),
  metric: NpsMetric.optional(),
  format: z.enum(['json', 'csv'], { error: 'Choose json or csv' }).default('json'),
});
export type JourneyQuery = z.infer<typeof JourneyQuery>;

/**
 * nps: NPS in points · pain: percent (0…100) of the answers that say something negative · responses: how many. `n` answers stand behind
 * it; `value` is null for n < 5 (nps, pain).
 */
const cell = z.object({
  n: z.number().int(),
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  tooFew: z.boolean(),
});
export const JourneyMapView = z.object({
  ...period,
  interval: z.enum(['week', 'month']),
  measure: z.enum(['nps', 'pain', 'responses']),
  journey: z.object({ key: z.string(), name: z.string() }),
  metrics: z.array(NpsMetric),
  columns: z.array(z.object(bucket)),
  /** In journey order; one cell per column. Behind a cell: `GET /responses?touchpoint=<key>&from=<column start>&to=<column end>`. */
  rows: z.array(
    z.object({
      touchpoint: z.object({ id: z.uuid(), key: z.string(), name: z.string(), stage: z.string() }),
      total: cell,
      /** `try_month`: most weeks have too few answers, but months would do · `few`: months have too few as well. */
      note: z.enum(['try_month', 'few']).nullable(),
      cells: z.array(cell),
    }),
  ),
  /** Answers in the period that belong to no touchpoint (the relationship as a whole). */
  withoutTouchpoint: z.number().int(),
});
export type JourneyMapView = z.infer<typeof JourneyMapView>;

// ——— GET /insights/funnel ———

export const FunnelQuery = z.strictObject({ ...range, ...filters, metric: NpsMetric.optional() });
export type FunnelQuery = z.infer<typeof FunnelQuery>;

/**
 * What became of the invitations of a period, each step a part of the one before. invited: planned, with those skipped · sent: handed to the
 * mail server and not bounced · answered · detractors: of the answers that count · cases: detractors with a case · heardBack: told what was
 * done · confirmed: said "fixed".
 */
export const FunnelView = z.object({
  ...period,
  metrics: z.array(NpsMetric),
  steps: z.array(
    z.object({
      key: z.enum(['invited', 'sent', 'answered', 'detractors', 'cases', 'heardBack', 'confirmed']),
      n: z.number().int(),
      /** Of the step before; null for the first. */
      ofPrevious: RateView.nullable(),
    }),
  ),
  /** Why some of the invited were not asked. */
  skipped: z.record(z.string(), z.number().int()),
  bounced: z.number().int(),
});
export type FunnelView = z.infer<typeof FunnelView>;

// ——— GET /insights/loop ———

const StageView = z.object({ n: z.number().int(), median: z.number().nullable(), p90: z.number().nullable() });

export const LoopQuery = z.strictObject({ ...range, ...filters, format: z.enum(['json', 'csv']).optional() });
export type LoopQuery = z.infer<typeof LoopQuery>;

/** Of the customers with a case opened in the period. Behind it: `GET /cases?from=&to=`. */
export const LoopView = z.object({
  ...period,
  /** Customers with a case, those not yet due included. */
  customers: z.number().int(),
  cases: z.number().int(),
  heardBack: RateView,
  confirmed: RateView,
  /** Percent (0…100) of those who heard back whose last answer is "not yet"; null when nobody did. */
  notYetPercent: z.number().nullable(),
  notReachable: z.number().int(),
  notYetDue: z.number().int(),
  reopened: z.number().int(),
  closedSilent: z.number().int(),
  /** Elapsed hours. */
  medianHours: z.object({ firstResponse: z.number().nullable(), resolution: z.number().nullable() }),
  /** Elapsed hours: opened → first word of a person, opened → resolved, resolved → the customer's answer. `n` cases got that far. */
  hours: z.object({ firstResponse: StageView, resolution: StageView, answer: StageView }),
  /** Of the clocks that are decided (stopped, or past their due time), the share that was kept; per team, never per person. */
  sla: z.object({
    firstResponse: RateView,
    resolution: RateView,
    teams: z.array(
      z.object({
        /** Null: cases of no team. */
        teamId: z.uuid().nullable(),
        name: z.string().nullable(),
        cases: z.number().int(),
        firstResponse: RateView,
        resolution: RateView,
      }),
    ),
  }),
  /** Open cases now, the flow of the last 8 weeks (oldest first), and 4 weeks ahead with an 80 % interval; no forecast before 4 weeks are known. */
  backlog: z.object({
    open: z.number().int(),
    weeks: z.array(z.object({ start: z.string(), opened: z.number().int(), closed: z.number().int() })),
    forecast: z.array(z.object({ week: z.number().int(), expected: z.number(), low: z.number(), high: z.number() })),
  }),
  /** Cases whose customer was told a time, and how many of them had no word from a person by then. */
  promises: z.number().int(),
  brokenPromises: z.number().int(),
  /** Customers who were sent a "you said, we did" in the period; not part of the rates. */
  announced: z.number().int(),
});
export type LoopView = z.infer<typeof LoopView>;

// ——— annotations, goals ———

const text = (max: number, empty: string) =>
  z
    .string({ error: empty })
    .trim()
    .min(1, { error: empty })
    .max(max, { error: `Use at most ${max} characters` });

/** Something that happened on a day, marked on the trends. */
export const AnnotationView = z.object({
  id: z.uuid(),
  /** Local date. */
  day: z.string(),
  text: z.string(),
  touchpointKey: z.string().nullable(),
  createdBy: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  createdAt: z.string(),
});
export type AnnotationView = z.infer<typeof AnnotationView>;
export const AnnotationPage = pageOf(AnnotationView);
/** Newest day first; `[from, to)` by day. With `touchpoint`: those of the touchpoint and those of the whole. */
export const AnnotationQuery = z.strictObject({ ...pageQuery, ...range, touchpoint: z.string().max(100).optional() });
export type AnnotationQuery = z.infer<typeof AnnotationQuery>;
export const NewAnnotation = z.strictObject({
  day: z.iso.date({ error: 'Enter a date such as 2026-06-08' }),
  text: text(200, 'Say what happened'),
  touchpointKey: z.string().min(1).max(100).nullable().optional(),
});
export type NewAnnotation = z.infer<typeof NewAnnotation>;

export const GOAL_METRICS = ['nps', 'tnps', 'heardBack', 'confirmed'] as const;
const GoalMetric = z.enum(GOAL_METRICS, { error: 'Choose nps, tnps, heardBack or confirmed' });
export const GoalView = z.object({
  id: z.uuid(),
  metric: GoalMetric,
  /** In the figure's own unit: NPS in points, shares 0…1. */
  target: z.number(),
  touchpointKey: z.string().nullable(),
  dueOn: z.string().nullable(),
  teamIds: z.array(z.uuid()),
  createdAt: z.string(),
});
export type GoalView = z.infer<typeof GoalView>;
export const GoalPage = pageOf(GoalView);
export const GoalQuery = z.strictObject({ ...pageQuery });
export const NewGoal = z
  .strictObject({
    metric: GoalMetric,
    target: z.number({ error: 'Enter a number' }),
    touchpointKey: z.string().min(1).max(100).nullable().optional(),
    dueOn: z.iso.date({ error: 'Enter a date such as 2026-12-31' }).nullable().optional(),
    teamIds: z
      .array(z.uuid({ error: 'Choose a team' }))
      .max(50)
      .default([]),
  })
  .superRefine((goal, context) => {
    const points = goal.metric === 'nps' || goal.metric === 'tnps';
    const [low, high] = points ? [-100, 100] : [0, 1];
    if (goal.target < low || goal.target > high)
      context.addIssue({
        code: 'custom',
        path: ['target'],
        message: points ? 'Choose a score from −100 to 100' : 'Choose a share from 0 to 1, such as 0.9 for 90 %',
      });
  });
export type NewGoal = z.infer<typeof NewGoal>;

// ——— GET /insights/overview ———

/** The period defaults to the last 13 weeks, up to the end of today. */
export const OverviewQuery = z.strictObject({
  ...range,
  ...filters,
  metric: NpsMetric.optional(),
  compare: Compare.default('before'),
  interval: z
    .enum(['day', 'week', 'month', 'quarter'], { error: 'Choose day, week, month or quarter' })
    .default('week'),
});
export type OverviewQuery = z.infer<typeof OverviewQuery>;

/** All of the first screen but the pain points (`GET /pain-points?sort=impact`). `touchpoint`, `segment`, `surveyId` hold for every figure. */
export const OverviewView = z.object({
  ...period,
  compare: Compare,
  before: z.object(period),
  interval: z.enum(['day', 'week', 'month', 'quarter']),
  timeZone: z.string(),
  metrics: z.array(NpsMetric),
  tiles: z.object({
    nps: NpsFigures.extend({ change: ChangeVerdict, before: NpsFigures }),
    heardBack: RateView.extend({ change: ChangeVerdict, notReachable: z.number().int(), notYetDue: z.number().int() }),
    confirmed: RateView.extend({ change: ChangeVerdict, notYetPercent: z.number().nullable() }),
    medianHours: z.object({ firstResponse: z.number().nullable(), resolution: z.number().nullable() }),
    responses: z.object({
      n: z.number().int(),
      before: z.number().int(),
      excluded: Excluded,
      invitations: InvitationFigures,
      /** Comments of the period that are still being read. */
      waiting: z.number().int(),
      comments: z.number().int(),
    }),
  }),
  /** The trend and the shares (`promoters ÷ n` …). */
  buckets: z.array(NpsBucket),
  annotations: z.array(AnnotationView),
  /** That hold here: of the metric shown, for this touchpoint or the whole. */
  goals: z.array(GoalView),
  drivers: DriversView,
  asOf: z.string(),
});
export type OverviewView = z.infer<typeof OverviewView>;

// ——— digests, saved views ———

/** One's own weekly mail: Mondays at 7:00, the organization's time. */
export const DigestView = z.object({ weekly: z.boolean(), lastSentAt: z.string().nullable() });
export type DigestView = z.infer<typeof DigestView>;
export const ChangeDigest = z.strictObject({
  weekly: z.boolean({ error: 'Choose true or false' }),
  lastSentAt: z.string().nullable().optional(),
});
export type ChangeDigest = z.infer<typeof ChangeDigest>;

/** A filter kept under a name; each person sees their own. */
export const SavedView = z.object({
  id: z.uuid(),
  /** `cases`, `responses`, … */
  screen: z.string(),
  name: z.string(),
  query: z.record(z.string(), z.unknown()),
  createdAt: z.string(),
});
export type SavedView = z.infer<typeof SavedView>;
export const SavedViewPage = pageOf(SavedView);
const Screen = z
  .string({ error: 'Say which screen it is for' })
  .regex(/^[a-z][a-z-]{0,39}$/, { error: 'Use a screen such as cases or pain-points' });
export const SavedViewQuery = z.strictObject({ ...pageQuery, screen: Screen.optional() });
export type SavedViewQuery = z.infer<typeof SavedViewQuery>;
export const NewSavedView = z.strictObject({
  screen: Screen,
  name: text(80, 'Enter a name'),
  query: z
    .record(z.string().max(100), z.json())
    .refine((query) => JSON.stringify(query).length <= 4000, { error: 'This filter is too long to keep' }),
});
export type NewSavedView = z.infer<typeof NewSavedView>;
