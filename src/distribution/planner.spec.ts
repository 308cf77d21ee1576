import { type Policy, type Situation, draw, refusal } from './planner.js';

const POLICY: Policy = {
  minDaysBetween: 0,
  maxPerYear: null,
  quietHours: null,
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  respectOpenCases: true,
};
const ASKABLE: Situation = {
  address: 'ana@example.org',
  stopped: null,
  consent: { granted: true },
  hasOpenCase: false,
  mayWait: false,
  draw: 0.5,
  sampleRate: 1,
  addressTaken: false,
};

describe('planner', () => {
  it.each<[string, Partial<Policy>, Partial<Situation>, string | null]>([
    ['asks who may be asked', {}, {}, null],
    ['skips without an address', {}, { address: null }, 'no_address'],
    ['skips the erased', {}, { stopped: 'erased' }, 'erased'],
    ['skips who complained', {}, { stopped: 'complaint' }, 'complaint'],
    ['skips who unsubscribed, whatever the consent', {}, { stopped: 'unsubscribed' }, 'unsubscribed'],
    ['skips addresses that bounce', {}, { stopped: 'hard_bounce' }, 'bounced'],
    ['skips addresses that were stopped by hand', {}, { stopped: 'manual' }, 'suppressed'],
    ['skips without a word on consent', {}, { consent: null }, 'no_consent'],
    ['skips with consent withdrawn', {}, { consent: { granted: false } }, 'no_consent'],
    ['skips a kind that they do not want', {}, { isWanted: false }, 'not_wanted'],
    ['skips while a case is open, when it may not wait', {}, { hasOpenCase: true }, 'open_case'],
    ['lets the others wait for the case', {}, { hasOpenCase: true, mayWait: true }, null],
    ['asks in spite of a case when the policy says so', { respectOpenCases: false }, { hasOpenCase: true }, null],
    ['skips outside the sample', {}, { sampleRate: 0.5, draw: 0.5 }, 'not_sampled'],
    ['asks inside the sample', {}, { sampleRate: 0.5, draw: 0.4999 }, null],
    ['skips a second customer of one address', {}, { addressTaken: true }, 'duplicate_address'],
    ['names the wish of the person before chance', {}, { consent: null, sampleRate: 0 }, 'no_consent'],
  ])('%s', (_, policy, situation, reason) => {
    expect(refusal({ ...POLICY, ...policy }, { ...ASKABLE, ...situation })).toBe(reason);
  });

  it('draws the same sample each time, of about the right size, and another one for another campaign', () => {
    const customers = Array.from({ length: 4000 }, (_, i) => `customer-${i}`);
    const sample = (source: string) => customers.filter((id) => draw(source, id) < 0.25);
    expect(sample('a')).toEqual(sample('a'));
    expect(sample('a').length / customers.length).toBeCloseTo(0.25, 1);
    expect(sample('b')).not.toEqual(sample('a'));
  });
});
