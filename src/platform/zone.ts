/**
 * Wall clocks of IANA time zones. A *wall time* is what a clock on the wall shows, written as the milliseconds that the same
 * reading would have in UTC; it lets date arithmetic be plain arithmetic. Exact for every zone and year the runtime's data knows.
 */

const MINUTE = 60_000;
const DAY = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The zone's formatter, made once. @throws RangeError for a name Intl does not know */
function format(timeZone: string): Intl.DateTimeFormat {
  let made = formats.get(timeZone);
  if (!made) {
    made = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, made);
  }
  return made;
}

/** True when `Intl` accepts the name (`UTC` included, which `Intl.supportedValuesOf` leaves out). */
export function isTimeZone(timeZone: string): boolean {
  try {
    format(timeZone);
    return true;
  } catch {
    return false;
  }
}

/** The wall time (ms) that clocks in `timeZone` show at `instant` (ms since the epoch). */
export function wallAt(timeZone: string, instant: number): number {
  const field: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of format(timeZone).formatToParts(instant)) field[type] = value;
  const year = field.era === 'BC' ? 1 - Number(field.year) : Number(field.year);
  const whole = new Date(0);
  whole.setUTCFullYear(year, Number(field.month) - 1, Number(field.day));
  whole.setUTCHours(Number(field.hour), Number(field.minute), Number(field.second));
  const millisecond = ((instant % 1000) + 1000) % 1000;
  return whole.getTime() + millisecond;
}

const SLOT = DAY / 4;
/** Offsets at multiples of six hours, per zone: due times are computed by the thousand, and asking Intl is slow. */
const grid = new Map<string, Map<number, number>>();

function slotOffset(timeZone: string, slot: number): number {
  let zone = grid.get(timeZone);
  if (!zone) grid.set(timeZone, (zone = new Map<number, number>()));
  let offset = zone.get(slot);
  if (offset === undefined) {
    // Enough for ten years; a sweep over centuries may not fill the memory.
    if (zone.size > 15_000) zone.clear();
    offset = wallAt(timeZone, slot * SLOT) - slot * SLOT;
    zone.set(slot, offset);
  }
  return offset;
}

/** Wall time minus UTC, in ms, at `instant` (ms). */
export function offsetAt(timeZone: string, instant: number): number {
  const slot = Math.floor(instant / SLOT);
  const offset = slotOffset(timeZone, slot);
  return offset === slotOffset(timeZone, slot + 1) ? offset : wallAt(timeZone, instant) - instant;
}

/**
 * The stretches of constant UTC offset that tile `[from, to)` (ms). One stretch on most days, two where the clocks change.
 * A change is found by comparing offsets six hours apart, so only two changes undoing each other within six hours would be missed.
 */
export function* offsetSpans(
  timeZone: string,
  from: number,
  to: number,
): Generator<{ from: number; to: number; offset: number }> {
  let start = from;
  let offset = offsetAt(timeZone, from);
  for (let at = from; at < to;) {
    const next = Math.min((Math.floor(at / SLOT) + 1) * SLOT, to);
    const nextOffset = offsetAt(timeZone, next);
    if (nextOffset !== offset) {
      let before = at;
      let after = next;
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2);
        if (offsetAt(timeZone, middle) === offset) before = middle;
        else after = middle;
      }
      if (start < after && after < to) yield { from: start, to: after, offset };
      else if (after >= to) break;
      start = after;
      offset = offsetAt(timeZone, after);
      at = after;
    } else at = next;
  }
  if (start < to) yield { from: start, to, offset };
}

/**
 * The first instant (ms) at which clocks in `timeZone` show `wall` (ms) or, when that reading is skipped by a change of the clocks,
 * the instant of the change.
 */
export function instantAt(timeZone: string, wall: number): number {
  const around = [...offsetSpans(timeZone, wall - 2 * DAY, wall + 2 * DAY)];
  for (const span of around) {
    // A span that starts beyond the reading skipped it: its first instant is the change itself.
    const instant = Math.max(wall - span.offset, span.from);
    if (instant < span.to) return instant;
  }
  return wall - offsetAt(timeZone, wall);
}

/** `YYYY-MM-DD` of the wall time (ms). */
export const dateOfWall = (wall: number): string => new Date(wall).toISOString().slice(0, 10);

/** The local date, `YYYY-MM-DD`, at `instant`. */
export const localDate = (timeZone: string, instant: Date): string => dateOfWall(wallAt(timeZone, instant.getTime()));

/** The instant at which the local day `YYYY-MM-DD` begins (01:00 where midnight is skipped). @throws RangeError for no such date */
export function startOfLocalDay(timeZone: string, date: string): Date {
  const wall = Date.parse(`${date}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(wall) || dateOfWall(wall) !== date)
    throw new RangeError(`not a date: ${date}`);
  return new Date(instantAt(timeZone, wall));
}

export { DAY as DAY_MS, MINUTE as MINUTE_MS };

/**
 * Reads one end of a range: a date (`YYYY-MM-DD`, the start of that local day) or an RFC 3339 instant with an offset.
 * @throws RangeError when it is neither
 */
export function parseBound(text: string, timeZone: string): Date {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return startOfLocalDay(timeZone, text);
  const at = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:?\d{2})$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(at)) throw new RangeError(`neither a date nor an instant: ${text}`);
  return new Date(at);
}
