/** Local days as text, `2026-11-21`: the API reads them in the organization's time zone. Ranges are `[from, to)`. */

export type Period = { from: string; to: string };
export const WEEKS = [13, 26, 52] as const;
const DAY_MS = 86_400_000;

const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);
export const addDays = (day: string, days: number): string =>
  new Date(at(day) + days * DAY_MS).toISOString().slice(0, 10);
export const daysBetween = (from: string, to: string): number => Math.round((at(to) - at(from)) / DAY_MS);

/** The day that it is in `timeZone`. */
export function dayIn(timeZone: string, instant: number | Date = Date.now()): string {
  // The Canadian format is the ISO one.
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    instant,
  );
}

/** The Monday on or before a day. */
export const mondayOf = (day: string): string => addDays(day, -((new Date(at(day)).getUTCDay() + 6) % 7));

/** The last `weeks` calendar weeks up to the end of today; the week that runs is one of them, so that no bucket begins half way. */
export const lastWeeks = (weeks: number, today: string): Period => ({
  from: addDays(mondayOf(today), -7 * (weeks - 1)),
  to: addDays(today, 1),
});

/** The last `months` calendar months up to the end of today. */
export function lastMonths(months: number, today: string): Period {
  const first = new Date(at(today));
  first.setUTCDate(1);
  first.setUTCMonth(first.getUTCMonth() - (months - 1));
  return { from: first.toISOString().slice(0, 10), to: addDays(today, 1) };
}

/** From the search params: days given win, else whole weeks. `weeks` is null for days of one's own. */
export function periodOf(
  search: { weeks?: number | undefined; from?: string | undefined; to?: string | undefined },
  today: string,
): Period & { weeks: number | null } {
  if (search.from || search.to) {
    const to = search.to ?? addDays(today, 1);
    const from = search.from ?? addDays(to, -91);
    if (from < to) return { from, to, weeks: null };
  }
  const weeks = WEEKS.find((known) => known === search.weeks) ?? 26;
  return { ...lastWeeks(weeks, today), weeks };
}

/** "6 Jul to 4 Oct 2026": both days included; the year once when it is the same. */
export function spanText({ from, to }: Period, locale: string): string {
  const last = addDays(to, -1);
  const format = (day: string, year: boolean): string =>
    new Intl.DateTimeFormat(locale, {
      timeZone: 'UTC',
      day: 'numeric',
      month: 'short',
      ...(year ? { year: 'numeric' } : {}),
    }).format(at(day));
  if (from === last) return format(from, true);
  return `${format(from, from.slice(0, 4) !== last.slice(0, 4))} to ${format(last, true)}`;
}
