import fc from 'fast-check';
import { category, clusterStandardError, countScores, designEffect, npsFromCounts, standardError } from './nps.js';

describe('category', () => {
  it.each([
    [0, 'detractor'],
    [6, 'detractor'],
    [7, 'passive'],
    [8, 'passive'],
    [9, 'promoter'],
    [10, 'promoter'],
  ])('puts %d with the %ss', (score, expected) => expect(category(score)).toBe(expected));

  it.each([-1, 11, 6.5, Number.NaN])('refuses %d', (score) => expect(() => category(score)).toThrow(RangeError));

  it('counts scores by category', () =>
    expect(countScores([0, 6, 7, 8, 9, 10, 10])).toEqual({ promoters: 3, passives: 2, detractors: 2 }));
});

describe('standardError', () => {
  const half = (promoters: number, passives: number, detractors: number) =>
    1.96 * (standardError({ promoters, passives, detractors }) ?? Number.NaN);

  it('is 160/√n half width at thirds, so ±5 needs 1,024 answers', () => {
    expect(half(30, 30, 30)).toBeCloseTo(160.03 / Math.sqrt(90), 2);
    expect(half(1026 / 3, 1026 / 3, 1026 / 3)).toBeLessThan(5);
    expect(half(1023 / 3, 1023 / 3, 1023 / 3)).toBeGreaterThan(5);
  });

  it('needs 1,537 answers for ±5 in the worst case, half promoters and half detractors', () => {
    expect(half(768.5, 0, 768.5)).toBeLessThanOrEqual(5);
    expect(half(768, 0, 768)).toBeGreaterThan(5);
  });

  it('is zero when all agree and unknown for no answers', () => {
    expect(standardError({ promoters: 7, passives: 0, detractors: 0 })).toBe(0);
    expect(standardError({ promoters: 0, passives: 0, detractors: 0 })).toBeNull();
  });

  it('equals the plain error when every account has one contact, and grows when contacts of an account agree', () => {
    const one = (kind: 'p' | 'n' | 'd') => ({
      promoters: Number(kind === 'p'),
      passives: Number(kind === 'n'),
      detractors: Number(kind === 'd'),
    });
    const single = Array.from('ppppnnddpn').map((kind) => one(kind as 'p'));
    const plain = standardError({ promoters: 5, passives: 3, detractors: 2 }) ?? 0;
    expect(clusterStandardError(single)).toBeCloseTo(plain * Math.sqrt(10 / 9), 10);
    const pairs = single.map((a) => ({
      promoters: 2 * a.promoters,
      passives: 2 * a.passives,
      detractors: 2 * a.detractors,
    }));
    expect(clusterStandardError(pairs)).toBeCloseTo(clusterStandardError(single) ?? 0, 10);
    expect(designEffect(2, 1)).toBe(2);
    expect(clusterStandardError(single.slice(0, 1))).toBeNull();
  });
});

describe('npsFromCounts', () => {
  it('adds three answers before the interval', () => {
    // 100 answers 50/30/20: centre 3000/103, shares 50.75/103 and 20.75/103
    const p = 50.75 / 103;
    const d = 20.75 / 103;
    const half = 196 * Math.sqrt((p + d - (p - d) ** 2) / 103);
    const got = npsFromCounts({ promoters: 50, passives: 30, detractors: 20 });
    expect(got).toMatchObject({ n: 100, nps: 30, tooFew: false });
    expect(got.low).toBeCloseTo(3000 / 103 - half, 10);
    expect(got.high).toBeCloseTo(3000 / 103 + half, 10);
  });

  it('hides fewer than five answers', () => {
    expect(npsFromCounts({ promoters: 2, passives: 1, detractors: 1 })).toEqual({
      n: 4,
      nps: null,
      low: null,
      high: null,
      tooFew: true,
    });
    expect(npsFromCounts({ promoters: 3, passives: 1, detractors: 1 })).toMatchObject({ n: 5, nps: 40, tooFew: true });
  });

  it('calls 29 answers too few, and 30 only when the interval is narrow', () => {
    expect(npsFromCounts({ promoters: 29, passives: 0, detractors: 0 }).tooFew).toBe(true);
    expect(npsFromCounts({ promoters: 30, passives: 0, detractors: 0 })).toMatchObject({
      nps: 100,
      high: 100,
      tooFew: false,
    });
    expect(npsFromCounts({ promoters: 15, passives: 0, detractors: 15 }).tooFew).toBe(true);
  });

  it('shrinks to the score when everyone on a finite list answered', () => {
    const counts = { promoters: 50, passives: 30, detractors: 20 };
    expect(npsFromCounts(counts, { population: 100 })).toMatchObject({ nps: 30, low: 30, high: 30 });
    const open = npsFromCounts(counts);
    const most = npsFromCounts(counts, { population: 150 });
    const ratio = ((most.high ?? 0) - (most.low ?? 0)) / ((open.high ?? 0) - (open.low ?? 0));
    expect(ratio).toBeCloseTo(Math.sqrt(50 / 149), 10);
    expect(() => npsFromCounts(counts, { population: 99 })).toThrow(RangeError);
  });

  it('widens by the root of the design effect', () => {
    const counts = { promoters: 50, passives: 30, detractors: 20 };
    const width = (r: { low: number | null; high: number | null }) => (r.high ?? 0) - (r.low ?? 0);
    expect(width(npsFromCounts(counts, { designEffect: 4 }))).toBeCloseTo(2 * width(npsFromCounts(counts)), 10);
  });

  it('always holds the score inside an interval inside ±100', () => {
    const count = fc.integer({ min: 0, max: 3000 });
    fc.assert(
      fc.property(count, count, count, (promoters, passives, detractors) => {
        const { n, nps, low, high } = npsFromCounts({ promoters, passives, detractors });
        if (n < 5) return nps === null;
        return nps !== null && low !== null && high !== null && -100 <= low && low <= nps && nps <= high && high <= 100;
      }),
    );
  });
});
