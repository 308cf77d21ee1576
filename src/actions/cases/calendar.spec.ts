import fc from 'fast-check';
import {
  addWorkingDays,
  addWorkingMinutes,
  assertCalendar,
  type BusinessCalendar,
  CalendarError,
  defaultCalendar,
  isOpen,
  workingMinutesBetween,
} from './calendar.js';

const berlin = defaultCalendar('Europe/Berlin');
const allDay = (timeZone: string): BusinessCalendar => ({
  timeZone,
  week: Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((d) => [d, [{ from: '00:00', to: '24:00' }]])),
  holidays: [],
});
const lunch: BusinessCalendar = {
  ...berlin,
  week: {
    1: [
      { from: '13:00', to: '17:00' },
      { from: '09:00', to: '12:00' },
    ],
  },
};
const at = (text: string) => new Date(text);
const iso = (date: Date) => date.toISOString();

describe('addWorkingMinutes', () => {
  it.each([
    ['Friday 16:30 + 1 h is Monday 9:30', berlin, '2026-11-20T16:30:00+01:00', 60, '2026-11-23T09:30:00+01:00'],
    ['11:45 + 1 h is 13:45 over a lunch break', lunch, '2026-11-23T11:45:00+01:00', 60, '2026-11-23T13:45:00+01:00'],
    [
      'the end of an interval is due then, not the next morning',
      berlin,
      '2026-11-20T16:00:00+01:00',
      60,
      '2026-11-20T17:00:00+01:00',
    ],
    ['night counts nothing', berlin, '2026-11-22T03:00:00+01:00', 1, '2026-11-23T09:01:00+01:00'],
    ['no time is no move, even at night', berlin, '2026-11-22T03:00:00+01:00', 0, '2026-11-22T03:00:00+01:00'],
    ['4 working hours from Thursday 15:00', berlin, '2026-11-19T15:00:00+01:00', 240, '2026-11-20T11:00:00+01:00'],
    ['a night of 23 hours', allDay('Europe/Berlin'), '2026-03-28T20:00:00+01:00', 480, '2026-03-29T05:00:00+02:00'],
    ['a night of 25 hours', allDay('Europe/Berlin'), '2026-10-24T20:00:00+02:00', 480, '2026-10-25T03:00:00+01:00'],
    [
      'a weekend with a change keeps office hours',
      berlin,
      '2026-03-27T16:30:00+01:00',
      60,
      '2026-03-30T09:30:00+02:00',
    ],
    [
      'a holiday between',
      { ...berlin, holidays: ['2026-12-25', '2026-12-24'] },
      '2026-12-23T16:30:00+01:00',
      60,
      '2026-12-28T09:30:00+01:00',
    ],
  ])('%s', (_, calendar, start, minutes, due) => {
    expect(iso(addWorkingMinutes(calendar, at(start), minutes))).toBe(iso(at(due)));
    expect(workingMinutesBetween(calendar, at(start), at(due))).toBe(minutes);
  });

  it('gives a shift across the change the time that really passes', () => {
    const night: BusinessCalendar = {
      timeZone: 'Europe/Berlin',
      week: { 7: [{ from: '01:00', to: '04:00' }] },
      holidays: [],
    };
    expect(workingMinutesBetween(night, at('2026-03-28T12:00:00Z'), at('2026-03-29T12:00:00Z'))).toBe(120);
    expect(workingMinutesBetween(night, at('2026-10-24T12:00:00Z'), at('2026-10-25T12:00:00Z'))).toBe(240);
    expect(workingMinutesBetween(night, at('2026-11-21T12:00:00Z'), at('2026-11-22T12:00:00Z'))).toBe(180);
  });

  it('refuses what cannot be worked by, in a sentence', () => {
    const broken: [Partial<BusinessCalendar>, RegExp][] = [
      [{ week: {} }, /no working time/],
      [{ week: { 1: [] } }, /no working time/],
      [{ week: { 1: [{ from: '17:00', to: '09:00' }] } }, /ends before it starts/],
      [{ week: { 1: [{ from: '9', to: '17:00' }] } }, /not between/],
      [{ week: { 1: [{ from: '09:00', to: '24:30' }] } }, /not between/],
      [{ timeZone: 'Mars/Base' }, /time zone/],
      [{ holidays: ['25.12.'] }, /not a date/],
    ];
    for (const [change, message] of broken) {
      const calendar = { ...berlin, ...change };
      expect(() => assertCalendar(calendar)).toThrow(CalendarError);
      expect(() => addWorkingMinutes(calendar, at('2026-01-01T00:00:00Z'), 1)).toThrow(message);
    }
    expect(() => addWorkingMinutes(berlin, at('2026-01-01T00:00:00Z'), -1)).toThrow(RangeError);
  });

  it('gives up when holidays close it for years', () => {
    const holidays = Array.from({ length: 1200 }, (_, i) =>
      new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10),
    );
    const closed = { ...berlin, holidays };
    expect(() => addWorkingMinutes(closed, at('2026-01-01T08:00:00Z'), 5)).toThrow(/two years/);
    expect(() => addWorkingDays(closed, at('2026-01-01T08:00:00Z'), 1)).toThrow(/two years/);
  });

  it('says whether it is open', () => {
    expect(isOpen(berlin, at('2026-11-20T09:00:00+01:00'))).toBe(true);
    expect(isOpen(berlin, at('2026-11-20T17:00:00+01:00'))).toBe(false);
  });
});

