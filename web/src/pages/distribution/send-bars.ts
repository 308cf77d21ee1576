const DAY_MS = 86_400_000;
/** More days than this are shown by week. */
const MOST_DAYS = 35;

interface Bar {
  /** First day, YYYY-MM-DD. */
  date: string;
  n: number;
}

/** Counts by day as bars without gaps: days without a mail are there with 0. By week (of 7 days from the first) where days are too many. */
export function perBar(days: readonly Bar[]): { unit: 'day' | 'week'; bars: Bar[] } {
  const first = Date.parse(days[0]?.date ?? '');
  const last = Date.parse(days.at(-1)?.date ?? '');
  if (Number.isNaN(first)) return { unit: 'day', bars: [] };
  const span = Math.round((last - first) / DAY_MS) + 1;
  const length = span > MOST_DAYS ? 7 : 1;
  const bars = Array.from({ length: Math.ceil(span / length) }, (_, index) => ({
    date: new Date(first + index * length * DAY_MS).toISOString().slice(0, 10),
    n: 0,
  }));
  for (const { date, n } of days) {
    const bar = bars[Math.floor(Math.round((Date.parse(date) - first) / DAY_MS) / length)];
    if (bar) bar.n += n;
  }
  return { unit: length === 7 ? 'week' : 'day', bars };
}
