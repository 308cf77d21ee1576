import { describe, expect, it } from '@jest/globals';
import { nextSurvey } from './next-survey.js';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-21T10:00:00Z');
const policy = { minDaysBetween: 30, maxPerYear: 3, respectOpenCases: true };
const yes = { purpose: 'feedback', granted: true, basis: 'consent', source: 'x', textVersion: null, at: '' } as const;
const customer = { email: 'a@example.org', suppression: null, consents: [yes], holds: [] };
const ago = (...days: number[]): number[] => days.map((n) => NOW - n * DAY);

describe('when a customer may be asked next', () => {
  it('is now when nobody asked within the pause', () => {
    expect(nextSurvey(customer, policy, [], NOW)).toEqual({ can: 'now' });
    expect(nextSurvey(customer, policy, ago(30), NOW)).toEqual({ can: 'now' });
  });

  it('is a pause after the newest mail, whatever the order', () => {
    expect(nextSurvey(customer, policy, ago(200, 29), NOW)).toEqual({ can: 'later', at: NOW + DAY });
  });

  it('waits for the year when it was asked as often as a year allows', () => {
    expect(nextSurvey(customer, policy, ago(40, 100, 200), NOW)).toEqual({ can: 'later', at: NOW + 165 * DAY });
    expect(nextSurvey(customer, { ...policy, maxPerYear: null }, ago(40, 100, 200), NOW)).toEqual({ can: 'now' });
    expect(nextSurvey(customer, { ...policy, maxPerYear: 0 }, [], NOW)).toMatchObject({ can: 'never' });
  });

  it.each([
    [
      'stopped',
      { suppression: { reason: 'unsubscribed', source: 'x', at: '' } as const },
      'They asked for no more surveys.',
    ],
    ['without an address', { email: null }, 'There is no email address.'],
    ['never asked for consent', { consents: [] }, 'There is no consent to ask for feedback.'],
    ['refused', { consents: [{ ...yes, granted: false }] }, 'They do not want to be asked.'],
  ])('is never when %s', (_, change, why) => {
    expect(nextSurvey({ ...customer, ...change }, policy, [], NOW)).toEqual({ can: 'never', why });
  });

  it('is held by an open case only where the policy respects it', () => {
    const held = { ...customer, holds: ['case:1'] };
    expect(nextSurvey(held, policy, [], NOW)).toMatchObject({ can: 'held' });
    expect(nextSurvey(held, { ...policy, respectOpenCases: false }, [], NOW)).toEqual({ can: 'now' });
  });
});