describe('addWorkingDays', () => {
  it.each([
    ['Monday 10:00 + 3', '2026-11-16T10:00:00+01:00', 3, '2026-11-19T17:00:00+01:00'],
    ['Monday 23:00 + 3', '2026-11-16T23:00:00+01:00', 3, '2026-11-19T17:00:00+01:00'],
    ['Saturday + 3', '2026-11-21T10:00:00+01:00', 3, '2026-11-25T17:00:00+01:00'],
    ['Friday + 1', '2026-11-20T16:59:00+01:00', 1, '2026-11-23T17:00:00+01:00'],
    ['a holiday is no working day', '2026-12-23T10:00:00+01:00', 1, '2026-12-28T17:00:00+01:00'],
    ['over a change of the clocks', '2026-03-27T10:00:00+01:00', 1, '2026-03-30T17:00:00+02:00'],
    ['0 is today’s close', '2026-11-16T10:00:00+01:00', 0, '2026-11-16T17:00:00+01:00'],
    ['0 after close is the next day’s', '2026-11-16T17:00:00+01:00', 0, '2026-11-17T17:00:00+01:00'],
  ])('%s', (_, start, days, due) => {
    const calendar = { ...berlin, holidays: ['2026-12-24', '2026-12-25'] };
    expect(iso(addWorkingDays(calendar, at(start), days))).toBe(iso(at(due)));
  });

  it('refuses half a day', () =>
    expect(() => addWorkingDays(berlin, at('2026-11-16T10:00:00Z'), 1.5)).toThrow(RangeError));
});

describe('against a naive minute-by-minute clock', () => {
  // Zones with a midnight change, a half-hour change, a change across the date line of midnight and none at all.
  const zones = [
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'America/Havana',
    'Asia/Beirut',
    'Asia/Kathmandu',
    'UTC',
  ];
  const changes = [
    '2026-03-28T12:00Z',
    '2026-10-24T12:00Z',
    '2026-03-07T20:00Z',
    '2026-10-31T20:00Z',
    '2026-04-04T10:00Z',
    '2026-10-03T12:00Z',
  ];
  const formatters = new Map(
    zones.map((timeZone) => [
      timeZone,
      new Intl.DateTimeFormat('en-CA', {
        timeZone,
        hourCycle: 'h23',
        weekday: 'short',
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
      }),
    ]),
  );
  /** Reads the clock on the wall and looks it up, knowing nothing of offsets. */
  const naivelyOpen = (calendar: BusinessCalendar, minute: number): boolean => {
    const parts = Object.fromEntries(
      (formatters.get(calendar.timeZone)?.formatToParts(minute) ?? []).map((p) => [p.type, p.value]),
    );
    if (calendar.holidays.includes(`${parts['year']}-${parts['month']}-${parts['day']}`)) return false;
    const weekday = (['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(parts['weekday'] ?? '') + 1) as 1;
    const time = `${parts['hour']}:${parts['minute']}`;
    return (calendar.week[weekday] ?? []).some(({ from, to }) => from <= time && time < to);
  };
  const clock = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  const interval = fc
    .tuple(fc.integer({ min: 0, max: 95 }), fc.integer({ min: 1, max: 96 }))
    .filter(([a, b]) => a < b)
    .map(([a, b]) => ({ from: clock(a * 15), to: clock(b * 15) }));
  const day = fc.array(interval, { minLength: 1, maxLength: 3 });
  const calendars = fc.record({
    timeZone: fc.constantFrom(...zones),
    week: fc.record({ 1: day, 3: day, 6: day, 7: day }, { requiredKeys: ['7'] as never }),
    holidays: fc.subarray(['2026-03-29', '2026-10-26', '2026-03-30', '2026-04-06']),
  }) as fc.Arbitrary<BusinessCalendar>;
  const starts = fc
    .tuple(fc.constantFrom(...changes), fc.integer({ min: -600, max: 600 }))
    .map(([change, minutes]) => new Date(Date.parse(change) + minutes * 60_000));

  it('agrees on the working time of a span', () =>
    fc.assert(
      fc.property(calendars, starts, fc.integer({ min: 0, max: 2500 }), (calendar, start, length) => {
        let open = 0;
        for (let m = 0; m < length; m++) if (naivelyOpen(calendar, start.getTime() + m * 60_000)) open++;
        expect(workingMinutesBetween(calendar, start, new Date(start.getTime() + length * 60_000))).toBe(open);
      }),
      { numRuns: 60 },
    ));

  it('agrees on the due time', () =>
    fc.assert(
      fc.property(calendars, starts, fc.integer({ min: 1, max: 400 }), (calendar, start, minutes) => {
        const due = addWorkingMinutes(calendar, start, minutes).getTime();
        let missing = minutes;
        let minute = start.getTime();
        for (; missing > 0 && minute <= due; minute += 60_000) if (naivelyOpen(calendar, minute)) missing--;
        expect({ missing, due: new Date(minute) }).toEqual({ missing: 0, due: new Date(due) });
      }),
      { numRuns: 60 },
    ));

  it('counts back what it added, to the millisecond', () =>
    fc.assert(
      fc.property(
        calendars,
        starts,
        fc.integer({ min: 0, max: 9_000_000 }),
        fc.integer({ min: 0, max: 59_999 }),
        (calendar, start, ms, late) => {
          const from = new Date(start.getTime() + late);
          expect(workingMinutesBetween(calendar, from, addWorkingMinutes(calendar, from, ms / 60_000))).toBeCloseTo(
            ms / 60_000,
            4,
          );
        },
      ),
      { numRuns: 100 },
    ));
});
