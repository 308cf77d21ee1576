import { painPointImpact, type NamedResponse } from './impact.js';

const times = (n: number, value: number, ...painPoints: string[]): NamedResponse[] =>
  Array.from({ length: n }, () => ({ value, painPoints }));

describe('painPointImpact', () => {
  it('is the score minus the score without the responses naming it', () => {
    const report = painPointImpact([...times(50, 1), ...times(30, 0), ...times(20, -1, 'late')]);
    expect(report.score).toBe(30);
    expect(report.painPoints).toHaveLength(1);
    expect(report.painPoints[0]).toMatchObject({ key: 'late', n: 20, impact: 30 - 62.5 });
    expect(report.painPoints[0]?.share).toBeCloseTo(-32.5, 10);
  });

  it('splits a shared response evenly and adds up to the whole', () => {
    const report = painPointImpact([...times(80, 1), ...times(20, -1, 'a', 'b')]);
    expect(report.painPoints.map((p) => p.share)).toEqual([expect.closeTo(-20, 10), expect.closeTo(-20, 10)]);
    expect((report.score ?? 0) - (report.scoreWithout ?? 0)).toBeCloseTo(-40, 10);
  });

  const many = (k: number) => [
    ...times(100, 1),
    ...Array.from({ length: 400 }, (_, i) =>
      times(1, (i % 3) - 1, `p${i % k}`, `p${(i * 7) % k}`, `p${(i * i) % k}`),
    ).flat(),
  ];

  it.each([3, 12, 20])('adds up with %d overlapping pain points', (k) => {
    const report = painPointImpact(many(k));
    const sum = report.painPoints.reduce((total, p) => total + p.share, 0);
    expect(report.painPoints).toHaveLength(k);
    expect(sum).toBeCloseTo((report.score ?? 0) - (report.scoreWithout ?? 0), 8);
    expect(painPointImpact(many(k))).toEqual(report);
  });

  it('has edges: nothing, nothing named, everything named', () => {
    expect(painPointImpact([])).toEqual({ n: 0, score: null, scoreWithout: null, painPoints: [] });
    expect(painPointImpact(times(3, 1))).toMatchObject({ score: 100, scoreWithout: 100, painPoints: [] });
    expect(painPointImpact(times(3, -1, 'a'))).toMatchObject({ score: -100, painPoints: [{ impact: null, share: 0 }] });
  });
});
