import { setImmediate } from 'node:timers/promises';
import type { PolicyOutcome, PolicySimulation, SkipReason } from '../distribution.contract.js';
import type { Policy } from '../planner.js';
import { Board } from './board.js';
import type { RecordedAsk } from './contacts.queries.js';
import { sendTimes } from './opening.js';
import type { Plan } from './settle.js';

/** Reasons that this policy gave and another might not: replayed. The others are the person's, chance's or the survey's and stay. */
const BY_POLICY: ReadonlySet<SkipReason> = new Set([
  'contacted_recently',
  'yearly_maximum',
  'metric_recently',
  'metric_yearly_maximum',
  'lower_priority',
]);

/** Asks after which others have a turn: some tens of milliseconds. */
const PIECE = 1000;

const LIMITS = [
  'Campaigns and triggers that did not exist are not made up: only what was wanted in these days is replayed.',
  'What came before these days stays as it was.',
  'Priorities, and how often customers themselves want to be asked, are those of today.',
  'How many would have answered, and whether a customer would have had an open case at another time, is not known.',
];

interface Tally {
  asked: number;
  delayed: number;
  skipped: Record<string, number>;
  delays: Record<string, number>;
}

/**
 * Plays the asks of a time anew, in the order in which they were planned, by the planner's own rules: what was planned is sent when its
 * time comes and can be displaced until then. Linear in the number of asks; rivals are found by customer and address. In pieces, so that
 * other requests are answered meanwhile.
 * @param asks in the order of planning, from long enough before `window.from` that every clock knows its contacts
 */
export async function replay(
  asks: readonly RecordedAsk[],
  policies: { now: Policy; proposed: Policy },
  window: { from: Date; to: Date },
  timeZone: string,
): Promise<PolicySimulation> {
  const from = window.from.getTime();
  const inWindow = asks.filter((ask) => ask.plannedAt >= from && ask.plannedAt <= window.to.getTime());
  const counted = inWindow.filter((ask) => isReplayed(ask) || ask.skipReason !== null);
  const outcomes = {
    now: await verdicts(asks, from, policies.now, timeZone),
    proposed: await verdicts(asks, from, policies.proposed, timeZone),
  };
  const bySurvey = new Map<string, { name: string; metric: string; wanted: number; now: Tally; proposed: Tally }>();
  const total = { now: tally(), proposed: tally() };
  for (const ask of counted) {
    let row = bySurvey.get(ask.surveyId);
    if (!row)
      bySurvey.set(
        ask.surveyId,
        (row = { name: ask.surveyName, metric: ask.metric, wanted: 0, now: tally(), proposed: tally() }),
      );
    row.wanted++;
    for (const policy of ['now', 'proposed'] as const) {
      const verdict = outcomes[policy].get(ask.id) ?? { skip: ask.skipReason, delay: null };
      for (const counts of [row[policy], total[policy]]) count(counts, verdict);
    }
  }
  return {
    from: window.from.toISOString(),
    to: window.to.toISOString(),
    wanted: counted.length,
    now: outcome(total.now),
    proposed: outcome(total.proposed),
    surveys: [...bySurvey]
      .map(([surveyId, row]) => ({
        surveyId,
        surveyName: row.name,
        metric: row.metric,
        wanted: row.wanted,
        now: outcome(row.now),
        proposed: outcome(row.proposed),
      }))
      .sort((a, b) => b.wanted - a.wanted || a.surveyName.localeCompare(b.surveyName)),
    leftOut: inWindow.length - counted.length,
    limits: LIMITS,
  };
}

type Verdict = { skip: SkipReason | null; delay: string | null };

/** What the policy makes of each ask planned since `from` that it has a say in. */
async function verdicts(
  asks: readonly RecordedAsk[],
  from: number,
  policy: Policy,
  timeZone: string,
): Promise<ReadonlyMap<string, Verdict>> {
  const opening = sendTimes(policy);
  const board = new Board(policy, opening, []);
  const found = new Map<string, Verdict>();
  for (const [i, ask] of asks.entries()) {
    if (i % PIECE === PIECE - 1) await setImmediate();
    const place = { timeZone: ask.timeZone ?? timeZone, country: ask.country };
    const slot = {
      id: ask.id,
      customerId: ask.customerId,
      address: ask.address,
      source: ask.source,
      metric: ask.metric,
      priority: ask.priority,
      ifBusy: ask.ifBusy,
      maxDelayDays: ask.maxDelayDays,
      minDaysBetween: ask.minDaysBetween,
      earliest: new Date(ask.wantedAt),
      place,
    };
    if (ask.plannedAt < from) {
      // History: it went when it went. What was still planned then is history too, so that both policies start from the same.
      if (ask.at !== null && COUNTS.has(ask.status)) board.keep({ ...slot, at: ask.at, movable: false });
      continue;
    }
    if (!isReplayed(ask)) continue;
    if (ask.skipReason === 'open_case' && policy.respectOpenCases) {
      found.set(ask.id, { skip: 'open_case', delay: null });
      continue;
    }
    board.passTo(ask.plannedAt);
    const { plan, moves } = board.ask(slot);
    const isHeld = policy.respectOpenCases && ask.delayReason === 'open_case';
    found.set(ask.id, isHeld && plan.skip === null ? { skip: null, delay: 'open_case' } : verdictOf(plan));
    for (const move of moves) found.set(move.id, verdictOf(move.plan));
  }
  return found;
}

const verdictOf = (plan: Plan): Verdict =>
  plan.skip === null ? { skip: null, delay: plan.delay } : { skip: plan.skip, delay: null };

/** Statuses of asks that were made; see `slotsOf`. */
const COUNTS: ReadonlySet<string> = new Set(['scheduled', 'sent', 'answered', 'expired', 'unknown', 'cancelled']);

/** Whether a policy had a say: it was asked, or the policy kept it from being asked. */
function isReplayed(ask: RecordedAsk): boolean {
  if (ask.customerId === null && ask.address === null) return false;
  if (ask.status === 'skipped')
    return ask.skipReason !== null && (BY_POLICY.has(ask.skipReason) || ask.skipReason === 'open_case');
  // Taken back before it went: a person's decision.
  return ask.status !== 'cancelled' || ask.at !== null;
}

const tally = (): Tally => ({ asked: 0, delayed: 0, skipped: {}, delays: {} });

function count(counts: Tally, { skip, delay }: Verdict): void {
  if (skip !== null) {
    counts.skipped[skip] = (counts.skipped[skip] ?? 0) + 1;
    return;
  }
  counts.asked++;
  if (delay === null) return;
  counts.delayed++;
  counts.delays[delay] = (counts.delays[delay] ?? 0) + 1;
}

const outcome = (counts: Tally): PolicyOutcome => counts;
