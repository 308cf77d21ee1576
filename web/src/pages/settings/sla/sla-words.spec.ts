import { expect, it } from '@jest/globals';
import { parseIntervals, ladderWords, weekWords } from './sla-words.js';

it.each([
  [
    '9-12, 13-17',
    [
      { from: '09:00', to: '12:00' },
      { from: '13:00', to: '17:00' },
    ],
  ],
  ['08:30–24:00', [{ from: '08:30', to: '24:00' }]],
  ['', []],
  ['17-9', null],
  ['9', null],
  ['09:75-10:00', null],
])('reads %j', (text, intervals) => expect(parseIntervals(text)).toEqual(intervals));

it('says a week with days that are alike together', () => {
  const office = [{ from: '09:00', to: '17:00' }];
  expect(weekWords({ '1': office, '2': office, '3': [], '4': office, '7': [{ from: '10:00', to: '12:00' }] })).toBe(
    'Mon–Tue 09:00–17:00; Thu 09:00–17:00; Sun 10:00–12:00',
  );
});

it('says the ladder, one line for each moment', () =>
  expect(
    ladderWords([
      { when: 'warning', do: 'notify_owner' },
      { when: 'due', do: 'notify_owner' },
      { when: 'due', do: 'notify_lead' },
      { when: 'late', minutes: 120, do: 'notify_managers' },
      { when: 'late', minutes: 30, do: 'reassign' },
    ]),
  ).toEqual([
    'At 75 % of the time: the owner is told',
    'When it is due: the owner is told, the team’s lead is told',
    '2 working hours late: the managers are told',
    '30 working minutes late: a colleague gets the case',
  ]));
