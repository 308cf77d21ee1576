import { useEffect, useMemo, useState } from 'react';
import { useMe } from './session.js';

type Instant = Date | string | number;
export type Due = { text: string; state: 'late' | 'soon' | 'good' };

export type Format = {
  locale: string;
  timeZone: string;
  /** "Thu 26 Nov, 10:05"; with the year when it is not this one. */
  dateTime: (at: Instant) => string;
  /** "26 Nov 2026" */
  date: (at: Instant) => string;
  /** "26 Nov" */
  day: (at: Instant) => string;
  /** "10:05" */
  time: (at: Instant) => string;
  /** "38 min ago", "5 h ago", "1 d ago"; under a minute "just now". */
  ago: (at: Instant, now?: Instant) => string;
  /** "4 yrs", "11 mo", "12 d": how long since, without "ago". */
  since: (at: Instant, now?: Instant) => string;
  /** "1 h 42 min left" or "26 min late". `soon` below `soonMinutes` (default 120). */
  due: (at: Instant, now?: Instant, soonMinutes?: number) => Due;
  /** "3,937"; with a real minus sign. */
  number: (value: number, digits?: number) => string;
  /** "91%" from a share 0…1. */
  percent: (share: number, digits?: number) => string;
  /** "€4,120" */
  money: (amount: number, currency?: string) => string;
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Small amounts show their cents when they have some. */
const cents = (amount: number): 0 | 2 => (Math.abs(amount) < 100 && !Number.isInteger(amount) ? 2 : 0);

const toDate = (at: Instant): Date => (at instanceof Date ? at : new Date(at));
const minus = (text: string): string => text.replaceAll('-', '−');

/** NPS and changes of it: rounded, always signed, "+28", "0", "−14"; "–" for null. */
export function signed(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  const fixed = Math.abs(value).toFixed(digits);
  if (Number(fixed) === 0) return fixed;
  return `${value < 0 ? '−' : '+'}${fixed}`;
}

/** A length of time in two parts at most: "26 min", "1 h 42 min", "8 h", "3 d 4 h". Whole minutes, never less than 1 min. */
export function duration(ms: number): string {
  const minutes = Math.max(1, Math.floor(Math.abs(ms) / MINUTE));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 4) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  if (hours < 48) return `${hours} h`;
  return hours % 24 === 0 || hours >= 240
    ? `${Math.floor(hours / 24)} d`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function valid(timeZone: string | undefined): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch {
    return undefined;
  }
}

/** All figures and dates of the app, in one locale and time zone. English is British: day before month, 24-hour clock. */
export function createFormat(settings: { locale?: string | undefined; timeZone?: string | undefined } = {}): Format {
  const wanted = settings.locale ?? 'en-GB';
  const locale = wanted === 'en' ? 'en-GB' : wanted;
  const timeZone = valid(settings.timeZone) ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const formatter = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { timeZone, ...options });
  const weekday = formatter({ weekday: 'short' });
  const day = formatter({ day: 'numeric', month: 'short' });
  const date = formatter({ day: 'numeric', month: 'short', year: 'numeric' });
  const time = formatter({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const year = formatter({ year: 'numeric' });
  const numbers = new Map<string, Intl.NumberFormat>();
  const numberFormat = (key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat => {
    const known = numbers.get(key) ?? new Intl.NumberFormat(locale, options);
    numbers.set(key, known);
    return known;
  };
  return {
    locale,
    timeZone,
    dateTime: (at) => {
      const d = toDate(at);
      const sameYear = year.format(d) === year.format(new Date());
      return `${weekday.format(d)} ${(sameYear ? day : date).format(d)}, ${time.format(d)}`;
    },
    date: (at) => date.format(toDate(at)),
    day: (at) => day.format(toDate(at)),
    time: (at) => time.format(toDate(at)),
    ago: (at, now = Date.now()) => {
      const passed = toDate(now).getTime() - toDate(at).getTime();
      if (passed < MINUTE) return 'just now';
      if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min ago`;
      if (passed < DAY) return `${Math.floor(passed / HOUR)} h ago`;
      if (passed < 30 * DAY) return `${Math.floor(passed / DAY)} d ago`;
      return date.format(toDate(at));
    },
    since: (at, now = Date.now()) => {
      const days = Math.max(0, Math.floor((toDate(now).getTime() - toDate(at).getTime()) / DAY));
      if (days < 31) return `${days} d`;
      if (days < 365) return `${Math.floor(days / 30.44)} mo`;
      const years = Math.floor(days / 365.25) || 1;
      return years === 1 ? '1 yr' : `${years} yrs`;
    },
    due: (at, now = Date.now(), soonMinutes = 120) => {
      const left = toDate(at).getTime() - toDate(now).getTime();
      if (left < 0) return { text: `${duration(left)} late`, state: 'late' };
      return { text: `${duration(left)} left`, state: left < soonMinutes * MINUTE ? 'soon' : 'good' };
    },
    number: (value, digits = 0) =>
      minus(numberFormat(`n${digits}`, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)),
    percent: (share, digits = 0) =>
      minus(
        numberFormat(`p${digits}`, {
          style: 'percent',
          minimumFractionDigits: digits,
          maximumFractionDigits: digits,
        }).format(share),
      ),
    money: (amount, currency = 'EUR') =>
      minus(
        numberFormat(`m${currency}${cents(amount)}`, {
          style: 'currency',
          currency,
          currencyDisplay: 'narrowSymbol',
          maximumFractionDigits: cents(amount),
          minimumFractionDigits: cents(amount),
        }).format(amount),
      ),
  };
}

/** The formats of the organization of the person signed in. */
export function useFormat(): Format {
  const { organization } = useMe();
  return useMemo(
    () => createFormat({ locale: organization.locale, timeZone: organization.timeZone }),
    [organization.locale, organization.timeZone],
  );
}

/** Now, moved on once a minute: timers on the page change together and quietly. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE);
    return () => clearInterval(timer);
  }, []);
  return now;
}
