import { DAY_MS } from '../../platform/zone.js';
import type { DelayReason, SkipReason } from '../distribution.contract.js';
import { type Clocks, type Contact, clocksOf, conflictAt } from './clocks.js';
import type { Opening } from './opening.js';

/** An ask that looks for its time. */
export interface Wish {
  metric: string;
  priority: number;
  ifBusy: 'delay' | 'skip';
  maxDelayDays: number;
  /** Not before this instant. */
  earliest: Date;
  /** The customer's own limit; counts where it is stricter than the policy's. */
  minDaysBetween?: number | null | undefined;
}

export type Plan =
  | {
      sendAt: Date;
      skip: null;
      /** Why it is later than wanted; null: it is not. */
      delay: DelayReason | null;
      /** The invitation it waits for; null: no other one. */
      becauseOf: string | null;
      /** It waits for the end of an open case, at the longest until then. */
      heldUntil: Date | null;
    }
  | { sendAt: null; skip: SkipReason; becauseOf: string | null };

export const skipped = (skip: SkipReason, becauseOf: string | null = null): Plan => ({ sendAt: null, skip, becauseOf });

export const isBelow = (contact: Contact, priority: number): boolean => contact.movable && contact.priority < priority;

/**
 * Finds the time of one ask among the contacts of its customer and address. What was sent and what is of the same or a higher priority
 * stays where it is; what is of a lower priority does not count here and has to give way afterwards (`Board`).
 */
export function settle(
  policy: Clocks,
  wish: Wish,
  contacts: readonly Contact[],
  opening: (earliest: Date) => Opening,
): Plan {
  const clocks = clocksOf(policy, wish.minDaysBetween);
  const fixed = contacts.filter((contact) => !isBelow(contact, wish.priority));
  const wanted = opening(wish.earliest);
  const first = conflictAt(clocks, fixed, wish.metric, wanted.at.getTime());
  if (!first) return { sendAt: wanted.at, skip: null, delay: wanted.delay, becauseOf: null, heldUntil: null };
  const { blocker } = first;
  const reason = blocker.movable && blocker.priority > wish.priority ? ('lower_priority' as const) : first.reason;
  if (wish.ifBusy === 'skip') return skipped(reason, blocker.id);
  const latest = wish.earliest.getTime() + wish.maxDelayDays * DAY_MS;
  let conflict = first;
  for (;;) {
    // Dates are whole milliseconds: rounded down it would be in the way still, for ever.
    const { at } = opening(new Date(Math.ceil(conflict.freeFrom)));
    if (at.getTime() > latest) return skipped(reason, blocker.id);
    const next = conflictAt(clocks, fixed, wish.metric, at.getTime());
    if (!next) return { sendAt: at, skip: null, delay: reason, becauseOf: blocker.id, heldUntil: null };
    conflict = next;
  }
}
