import fc from 'fast-check';
import { type BusinessCalendar, defaultCalendar } from './calendar.js';
import { breached, clockStates, dueTimes, type SlaEvent, type SlaFacts, type SlaPolicy, slaFacts } from './sla.js';

const calendar = defaultCalendar('Europe/Berlin');
const standard: SlaPolicy = {
  firstResponse: { minutes: 240 },
  nextResponse: { minutes: 240 },
  resolution: { days: 3 },
};
/** Monday 16 November 2026 is day 0; office hours 9–17. */
const t = (day: number, time: string) => new Date(Date.parse(`2026-11-16T${time}:00+01:00`) + day * 86_400_000);
const created: SlaEvent = { type: 'created', at: t(0, '10:00') };
const message = (at: Date, wait = false): SlaEvent => ({ type: 'message', at, wait });
const plan = (...events: SlaEvent[]) => {
  const facts = slaFacts([created, ...events]);
  return { facts, due: dueTimes(standard, calendar, facts) };
};
const hours = { ...standard, resolution: { minutes: 600 } };

describe('first response', () => {
  it('is due after 4 working hours and warns at 75 %', () => {
    const { due, facts } = plan();
    expect(due.firstResponse).toEqual({ dueAt: t(0, '14:00'), warnAt: t(0, '13:00') });
    const at = (time: string) => clockStates(due, facts, t(0, time)).firstResponse;
    expect([at('12:59'), at('13:00'), at('14:00'), at('14:01')]).toEqual(['running', 'warning', 'warning', 'breached']);
  });

  it('is met by a person, not by an automatic acknowledgement or a note', () => {
    const robot = plan({ type: 'acknowledgement', at: t(0, '10:01') }, { type: 'note', at: t(0, '10:02') });
    expect(robot.facts.firstResponseAt).toBeNull();
    expect(breached(robot.due, robot.facts, t(0, '14:01'))).toBe(true);
    const person = plan(message(t(0, '14:00')));
    expect(clockStates(person.due, person.facts, t(0, '16:00')).firstResponse).toBe('met');
    expect(breached(person.due, person.facts, t(0, '16:00'))).toBe(false);
    const late = plan(message(t(0, '14:01')));
    expect(clockStates(late.due, late.facts, t(0, '16:00')).firstResponse).toBe('missed');
    expect(breached(late.due, late.facts, t(0, '16:00'))).toBe(true);
  });

  it('is met by resolving in time', () => {
    const { due, facts } = plan({ type: 'resolved', at: t(0, '11:00') });
    expect(clockStates(due, facts, t(9, '11:00'))).toEqual({
      firstResponse: 'met',
      nextResponse: 'off',
      resolution: 'met',
    });
  });
});

describe('next response', () => {
  it('runs from the oldest unanswered message to the next answer', () => {
    const asked: SlaEvent[] = [
      message(t(0, '11:00')),
      { type: 'customer_message', at: t(0, '15:00') },
      { type: 'customer_message', at: t(0, '16:00') },
    ];
    expect(plan(...asked).due.nextResponse.dueAt).toEqual(t(1, '11:00'));
    expect(plan(...asked, message(t(1, '9:30'.padStart(5, '0')))).due.nextResponse.dueAt).toBeNull();
  });

  it('does not start on "thanks" after the case is resolved', () => {
    const { due, facts } = plan(
      { type: 'resolved', at: t(0, '11:00') },
      { type: 'customer_message', at: t(0, '12:00') },
    );
    expect(facts.unansweredSince).toBeNull();
    expect(clockStates(due, facts, t(30, '12:00'))).toEqual({
      firstResponse: 'met',
      nextResponse: 'off',
      resolution: 'met',
    });
  });
});

