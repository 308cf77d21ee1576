import { type Taker, answerable, hasRoom, isAway, leastLoaded, roundRobin } from './assignment.js';

const taker = (id: string, openCases: number, taken: number | null = null, capacity: number | null = null): Taker => ({
  id,
  openCases,
  capacity,
  takenAt: taken === null ? null : new Date(taken),
});

it.each([
  ['nobody', [], null],
  ['whoever never had one', [taker('a', 0, 5), taker('b', 9)], 'b'],
  ['whoever had one longest ago', [taker('a', 0, 5), taker('b', 9, 3)], 'b'],
  ['the first by id among equals', [taker('b', 0), taker('a', 0)], 'a'],
  ['nobody who is full', [taker('a', 3, 1, 3), taker('b', 9, 2, 10)], 'b'],
  ['nobody when all are full', [taker('a', 0, 1, 0), taker('b', 9, 2, 9)], null],
])('takes turns: %s', (_, takers, chosen) => expect(roundRobin(takers)).toBe(chosen));

it.each([
  ['the fewest open cases', [taker('a', 4), taker('b', 3)], 'b'],
  ['among equals whoever had one longest ago', [taker('a', 3, 9), taker('b', 3, 2)], 'b'],
  ['nobody who is full', [taker('a', 1, null, 1), taker('b', 3)], 'b'],
])('gives by load: %s', (_, takers, chosen) => expect(leastLoaded(takers)).toBe(chosen));

it.each([
  [null, null, false],
  ['2026-12-21', '2026-12-21', true],
  ['2026-12-20', null, true],
  ['2026-12-22', null, false],
  ['2026-12-01', '2026-12-20', false],
])('is away from %s to %s on 2026-12-21: %s', (absentFrom, absentTo, away) =>
  expect(isAway({ absentFrom, absentTo }, '2026-12-21')).toBe(away),
);

it('has room without a limit and under it', () => {
  expect([taker('a', 99), taker('a', 2, null, 3), taker('a', 3, null, 3)].map(hasRoom)).toEqual([true, true, false]);
});

const person = (id: string, role: string, ...teamIds: string[]) => ({ id, role, teamIds });
const team = { id: 't', leadId: 'lead' };

it.each([
  ['its lead', [person('lead', 'agent', 't'), person('m', 'manager', 't')], team, ['lead']],
  ['its managers when the lead is not there', [person('m', 'manager', 't'), person('n', 'manager')], team, ['m']],
  ['all managers when it has none', [person('n', 'manager'), person('a', 'admin', 't')], team, ['n']],
  ['an admin of it when nobody manages', [person('a', 'admin', 't'), person('b', 'admin')], team, ['a']],
  ['all managers where there is no team', [person('m', 'manager', 't'), person('n', 'manager')], null, ['m', 'n']],
])('answers for a team: %s', (_, people, of, ids) => expect(answerable(people, of).map(({ id }) => id)).toEqual(ids));
