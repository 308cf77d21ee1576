import fc from 'fast-check';
import { DAY_MS, wallAt } from '../../platform/zone.js';
import type { Holidays } from '../distribution.contract.js';
import type { Policy } from '../planner.js';
import { type Asking, Board } from './board.js';
import { calendarsFor, holidayOn, isCalendar, nextHolidays, publicHolidays } from './holidays.js';
import { type OpenTimes, nextOpening, sendTimes } from './opening.js';
import type { Plan } from './settle.js';

const OPEN: Policy = {
  minDaysBetween: 0,
  maxPerYear: null,
  quietHours: null,
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  respectOpenCases: true,
};
const UTC = { timeZone: 'UTC', country: null };
// A Wednesday.
const NOON = new Date('2026-03-11T12:00:00Z');
const later = (days: number): Date => new Date(NOON.getTime() + days * DAY_MS);

describe('holidays', () => {
  const book = (given: Partial<Holidays>): Holidays => ({ calendars: [], followCustomer: false, own: [], ...given });

  it('knows public holidays by country and region, and feasts of several days', () => {
    expect(publicHolidays('DE', 2026).get('2026-10-03')).toBe('National Holiday');
    expect(publicHolidays('DE', 2026).has('2026-11-01')).toBe(false);
    expect(publicHolidays('DE-BY', 2026).has('2026-11-01')).toBe(true);
    // Eid al-Fitr 2026: 20 to 22 March.
    expect([...publicHolidays('EG', 2026).keys()]).toEqual(expect.arrayContaining(['2026-03-20', '2026-03-22']));
    expect(isCalendar('DE-BY') && isCalendar('US-CA') && isCalendar('JP')).toBe(true);
    expect(isCalendar('XX') || isCalendar('DE-XX') || isCalendar('constructor')).toBe(false);
  });

  it.each<[Partial<Holidays>, string, string | null, string[]]>([
    [{ calendars: ['FR'] }, 'Europe/Berlin', 'DE', ['FR']],
    [{ calendars: ['FR'], followCustomer: true }, 'Europe/Berlin', null, ['DE']],
    [{ calendars: ['FR'], followCustomer: true }, 'UTC', 'Germany', ['DE']],
    [{ calendars: ['FR', 'DE-BY'], followCustomer: true }, 'UTC', 'de', ['DE-BY']],
    [{ calendars: ['FR'], followCustomer: true }, 'UTC', 'DE-NW', ['DE-NW']],
    [{ calendars: ['FR'], followCustomer: true }, 'UTC', 'Atlantis', ['FR']],
    // Zurich's zone is Liechtenstein's too.
    [{ calendars: ['CH-ZH'], followCustomer: true }, 'Europe/Zurich', null, ['CH-ZH']],
  ])('%j: a customer in %s, country %s, has %j', (given, timeZone, country, codes) => {
    expect(calendarsFor(book(given), { timeZone, country })).toEqual(codes);
  });

  it('knows the organization’s own days, of one year or every year', () => {
    const own = book({
      own: [
        { date: '12-24', name: 'Christmas Eve' },
        { date: '2026-05-15', name: 'Bridge day' },
      ],
    });
    expect(holidayOn(own, [], '2031-12-24')).toBe('Christmas Eve');
    expect(holidayOn(own, [], '2026-05-15')).toBe('Bridge day');
    expect(holidayOn(own, [], '2027-05-15')).toBe(null);
  });

  it('lists what comes next, once per day and name', () => {
    const days = nextHolidays(['DE', 'DE-BY'], '2026-12-20', 3);
    expect(days.map((day) => [day.date, day.calendars])).toEqual([
      ['2026-12-25', ['DE', 'DE-BY']],
      ['2026-12-26', ['DE', 'DE-BY']],
      ['2027-01-01', ['DE', 'DE-BY']],
    ]);
  });

  it('waits on a holiday of the customer’s own country and says why', () => {
    const times: OpenTimes = {
      quietHours: { from: '21:00', to: '08:00' },
      weekdays: [1, 2, 3, 4, 5],
      holidays: book({ followCustomer: true }),
    };
    const christmas = new Date('2026-12-25T10:00:00Z');
    // 25 December 2026 is a Friday.
    expect(nextOpening(times, christmas, { timeZone: 'Europe/Berlin', country: null })).toEqual({
      at: new Date('2026-12-28T07:00:00Z'),
      delay: 'holiday',
    });
    expect(nextOpening(times, christmas, { timeZone: 'Asia/Tokyo', country: null })).toEqual({
      at: christmas,
      delay: null,
    });
  });
});