describe('resolution', () => {
  it('is due at the close of the third working day', () => expect(plan().due.resolution.dueAt).toEqual(t(3, '17:00')));

  it('stands while waiting for the customer and moves by the working time waited', () => {
    const waiting = slaFacts([created, message(t(0, '12:00'), true)]);
    const paused = dueTimes(hours, calendar, waiting);
    expect(paused.resolution).toEqual({ dueAt: null, warnAt: null });
    expect(clockStates(paused, waiting, t(30, '12:00')).resolution).toBe('paused');
    // 10 h from Monday 10:00 is Tuesday 12:00; the wait took Monday 12–17 and Tuesday 9–11, 7 h
    const resumed = slaFacts([created, message(t(0, '12:00'), true), { type: 'customer_message', at: t(1, '11:00') }]);
    expect(dueTimes(hours, calendar, resumed).resolution.dueAt).toEqual(t(2, '11:00'));
  });

  it('adds up several waits and counts one that is asked for twice once', () => {
    const facts = slaFacts([
      created,
      message(t(0, '11:00'), true),
      message(t(0, '11:30'), true),
      { type: 'customer_message', at: t(0, '12:00') },
      message(t(0, '13:00'), true),
      { type: 'customer_message', at: t(0, '15:00') },
    ]);
    expect(facts.pauses).toHaveLength(2);
    expect(dueTimes(hours, calendar, facts).resolution.dueAt).toEqual(t(1, '15:00'));
  });

  it('stays late when the wait begins after the due time', () => {
    const facts = slaFacts([created, message(t(4, '10:00'), true)]);
    const due = dueTimes(standard, calendar, facts);
    expect(due.resolution.dueAt).toEqual(t(3, '17:00'));
    expect(clockStates(due, facts, t(4, '11:00')).resolution).toBe('breached');
  });

  it('starts at zero when reopened, and only the customer starts the next response', () => {
    const reopened = (by: 'customer' | 'staff') =>
      plan(
        message(t(0, '11:00')),
        { type: 'resolved', at: t(1, '10:00') },
        { type: 'reopened', at: t(7, '10:00'), by },
      );
    expect(reopened('customer').due.resolution.dueAt).toEqual(t(10, '17:00'));
    expect(reopened('customer').due.nextResponse.dueAt).toEqual(t(7, '14:00'));
    expect(reopened('staff').due.nextResponse.dueAt).toBeNull();
  });
});

it('moves no clock that the policy does not measure, and refuses a case without a beginning', () => {
  const facts = slaFacts([created]);
  const off = dueTimes({ firstResponse: null, nextResponse: null, resolution: null }, calendar, facts);
  expect(breached(off, facts, t(99, '10:00'))).toBe(false);
  expect(() => slaFacts([])).toThrow(RangeError);
});

describe('resolution against a naive minute-by-minute clock', () => {
  const lunch: BusinessCalendar = {
    timeZone: 'Europe/Berlin',
    week: Object.fromEntries(
      [1, 2, 3, 4, 5, 6, 7].map((day) => [
        day,
        [
          { from: '01:30', to: '04:00' },
          { from: '12:00', to: '12:30' },
        ],
      ]),
    ),
    holidays: ['2026-03-30'],
  };
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: lunch.timeZone, dateStyle: 'short', timeStyle: 'short' });
  const openAt = (instant: number): boolean => {
    const [day = '', time = ''] = shown.format(instant).split(' ');
    return (
      !lunch.holidays.includes(day) && ((time >= '01:30' && time < '04:00') || (time >= '12:00' && time < '12:30'))
    );
  };
  const MINUTE = 60_000;
  // The night of 29 March 2026 has 23 hours in Berlin; what is open from 1:30 to 4:00 is open for an hour and a half.
  const start = Date.parse('2026-03-28T10:00:00Z');

  it('waits and works as long as the clock on the wall says', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 6 }),
        (target, moments) => {
          const times = [...new Set(moments)].sort((a, b) => a - b).map((minute) => start + minute * MINUTE);
          const pauses = times.flatMap((from, at) => {
            const to = times[at + 1];
            return at % 2 === 0 && to !== undefined ? [{ from: new Date(from), to: new Date(to) }] : [];
          });
          const facts: SlaFacts = {
            createdAt: new Date(start),
            firstResponseAt: null,
            unansweredSince: null,
            resolutionStartedAt: new Date(start),
            pauses,
            resolvedAt: null,
          };
          const policy = { firstResponse: null, nextResponse: null, resolution: { minutes: target } };
          let worked = 0;
          let naive = start;
          for (; worked < target; naive += MINUTE) {
            const isPaused = pauses.some(({ from, to }) => naive >= from.getTime() && naive < to.getTime());
            if (openAt(naive) && !isPaused) worked += 1;
          }
          expect(dueTimes(policy, lunch, facts).resolution.dueAt).toEqual(new Date(naive));
        },
      ),
      { numRuns: 60 },
    ));
});
