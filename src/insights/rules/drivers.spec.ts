import { seeded } from '../../platform/statistics.js';
import { drivers, type DriverRow } from './drivers.js';

const specs = (k: number) => Array.from({ length: k }, (_, i) => ({ key: `d${i}`, positiveFrom: 0 }));

/** Rows whose score is Σ weight·driver + noise, drivers independent and even in −1…1. */
function rows(n: number, weights: readonly number[], noise = 0.3): DriverRow[] {
  const random = seeded(7);
  const draw = () => 2 * random() - 1;
  return Array.from({ length: n }, () => {
    const values = weights.map(draw);
    return { values, score: weights.reduce((sum, w, i) => sum + w * (values[i] ?? 0), 0) + noise * draw() };
  });
}

describe('drivers', () => {
  it('shares out R² by strength, with sign, and shows what is not significant as zero', () => {
    const found = drivers(specs(3), rows(600, [2, -1, 0]));
    expect(found).toMatchObject({ method: 'lmg', n: 600 });
    expect(found?.drivers.map((d) => d.key)).toEqual(['d0', 'd1', 'd2']);
    const [first, second, third] = found?.drivers ?? [];
    expect(first?.share).toBeCloseTo(0.8, 1);
    expect(first?.low).toBeLessThan(0.8);
    expect(first?.high).toBeGreaterThan(first?.share ?? 1);
    expect(second?.correlation).toBeLessThan(-0.3);
    expect(third).toMatchObject({ significant: false, share: 0 });
    expect(first?.performance).toBeCloseTo(0.5, 1);
    expect(found?.drivers.reduce((sum, d) => sum + d.rawShare, 0)).toBeCloseTo(1, 9);
  });

  it('gives two copies of one driver the same share', () => {
    const copied = rows(300, [1, 1]).map((r) => ({
      score: r.score,
      values: [r.values[0] ?? 0, r.values[0] ?? 0, r.values[1] ?? 0],
    }));
    const found = drivers(specs(3), copied);
    const share = (key: string) => found?.drivers.find((d) => d.key === key)?.rawShare ?? Number.NaN;
    expect(share('d0')).toBeCloseTo(share('d1'), 9);
    expect(share('d0') + share('d1')).toBeCloseTo(share('d2'), 0);
  });

  it('falls back to relative weights beyond twelve drivers, and agrees with the strength', () => {
    const found = drivers(specs(14), rows(800, [3, 2, ...Array.from({ length: 12 }, () => 0)]), { resamples: 20 });
    expect(found?.method).toBe('johnson');
    expect(found?.drivers.slice(0, 2).map((d) => d.key)).toEqual(['d0', 'd1']);
    expect(found?.drivers[0]?.rawShare).toBeCloseTo(9 / 13, 1);
    expect(found?.r2).toBeGreaterThan(0.95);
  });

  it('leaves out incomplete rows, ignores a constant driver and refuses what it cannot know', () => {
    const holed = rows(40, [1, 1]).map((r, i) => ({ score: r.score, values: [i % 4 ? (r.values[0] ?? 0) : null, 3] }));
    const found = drivers(specs(2), holed);
    expect(found?.n).toBe(30);
    expect(found?.drivers.find((d) => d.key === 'd1')).toMatchObject({ correlation: 0, share: 0, performance: 1 });
    expect(drivers(specs(2), rows(3, [1, 1]))).toBeNull();
    expect(
      drivers(
        specs(1),
        Array.from({ length: 9 }, (_, i) => ({ score: 5, values: [i] })),
      ),
    ).toBeNull();
  });
});