describe('opening', () => {
  it('delays for quiet hours on the clock of the customer', () => {
    const policy = { ...OPEN, quietHours: { from: '21:00', to: '08:00' } };
    const at = (instant: string, timeZone: string) => {
      const opening = nextOpening(policy, new Date(instant), { timeZone, country: null });
      return [opening.at.toISOString().slice(0, 19), opening.delay];
    };
    expect(at('2026-03-11T22:30:00Z', 'UTC')).toEqual(['2026-03-12T08:00:00', 'quiet_hours']);
    expect(at('2026-03-11T03:00:00Z', 'UTC')).toEqual(['2026-03-11T08:00:00', 'quiet_hours']);
    expect(at('2026-03-11T20:59:59Z', 'UTC')).toEqual(['2026-03-11T20:59:59', null]);
    expect(at('2026-03-11T08:00:00Z', 'UTC')).toEqual(['2026-03-11T08:00:00', null]);
    // 21:30 in Berlin, 15:30 in New York.
    expect(at('2026-03-11T20:30:00Z', 'Europe/Berlin')).toEqual(['2026-03-12T07:00:00', 'quiet_hours']);
    expect(at('2026-03-11T20:30:00Z', 'America/New_York')).toEqual(['2026-03-11T20:30:00', null]);
  });

  it('delays to an allowed weekday, in the zone of the customer', () => {
    const policy = { ...OPEN, weekdays: [1] };
    expect(nextOpening(policy, NOON, UTC)).toEqual({ at: new Date('2026-03-16T00:00:00Z'), delay: 'weekday' });
    expect(nextOpening(policy, NOON, { timeZone: 'Asia/Tokyo', country: null }).at).toEqual(
      new Date('2026-03-15T15:00:00Z'),
    );
  });

  it('never sends in quiet hours, on a holiday or a closed weekday, never earlier than wanted, and says why it waits', () => {
    fc.assert(
      fc.property(policies, instants, zones, (policy, earliest, timeZone) => {
        const { at, delay } = nextOpening(policy, earliest, { timeZone, country: null });
        expect(isOpen(policy, at, timeZone)).toBe(true);
        expect(at.getTime()).toBeGreaterThanOrEqual(earliest.getTime());
        expect(delay === null).toBe(at.getTime() === earliest.getTime());
        expect(isOpen(policy, earliest, timeZone)).toBe(delay === null);
      }),
      { numRuns: 300 },
    );
  });
});

const clock = fc.integer({ min: 0, max: 1439 });
const text = (m: number) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Pacific/Apia',
);
const instants = fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
const monthDays = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([month, day]) => `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`);
const perMetric = fc.option(
  fc.record({
    nps: fc.record({
      minDaysBetween: fc.integer({ min: 0, max: 120 }),
      maxPerYear: fc.option(fc.integer({ min: 1, max: 3 })),
    }),
  }),
);
const policies: fc.Arbitrary<Policy> = fc.record({
  minDaysBetween: fc.integer({ min: 0, max: 60 }),
  maxPerYear: fc.option(fc.integer({ min: 1, max: 5 })),
  quietHours: fc.option(
    fc
      .record({ from: clock, to: clock })
      .filter(({ from, to }) => from !== to)
      .map(({ from, to }) => ({ from: text(from), to: text(to) })),
  ),
  weekdays: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
  respectOpenCases: fc.boolean(),
  perMetric,
  holidays: fc.option(
    fc.record({
      calendars: fc.subarray(['DE', 'US-CA', 'EG']),
      followCustomer: fc.boolean(),
      own: fc.array(
        monthDays.map((date) => ({ date, name: 'Own' })),
        { maxLength: 10 },
      ),
    }),
  ),
});

/** The rule said anew, minute and date by themselves. */
function isOpen(policy: Policy, at: Date, timeZone: string): boolean {
  const wall = new Date(wallAt(timeZone, at.getTime()));
  const date = wall.toISOString().slice(0, 10);
  const time = wall.toISOString().slice(11, 16);
  if (!policy.weekdays.includes(wall.getUTCDay() === 0 ? 7 : wall.getUTCDay())) return false;
  const { holidays, quietHours } = policy;
  if (holidays) {
    if (holidays.own.some((day) => day.date === date.slice(5))) return false;
    if (
      calendarsFor(holidays, { timeZone, country: null }).some((c) =>
        publicHolidays(c, wall.getUTCFullYear()).has(date),
      )
    )
      return false;
  }
  if (!quietHours) return true;
  const { from, to } = quietHours;
  return from < to ? time < from || time >= to : time >= to && time < from;
}

