/**
 * The three clocks of a case, as pure rules over what happened. Source of the rules: docs/methods.md, "Clocks".
 *
 * | what happens | first response | next response | resolution |
 * |---|---|---|---|
 * | case is created | starts | – | starts |
 * | automatic acknowledgement (RFC 3834), note | – | – | – |
 * | message to the customer by a person | stops | stops | – |
 * | … that waits for the customer | stops | stops | pauses |
 * | customer writes, case open | – | starts unless running | resumes |
 * | customer writes, case resolved ("thanks") | – | – | – |
 * | case is resolved | stops | stops | stops |
 * | case is reopened by the customer | – | starts | reset: starts at zero |
 * | case is reopened by staff | – | – | reset: starts at zero |
 *
 * A pause remembers: the working time that passes in it moves the due time by as much. What is late stays late: a pause after the due
 * time moves nothing. Answering exactly at the due time is in time.
 */
import { addWorkingDays, addWorkingMinutes, type BusinessCalendar, workingMinutesBetween } from './calendar.js';

/** Working minutes, or whole working days (due at the close of business of the last one). */
export type SlaTarget = Readonly<{ minutes: number } | { days: number }>;

/** A missing clock is not measured. */
export type SlaPolicy = Readonly<{
  firstResponse: SlaTarget | null;
  nextResponse: SlaTarget | null;
  resolution: SlaTarget | null;
}>;

/** A warning is given when this share of the working time is used. */
export const WARN_AT = 0.75;

export type SlaEvent = Readonly<
  | { type: 'created' | 'acknowledgement' | 'note' | 'customer_message' | 'resolved'; at: Date }
  | { type: 'message'; at: Date; wait: boolean }
  | { type: 'reopened'; at: Date; by: 'customer' | 'staff' }
>;

/** Starts, pauses and ends of the clocks; what a case row stores. */
export type SlaFacts = Readonly<{
  createdAt: Date;
  /** First message to the customer by a person. */
  firstResponseAt: Date | null;
  /** Oldest customer message nobody has answered. */
  unansweredSince: Date | null;
  /** Start of the resolution clock: created or last reopened. */
  resolutionStartedAt: Date;
  /** Waits for the customer since `resolutionStartedAt`, in order; the last is open while `to` is null. */
  pauses: readonly Readonly<{ from: Date; to: Date | null }>[];
  /** Null while the case is open. */
  resolvedAt: Date | null;
}>;

/**
 * The facts after `events` (oldest first, beginning with `created`), by the table above.
 * @throws RangeError when the first event is not `created`
 */
export function slaFacts(events: readonly SlaEvent[]): SlaFacts {
  const [first, ...rest] = events;
  if (first?.type !== 'created') throw new RangeError('the first event of a case is its creation');
  let facts: SlaFacts = {
    createdAt: first.at,
    firstResponseAt: null,
    unansweredSince: null,
    resolutionStartedAt: first.at,
    pauses: [],
    resolvedAt: null,
  };
  for (const event of rest) facts = applySlaEvent(facts, event);
  return facts;
}

/** The facts after one more event; the same object when it moves no clock. */
export function applySlaEvent(facts: SlaFacts, event: SlaEvent): SlaFacts {
  const open = facts.resolvedAt === null;
  switch (event.type) {
    case 'created':
    case 'acknowledgement':
    case 'note':
      return facts;
    case 'message':
      if (!open) return facts;
      return {
        ...facts,
        firstResponseAt: facts.firstResponseAt ?? event.at,
        unansweredSince: null,
        pauses:
          event.wait && facts.pauses.at(-1)?.to !== null
            ? [...facts.pauses, { from: event.at, to: null }]
            : facts.pauses,
      };
    case 'customer_message':
      if (!open) return facts;
      return {
        ...facts,
        unansweredSince: facts.unansweredSince ?? event.at,
        pauses: endPause(facts.pauses, event.at),
      };
    case 'resolved':
      if (!open) return facts;
      return { ...facts, unansweredSince: null, pauses: endPause(facts.pauses, event.at), resolvedAt: event.at };
    case 'reopened':
      if (open) return facts;
      return {
        ...facts,
        // Resolving told the customer something; had nobody written before, that was the first response.
        firstResponseAt: facts.firstResponseAt ?? facts.resolvedAt,
        unansweredSince: event.by === 'customer' ? event.at : null,
        resolutionStartedAt: event.at,
        pauses: [],
        resolvedAt: null,
      };
  }
}

