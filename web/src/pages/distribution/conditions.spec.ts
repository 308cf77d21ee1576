import { describe, expect, it } from '@jest/globals';
import { conditionsWords, readConditions, writeConditions } from './conditions.js';

describe('conditions of a trigger on the screen', () => {
  const rows = [
    { property: 'value', op: 'gte' as const, value: '50' },
    { property: 'carrier', op: 'in' as const, value: 'DHL, UPS' },
    { property: 'late', op: 'exists' as const, value: 'true' },
  ];

  it('reads rows and writes what it read', () => {
    const read = readConditions('any', [...rows, { property: ' ', op: 'eq', value: 'x' }]);
    expect(read).toEqual({
      any: [
        { property: 'value', op: 'gte', value: 50 },
        { property: 'carrier', op: 'in', value: ['DHL', 'UPS'] },
        { property: 'late', op: 'exists', value: true },
      ],
    });
    expect(writeConditions(read as never)).toEqual({ how: 'any', isMixed: false, rows });
    expect(readConditions('all', [])).toBeNull();
    expect(readConditions('all', [{ property: 'x', op: 'eq', value: ' ' }])).toBe('Give x something to compare with');
  });

  it('says them as a phrase', () => {
    const [value, carrier] = (readConditions('all', rows) as { all: never[] }).all;
    expect(conditionsWords({ all: [value as never], any: [carrier as never] })).toBe(
      'value is at least 50 and carrier is DHL or UPS',
    );
    expect(conditionsWords(null)).toBe('');
  });
});
