/** Public holidays by country, from the package `date-holidays` (ISC; data CC BY-SA 3.0). Whole local days. */
import Holidays from 'date-holidays';
import { DAY_MS } from './zone.js';

export interface Holiday {
  /** Local day, 'YYYY-MM-DD'. */
  day: string;
  name: string;
}

export interface Country {
  /** ISO 3166-1 alpha-2. */
  code: string;
  name: string;
  /** Parts with holidays of their own, e.g. Bavaria. */
  regions: { code: string; name: string }[];
}

const years = new Map<string, readonly Holiday[]>();

/** The public holidays of a year in order, named in English where the book knows it. Empty for a country it does not know. */
export function publicHolidays(country: string, region: string | null, year: number): readonly Holiday[] {
  const key = `${country}/${region ?? ''}/${year}`;
  const known = years.get(key);
  if (known) return known;
  const book = region === null ? new Holidays(country) : new Holidays(country, region);
  const days = new Map<string, string>();
  for (const holiday of book.getHolidays(year, 'en') ?? []) {
    if (holiday.type !== 'public') continue;
    const first = Date.parse(`${holiday.date.slice(0, 10)}T00:00:00Z`);
    // Some last for several days. The clock of the country changes under some of them by an hour, hence the rounding.
    const length = Math.max(1, Math.round((holiday.end.getTime() - holiday.start.getTime()) / DAY_MS));
    for (let at = 0; at < length; at += 1) {
      const day = new Date(first + at * DAY_MS).toISOString().slice(0, 10);
      if (!days.has(day)) days.set(day, holiday.name);
    }
  }
  const found = [...days].map(([day, name]) => ({ day, name })).sort((a, b) => (a.day < b.day ? -1 : 1));
  years.set(key, found);
  return found;
}

let countries: readonly Country[] | null = null;

/** Every country of the book, by English name. */
export function holidayCountries(): readonly Country[] {
  if (countries) return countries;
  const book = new Holidays();
  countries = Object.entries(book.getCountries('en') ?? {})
    .map(([code, name]) => ({
      code,
      name,
      regions: Object.entries(book.getStates(code, 'en') ?? {})
        .map(([part, partName]) => ({ code: part, name: partName }))
        .sort((a, b) => a.name.localeCompare(b.name, 'en')),
    }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return countries;
}
