/**
 * Working time. A calendar is open whenever its wall clock shows a time inside one of the weekday's intervals on a day that is not a
 * holiday; so an interval across a change of the clocks is as long as it really is that night. Exact to the millisecond.
 */
import { DAY_MS, dateOfWall, localDate, MINUTE_MS, offsetSpans, startOfLocalDay, wallAt } from '../../platform/zone.js';

/** `[from, to)` on one local day, 'HH:MM'; `to` may be '24:00'. */
export type OpenInterval = Readonly<{ from: string; to: string }>;

/** 1 = Monday … 7 = Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export type BusinessCalendar = Readonly<{
  /** IANA name. */
  timeZone: string;
  /** Missing or empty weekdays are closed. */
  week: Readonly<Partial<Record<Weekday, readonly OpenInterval[]>>>;
  /** Closed local dates, 'YYYY-MM-DD'. */
  holidays: readonly string[];
}>;

/** Thrown for a calendar nobody can work by; `message` is one sentence for a person. */
export class CalendarError extends Error {
  override readonly name = 'CalendarError';
}

/** What a new organization starts with: Monday to Friday, 9 to 17. */
export const defaultCalendar = (timeZone: string): BusinessCalendar => ({
  timeZone,
  week: Object.fromEntries([1, 2, 3, 4, 5].map((day) => [day, [{ from: '09:00', to: '17:00' }]])),
  holidays: [],
});

/** Where a search for open time gives up: holidays beyond two years in a row are a mistake. */
const HORIZON_MS = 800 * DAY_MS;

type Compiled = Readonly<{
  timeZone: string;
  /** Index 0 = Sunday, as `Date` counts; minutes of the day, sorted, merged. */
  days: readonly (readonly (readonly [from: number, to: number])[])[];
  holidays: ReadonlySet<string>;
}>;

const compiled = new WeakMap<BusinessCalendar, Compiled>();

/**
 * The calendar, checked. Overlapping or touching intervals of a day count once.
 * @throws CalendarError when it never opens, an interval ends before it starts, a time or date is malformed or the zone is unknown
 */
function compile(calendar: BusinessCalendar): Compiled {
  const known = compiled.get(calendar);
  if (known) return known;
  try {
    wallAt(calendar.timeZone, 0);
  } catch {
    throw new CalendarError(`The calendar's time zone is unknown: ${calendar.timeZone}.`);
  }
  const days = [7, 1, 2, 3, 4, 5, 6].map((day) => {
    const intervals = (calendar.week[day as Weekday] ?? [])
      .map(({ from, to }): [number, number] => {
        const interval: [number, number] = [minuteOfDay(from), minuteOfDay(to)];
        if (interval[0] >= interval[1]) throw new CalendarError(`The interval ${from}–${to} ends before it starts.`);
        return interval;
      })
      .sort((a, b) => a[0] - b[0]);
    const merged: [number, number][] = [];
    for (const [from, to] of intervals) {
      const last = merged.at(-1);
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else merged.push([from, to]);
    }
    return merged;
  });
  if (days.every((day) => day.length === 0)) throw new CalendarError('The calendar has no working time in any week.');
  for (const date of calendar.holidays)
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(Date.parse(date)))
      throw new CalendarError(`The holiday ${date} is not a date.`);
  const made = { timeZone: calendar.timeZone, days, holidays: new Set(calendar.holidays) };
  compiled.set(calendar, made);
  return made;
}

/** Checks a calendar before it is stored. @throws CalendarError with one sentence on what is wrong */
export function assertCalendar(calendar: BusinessCalendar): void {
  compile(calendar);
}

function minuteOfDay(time: string): number {
  const [, hours, minutes] = /^(\d{2}):(\d{2})$/.exec(time) ?? [];
  const minute = Number(hours) * 60 + Number(minutes);
  if (!(minute <= 1440 && Number(minutes) < 60))
    throw new CalendarError(`The time ${time} is not between 00:00 and 24:00.`);
  return minute;
}

