import { addDays, cycleAt, nextAt, slotOf } from './schedule.js';

const every = (everyDays: number) => ({ everyDays, spread: 'even' as const, until: null });
const per = (cadence: 'month' | 'quarter' | 'half_year' | 'year') => ({
  cadence,
  spread: 'even' as const,
  until: null,
});

describe('cycles of a recurring campaign', () => {
  it.each([
    [every(90), '2026-01-10', '2026-01-10', { number: 0, from: '2026-01-10', to: '2026-04-10', days: 90 }],
    [every(90), '2026-01-10', '2026-04-09', { number: 0, from: '2026-01-10', to: '2026-04-10', days: 90 }],
    [every(90), '2026-01-10', '2026-04-10', { number: 1, from: '2026-04-10', to: '2026-07-09', days: 90 }],
    [per('quarter'), '2026-01-15', '2026-04-15', { number: 1, from: '2026-04-15', to: '2026-07-15', days: 91 }],
    [per('month'), '2026-01-31', '2026-02-28', { number: 1, from: '2026-02-28', to: '2026-03-31', days: 31 }],
    [per('year'), '2024-02-29', '2028-03-01', { number: 4, from: '2028-02-29', to: '2029-02-28', days: 365 }],
    [per('half_year'), '2026-01-01', '2030-12-31', { number: 9, from: '2030-07-01', to: '2031-01-01', days: 184 }],
  ])('%j from %s: %s lies in %j', (recurrence, first, date, cycle) => {
    expect(cycleAt(recurrence, first, date)).toEqual(cycle);
  });

  it('tiles the days without gaps, whatever the cadence', () => {
    for (const recurrence of [every(7), every(91), per('month'), per('quarter')]) {
      let before = cycleAt(recurrence, '2026-01-31', '2026-01-31');
      for (let day = 0; day < 800; day++) {
        const date = addDays('2026-01-31', day);
        const cycle = cycleAt(recurrence, '2026-01-31', date);
        expect(cycle.from <= date && date < cycle.to).toBe(true);
        if (cycle.number !== before.number) expect(cycle).toMatchObject({ number: before.number + 1, from: before.to });
        before = cycle;
      }
    }
  });

  it('spreads customers evenly, and leaves each their place', () => {
    const perDay = Array.from({ length: 91 }, () => 0);
    for (let i = 0; i < 91_00; i++) {
      const slot = slotOf('campaign', `customer ${i}`, 91);
      perDay[slot] = (perDay[slot] ?? 0) + 1;
      // A cycle of other length moves nobody by more than its difference.
      expect(Math.abs(slotOf('campaign', `customer ${i}`, 92) - slot)).toBeLessThanOrEqual(1);
    }
    // 100 a day ± 5 standard deviations of a binomial.
    expect(Math.min(...perDay)).toBeGreaterThan(50);
    expect(Math.max(...perDay)).toBeLessThan(150);
  });
});

describe('a time on a clock', () => {
  const at = (zone: string, time: string, notBefore: string, date?: string): string =>
    nextAt(zone, { time, zone: 'customer', ...(date ? { date } : {}) }, new Date(notBefore)).toISOString();

  it.each([
    ['Europe/Oslo', '09:00', '2026-11-23T07:59:00Z', undefined, '2026-11-23T08:00:00.000Z'],
    ['Europe/Oslo', '09:00', '2026-11-23T08:00:01Z', undefined, '2026-11-24T08:00:00.000Z'],
    ['Pacific/Auckland', '09:00', '2026-11-22T08:00:00Z', '2026-11-24', '2026-11-23T20:00:00.000Z'],
    ['America/Los_Angeles', '09:00', '2026-11-22T08:00:00Z', '2026-11-24', '2026-11-24T17:00:00.000Z'],
    // A date that is over on the customer's clock: the next morning, never at once.
    ['Pacific/Auckland', '09:00', '2026-11-23T22:00:00Z', '2026-11-24', '2026-11-24T20:00:00.000Z'],
    // 29 March 2026, 02:00–03:00 does not exist in Oslo: the moment of the change.
    ['Europe/Oslo', '02:30', '2026-03-29T00:00:00Z', '2026-03-29', '2026-03-29T01:00:00.000Z'],
    // 25 October 2026, 02:30 comes twice: the first.
    ['Europe/Oslo', '02:30', '2026-10-24T12:00:00Z', '2026-10-25', '2026-10-25T00:30:00.000Z'],
    // Between the two: the first is over, so the next day's.
    ['Europe/Oslo', '02:30', '2026-10-25T01:00:00Z', undefined, '2026-10-26T01:30:00.000Z'],
    // 9:00 stays 9:00 on the wall over the change.
    ['Europe/Oslo', '09:00', '2026-03-28T00:00:00Z', '2026-03-29', '2026-03-29T07:00:00.000Z'],
  ])('%s %s after %s on %s: %s', (zone, time, notBefore, date, expected) => {
    expect(at(zone, time, notBefore, date)).toBe(expected);
  });
});
