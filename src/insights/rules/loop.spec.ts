import { cesFromCounts } from './ces.js';
import { csatFromCounts } from './csat.js';
import { loopHealth, type LoopRow, median } from './loop.js';

const now = new Date('2026-11-20T12:00:00Z');
const at = (hours: number) => new Date(Date.UTC(2026, 10, 1) + hours * 3_600_000);
const row = (customerId: string, more: Partial<LoopRow> = {}): LoopRow => ({
  customerId,
  openedAt: at(0),
  firstResponseAt: null,
  resolvedAt: null,
  heardBackAt: null,
  resolutionDueAt: at(48),
  waiting: false,
  reachable: true,
  answer: null,
  answeredAt: null,
  reopened: false,
  closedSilent: false,
  ...more,
});
const told = { firstResponseAt: at(2), resolvedAt: at(20), heardBackAt: at(20) };

describe('loopHealth', () => {
  it('counts who heard back of those due, and who confirmed of those who heard', () => {
    const health = loopHealth(
      [
        row('fixed', { ...told, answer: 'fixed', answeredAt: at(30) }),
        row('not yet', { ...told, answer: 'not_yet', answeredAt: at(30), reopened: true }),
        row('silent', { ...told, resolvedAt: at(40), closedSilent: true }),
        row('late'),
        row('no consent', { resolvedAt: at(20), reachable: false }),
        row('in time', { resolutionDueAt: new Date('2026-11-21T12:00:00Z') }),
        row('waiting', { waiting: true, resolutionDueAt: null }),
        row('no SLA', { resolutionDueAt: null }),
      ],
      now,
    );
    expect(health.heardBack).toMatchObject({ rate: 0.5, n: 6 });
    expect(health.confirmed).toMatchObject({ rate: 1 / 3, n: 3 });
    expect(health).toMatchObject({ notReachable: 1, notYetDue: 2, reopened: 1, closedSilent: 1 });
    expect(health.medianHours).toEqual({ firstResponse: 2, resolution: 20 });
  });

  it('counts a customer once and takes the last answer', () => {
    const health = loopHealth(
      [
        row('a', { ...told, answer: 'not_yet', answeredAt: at(50) }),
        row('a', { ...told, answer: 'fixed', answeredAt: at(90) }),
        row('a', { resolutionDueAt: new Date('2027-01-01T00:00:00Z') }),
      ],
      now,
    );
    expect(health.heardBack).toMatchObject({ rate: 1, n: 1 });
    expect(health.confirmed).toMatchObject({ rate: 1, n: 1 });
  });

  it('counts an early resolution in n and a due time that has just come as due', () => {
    expect(loopHealth([row('a', { ...told, resolutionDueAt: at(9999) })], now).heardBack).toMatchObject({
      rate: 1,
      n: 1,
    });
    expect(loopHealth([row('a', { resolutionDueAt: now })], now).heardBack).toMatchObject({ rate: 0, n: 1 });
  });

  it('knows no rate without cases', () =>
    expect(loopHealth([], now)).toEqual({
      heardBack: { rate: null, n: 0, low: null, high: null },
      confirmed: { rate: null, n: 0, low: null, high: null },
      notYet: 0,
      notReachable: 0,
      notYetDue: 0,
      reopened: 0,
      closedSilent: 0,
      medianHours: { firstResponse: null, resolution: null },
    }));

  it('takes the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });
});

describe('csatFromCounts', () => {
  it('is the percent of fours and fives', () => {
    expect(csatFromCounts([5, 5, 10, 30, 50])).toMatchObject({ n: 100, csat: 80, tooFew: false });
    expect(csatFromCounts([0, 0, 0, 2, 2])).toEqual({ n: 4, csat: null, low: null, high: null, tooFew: true });
    expect(() => csatFromCounts([1, 2, 3])).toThrow(RangeError);
  });
});

describe('cesFromCounts', () => {
  it('gives the mean and the shares easy and hard', () => {
    const ces = cesFromCounts([10, 0, 10, 20, 20, 20, 20]);
    expect(ces).toMatchObject({ n: 100, mean: 4.8, easy: { rate: 0.6 }, hard: { rate: 0.2 }, tooFew: false });
    expect(cesFromCounts([0, 0, 0, 0, 0, 0, 9])).toMatchObject({ mean: 7, high: 7, tooFew: true });
    expect(cesFromCounts([0, 0, 0, 0, 0, 0, 0]).mean).toBeNull();
    expect(() => cesFromCounts([1, 2, 3, 4, 5])).toThrow(RangeError);
  });
});
