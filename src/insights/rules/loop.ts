/** Did the customers who raised a problem hear back? docs/methods.md, "The loop". */
import { type Rate, wilson } from './wilson.js';

/** One case opened in the period; instants as `Date`. */
export type LoopRow = Readonly<{
  customerId: string;
  openedAt: Date;
  /** First message by a person to the customer. */
  firstResponseAt: Date | null;
  /** Latest time the case was resolved. */
  resolvedAt: Date | null;
  /** A resolution was mailed and did not bounce. */
  heardBackAt: Date | null;
  /** Resolution due time; null when no SLA sets one. */
  resolutionDueAt: Date | null;
  /** Waiting for the customer: the clock stands, so nothing is due. */
  waiting: boolean;
  /** False without consent or a usable address. */
  reachable: boolean;
  /** Last answer on the receipt. */
  answer: 'fixed' | 'not_yet' | null;
  answeredAt: Date | null;
  /** Was ever reopened. */
  reopened: boolean;
  closedSilent: boolean;
}>;

export type LoopHealth = Readonly<{
  /** Customers told what was done, of those due. */
  heardBack: Rate;
  /** Customers whose last answer is "fixed", of those who heard back; silence counts in n. */
  confirmed: Rate;
  /** Of those who heard back, the customers whose last answer is "not yet". */
  notYet: number;
  /** Customers within n of `heardBack` whom we may not or cannot write to. */
  notReachable: number;
  /** Customers not heard back whose every case is still within its due time; outside n. */
  notYetDue: number;
  /** Cases. */
  reopened: number;
  closedSilent: number;
  /** Elapsed hours; null when there are none. */
  medianHours: Readonly<{ firstResponse: number | null; resolution: number | null }>;
}>;

/** Loop health of the cohort in `rows` (cases opened in the period, each customer counted once), seen at `now`. */
export function loopHealth(rows: Iterable<LoopRow>, now: Date): LoopHealth {
  const customers = new Map<
    string,
    { heard: boolean; due: boolean; reachable: boolean; answered: number; fixed: boolean }
  >();
  const firstResponse: number[] = [];
  const resolution: number[] = [];
  let reopened = 0;
  let closedSilent = 0;
  for (const row of rows) {
    const customer = customers.get(row.customerId) ?? {
      heard: false,
      due: false,
      reachable: false,
      answered: -Infinity,
      fixed: false,
    };
    customers.set(row.customerId, customer);
    customer.heard ||= row.heardBackAt !== null;
    customer.due ||= !stillInTime(row, now);
    customer.reachable ||= row.reachable;
    if (row.answer !== null) {
      const answeredAt = row.answeredAt?.getTime() ?? row.openedAt.getTime();
      if (answeredAt >= customer.answered) {
        customer.answered = answeredAt;
        customer.fixed = row.answer === 'fixed';
      }
    }
    if (row.reopened) reopened++;
    if (row.closedSilent) closedSilent++;
    if (row.firstResponseAt) firstResponse.push(hours(row.openedAt, row.firstResponseAt));
    if (row.resolvedAt) resolution.push(hours(row.openedAt, row.resolvedAt));
  }
  const everyone = [...customers.values()];
  const cohort = everyone.filter((c) => c.heard || c.due);
  const heard = cohort.filter((c) => c.heard);
  return {
    heardBack: wilson(heard.length, cohort.length),
    confirmed: wilson(heard.filter((c) => c.fixed).length, heard.length),
    notYet: heard.filter((c) => c.answered > -Infinity && !c.fixed).length,
    notReachable: cohort.filter((c) => !c.heard && !c.reachable).length,
    notYetDue: everyone.length - cohort.length,
    reopened,
    closedSilent,
    medianHours: { firstResponse: median(firstResponse), resolution: median(resolution) },
  };
}

/** Open, and either waiting for the customer or before its due time. A case without a due time is due at once. */
function stillInTime(row: LoopRow, now: Date): boolean {
  if (row.resolvedAt !== null) return false;
  return row.waiting || (row.resolutionDueAt !== null && now.getTime() < row.resolutionDueAt.getTime());
}

const hours = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 3_600_000;

/** Middle value, mean of the two middle ones for an even number; null for none. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}
