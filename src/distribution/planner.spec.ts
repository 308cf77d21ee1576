import fc from 'fast-check';
import { DAY_MS, wallAt } from '../platform/zone.js';
import { type Policy, type Situation, draw, nextSendTime, plan } from './planner.js';

const OPEN: Policy = {
  minDaysBetween: 0,
  maxPerYear: null,
  quietHours: null,
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  respectOpenCases: true,
};
// A Wednesday.
const NOON = new Date('2026-03-11T12:00:00Z');
const ASKABLE: Situation = {
  address: 'ana@example.org',
  stopped: null,
  consent: { granted: true },
  hasOpenCase: false,
  draw: 0.5,
  sampleRate: 1,
  addressTaken: false,
  contacts: [],
  timeZone: 'UTC',
  earliest: NOON,
};
const daysBefore = (days: number) => NOON.getTime() - days * DAY_MS;

describe('planner', () => {
  it.each<[string, Partial<Policy>, Partial<Situation>, string | null]>([
    ['asks who may be asked', {}, {}, null],
    ['skips without an address', {}, { address: null }, 'no_address'],
    ['skips the erased', {}, { stopped: 'erased' }, 'erased'],
    ['skips who complained', {}, { stopped: 'complaint' }, 'complaint'],
    ['skips who unsubscribed, whatever the consent', {}, { stopped: 'unsubscribed' }, 'unsubscribed'],
    ['skips addresses that bounce', {}, { stopped: 'hard_bounce' }, 'bounced'],
    ['skips without a word on consent', {}, { consent: null }, 'no_consent'],
    ['skips with consent withdrawn', {}, { consent: { granted: false } }, 'no_consent'],
    ['skips while a case is open', {}, { hasOpenCase: true }, 'open_case'],
    ['asks in spite of a case when the policy says so', { respectOpenCases: false }, { hasOpenCase: true }, null],
    ['skips outside the sample', {}, { sampleRate: 0.5, draw: 0.5 }, 'not_sampled'],
    ['asks inside the sample', {}, { sampleRate: 0.5, draw: 0.4999 }, null],
    ['skips a second customer of one address', {}, { addressTaken: true }, 'duplicate_address'],
    ['skips one day short of the gap', { minDaysBetween: 30 }, { contacts: [daysBefore(29)] }, 'contacted_recently'],
    ['asks exactly when the gap is over', { minDaysBetween: 30 }, { contacts: [daysBefore(30)] }, null],
    ['counts asks planned for later', { minDaysBetween: 30 }, { contacts: [daysBefore(-10)] }, 'contacted_recently'],
    [
      'skips above the yearly maximum',
      { maxPerYear: 2 },
      { contacts: [daysBefore(100), daysBefore(200)] },
      'yearly_maximum',
    ],
    ['forgets asks older than a year', { maxPerYear: 2 }, { contacts: [daysBefore(100), daysBefore(366)] }, null],
    ['names the wish of the person before chance', {}, { consent: null, sampleRate: 0 }, 'no_consent'],
  ])('%s', (_, policy, situation, reason) => {
    expect(plan({ ...OPEN, ...policy }, { ...ASKABLE, ...situation }).skip).toBe(reason);
  });

  it('delays for quiet hours on the clock of the customer', () => {
    const policy = { ...OPEN, quietHours: { from: '21:00', to: '08:00' } };
    const at = (instant: string, zone: string) => nextSendTime(policy, new Date(instant), zone).toISOString();
    expect(at('2026-03-11T22:30:00Z', 'UTC')).toBe('2026-03-12T08:00:00.000Z');
    expect(at('2026-03-11T03:00:00Z', 'UTC')).toBe('2026-03-11T08:00:00.000Z');
    expect(at('2026-03-11T20:59:59Z', 'UTC')).toBe('2026-03-11T20:59:59.000Z');
    expect(at('2026-03-11T08:00:00Z', 'UTC')).toBe('2026-03-11T08:00:00.000Z');
    // 21:30 in Berlin, 15:30 in New York.
    expect(at('2026-03-11T20:30:00Z', 'Europe/Berlin')).toBe('2026-03-12T07:00:00.000Z');
    expect(at('2026-03-11T20:30:00Z', 'America/New_York')).toBe('2026-03-11T20:30:00.000Z');
  });

  it('delays to an allowed weekday, in the zone of the customer', () => {
    const policy = { ...OPEN, weekdays: [1] };
    expect(nextSendTime(policy, NOON, 'UTC').toISOString()).toBe('2026-03-16T00:00:00.000Z');
    expect(nextSendTime(policy, NOON, 'Asia/Tokyo').toISOString()).toBe('2026-03-15T15:00:00.000Z');
  });

  it('knows quiet hours within one day', () => {
    const policy = { ...OPEN, quietHours: { from: '11:00', to: '14:00' } };
    expect(nextSendTime(policy, NOON, 'UTC').toISOString()).toBe('2026-03-11T14:00:00.000Z');
  });

  it('never sends in quiet hours or on a closed day, and never earlier than asked, whatever policy, zone and time', () => {
    const clock = fc.integer({ min: 0, max: 1439 });
    const text = (m: number) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
    fc.assert(
      fc.property(
        fc.record({ from: clock, to: clock }).filter(({ from, to }) => from !== to),
        fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
        fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        fc.constantFrom(
          'UTC',
          'Europe/Berlin',
          'America/New_York',
          'Asia/Kolkata',
          'Australia/Lord_Howe',
          'Africa/Cairo',
          'Pacific/Apia',
        ),
        ({ from, to }, weekdays, earliest, zone) => {
          const policy = { ...OPEN, quietHours: { from: text(from), to: text(to) }, weekdays };
          const at = nextSendTime(policy, earliest, zone);
          const wall = new Date(wallAt(zone, at.getTime()));
          const minute = wall.getUTCHours() * 60 + wall.getUTCMinutes();
          const quiet = from < to ? minute >= from && minute < to : minute >= from || minute < to;
          expect(quiet).toBe(false);
          expect(weekdays).toContain(wall.getUTCDay() === 0 ? 7 : wall.getUTCDay());
          expect(at.getTime()).toBeGreaterThanOrEqual(earliest.getTime());
          expect(at.getTime() - earliest.getTime()).toBeLessThan(9 * DAY_MS);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps the gap and the yearly maximum for any history it made itself', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.option(fc.integer({ min: 1, max: 5 })),
        fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 60 }),
        (minDaysBetween, maxPerYear, days) => {
          const policy = { ...OPEN, minDaysBetween, maxPerYear };
          const contacts: number[] = [];
          for (const day of days) {
            const made = plan(policy, { ...ASKABLE, contacts, earliest: new Date(NOON.getTime() + day * DAY_MS) });
            if (made.sendAt) contacts.push(made.sendAt.getTime());
          }
          contacts.sort((a, b) => a - b);
          contacts.forEach((at, i) => {
            const next = contacts[i + 1];
            if (next !== undefined) expect(next - at).toBeGreaterThanOrEqual(minDaysBetween * DAY_MS);
            if (maxPerYear !== null)
              expect(contacts.filter((c) => c >= at && c < at + 365 * DAY_MS).length).toBeLessThanOrEqual(maxPerYear);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('draws the same sample each time, of about the right size, and another one for another campaign', () => {
    const customers = Array.from({ length: 4000 }, (_, i) => `customer-${i}`);
    const sample = (source: string) => customers.filter((id) => draw(source, id) < 0.25);
    expect(sample('a')).toEqual(sample('a'));
    expect(sample('a').length / customers.length).toBeCloseTo(0.25, 1);
    expect(sample('b')).not.toEqual(sample('a'));
  });
});
