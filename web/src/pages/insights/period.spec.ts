import { describe, expect, it } from '@jest/globals';
import { addDays, dayIn, lastMonths, lastWeeks, mondayOf, periodOf, spanText } from './period.js';

describe('periods', () => {
  it('knows the local day at the edge of midnight', () => {
    const instant = Date.parse('2026-03-31T22:30:00Z');
    expect(dayIn('Europe/Berlin', instant)).toBe('2026-04-01');
    expect(dayIn('America/New_York', instant)).toBe('2026-03-31');
  });

  it('goes back to Monday, which is itself', () => {
    expect(mondayOf('2026-11-23')).toBe('2026-11-23');
    expect(mondayOf('2026-11-22')).toBe('2026-11-16');
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
  });

  it('takes whole weeks up to the end of today', () => {
    expect(lastWeeks(1, '2026-11-21')).toEqual({ from: '2026-11-16', to: '2026-11-22' });
    expect(lastWeeks(13, '2026-11-21')).toEqual({ from: '2026-08-24', to: '2026-11-22' });
  });

  it('takes whole months over a new year', () => {
    expect(lastMonths(3, '2027-01-31')).toEqual({ from: '2026-11-01', to: '2027-02-01' });
  });

  it('prefers days given, and ignores a range that ends before it begins', () => {
    expect(periodOf({ from: '2026-01-01', to: '2026-02-01', weeks: 13 }, '2026-11-21')).toEqual({
      from: '2026-01-01',
      to: '2026-02-01',
      weeks: null,
    });
    expect(periodOf({ from: '2026-02-01', to: '2026-01-01' }, '2026-11-21').weeks).toBe(26);
    expect(periodOf({ weeks: 7 }, '2026-11-21').weeks).toBe(26);
  });

  it('names both days, with the year once', () => {
    expect(spanText({ from: '2026-07-06', to: '2026-10-05' }, 'en-GB')).toBe('6 Jul to 4 Oct 2026');
    expect(spanText({ from: '2025-12-29', to: '2026-01-05' }, 'en-GB')).toBe('29 Dec 2025 to 4 Jan 2026');
    expect(spanText({ from: '2026-07-06', to: '2026-07-07' }, 'en-GB')).toBe('6 Jul 2026');
  });
});
