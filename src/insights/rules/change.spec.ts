import { benjaminiHochberg, betaQuantile, incompleteBeta, logFactorial, twoSided } from '../../platform/statistics.js';
import { npsChange, overlap, pairedP, permutationP, shareChange } from '../../responses/change.js';
import { answersNeeded, daysUntilDetectable, detectableChange } from '../../responses/detectable.js';
import { wilson } from './wilson.js';

const counts = (promoters: number, passives: number, detractors: number) => ({ promoters, passives, detractors });

describe('distributions', () => {
  it('agrees with tables', () => {
    expect(twoSided(1.959963985)).toBeCloseTo(0.05, 9);
    expect(twoSided(0)).toBeCloseTo(1, 12);
    expect(twoSided(6)).toBeCloseTo(1.9731752900753e-9, 15);
    expect(Math.exp(logFactorial(10))).toBeCloseTo(3628800, 3);
    // Binomial(10, 0.3): P(X ≥ 4) = I_0.3(4, 7)
    expect(incompleteBeta(0.3, 4, 7)).toBeCloseTo(0.3503892816, 9);
    expect(betaQuantile(incompleteBeta(0.7, 2, 5), 2, 5)).toBeCloseTo(0.7, 9);
  });
});

describe('npsChange', () => {
  it('calls a clear change of large groups a signal, and gives its z test', () => {
    const change = npsChange(counts(400, 300, 300), counts(500, 300, 200));
    const z = 20 / Math.hypot(100 * Math.sqrt((0.7 - 0.01) / 1000), 100 * Math.sqrt((0.7 - 0.09) / 1000));
    expect(change).toMatchObject({ test: 'z', verdict: 'signal' });
    expect(change.difference).toBeCloseTo(20, 10);
    expect(change.p).toBeCloseTo(twoSided(z), 12);
    expect(change.low).toBeGreaterThan(0);
  });

  it('calls a change inside chance noise', () =>
    expect(npsChange(counts(40, 30, 30), counts(43, 30, 27))).toMatchObject({ verdict: 'noise' }));

  it('never draws a conclusion from fewer than 30 on a side, though p is given', () => {
    const change = npsChange(counts(0, 0, 29), counts(400, 50, 50));
    expect(change).toMatchObject({ test: 'permutation', verdict: 'tooFew' });
    expect(change.p).toBeLessThan(0.001);
  });

  it('hides the change of fewer than five', () =>
    expect(npsChange(counts(2, 1, 1), counts(400, 50, 50))).toEqual({
      difference: null,
      low: null,
      high: null,
      p: null,
      test: null,
      verdict: 'tooFew',
      detectable: null,
    }));

  it('does not call unanimous equal groups a change', () =>
    expect(npsChange(counts(50, 0, 0), counts(60, 0, 0))).toMatchObject({ difference: 0, p: 1, verdict: 'noise' }));

  it('tests shares such as heard-back the same way', () => {
    expect(shareChange({ hits: 840, n: 1000 }, { hits: 910, n: 1000 })).toMatchObject({ verdict: 'signal' });
    expect(shareChange({ hits: 61, n: 100 }, { hits: 62, n: 100 }).verdict).toBe('noise');
  });
});

describe('permutationP', () => {
  it('equals counting every deal by hand', () => {
    // 3 promoters against 3 detractors: 2 of the 20 deals are as extreme
    expect(permutationP(counts(3, 0, 0), counts(0, 0, 3))).toBeCloseTo(0.1, 12);
    expect(permutationP(counts(2, 1, 2), counts(2, 1, 2))).toBeCloseTo(1, 12);
  });

  it('is Fisher’s exact test where there are no passives', () =>
    // The lady tasting tea, 3 of 4 right, two-sided
    expect(permutationP(counts(3, 0, 1), counts(1, 0, 3))).toBeCloseTo(34 / 70, 12));

  it('does not care which side comes first', () =>
    expect(permutationP(counts(9, 4, 2), counts(11, 20, 30))).toBeCloseTo(
      permutationP(counts(11, 20, 30), counts(9, 4, 2)),
      12,
    ));
});

describe('pairedP', () => {
  it('flips signs exactly for few and uses z for many', () => {
    expect(pairedP([1, 1, 1, 1, 1])).toBeCloseTo(2 / 32, 12);
    expect(pairedP([0, 0])).toBe(1);
    expect(pairedP([])).toBeNull();
    expect(pairedP(Array.from({ length: 40 }, (_, i) => (i % 4 ? 1 : -1)))).toBeLessThan(0.001);
    expect(pairedP(Array.from({ length: 40 }, (_, i) => (i % 2 ? 1 : -1)))).toBeCloseTo(1, 9);
  });
});

describe('benjaminiHochberg', () => {
  it('keeps the order given and the textbook verdicts', () => {
    const ps = [0.041, 0.001, 0.9, 0.008, 0.039];
    expect(benjaminiHochberg(ps).map((t) => t.signal)).toEqual([false, true, false, true, false]);
    expect(benjaminiHochberg(ps).map((t) => Number(t.adjusted.toFixed(5)))).toEqual([
      0.05125, 0.005, 0.9, 0.02, 0.05125,
    ]);
    expect(benjaminiHochberg([])).toEqual([]);
  });
});

describe('detectable change', () => {
  it('is 23 points at 200 answers, and says how many ±5 needs', () => {
    expect(Math.round(detectableChange(200))).toBe(23);
    expect(detectableChange(answersNeeded(5))).toBeLessThanOrEqual(5);
    expect(detectableChange(answersNeeded(5) - 1)).toBeGreaterThan(5);
    expect(daysUntilDetectable(answersNeeded(5) - 100, 30)).toBe(4);
    expect(daysUntilDetectable(10_000, 0)).toBe(0);
    expect(daysUntilDetectable(10, 0)).toBeNull();
  });
});

describe('wilson', () => {
  it('agrees with the published example and stays inside 0…1', () => {
    const { low, high } = wilson(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
    expect(wilson(0, 10)).toMatchObject({ rate: 0, low: 0 });
    expect(wilson(10, 10)).toMatchObject({ rate: 1, high: 1 });
    expect(wilson(0, 0)).toEqual({ rate: null, n: 0, low: null, high: null });
    expect(() => wilson(3, 2)).toThrow(RangeError);
  });
});

describe('overlap', () => {
  it('refuses to rank units that share a point or are unknown', () => {
    expect(overlap({ low: 1, high: 3 }, { low: 3, high: 5 })).toBe(true);
    expect(overlap({ low: 1, high: 3 }, { low: 3.1, high: 5 })).toBe(false);
    expect(overlap({ low: null, high: null }, { low: 3.1, high: 5 })).toBe(true);
  });
});
