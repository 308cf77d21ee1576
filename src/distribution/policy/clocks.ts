import { DAY_MS } from '../../platform/zone.js';
import type { PerMetric } from '../distribution.contract.js';

/** How often one customer, and one address, may be asked. */
export interface Clocks {
  minDaysBetween: number;
  maxPerYear: number | null;
  /** Further clocks, each over the surveys of one metric. Null or absent: none. */
  perMetric?: PerMetric | null | undefined;
}

/** One ask that was made or is planned. */
export interface Contact {
  /** The invitation; null where it does not matter which. */
  id: string | null;
  /** Instant, ms. */
  at: number;
  metric: string;
  priority: number;
  /** Planned and still in our hands: a higher priority may take its time. What was sent, or handed to the mail ledger, stays. */
  movable: boolean;
}

export type ClockReason = 'contacted_recently' | 'yearly_maximum' | 'metric_recently' | 'metric_yearly_maximum';

export interface Conflict {
  reason: ClockReason;
  /** The contact that is in the way: a sent one rather than a planned one between two asks, the planned one of the highest priority in a full year. */
  blocker: Contact;
  /** Instant (ms) after the time asked about before which nothing can be better by this clock. */
  freeFrom: number;
}

const YEAR_MS = 365 * DAY_MS;

/** How far back and ahead contacts matter, in days. */
export function reachInDays({ minDaysBetween, perMetric }: Clocks): number {
  return Math.max(366, minDaysBetween + 1, ...Object.values(perMetric ?? {}).map((clock) => clock.minDaysBetween + 1));
}

/** The policy's clocks for a customer who wants to be asked less often than it allows. */
export const clocksOf = <C extends Clocks>(policy: C, ownMinDays: number | null | undefined): C => ({
  ...policy,
  minDaysBetween: Math.max(policy.minDaysBetween, ownMinDays ?? 0),
});

/** What keeps an ask of this metric from this instant (ms), or null. */
export function conflictAt(clocks: Clocks, contacts: readonly Contact[], metric: string, at: number): Conflict | null {
  const overall =
    tooSoon(clocks.minDaysBetween, contacts, at, 'contacted_recently') ??
    tooOften(clocks.maxPerYear, contacts, at, 'yearly_maximum');
  if (overall) return overall;
  const own = (
    clocks.perMetric as Partial<Record<string, { minDaysBetween: number; maxPerYear: number | null }>> | null
  )?.[metric];
  if (!own) return null;
  const same = contacts.filter((contact) => contact.metric === metric);
  return (
    tooSoon(own.minDaysBetween, same, at, 'metric_recently') ??
    tooOften(own.maxPerYear, same, at, 'metric_yearly_maximum')
  );
}

/** Looks both ways: an ask that is already planned for later counts like one of the past. */
function tooSoon(days: number, contacts: readonly Contact[], at: number, reason: ClockReason): Conflict | null {
  const gap = days * DAY_MS;
  const near = contacts.filter((contact) => Math.abs(contact.at - at) < gap);
  const blocker = worst(near);
  return blocker && { reason, blocker, freeFrom: Math.max(...near.map((contact) => contact.at + gap)) };
}

/** Finds out whether some 365 days that contain `at` would hold more than the maximum. */
function tooOften(most: number | null, contacts: readonly Contact[], at: number, reason: ClockReason): Conflict | null {
  if (most === null) return null;
  const starts = [...contacts.map((contact) => contact.at), at].filter((start) => start <= at && start > at - YEAR_MS);
  for (const start of starts) {
    const within = contacts.filter((contact) => contact.at >= start && contact.at < start + YEAR_MS);
    if (within.length + 1 <= most) continue;
    const planned = within.filter((contact) => contact.movable);
    const blocker = worst(planned.length > 0 ? planned : within);
    // A maximum of at least one: without a contact there is no excess.
    if (!blocker) continue;
    // Counts only change where a contact enters or leaves a year.
    const changes = contacts.flatMap((contact) => [contact.at + 1, contact.at + YEAR_MS]).filter((time) => time > at);
    return { reason, blocker, freeFrom: Math.min(...changes) };
  }
  return null;
}

function worst(contacts: readonly Contact[]): Contact | null {
  return contacts.reduce<Contact | null>((most, contact) => {
    if (!most) return contact;
    if (most.movable !== contact.movable) return contact.movable ? most : contact;
    return contact.priority > most.priority || (contact.priority === most.priority && contact.at > most.at)
      ? contact
      : most;
  }, null);
}
