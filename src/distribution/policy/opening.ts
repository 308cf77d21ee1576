import { DAY_MS, MINUTE_MS, instantAt, offsetAt } from '../../platform/zone.js';
import type { Holidays } from '../distribution.contract.js';
import { type Place, calendarsFor, holidayOn } from './holidays.js';

/** When mails may go, by the clock and calendar on the customer's wall. */
export interface OpenTimes {
  quietHours: { from: string; to: string } | null;
  /** 1 = Monday … 7 = Sunday; not empty. */
  weekdays: readonly number[];
  /** Null or absent: every date is like any other. */
  holidays?: Holidays | null | undefined;
}

export type ClosedReason = 'quiet_hours' | 'weekday' | 'holiday';

export interface Opening {
  at: Date;
  /** What closed the time between; of several, what weighs most. Null: it was open. */
  delay: ClosedReason | null;
}

const WEIGHT: Record<ClosedReason, number> = { quiet_hours: 0, weekday: 1, holiday: 2 };

/** Sixty own days and every holiday of twenty calendars cannot close one weekday for as many weeks as this has stretches. */
const MOST_STRETCHES = 10_000;

/** The first instant from `earliest` on that is on an allowed weekday, on no holiday, and outside quiet hours where the customer is. */
export function nextOpening(times: OpenTimes, earliest: Date, place: Place): Opening {
  const { timeZone } = place;
  const codes = times.holidays ? calendarsFor(times.holidays, place) : [];
  let at = earliest.getTime();
  let delay: ClosedReason | null = null;
  for (let stretch = 0; stretch < MOST_STRETCHES; stretch++) {
    const wall = at + offsetAt(timeZone, at);
    const closed = closedAt(times, codes, wall);
    if (closed === null) return { at: new Date(at), delay };
    if (delay === null || WEIGHT[closed.reason] > WEIGHT[delay]) delay = closed.reason;
    const next = instantOf(timeZone, closed.until);
    // Where clocks go back, the reading comes twice and the first may be over.
    at = next > at ? next : at + (closed.until - wall);
  }
  throw new Error('a contact policy that is never open');
}

/** `instantAt`, quickly where the clocks do not change in the days around. */
function instantOf(timeZone: string, wall: number): number {
  const offset = offsetAt(timeZone, wall - 2 * DAY_MS);
  return offset === offsetAt(timeZone, wall + 2 * DAY_MS) ? wall - offset : instantAt(timeZone, wall);
}

/** Null when mails may go at this wall time (ms), else why not and the wall time at which this closed stretch ends. */
function closedAt(
  times: OpenTimes,
  codes: readonly string[],
  wall: number,
): { reason: ClosedReason; until: number } | null {
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  if (!times.weekdays.includes(weekdayOf(wall))) return { reason: 'weekday', until: midnight + DAY_MS };
  if (times.holidays && holidayOn(times.holidays, codes, new Date(midnight).toISOString().slice(0, 10)) !== null)
    return { reason: 'holiday', until: midnight + DAY_MS };
  if (!times.quietHours) return null;
  const from = midnight + minutesOf(times.quietHours.from) * MINUTE_MS;
  const to = midnight + minutesOf(times.quietHours.to) * MINUTE_MS;
  const until =
    from < to
      ? wall >= from && wall < to
        ? to
        : null
      : // Over midnight: 21:00 to 08:00.
        wall < to
        ? to
        : wall >= from
          ? to + DAY_MS
          : null;
  return until === null ? null : { reason: 'quiet_hours', until };
}

/** 1 = Monday … 7 = Sunday. The epoch began on a Thursday. */
const weekdayOf = (wall: number): number => ((Math.floor(wall / DAY_MS) + 3) % 7) + 1;

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

export type OpeningOf = (earliest: Date, place: Place) => Opening;

/** A memoized `nextOpening` for one policy: a batch works out each zone once. */
export function sendTimes(times: OpenTimes): OpeningOf {
  const found = new Map<string, Opening>();
  return (earliest, place) => {
    const key = `${earliest.getTime()} ${place.timeZone} ${place.country ?? ''}`;
    let opening = found.get(key);
    if (!opening) {
      // Events come at any millisecond; a replay of a hundred thousand need not remember them all.
      if (found.size > 20_000) found.clear();
      found.set(key, (opening = nextOpening(times, earliest, place)));
    }
    return opening;
  };
}
