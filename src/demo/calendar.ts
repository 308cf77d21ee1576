/**
 * The demo organization's clock: Berlin wall time and its working hours (Mon–Fri 9–17, five fixed public holidays). A wall time is the
 * milliseconds that the same reading would have in UTC. Only the two years before `now` matter here and tens of thousands of instants are
 * converted, so the present EU rule for daylight saving stands in for the zone database.
 */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const OPENS = 9 * HOUR;
const CLOSES = 17 * HOUR;
export const WORKDAY_MINUTES = (CLOSES - OPENS) / MINUTE;
export const HOLIDAYS: readonly string[] = ['01-01', '05-01', '10-03', '12-25', '12-26'];

/** 01:00 UTC on the last Sunday of a month. */
function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0, 1));
  return last.getTime() - last.getUTCDay() * DAY;
}

/** Berlin's wall time at an instant, both in ms. */
export function wallAt(instant: number): number {
  const year = new Date(instant).getUTCFullYear();
  const summer = instant >= lastSunday(year, 2) && instant < lastSunday(year, 9);
  return instant + (summer ? 2 : 1) * HOUR;
}

/** The instant of a wall time; readings that the change of the clocks skips or repeats count as summer time. */
export function instantAt(wall: number): number {
  const summer = wall - 2 * HOUR;
  return wallAt(summer) === wall ? summer : wall - HOUR;
}

export const startOfDay = (wall: number): number => Math.floor(wall / DAY) * DAY;
/** 1 = Monday … 7 = Sunday. */
export const weekday = (wall: number): number => ((Math.floor(wall / DAY) + 3) % 7) + 1;

export function isWorkday(wall: number): boolean {
  return weekday(wall) <= 5 && !HOLIDAYS.includes(new Date(wall).toISOString().slice(5, 10));
}

/** The wall time after `minutes` of working time from `wall`; with 0, the next moment at which somebody works. */
export function addWorking(wall: number, minutes: number): number {
  let at = wall;
  let left = minutes * MINUTE;
  for (;;) {
    const day = startOfDay(at);
    if (isWorkday(at) && at < day + CLOSES) {
      const from = Math.max(at, day + OPENS);
      if (from + left < day + CLOSES || (left > 0 && from + left === day + CLOSES)) return from + left;
      left -= day + CLOSES - from;
    }
    at = day + DAY;
  }
}

/** Working minutes between two wall times. */
export function workingBetween(from: number, to: number): number {
  let sum = 0;
  for (let day = startOfDay(from); day < to; day += DAY)
    if (isWorkday(day)) sum += Math.max(0, Math.min(to, day + CLOSES) - Math.max(from, day + OPENS));
  return Math.round(sum / MINUTE);
}
