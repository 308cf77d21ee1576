import { defaultCalendar } from './calendar.js';
import { climb, type Rung, rungKey, rungs } from './escalation.js';
import type { EscalationStep } from './sla.contract.js';
import { dueTimes, type SlaEvent, slaFacts } from './sla.js';

const calendar = defaultCalendar('UTC');
const policy = { firstResponse: { minutes: 240 }, nextResponse: { minutes: 60 }, resolution: { days: 3 } };
const ladder: EscalationStep[] = [
  { when: 'warning', do: 'notify_owner' },
  { when: 'due', do: 'notify_lead' },
  { when: 'late', minutes: 60, do: 'notify_managers' },
  { when: 'late', minutes: 120, do: 'reassign' },
];
/** Monday 23 November 2026, 9:00 UTC and so many hours. */
const at = (hours: number) => new Date(Date.UTC(2026, 10, 23, 9) + hours * 3_600_000);

function look(events: readonly SlaEvent[], now: Date, taken: readonly string[] = []) {
  const facts = slaFacts([{ type: 'created', at: at(0) }, ...events]);
  const due = dueTimes(policy, calendar, facts);
  return climb(rungs(ladder, due, facts, calendar), new Set(taken), due, now);
}
const words = (list: readonly Rung[]) => list.map((rung) => `${rung.clock} ${rung.step.when} ${rung.step.do}`);
const first = (key: string) => rungKey({ clock: 'first_response', startedAt: at(0), key });

it('has nothing to do before 75 % and looks again then', () => {
  const { take, nextAt } = look([], at(1));
  expect(take).toEqual([]);
  expect(nextAt).toEqual(at(3));
});

it('warns, then climbs step by step in working time', () => {
  expect(words(look([], at(3)).take)).toEqual(['first_response warning notify_owner']);
  const warned = [first('warning:0:notify_owner:')];
  expect(words(look([], at(4), warned).take)).toEqual(['first_response due notify_lead']);
  const late = look([], at(7), [...warned, first('due:0:notify_lead:')]);
  expect(words(late.take)).toEqual(['first_response late notify_managers', 'first_response late reassign']);
});

it('passes over a warning that would come too late', () => {
  const { take, pass } = look([], at(4.5));
  expect(words(take)).toEqual(['first_response due notify_lead']);
  expect(words(pass)).toEqual(['first_response warning notify_owner']);
});

it('climbs anew for the next message of the customer, and takes no step of a clock that stopped', () => {
  const events: SlaEvent[] = [
    { type: 'message', at: at(1), wait: false },
    { type: 'customer_message', at: at(2) },
  ];
  expect(words(look(events, at(5)).take)).toEqual([
    'next_response due notify_lead',
    'next_response late notify_managers',
    'next_response late reassign',
  ]);
  const again: SlaEvent[] = [
    ...events,
    { type: 'message', at: at(3), wait: false },
    { type: 'customer_message', at: at(4) },
  ];
  expect(look(again, at(4.8)).take.map((rung) => rung.startedAt)).toEqual([at(4)]);
});

it('is still while the customer is waited for, and over once resolved', () => {
  expect(look([{ type: 'message', at: at(1), wait: true }], at(900)).nextAt).toBeNull();
  expect(look([{ type: 'resolved', at: at(1) }], at(900))).toEqual({ take: [], pass: [], nextAt: null });
});