/** The open stretches (ms) inside `[from, to)`, in order; stretches may touch. */
function* openSpans(calendar: Compiled, from: number, to: number): Generator<readonly [number, number]> {
  for (const span of offsetSpans(calendar.timeZone, from, to)) {
    const lastWall = span.to + span.offset;
    for (let day = floorDay(span.from + span.offset); day < lastWall; day += DAY_MS) {
      if (calendar.holidays.has(dateOfWall(day))) continue;
      for (const [opens, closes] of calendar.days[new Date(day).getUTCDay()] ?? []) {
        const start = Math.max(day + opens * MINUTE_MS - span.offset, span.from);
        const end = Math.min(day + closes * MINUTE_MS - span.offset, span.to);
        if (start < end) yield [start, end];
      }
    }
  }
}

const floorDay = (wall: number): number => Math.floor(wall / DAY_MS) * DAY_MS;

/**
 * The earliest instant by which `minutes` of working time have passed since `start`; `start` itself for 0. So what is due at the end of
 * an interval is due then, and not when the next one begins.
 * @throws RangeError for negative minutes · CalendarError when the calendar stays closed for more than two years
 */
export function addWorkingMinutes(calendar: BusinessCalendar, start: Date, minutes: number): Date {
  if (!(minutes >= 0 && Number.isFinite(minutes))) throw new RangeError(`not a length of time: ${minutes} minutes`);
  if (minutes === 0) return new Date(start);
  const open = compile(calendar);
  let missing = minutes * MINUTE_MS;
  let at = start.getTime();
  for (let closedSince = at; at - closedSince < HORIZON_MS; at += DAY_MS)
    for (const [from, to] of openSpans(open, at, at + DAY_MS)) {
      if (to - from >= missing) return new Date(from + missing);
      missing -= to - from;
      closedSince = to;
    }
  throw new CalendarError('The calendar has no working time for more than two years in a row.');
}

/** Working time in `[a, b)` in minutes, with fractions; negative when `b` is before `a`. */
export function workingMinutesBetween(calendar: BusinessCalendar, a: Date, b: Date): number {
  if (b < a) return -workingMinutesBetween(calendar, b, a);
  let sum = 0;
  for (const [from, to] of openSpans(compile(calendar), a.getTime(), b.getTime())) sum += to - from;
  return sum / MINUTE_MS;
}

/** True when the calendar is open at `at`. */
export function isOpen(calendar: BusinessCalendar, at: Date): boolean {
  return !openSpans(compile(calendar), at.getTime(), at.getTime() + 1).next().done;
}

/**
 * The close of business of the `days`-th working day after the local day of `start`: "3 working days" from Monday 10:00 is Thursday
 * 17:00, and so it is from Monday 23:00; from Saturday it is Wednesday 17:00. The promise to the customer is a day, and a day ends when
 * the team goes home. A working day is a local day with any open time. `days` = 0 is the close of the day of `start` or, when that has
 * passed, of the next working day.
 * @throws RangeError for a negative or broken number of days · CalendarError as {@link addWorkingMinutes}
 */
export function addWorkingDays(calendar: BusinessCalendar, start: Date, days: number): Date {
  if (!Number.isInteger(days) || days < 0) throw new RangeError(`not a number of days: ${days}`);
  const open = compile(calendar);
  const zone = calendar.timeZone;
  let missing = days;
  let day = Date.parse(`${localDate(zone, start)}T00:00:00Z`) + (days === 0 ? 0 : DAY_MS);
  if (days === 0) missing = 1;
  for (let closedSince = day; day - closedSince < HORIZON_MS; day += DAY_MS) {
    const from = startOfLocalDay(zone, dateOfWall(day)).getTime();
    const to = startOfLocalDay(zone, dateOfWall(day + DAY_MS)).getTime();
    let close: number | undefined;
    for (const span of openSpans(open, from, to)) close = span[1];
    if (close === undefined || close <= start.getTime()) continue;
    if (--missing === 0) return new Date(close);
    closedSince = day;
  }
  throw new CalendarError('The calendar has no working time for more than two years in a row.');
}
