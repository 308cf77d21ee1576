import { describe, expect, it } from '@jest/globals';
import { type AttributeOp, audienceWords, readRows, writeRows } from './audience.js';

const row = (name: string, op: AttributeOp, a = '', b = '') => ({ name, op, a, b });

describe('an audience', () => {
  it('is said as a phrase', () => {
    expect(audienceWords({ segments: [], filter: {} })).toBe('all customers');
    expect(
      audienceWords({
        segments: ['Business', 'Premium'],
        filter: {
          locale: 'de',
          lifetimeValueMin: 0,
          attributes: { plan: ['pro', 'max'], beta: true, seats: { min: 3 }, left: { exists: false } },
          lastEvent: { type: 'order', withinDays: 90, notWithinDays: 7 },
        },
      }),
    ).toBe(
      'segment Business or Premium, language de, lifetime value from 0, plan is pro or max, beta is true, seats from 3, left is not known, order within 90 days but no order within 7 days',
    );
  });

  it('reads conditions on attributes, numbers and truth values as such, and writes what it read', () => {
    const rows = [
      row('plan', 'is', 'pro, business'),
      row('beta', 'not', 'true'),
      row('zip', 'is', '01234x'),
      row('seats', 'number', '3', ''),
      row('renewal', 'date', '2026-01-01', '2027-01-01'),
      row('vip', 'known'),
    ];
    const read = readRows([...rows, row(' ', 'is')]);
    expect(read).toEqual({
      plan: ['pro', 'business'],
      beta: { not: true },
      zip: '01234x',
      seats: { min: 3 },
      renewal: { from: '2026-01-01', to: '2027-01-01' },
      vip: { exists: true },
    });
    expect(writeRows(read as never)).toEqual(rows);
  });

  it('says what cannot be read', () => {
    expect(readRows([row('plan', 'is', ' , ')])).toBe('Give plan a value');
    expect(readRows([row('seats', 'number', 'x')])).toBe('Write the range of seats in numbers');
    expect(readRows([row('day', 'date')])).toBe('Give day one end of its range');
    expect(readRows([row('a', 'known'), row('a', 'known')])).toBe('Name a once');
  });
});
