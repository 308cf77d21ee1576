import { seeded } from '../platform/statistics.js';
import { emerging, risingByDay } from './emerging.js';

const exposure = { recentExposure: 1000, baselineExposure: 1000 };

/** A Poisson draw (Knuth), for a world in which nothing changes. */
function poisson(mean: number, random: () => number): number {
  let count = -1;
  for (let product = 1; product > Math.exp(-mean); product *= random()) count++;
  return count;
}

describe('emerging', () => {
  const steady = Array.from({ length: 40 }, (_, i) => ({
    key: `old ${i}`,
    recent: 60 + 5 * i,
    baseline: [62 + 5 * i],
  }));

  it('surfaces 6 → 42 mentions although forty pain points are larger', () => {
    const found = emerging([...steady, { key: 'fresh', recent: 42, baseline: [6] }], exposure);
    expect(found[0]).toMatchObject({ key: 'fresh', emerging: true });
    expect(found[0]?.ratio).toBeGreaterThan(4);
    expect(found[0]?.ratioLow).toBeGreaterThan(2);
    expect(found.filter((f) => f.emerging)).toHaveLength(1);
  });

  it('takes something never seen before, but only with support', () => {
    const found = emerging(
      [...steady, { key: 'new', recent: 12, baseline: [] }, { key: 'rare', recent: 4, baseline: [0] }],
      { recentExposure: 1000, baselineExposure: 12_000 },
    );
    expect(found.find((f) => f.key === 'new')?.emerging).toBe(true);
    expect(found.find((f) => f.key === 'rare')?.emerging).toBe(false);
  });

  it('corrects for a longer baseline and for more answers in the recent window', () => {
    const grown = [{ key: 'a', recent: 42, baseline: [42] }, ...steady];
    expect(
      emerging(grown, { recentExposure: 7000, baselineExposure: 1000 }).find((f) => f.key === 'a')?.ratio,
    ).toBeLessThan(0.5);
  });

  it('does not cry wolf over a pain point that always comes in bursts', () => {
    const bursts = { key: 'bursts', recent: 26, baseline: [2, 30, 1, 0, 28, 2, 1, 26] };
    const even = { key: 'even', recent: 26, baseline: [11, 12, 10, 11, 12, 11, 12, 11] };
    const found = emerging([bursts, even], { recentExposure: 100, baselineExposure: 800 });
    expect(found.find((f) => f.key === 'bursts')?.emerging).toBe(false);
    expect(found.find((f) => f.key === 'even')?.emerging).toBe(true);
  });

  it('keeps false alarms rare when nothing changes', () => {
    const random = seeded(11);
    let alarms = 0;
    for (let world = 0; world < 100; world++) {
      const items = Array.from({ length: 30 }, (_, i) => ({
        key: `${i}`,
        recent: poisson(12, random),
        baseline: [poisson(12, random), poisson(12, random)],
      }));
      if (emerging(items, { recentExposure: 1, baselineExposure: 2 }).some((f) => f.emerging)) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(12);
  });

  it('handles no mentions at all and refuses no exposure', () => {
    expect(emerging([], exposure)).toEqual([]);
    expect(emerging([{ key: 'a', recent: 0, baseline: [0] }], exposure)[0]).toMatchObject({ emerging: false, p: 1 });
    expect(() => emerging([], { recentExposure: 0, baselineExposure: 1 })).toThrow(RangeError);
  });
});

describe('risingByDay', () => {
  const answers = Array.from({ length: 70 }, (_, daysAgo) => ({ daysAgo, count: 45 }));
  /** `late` a day for the last `lately` days, `before` a day earlier. */
  const line = (key: string, before: number, late = before, lately = 0) =>
    Array.from({ length: 70 }, (_, daysAgo) => ({ key, daysAgo, count: daysAgo < lately ? late : before }));
  const steady = Array.from({ length: 30 }, (_, at) => line(`steady ${at}`, 1)).flat();
  const raised = (...mentions: { key: string; daysAgo: number; count: number }[]) =>
    [...risingByDay([...steady, ...mentions], answers)].filter(([, one]) => one.emerging).map(([key]) => key);

  it('finds an issue of three a day after three days, also within an older pain point, and nothing where nothing changed', () => {
    expect(raised()).toEqual([]);
    expect(raised(...line('new', 0, 3, 3))).toEqual(['new']);
    expect(raised(...line('old', 1, 5, 3))).toEqual(['old']);
  });

  it('finds what grows slowly over a fortnight, and says of which days its figures are', () => {
    const slow = [0, 2, 4, 7, 9, 11].map((daysAgo) => ({ key: 'slow', daysAgo, count: 1 }));
    const found = risingByDay([...steady, ...slow], answers);
    expect(found.get('slow')).toMatchObject({ emerging: true, days: 14, recent: 6 });
    expect(found.get('steady 3')).toMatchObject({ emerging: false, days: 7, recent: 7 });
  });
});
