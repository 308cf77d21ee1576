import { createHash } from 'node:crypto';
import { DAY_MS, MINUTE_MS, instantAt, wallAt } from '../platform/zone.js';
import type { SkipReason } from './distribution.contract.js';

/** The contact policy as the planner reads it. */
export interface Policy {
  minDaysBetween: number;
  maxPerYear: number | null;
  quietHours: { from: string; to: string } | null;
  /** 1 = Monday … 7 = Sunday; not empty. */
  weekdays: readonly number[];
  respectOpenCases: boolean;
}

/** All that is known about one customer at the moment of planning. */
export interface Situation {
  address: string | null;
  /** Why mail to the address is stopped. */
  stopped: 'unsubscribed' | 'hard_bounce' | 'complaint' | 'erased' | null;
  /** Newest word on being asked; null: never given. */
  consent: { granted: boolean } | null;
  hasOpenCase: boolean;
  /** In [0, 1), from `draw`; asked when it is below `sampleRate`. */
  draw: number;
  sampleRate: number;
  /** Another customer of the same campaign has this address and is asked. */
  addressTaken: boolean;
  /** Instants (ms) at which this customer or this address was or will be asked by other campaigns and triggers. */
  contacts: readonly number[];
  timeZone: string;
  /** Not before this instant. */
  earliest: Date;
}

export type Plan = { sendAt: Date; skip: null } | { sendAt: null; skip: SkipReason };

const YEAR_MS = 365 * DAY_MS;

/**
 * Whether and when one customer is asked. What is up to the person comes first, then chance, then how often; of several reasons the
 * first is named. Quiet hours and weekdays only delay.
 * @param delay from `sendTimes(policy)`; handed in so that a batch works out each zone once
 */
export function plan(policy: Policy, situation: Situation, delay = sendTimes(policy)): Plan {
  const skip = (reason: SkipReason): Plan => ({ sendAt: null, skip: reason });
  if (situation.stopped === 'erased') return skip('erased');
  if (situation.address === null) return skip('no_address');
  if (situation.stopped === 'complaint') return skip('complaint');
  if (situation.stopped === 'unsubscribed') return skip('unsubscribed');
  if (situation.stopped === 'hard_bounce') return skip('bounced');
  if (!situation.consent?.granted) return skip('no_consent');
  if (policy.respectOpenCases && situation.hasOpenCase) return skip('open_case');
  if (situation.draw >= situation.sampleRate) return skip('not_sampled');
  if (situation.addressTaken) return skip('duplicate_address');
  const sendAt = delay(situation.earliest, situation.timeZone);
  if (isTooSoon(policy, situation.contacts, sendAt.getTime())) return skip('contacted_recently');
  if (isTooOften(policy, situation.contacts, sendAt.getTime())) return skip('yearly_maximum');
  return { sendAt, skip: null };
}

/** Looks both ways: an ask that is already planned for later counts like one of the past. */
function isTooSoon({ minDaysBetween }: Policy, contacts: readonly number[], at: number): boolean {
  return contacts.some((contact) => Math.abs(contact - at) < minDaysBetween * DAY_MS);
}

/** True when some 365 days that contain `at` would hold more than the maximum. */
function isTooOften({ maxPerYear }: Policy, contacts: readonly number[], at: number): boolean {
  if (maxPerYear === null) return false;
  const all = [...contacts, at];
  return all
    .filter((start) => start <= at && start > at - YEAR_MS)
    .some((start) => all.filter((contact) => contact >= start && contact < start + YEAR_MS).length > maxPerYear);
}

/** A memoized `nextSendTime` for one policy. */
export function sendTimes(policy: Policy): (earliest: Date, timeZone: string) => Date {
  const known = new Map<string, Date>();
  return (earliest, timeZone) => {
    const key = `${earliest.getTime()} ${timeZone}`;
    let at = known.get(key);
    if (!at) known.set(key, (at = nextSendTime(policy, earliest, timeZone)));
    return at;
  };
}

/** The first instant from `earliest` on that is on an allowed weekday and outside quiet hours on the clocks of `timeZone`. */
export function nextSendTime(policy: Policy, earliest: Date, timeZone: string): Date {
  let at = earliest.getTime();
  // Each round passes one closed stretch; a week has at most two per day, and changes of the clocks may add one.
  for (let round = 0; round < 32; round++) {
    const wall = wallAt(timeZone, at);
    const opens = closedUntil(policy, wall);
    if (opens === null) return new Date(at);
    const next = instantAt(timeZone, opens);
    // Where clocks go back, the reading comes twice and the first may be over.
    at = next > at ? next : at + (opens - wall);
  }
  throw new Error('a contact policy that is never open');
}

/** Null when mails may go at this wall time (ms), else the wall time at which this closed stretch ends. */
function closedUntil(policy: Policy, wall: number): number | null {
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  if (!policy.weekdays.includes(weekdayOf(wall))) return midnight + DAY_MS;
  if (!policy.quietHours) return null;
  const from = midnight + minutesOf(policy.quietHours.from) * MINUTE_MS;
  const to = midnight + minutesOf(policy.quietHours.to) * MINUTE_MS;
  if (from < to) return wall >= from && wall < to ? to : null;
  // Over midnight: 21:00 to 08:00.
  if (wall < to) return to;
  return wall >= from ? to + DAY_MS : null;
}

/** 1 = Monday … 7 = Sunday. The epoch began on a Thursday. */
const weekdayOf = (wall: number): number => ((Math.floor(wall / DAY_MS) + 3) % 7) + 1;

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

/** An even draw in [0, 1) that is the same whenever it is asked again: of a campaign and customer, or a trigger and event. */
export function draw(source: string, subject: string): number {
  return createHash('sha256').update(`${source}:${subject}`).digest().readUInt32BE(0) / 2 ** 32;
}

/** Skip reasons in words, for timelines and lists. */
export const SKIP_REASON_TEXTS: Record<SkipReason, string> = {
  no_address: 'There is no e-mail address.',
  erased: 'The person was erased.',
  complaint: 'They marked a mail as spam.',
  unsubscribed: 'They asked for no more surveys.',
  bounced: 'Mails to the address come back.',
  no_consent: 'There is no consent to ask for feedback.',
  open_case: 'They have an open case.',
  not_sampled: 'They were not in the sample.',
  duplicate_address: 'Another customer with the same address was asked.',
  contacted_recently: 'They were asked too short a time before.',
  yearly_maximum: 'They were asked as often as a year allows.',
  survey_closed: 'The survey was closed before the mail went.',
};
