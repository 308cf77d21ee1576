import { Conditions } from './conditions.contract.js';
import { unmet } from './conditions.js';

const event = {
  value: 249.5,
  properties: {
    carrier: 'DHL',
    late: true,
    days: '3',
    items: [{ sku: 'A-1' }],
    tags: ['gift', 7],
    deliveredOn: '2026-11-20',
    'order.id': 'x',
    nothing: null,
  },
};

describe('conditions of a trigger', () => {
  it.each([
    ['value', 'gte', 249.5, true],
    ['value', 'gt', 249.5, false],
    ['value', 'lt', 250, true],
    ['carrier', 'eq', 'DHL', true],
    ['carrier', 'eq', 'dhl', false],
    ['carrier', 'ne', 'UPS', true],
    ['carrier', 'in', ['UPS', 'DHL'], true],
    ['carrier', 'in', ['UPS'], false],
    ['carrier', 'contains', 'dh', true],
    ['late', 'eq', true, true],
    ['late', 'eq', 'true', true],
    ['days', 'eq', 3, true],
    ['days', 'gte', 3, true],
    ['days', 'lte', 2, false],
    ['items.0.sku', 'eq', 'A-1', true],
    ['items.1.sku', 'exists', false, true],
    ['order.id', 'eq', 'x', true],
    ['tags', 'contains', 'gift', true],
    ['tags', 'contains', 7, true],
    ['tags', 'contains', 'gif', false],
    ['deliveredOn', 'gte', '2026-11-20', true],
    ['deliveredOn', 'lt', '2026-11-20T00:00:00Z', false],
    // What is missing fulfils only `ne` and `exists: false`.
    ['missing', 'eq', 'x', false],
    ['missing', 'ne', 'x', true],
    ['missing', 'lt', 5, false],
    ['missing', 'contains', 'x', false],
    ['missing', 'exists', undefined, false],
    ['nothing', 'exists', false, true],
    ['carrier', 'exists', undefined, true],
    // No way out of the event.
    ['constructor', 'exists', undefined, false],
    ['carrier.length', 'exists', undefined, false],
    ['__proto__.toString', 'exists', undefined, false],
    // Texts have no order.
    ['carrier', 'gt', 'A', false],
  ] as const)('%s %s %j: %s', (property, op, value, expected) => {
    const condition = { property, op, value: value as string | string[] | undefined };
    expect(unmet({ all: [condition as never] }, event).length === 0).toBe(expected);
  });

  it('wants all of all, and one of any', () => {
    const yes = { property: 'carrier', op: 'eq' as const, value: 'DHL' };
    const no = { property: 'value', op: 'gt' as const, value: 1000 };
    expect(unmet(null, event)).toEqual([]);
    expect(unmet({ any: [no, yes] }, event)).toEqual([]);
    expect(unmet({ all: [yes, no] }, event)).toEqual([no]);
    expect(unmet({ all: [yes], any: [no] }, event)).toEqual([no]);
  });

  it.each([
    [{ all: [] }, 'all'],
    [{}, 'all'],
    [{ all: [{ property: 'x', op: 'matches', value: '.*' }] }, 'all.0.op'],
    [{ all: [{ property: 'x', op: 'in', value: 'DHL' }] }, 'all.0.value'],
    [{ any: [{ property: 'x', op: 'eq' }] }, 'any.0.value'],
    [{ any: [{ property: 'x', op: 'gt', value: true }] }, 'any.0.value'],
    [{ any: [{ property: 'a..b', op: 'eq', value: 1 }] }, 'any.0.property'],
  ])('refuses %j and names the place', (input, path) => {
    expect(Conditions.safeParse(input).error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});
