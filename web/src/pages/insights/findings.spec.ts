import { describe, expect, it } from '@jest/globals';
import type { ChangeVerdict, NpsFigures } from '../../../../src/insights/insights.contract.js';
import { excludedText, hoursText, pointsText, sharesHeading, trendHeading } from './findings.js';

const change = (difference: number, verdict: ChangeVerdict['verdict']): ChangeVerdict => ({
  difference,
  low: null,
  high: null,
  p: null,
  test: null,
  verdict,
  detectable: null,
});
const figures = (promoters: number, passives: number, detractors: number): NpsFigures => ({
  n: promoters + passives + detractors,
  promoters,
  passives,
  detractors,
  nps: 0,
  low: null,
  high: null,
  tooFew: false,
});
const against = { compare: 'before', lengthText: '13 weeks' } as const;

describe('findings', () => {
  it('states a change only when it is signal', () => {
    expect(trendHeading(change(4.2, 'signal'), 28.4, against)).toBe(
      'NPS rose by 4 to +28, against the 13 weeks before',
    );
    expect(trendHeading(change(-4.2, 'signal'), -3, { ...against, compare: 'year' })).toBe(
      'NPS fell by 4 to −3, against the same 13 weeks a year ago',
    );
    expect(trendHeading(change(4.2, 'noise'), 28.4, against)).toBe('NPS over time');
    expect(trendHeading(change(40, 'tooFew'), 28.4, against)).toBe('NPS over time');
  });

  it.each([
    [
      'fewer detractors',
      figures(50, 40, 10),
      figures(49, 21, 30),
      20,
      'Fewer detractors, not more promoters, drive the rise',
    ],
    [
      'more promoters',
      figures(60, 10, 30),
      figures(40, 30, 30),
      20,
      'More promoters, not fewer detractors, drive the rise',
    ],
    ['both', figures(60, 20, 20), figures(50, 20, 30), 20, 'More promoters and fewer detractors drive the rise'],
    [
      'a fall by detractors',
      figures(49, 21, 30),
      figures(50, 40, 10),
      -20,
      'More detractors, not fewer promoters, drive the fall',
    ],
  ])('says which end moved the score: %s', (_, now, before, difference, heading) => {
    expect(sharesHeading(change(difference, 'signal'), now, before)).toBe(heading);
    expect(sharesHeading(change(difference, 'noise'), now, before)).toBe(
      'Shares of promoters, passives and detractors',
    );
  });

  it('names what was left out, most first, and one of a kind in the singular', () => {
    expect(excludedText({ duplicate: 1, scanner: 148, staff: 0 }, String)).toBe('148 mail scanners, 1 duplicate');
    expect(excludedText({}, String)).toBe('');
  });

  it('says lengths of time and points as people do', () => {
    expect([0.005, 0.83, 3, 3.17, 26.2, 100].map(hoursText)).toEqual([
      '1 min',
      '50 min',
      '3 h',
      '3 h 10 min',
      '26 h',
      '4 d 4 h',
    ]);
    expect([1.2, -7, 0.2, null].map(pointsText)).toEqual(['+1 point', '−7 points', '0 points', '']);
  });
});
