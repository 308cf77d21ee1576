import DateHolidays from 'date-holidays';
import type { HolidayCalendars, Holidays } from '../distribution.contract.js';

/**
 * Public holidays by country and region, from the date-holidays package (rules and tables, no network). Only days of type `public`: the
 * days on which most people there do not work. Dates are those of the wall calendar; a feast that begins in the evening counts from the
 * day that follows it.
 */

const DAY_MS = 86_400_000;
const days = new Map<string, ReadonlyMap<string, string>>();
let zones: ReadonlyMap<string, string> | undefined;
let countries: ReadonlyMap<string, string> | undefined;

/** True for a country or region whose holidays are known. */
export function isCalendar(code: string): boolean {
  const [country = '', region] = split(code);
  const index = new DateHolidays();
  if (!Object.hasOwn(index.getCountries('en'), country)) return false;
  return region === undefined || Object.hasOwn(index.getStates(country, 'en') ?? {}, region);
}

/** Every country with its regions, by English name. */
export function calendars(): HolidayCalendars {
  const index = new DateHolidays();
  const byName = (all: Record<string, string> | undefined): [string, string][] =>
    Object.entries(all ?? {}).sort(([, a], [, b]) => a.localeCompare(b, 'en'));
  return {
    items: byName(index.getCountries('en')).map(([code, name]) => ({
      code,
      name,
      regions: byName(index.getStates(code, 'en')).map(([region, regionName]) => ({
        code: `${code}-${region}`,
        name: regionName,
      })),
    })),
  };
}

/** English names of the calendar's public holidays of one year, by date (`YYYY-MM-DD`); none for an unknown calendar. */
export function publicHolidays(code: string, year: number): ReadonlyMap<string, string> {
  const key = `${code} ${year}`;
  let found = days.get(key);
  if (!found) days.set(key, (found = compute(code, year)));
  return found;
}

function compute(code: string, year: number): Map<string, string> {
  const [country = '', region] = split(code);
  const options = { types: ['public' as const] };
  const book = region === undefined ? new DateHolidays(country, options) : new DateHolidays(country, region, options);
  const found = new Map<string, string>();
  // The year before: a feast of several days may reach over New Year.
  for (const one of [...book.getHolidays(year - 1, 'en'), ...book.getHolidays(year, 'en')]) {
    const first = Date.parse(`${one.date.slice(0, 10)}T00:00:00Z`);
    const length = Math.max(1, Math.round((one.end.getTime() - one.start.getTime()) / DAY_MS));
    for (let day = 0; day < length; day++) {
      const date = new Date(first + day * DAY_MS).toISOString().slice(0, 10);
      if (date.startsWith(String(year)) && !found.has(date)) found.set(date, one.name);
    }
  }
  return found;
}

/** What is known of where a customer is. */
export interface Place {
  timeZone: string;
  /** The attribute `country`, as it was given. */
  country: string | null;
}

/** The calendars that hold for a customer. */
export function calendarsFor(holidays: Holidays, place: Place): readonly string[] {
  if (!holidays.followCustomer) return holidays.calendars;
  const own = ownCalendar(place);
  // A region that the organization chose says more than the bare country.
  if (own === null) return holidays.calendars;
  if (own.includes('-')) return [own];
  const chosen = holidays.calendars.filter((code) => code.startsWith(`${own}-`));
  return chosen.length > 0 ? chosen : [own];
}

const known = new Map<string, string | null>();

function ownCalendar({ timeZone, country }: Place): string | null {
  const key = `${country ?? ''} ${timeZone}`;
  let code = known.get(key);
  if (code === undefined) {
    // Attributes are free text: a caller with many spellings may not fill the memory.
    if (known.size > 5000) known.clear();
    known.set(
      key,
      (code = (country === null ? null : namedCalendar(country)) ?? zoneCountries().get(timeZone) ?? null),
    );
  }
  return code;
}

/** `DE`, `de-by` or `Germany`. */
function namedCalendar(text: string): string | null {
  const wanted = text.trim();
  const code = wanted.toUpperCase();
  if (/^[A-Z]{2}$/.test(code) && isCalendar(code)) return code;
  if (/^[A-Z]{2}-[A-Z0-9]{1,8}$/.test(code)) return isCalendar(code) ? code : namedCalendar(code.slice(0, 2));
  countries ??= new Map(
    Object.entries(new DateHolidays().getCountries('en')).map(([key, name]) => [name.toLowerCase(), key]),
  );
  return countries.get(wanted.toLowerCase()) ?? null;
}

/** Countries by those of their time zones that no other country has. */
function zoneCountries(): ReadonlyMap<string, string> {
  if (!zones) {
    const found = new Map<string, string | null>();
    for (const country of Object.keys(new DateHolidays().getCountries('en')))
      for (const zone of new DateHolidays(country).getTimezones())
        found.set(zone, found.has(zone) && found.get(zone) !== country ? null : country);
    zones = new Map([...found].filter((entry): entry is [string, string] => entry[1] !== null));
  }
  return zones;
}

const memo = new WeakMap<Holidays, Map<string, string | null>>();

/** The name of the holiday on a date (`YYYY-MM-DD`) by these calendars, or null. */
export function holidayOn(holidays: Holidays, codes: readonly string[], date: string): string | null {
  let names = memo.get(holidays);
  if (!names) memo.set(holidays, (names = new Map()));
  const key = `${date} ${codes.join()}`;
  let name = names.get(key);
  if (name === undefined) {
    name =
      holidays.own.find((day) => day.date === date || day.date === date.slice(5))?.name ??
      codes
        .map((code) => publicHolidays(code, Number(date.slice(0, 4))).get(date))
        .find((found) => found !== undefined) ??
      null;
    names.set(key, name);
  }
  return name;
}

/** The next holidays of some calendars from a date (`YYYY-MM-DD`) on, at most a year ahead; one row per date and name. */
export function nextHolidays(
  codes: readonly string[],
  from: string,
  limit: number,
): { date: string; name: string; calendars: string[] }[] {
  const year = Number(from.slice(0, 4));
  const until = `${String(year + 1)}${from.slice(4)}`;
  const rows = new Map<string, { date: string; name: string; calendars: string[] }>();
  for (const code of codes)
    for (const [date, name] of [...publicHolidays(code, year), ...publicHolidays(code, year + 1)]) {
      if (date < from || date >= until) continue;
      const row = rows.get(`${date} ${name}`) ?? { date, name, calendars: [] };
      row.calendars.push(code);
      rows.set(`${date} ${name}`, row);
    }
  return [...rows.values()].sort((a, b) => a.date.localeCompare(b.date)).slice(0, limit);
}

const split = (code: string): string[] => {
  const dash = code.indexOf('-');
  return dash < 0 ? [code] : [code.slice(0, dash), code.slice(dash + 1)];
};
