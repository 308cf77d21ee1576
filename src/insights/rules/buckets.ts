/**
 * Periods of the organization's own calendar: local days, weeks from Monday, months, quarters. In SQL group by the local date,
 * `date_trunc('week', at at time zone $zone)::date`, whose text equals {@link Bucket.date}.
 */
import { dateOfWall, DAY_MS, startOfLocalDay, wallAt } from '../../platform/zone.js';

export { parseBound } from '../../platform/zone.js';

export type Interval = 'day' | 'week' | 'month' | 'quarter';

/** `[start, end)`; `date` is the local date it begins on. */
export type Bucket = Readonly<{ date: string; start: Date; end: Date }>;

/** Most buckets a range may have; a day-by-day request over a century is a mistake. */
const MOST = 5000;

/** The local date, `YYYY-MM-DD`, on which the bucket holding `instant` begins. */
export function bucketDate(instant: Date, interval: Interval, timeZone: string): string {
  const wall = wallAt(timeZone, instant.getTime());
  const day = new Date(wall);
  if (interval === 'week') return dateOfWall(wall - ((day.getUTCDay() + 6) % 7) * DAY_MS);
  const month = day.getUTCMonth();
  if (interval === 'month') return dateOfWall(Date.UTC(day.getUTCFullYear(), month, 1));
  if (interval === 'quarter') return dateOfWall(Date.UTC(day.getUTCFullYear(), month - (month % 3), 1));
  return dateOfWall(wall);
}

/** The date on which the bucket after the one beginning on `date` begins. */
export function nextBucketDate(date: string, interval: Interval): string {
  const day = new Date(`${date}T00:00:00Z`);
  if (interval === 'day') day.setUTCDate(day.getUTCDate() + 1);
  else if (interval === 'week') day.setUTCDate(day.getUTCDate() + 7);
  else day.setUTCMonth(day.getUTCMonth() + (interval === 'month' ? 1 : 3));
  return dateOfWall(day.getTime());
}

/**
 * The buckets that cover `[from, to)`, oldest first, without gaps; the first may begin before `from`. Empty when `from >= to`.
 * @throws RangeError for more than 5,000 of them
 */
export function buckets(from: Date, to: Date, interval: Interval, timeZone: string): Bucket[] {
  const found: Bucket[] = [];
  if (from >= to) return found;
  let date = bucketDate(from, interval, timeZone);
  let start = startOfLocalDay(timeZone, date);
  while (start < to) {
    if (found.length === MOST) throw new RangeError(`more than ${MOST} buckets`);
    const next = nextBucketDate(date, interval);
    const end = startOfLocalDay(timeZone, next);
    found.push({ date, start, end });
    date = next;
    start = end;
  }
  return found;
}
