import { DAY_MS, instantAt, wallAt } from '../../platform/zone.js';

const MINUTE_MS = 60_000;

/** Local minutes of the day; `from` after `to` means over midnight. Null: no quiet hours. */
export type QuietHours = Readonly<{ from: number; to: number }> | null;

/** When a mail may leave that is wanted at `now`: at once, or when the quiet hours that it falls in end. */
export function afterQuiet(timeZone: string, quiet: QuietHours, now: Date): Date {
  if (!quiet || quiet.from === quiet.to) return now;
  const wall = wallAt(timeZone, now.getTime());
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  const minute = Math.floor((wall - midnight) / MINUTE_MS);
  const overnight = quiet.from > quiet.to;
  const isQuiet = overnight ? minute >= quiet.from || minute < quiet.to : minute >= quiet.from && minute < quiet.to;
  if (!isQuiet) return now;
  const day = overnight && minute >= quiet.from ? midnight + DAY_MS : midnight;
  return new Date(instantAt(timeZone, day + quiet.to * MINUTE_MS));
}
