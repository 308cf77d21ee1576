import { describe, expect, it } from '@jest/globals';
import { audienceWords, readAttributes, writeAttributes } from './audience.js';

describe('an audience', () => {
  it('is said as a phrase', () => {
    expect(audienceWords({ segments: [], filter: {} })).toBe('all customers');
    expect(
      audienceWords({
        segments: ['Business', 'Premium'],
        filter: { locale: 'de', lifetimeValueMin: 0, attributes: { plan: ['pro', 'max'], beta: true } },
      }),
    ).toBe('segment Business or Premium, language de, lifetime value from 0, plan is pro or max, beta is true');
  });

  it('reads attributes line by line, with numbers and truth values as such', () => {
    expect(readAttributes(' plan = pro, business \n\nseats = 12\nbeta=true\nzip = 01234x')).toEqual({
      plan: ['pro', 'business'],
      seats: 12,
      beta: true,
      zip: '01234x',
    });
    expect(readAttributes('')).toEqual({});
    expect([readAttributes('plan'), readAttributes('= pro'), readAttributes('plan =')]).toEqual([null, null, null]);
  });

  it('writes what it read', () => {
    const text = 'plan = pro, business\nseats = 12';
    expect(writeAttributes(readAttributes(text) ?? undefined)).toBe(text);
  });
});
