import { instantAt, isTimeZone, startOfLocalDay } from '../../platform/zone.js';
import { bucketDate, buckets, parseBound } from './buckets.js';

const zone = 'Europe/Berlin';
const iso = (at: Date) => at.toISOString();

describe('parseBound', () => {
  it('reads a date as the start of the local day and an instant as itself', () => {
    expect(iso(parseBound('2026-07-06', zone))).toBe('2026-07-05T22:00:00.000Z');
    expect(iso(parseBound('2026-07-06', 'America/New_York'))).toBe('2026-07-06T04:00:00.000Z');
    expect(iso(parseBound('2026-07-06T10:00:00+02:00', zone))).toBe('2026-07-06T08:00:00.000Z');
  });

  it.each(['2026-02-30', '2026-7-6', '2026-07-06T10:00:00', 'yesterday', ''])('refuses %p', (text) =>
    expect(() => parseBound(text, zone)).toThrow(RangeError),
  );

  it('begins a day whose midnight is skipped when the clocks change', () =>
    // Beirut 2026: 00:00 → 01:00 on 29 March
    expect(iso(startOfLocalDay('Asia/Beirut', '2026-03-29'))).toBe('2026-03-28T22:00:00.000Z'));

  it('knows UTC and does not know nonsense', () => {
    expect(isTimeZone('UTC')).toBe(true);
    expect(isTimeZone('Mars/Base')).toBe(false);
  });

  it('takes the first of two equal readings', () =>
    expect(new Date(instantAt(zone, Date.UTC(2026, 9, 25, 2, 30))).toISOString()).toBe('2026-10-25T00:30:00.000Z'));
});

describe('buckets', () => {
  it('makes days of 23, 24 and 25 hours', () => {
    const hours = (from: string, to: string) =>
      buckets(parseBound(from, zone), parseBound(to, zone), 'day', zone).map(
        (b) => (b.end.getTime() - b.start.getTime()) / 3_600_000,
      );
    expect(hours('2026-03-28', '2026-03-31')).toEqual([24, 23, 24]);
    expect(hours('2026-10-24', '2026-10-27')).toEqual([24, 25, 24]);
  });

  it('starts weeks on Monday and leaves no gap', () => {
    const found = buckets(parseBound('2026-10-21', zone), parseBound('2026-11-10', zone), 'week', zone);
    expect(found.map((b) => b.date)).toEqual(['2026-10-19', '2026-10-26', '2026-11-02', '2026-11-09']);
    found.slice(1).forEach((b, i) => expect(b.start).toEqual(found[i]?.end));
    expect(bucketDate(new Date('2026-10-25T22:59:59Z'), 'week', zone)).toBe('2026-10-19');
    expect(bucketDate(new Date('2026-10-25T23:00:00Z'), 'week', zone)).toBe('2026-10-26');
  });

  it('makes months and quarters over a year’s end', () => {
    const dates = (interval: 'month' | 'quarter') =>
      buckets(parseBound('2026-11-15', zone), parseBound('2027-02-01', zone), interval, zone).map((b) => b.date);
    expect(dates('month')).toEqual(['2026-11-01', '2026-12-01', '2027-01-01']);
    expect(dates('quarter')).toEqual(['2026-10-01', '2027-01-01']);
  });

  it('is empty for an empty range and refuses an absurd one', () => {
    expect(buckets(new Date(5), new Date(5), 'day', zone)).toEqual([]);
    expect(() => buckets(new Date(0), new Date('2026-01-01'), 'day', zone)).toThrow(RangeError);
  });
});
