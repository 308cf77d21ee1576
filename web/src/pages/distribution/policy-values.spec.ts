import { describe, expect, it } from '@jest/globals';
import { bodyOf, policySentence, valuesOf } from './policy-values.js';

const POLICY = {
  minDaysBetween: 30,
  maxPerYear: null,
  quietHours: { from: '21:00', to: '08:00' },
  weekdays: [1, 2, 3, 4, 5],
  respectOpenCases: true,
  holidays: {
    calendars: ['DE-BY'],
    followCustomer: false,
    own: [
      { date: '12-24', name: 'Christmas Eve' },
      { date: '02-29', name: 'Leap day' },
      { date: '2026-05-15', name: 'Bridge day' },
    ],
  },
  perMetric: { nps: { minDaysBetween: 90, maxPerYear: null }, ces: { minDaysBetween: 0, maxPerYear: 2 } },
  version: 1,
  updatedAt: '2026-01-01T00:00:00Z',
};

describe('contact policy values', () => {
  it('gives back the policy it was made of', () => {
    const { version: _, updatedAt: __, ...rules } = POLICY;
    expect(bodyOf(valuesOf(POLICY, 2026))).toEqual(rules);
    const plain = { ...POLICY, quietHours: null, holidays: null, perMetric: null };
    expect(bodyOf(valuesOf(plain, 2026))).toMatchObject({ quietHours: null, holidays: null, perMetric: null });
  });

  it('leaves out days that are not filled in', () => {
    const values = valuesOf(POLICY, 2026);
    expect(bodyOf({ ...values, own: [{ date: '', name: 'x', everyYear: true }] }).holidays?.own).toEqual([]);
  });

  it('tells the policy in a sentence', () => {
    expect(policySentence(valuesOf(POLICY, 2026))).toBe(
      'We ask each customer at most once in 30 days, and NPS and CES less often; mails go on Monday to Friday but holidays, not between 21:00 and 08:00 their time; nobody is asked while their case is open.',
    );
  });
});
