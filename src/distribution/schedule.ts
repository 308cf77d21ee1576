import { createHash } from 'node:crypto';
import { DAY_MS, dateOfWall, instantAt, wallAt } from '../platform/zone.js';
import type { Cadence, Recurrence, SendAtLocal } from './schedule.contract.js';

const MONTHS: Record<Cadence, number> = { month: 1, quarter: 3, half_year: 6, year: 12 };

/** One round of a recurring campaign: days `[from, to)`, `days` of them. */
export interface Cycle {
  number: number;
  from: string;
  to: string;
  days: number;
}

export const addDays = (date: string, days: number): string => dateOfWall(Date.parse(date) + days * DAY_MS);
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/** The same day of a later month, or that month's last day. */
function addMonths(date: string, months: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return dateOfWall(Date.UTC(year, month - 1 + months, Math.min(day, last)));
}

/** The round that `date` (on or after `firstDay`) lies in. Rounds of the calendar are counted from the first day: 31 Jan, 28 Feb, 31 Mar. */
export function cycleAt(recurrence: Recurrence, firstDay: string, date: string): Cycle {
  const start = (number: number): string =>
    recurrence.cadence === undefined
      ? addDays(firstDay, number * (recurrence.everyDays ?? 1))
      : addMonths(firstDay, number * MONTHS[recurrence.cadence]);
  const longest = recurrence.cadence === undefined ? (recurrence.everyDays ?? 1) : MONTHS[recurrence.cadence] * 31;
  let number = Math.max(0, Math.floor(daysBetween(firstDay, date) / longest));
  while (start(number + 1) <= date) number++;
  const [from, to] = [start(number), start(number + 1)];
  return { number, from, to, days: daysBetween(from, to) };
}

/**
 * A customer's day within a cycle, 0 ≤ day < days: even over customers, and for one customer about the same place in cycles of any length.
 * `SLOT_SQL` is the same in SQL.
 */
export function slotOf(campaignId: string, customerId: string, days: number): number {
  const hash = createHash('sha256').update(`slot:${campaignId}:${customerId}`).digest().readUInt32BE(0);
  return Math.floor((hash * days) / 2 ** 32);
}

/** `slotOf` over the column `c.id`; `campaign` and `days` are placeholders such as `$3`. */
export const slotSql = (campaign: string, days: string): string =>
  `((('x' || encode(substr(sha256(convert_to('slot:' || ${campaign}::text || ':' || c.id::text, 'UTF8')), 1, 4), 'hex'))::bit(32)::bigint
     & 4294967295) * ${days}::bigint) >> 32`;

/** The first instant from `notBefore` on at which clocks in `timeZone` show `time`, on `date` or later. */
export function nextAt(timeZone: string, at: SendAtLocal, notBefore: Date): Date {
  const minutes = Number(at.time.slice(0, 2)) * 60 + Number(at.time.slice(3, 5));
  const today = dateOfWall(wallAt(timeZone, notBefore.getTime()));
  const first = at.date !== undefined && at.date > today ? at.date : today;
  // A change of the clocks may put today's reading before `notBefore` although it shows later: three days always hold one.
  for (let day = 0; ; day++) {
    const instant = instantAt(timeZone, Date.parse(addDays(first, day)) + minutes * 60_000);
    if (instant >= notBefore.getTime() || day === 3) return new Date(instant);
  }
}
