import { invalid } from '../platform/errors.js';
import { DAY_MS, dateOfWall, instantAt, localDate, parseBound, startOfLocalDay, wallAt } from '../platform/zone.js';

/** `[from, to)` */
export type Period = Readonly<{ from: Date; to: Date }>;

/** Reads one end. @throws AppError 422 at `path` */
export function boundAt(path: string, text: string, timeZone: string): Date {
  let at: Date;
  try {
    at = parseBound(text, timeZone);
  } catch {
    throw invalid(path, 'Enter a date such as 2026-11-21, or a time with zone such as 2026-11-21T09:00:00Z.');
  }
  // Beyond these, days and buckets around it are no dates that can be written or stored.
  if (at < EARLIEST || at >= LATEST) throw invalid(path, 'Enter a date between 1900 and 2999.');
  return at;
}

const EARLIEST = new Date('1900-01-01T00:00:00Z');
const LATEST = new Date('3000-01-01T00:00:00Z');

/** @throws AppError 422 at `path` when the end does not come after the start */
export function periodOf(from: Date, to: Date, path = 'to'): Period {
  if (from >= to) throw invalid(path, 'Choose an end after the start; the end itself is not part of the range.');
  return { from, to };
}

/** `a..b`, also written with a slash or a comma. @throws AppError 422 at `path` */
export function parsePeriod(path: string, text: string, timeZone: string): Period {
  const [from, to, ...rest] = text.split(/\.\.|[/,]/);
  if (!from || !to || rest.length > 0)
    throw invalid(path, 'Write a period as from..to, such as 2026-04-01..2026-07-01.');
  return periodOf(boundAt(path, from.trim(), timeZone), boundAt(path, to.trim(), timeZone), path);
}

/**
 * The period to compare with, by the clocks on the wall: `before` is as long and ends where this one begins, `year` the same dates a year
 * earlier (29 February becomes 1 March).
 */
export function comparedWith({ from, to }: Period, compare: 'before' | 'year', timeZone: string): Period {
  const [start, end] = [from, to].map((at) => wallAt(timeZone, at.getTime())) as [number, number];
  if (compare === 'before') return { from: new Date(instantAt(timeZone, start - (end - start))), to: from };
  const earlier = (wall: number) => {
    const at = new Date(wall);
    at.setUTCFullYear(at.getUTCFullYear() - 1);
    return new Date(instantAt(timeZone, at.getTime()));
  };
  return { from: earlier(start), to: earlier(end) };
}

/** The last `days` local days up to the end of the day of `now`. */
export function lastDays(now: Date, days: number, timeZone: string): Period {
  const end = Date.parse(`${localDate(timeZone, now)}T00:00:00Z`) + DAY_MS;
  return {
    from: startOfLocalDay(timeZone, dateOfWall(end - days * DAY_MS)),
    to: startOfLocalDay(timeZone, dateOfWall(end)),
  };
}
