import type { RuleConditions } from './cases.contract.js';
import { loopSteps } from './loop-steps.js';
import { fits, type RuleFacts, workingTime } from './rules.js';

const facts: RuleFacts = {
  metric: 'tnps',
  score: 6,
  touchpointKey: 'install',
  sentiment: 'negative',
  comment: 'Nobody came, I will call my Lawyer',
  language: 'en',
  painPointIds: ['p1'],
  mayContact: true,
  customer: { segments: ['vip'], account: 'Acme', lifetimeValue: 500 },
};
const unknown: RuleFacts = {
  ...facts,
  touchpointKey: null,
  sentiment: null,
  comment: null,
  language: null,
  painPointIds: [],
  mayContact: null,
  customer: null,
};

it.each<[string, RuleConditions, boolean, boolean]>([
  ['nothing asked', {}, true, true],
  ['6 is within 0–6', { scoreFrom: 0, scoreTo: 6 }, true, true],
  ['6 is not within 0–5', { scoreTo: 5 }, false, false],
  ['6 is within 6–10', { scoreFrom: 6 }, true, true],
  ['metric', { metrics: ['nps'] }, false, false],
  ['touchpoint', { touchpoints: ['install', 'bill'] }, true, false],
  ['sentiment', { sentiment: ['negative'] }, true, false],
  ['segment', { segments: ['new', 'vip'] }, true, false],
  ['account', { accounts: ['Other'] }, false, false],
  ['language', { languages: ['en'] }, true, false],
  ['pain point', { painPointIds: ['p2', 'p1'] }, true, false],
  ['value', { lifetimeValueFrom: 500 }, true, false],
  ['more value', { lifetimeValueFrom: 501 }, false, false],
  ['words in any case', { words: ['lawyer'] }, true, false],
  ['a comment', { hasComment: true }, true, false],
  ['no comment', { hasComment: false }, false, true],
  ['may be contacted', { mayContact: ['yes'] }, true, false],
  ['said nothing', { mayContact: ['no', 'unsaid'] }, false, true],
  ['known', { knownCustomer: true }, true, false],
  ['unknown', { knownCustomer: false }, false, true],
  ['all must hold', { scoreTo: 6, segments: ['other'] }, false, false],
])('%s', (_, conditions, known, nobody) => {
  expect(fits(conditions, facts)).toBe(known);
  expect(fits(conditions, unknown)).toBe(nobody);
});

it.each([
  [240, '4 working hours'],
  [60, '1 working hour'],
  [480, '1 working day'],
  [1440, '3 working days'],
  [90, '90 working minutes'],
])('%d minutes are %s', (minutes, text) => expect(workingTime(minutes)).toBe(text));

describe('loopSteps', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 9, minute));
  const step = (
    kind: 'assigned' | 'note' | 'message' | 'resolved',
    minute: number,
    data = {},
    body: string | null = null,
  ) => ({
    kind,
    at: at(minute),
    body,
    data,
    actorName: 'Maja Kovač',
  });

  it('shows first names, the owner of now, and nothing internal or undone', () => {
    const steps = loopSteps(
      { toldAt: at(0), teamName: 'Care' },
      [
        step('assigned', 1, { ownerName: 'Jonas Olsen' }),
        step('note', 2, {}, 'secret'),
        step('assigned', 3, { ownerName: 'Maja Kovač' }),
        step('message', 4, { undone: true }, 'taken back'),
        step('message', 5, {}, 'Hello'),
        step('resolved', 6, {}, 'Done'),
      ],
      [{ text: 'We text you', doneAt: null }],
    );
    expect(steps).toEqual([
      { kind: 'told', at: at(0) },
      { kind: 'taken', at: at(3), name: 'Maja', team: 'Care' },
      { kind: 'message', at: at(5), name: 'Maja', body: 'Hello' },
      { kind: 'resolved', at: at(6), body: 'Done' },
      { kind: 'everyone', at: null, body: 'We text you' },
    ]);
  });

  it('shows nobody once the owner is taken away', () => {
    const steps = loopSteps(
      { toldAt: at(0), teamName: null },
      [step('assigned', 1, { ownerName: 'Maja Kovač' }), step('assigned', 2, { ownerName: null })],
      [],
    );
    expect(steps.map((one) => one.kind)).toEqual(['told']);
  });
});