const endPause = (pauses: SlaFacts['pauses'], at: Date): SlaFacts['pauses'] =>
  pauses.map((pause) => (pause.to === null ? { from: pause.from, to: at } : pause));

export type ClockName = 'firstResponse' | 'nextResponse' | 'resolution';

/** Both null when the clock is not measured, not started or paused; kept after it stopped, so that "in time?" can be answered. */
export type Due = Readonly<{ dueAt: Date | null; warnAt: Date | null }>;
export type DueTimes = Readonly<Record<ClockName, Due>>;

const NONE: Due = { dueAt: null, warnAt: null };

/** Due and warning times to store; call again when facts, policy, priority or calendar change. @throws CalendarError */
export function dueTimes(policy: SlaPolicy, calendar: BusinessCalendar, facts: SlaFacts): DueTimes {
  return {
    firstResponse: due(policy.firstResponse, calendar, facts.createdAt, []),
    nextResponse: facts.unansweredSince ? due(policy.nextResponse, calendar, facts.unansweredSince, []) : NONE,
    resolution: due(policy.resolution, calendar, facts.resolutionStartedAt, facts.pauses),
  };
}

function due(target: SlaTarget | null, calendar: BusinessCalendar, start: Date, pauses: SlaFacts['pauses']): Due {
  if (!target) return NONE;
  const planned =
    'days' in target
      ? addWorkingDays(calendar, start, target.days)
      : addWorkingMinutes(calendar, start, target.minutes);
  const warning = addWorkingMinutes(calendar, start, WARN_AT * workingMinutesBetween(calendar, start, planned));
  const dueAt = shift(planned, calendar, pauses);
  return dueAt === null ? NONE : { dueAt, warnAt: shift(warning, calendar, pauses) ?? warning };
}

/** `planned` moved by the working time of each pause that begins before it; null when such a pause still lasts. */
function shift(planned: Date, calendar: BusinessCalendar, pauses: SlaFacts['pauses']): Date | null {
  let at = planned;
  for (const { from, to } of pauses) {
    if (from >= at) break;
    if (to === null) return null;
    at = addWorkingMinutes(calendar, at, workingMinutesBetween(calendar, from, to));
  }
  return at;
}

/**
 * `off` not measured or nothing to answer · `running` · `warning` from 75 % · `breached` past due and still open · `paused` waiting for
 * the customer · `met` stopped in time · `missed` stopped too late.
 */
export type ClockState = 'off' | 'running' | 'warning' | 'breached' | 'paused' | 'met' | 'missed';

/** The state of each clock at `now`, from stored due times. */
export function clockStates(times: DueTimes, facts: SlaFacts, now: Date): Readonly<Record<ClockName, ClockState>> {
  const paused = facts.pauses.at(-1)?.to === null;
  return {
    firstResponse: state(times.firstResponse, facts.firstResponseAt ?? facts.resolvedAt, now),
    nextResponse: state(times.nextResponse, null, now),
    resolution: paused && times.resolution.dueAt === null ? 'paused' : state(times.resolution, facts.resolvedAt, now),
  };
}

function state({ dueAt, warnAt }: Due, stoppedAt: Date | null, now: Date): ClockState {
  if (!dueAt) return 'off';
  if (stoppedAt) return stoppedAt <= dueAt ? 'met' : 'missed';
  if (now > dueAt) return 'breached';
  return warnAt && now >= warnAt ? 'warning' : 'running';
}

/** True when any clock ran past its due time, whether it has stopped since or not. */
export function breached(times: DueTimes, facts: SlaFacts, now: Date): boolean {
  return Object.values(clockStates(times, facts, now)).some((s) => s === 'breached' || s === 'missed');
}