describe('board', () => {
  const asking = (id: string, fields: Partial<Asking> = {}): Asking => ({
    id,
    customerId: 'ana',
    address: 'ana@example.org',
    source: null,
    metric: 'nps',
    priority: 50,
    ifBusy: 'skip',
    maxDelayDays: 14,
    earliest: NOON,
    place: UTC,
    ...fields,
  });
  const board = (policy: Partial<Policy>) => new Board({ ...OPEN, ...policy }, sendTimes({ ...OPEN, ...policy }));
  const said = ({ plan }: { plan: Plan }) =>
    plan.skip === null
      ? [plan.sendAt.toISOString().slice(0, 10), plan.delay, plan.becauseOf]
      : [plan.skip, plan.becauseOf];

  it('keeps the days between two asks, both ways, and asks exactly when they are over', () => {
    const b = board({ minDaysBetween: 30 });
    expect(said(b.ask(asking('first')))).toEqual(['2026-03-11', null, null]);
    expect(said(b.ask(asking('soon', { earliest: later(29) })))).toEqual(['contacted_recently', 'first']);
    expect(said(b.ask(asking('before', { earliest: later(-29) })))).toEqual(['contacted_recently', 'first']);
    expect(said(b.ask(asking('over', { earliest: later(30) })))).toEqual(['2026-04-10', null, null]);
  });

  it('counts by customer and by address', () => {
    const b = board({ minDaysBetween: 30 });
    b.ask(asking('ana'));
    expect(said(b.ask(asking('same mailbox', { customerId: 'bea' })))).toEqual(['contacted_recently', 'ana']);
    expect(said(b.ask(asking('same person', { address: 'new@example.org' })))).toEqual(['contacted_recently', 'ana']);
    expect(said(b.ask(asking('neither', { customerId: 'bea', address: 'new@example.org' })))[0]).toBe('2026-03-11');
  });

  it('has a yearly maximum that holds for any 365 days, and clocks per metric besides', () => {
    const b = board({ maxPerYear: 2, perMetric: { nps: { minDaysBetween: 90, maxPerYear: null } } });
    b.ask(asking('a'));
    expect(said(b.ask(asking('b', { earliest: later(60) })))).toEqual(['metric_recently', 'a']);
    expect(said(b.ask(asking('c', { earliest: later(60), metric: 'ces' })))[0]).toBe('2026-05-10');
    expect(said(b.ask(asking('d', { earliest: later(200) })))).toEqual(['yearly_maximum', 'c']);
    expect(said(b.ask(asking('e', { earliest: later(365) })))[0]).toBe('2027-03-11');
  });

  it('delays to the next free time, within its limit', () => {
    const b = board({ minDaysBetween: 10, weekdays: [1, 2, 3, 4, 5] });
    b.ask(asking('a'));
    // 21 March is a Saturday.
    expect(said(b.ask(asking('b', { ifBusy: 'delay' })))).toEqual(['2026-03-23', 'contacted_recently', 'a']);
    expect(said(b.ask(asking('c', { ifBusy: 'delay' })))).toEqual(['contacted_recently', 'a']);
  });

  it('finds a free time after a contact between two milliseconds', () => {
    const b = board({ minDaysBetween: 10 });
    b.keep({ ...asking('sent'), at: NOON.getTime() + 0.4, movable: false });
    expect(b.ask(asking('a', { ifBusy: 'delay' })).plan).toMatchObject({
      sendAt: new Date(later(10).getTime() + 1),
      delay: 'contacted_recently',
    });
  });

  it('heeds a customer’s own days between two also when their ask has to give way', () => {
    const b = board({ minDaysBetween: 5 });
    b.ask(asking('low', { priority: 20, ifBusy: 'delay', maxDelayDays: 60, minDaysBetween: 30 }));
    expect(b.ask(asking('high', { priority: 80 })).moves).toMatchObject([{ id: 'low', plan: { sendAt: later(30) } }]);
  });

  it('gives the slot to the higher priority, as long as the other was not sent', () => {
    const b = board({ minDaysBetween: 5 });
    b.ask(asking('low', { priority: 20, ifBusy: 'delay' }));
    b.ask(asking('other', { priority: 20, earliest: later(5) }));
    const { plan, moves } = b.ask(asking('high', { priority: 80 }));
    expect(plan).toMatchObject({ skip: null, sendAt: NOON, delay: null });
    // “other” keeps its own time: it is just far enough from “high”; “low” goes behind it.
    expect(moves.map((move) => [move.id, ...said(move)])).toEqual([['low', '2026-03-21', 'lower_priority', 'high']]);
    expect(said(b.ask(asking('lower', { priority: 70 })))).toEqual(['lower_priority', 'high']);
    expect(said(b.ask(asking('equal', { priority: 80 })))).toEqual(['contacted_recently', 'high']);
    b.passTo(NOON.getTime());
    expect(said(b.ask(asking('highest', { priority: 100, earliest: later(1) })))).toEqual([
      'contacted_recently',
      'high',
    ]);
  });

  it('passes the push on to who stands lower still, over a shared address', () => {
    const b = board({ minDaysBetween: 5 });
    b.ask(asking('c', { priority: 10, customerId: 'cleo', address: 'x@example.org', earliest: later(5) }));
    b.ask(asking('b', { priority: 20, customerId: 'bea', address: 'x@example.org', ifBusy: 'delay', maxDelayDays: 6 }));
    const { moves } = b.ask(asking('a', { priority: 30, customerId: 'bea', address: 'y@example.org' }));
    expect(moves.map((move) => [move.id, ...said(move)])).toEqual([
      ['b', '2026-03-16', 'lower_priority', 'a'],
      ['c', 'lower_priority', 'b'],
    ]);
  });

  it('keeps every rule for any crowd of asks: gaps, maxima, open hours, priorities', () => {
    const crowd = fc.array(
      fc.record({
        customer: fc.constantFrom('ana', 'bea', 'cleo'),
        address: fc.constantFrom('x@example.org', 'y@example.org', 'z@example.org'),
        metric: fc.constantFrom('nps', 'ces'),
        priority: fc.constantFrom(10, 50, 90),
        ifBusy: fc.constantFrom('delay' as const, 'skip' as const),
        maxDelayDays: fc.integer({ min: 0, max: 30 }),
        day: fc.integer({ min: 0, max: 500 }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(policies, crowd, zones, (policy, asks, timeZone) => {
        const place = { timeZone, country: null };
        const b = new Board(policy, sendTimes(policy));
        const all = new Map<string, Asking>();
        const plans = new Map<string, Plan>();
        for (const [i, { customer, day, ...fields }] of asks.entries()) {
          const one = asking(`ask ${i}`, { ...fields, customerId: customer, earliest: later(day), place });
          all.set(one.id, one);
          const { plan, moves } = b.ask(one);
          plans.set(one.id, plan);
          for (const move of moves) {
            expect(all.get(move.id)?.priority).toBeLessThan(one.priority);
            plans.set(move.id, move.plan);
          }
        }
        const asked = [...all.values()].flatMap((one) => {
          const at = plans.get(one.id)?.sendAt;
          return at ? [{ ...one, at: at.getTime() }] : [];
        });
        for (const one of asked) {
          expect(isOpen(policy, new Date(one.at), timeZone)).toBe(true);
          expect(one.at).toBeGreaterThanOrEqual(one.earliest.getTime());
          const rivals = asked.filter(
            (other) => other !== one && (other.customerId === one.customerId || other.address === one.address),
          );
          for (const [clocks, others] of [
            [policy, rivals],
            [policy.perMetric?.nps, one.metric === 'nps' ? rivals.filter((r) => r.metric === 'nps') : []],
          ] as const) {
            if (!clocks) continue;
            for (const other of others)
              expect(Math.abs(other.at - one.at)).toBeGreaterThanOrEqual(clocks.minDaysBetween * DAY_MS);
            const inYear = others.filter((other) => other.at >= one.at && other.at < one.at + 365 * DAY_MS).length + 1;
            if (clocks.maxPerYear !== null && others.every((o) => isRivalOfAll(o, others)))
              expect(inYear).toBeLessThanOrEqual(clocks.maxPerYear);
          }
        }
        // Who was left out names somebody who is at least as important, or was there first.
        for (const [id, plan] of plans) {
          const winner = plan.becauseOf === null ? undefined : all.get(plan.becauseOf);
          if (winner) expect(winner.priority).toBeGreaterThanOrEqual(all.get(id)?.priority ?? 0);
        }
      }),
      { numRuns: 300 },
    );
  });

  /** Rivals by two keys need not be rivals of each other; a yearly count over all of them is then no limit of anyone. */
  function isRivalOfAll(one: Asking, others: readonly Asking[]): boolean {
    return others.every((other) => other.customerId === one.customerId || other.address === one.address);
  }
});
