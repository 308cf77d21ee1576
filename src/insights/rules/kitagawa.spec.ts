import fc from 'fast-check';
import { kitagawa } from './kitagawa.js';

describe('kitagawa', () => {
  it('explains a total that falls 29 → 28 while both segments rise', () => {
    const found = kitagawa([
      { key: 'homes', before: { n: 60, score: 41 }, after: { n: 50, score: 43 } },
      { key: 'firms', before: { n: 40, score: 11 }, after: { n: 50, score: 13 } },
    ]);
    expect(found?.before).toBeCloseTo(29, 12);
    expect(found?.after).toBeCloseTo(28, 12);
    expect(found?.within).toBeCloseTo(2, 12);
    expect(found?.mix).toBeCloseTo(-3, 12);
    expect(found?.groups.find((g) => g.key === 'firms')?.mix).toBeLessThan(0);
  });

  it('takes a group that appears or vanishes as mix only', () => {
    const found = kitagawa([
      { key: 'old', before: { n: 10, score: 20 }, after: { n: 10, score: 20 } },
      { key: 'new', before: { n: 0, score: Number.NaN }, after: { n: 10, score: 60 } },
    ]);
    expect(found).toMatchObject({ before: 20, after: 40, within: 0, mix: 20 });
  });

  it('knows nothing about a period without answers', () =>
    expect(kitagawa([{ key: 'a', before: { n: 0, score: 0 }, after: { n: 3, score: 1 } }])).toBeNull());

  it('adds up exactly', () => {
    const period = fc.record({ n: fc.integer({ min: 0, max: 500 }), score: fc.integer({ min: -100, max: 100 }) });
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.string(), before: period, after: period }), { minLength: 1 }),
        (groups) => {
          const found = kitagawa(groups);
          return found === null || Math.abs(found.after - found.before - found.within - found.mix) < 1e-9;
        },
      ),
    );
  });
});
