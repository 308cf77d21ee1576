import { expect, it } from '@jest/globals';
import type { CaseView } from '../../../../src/actions/cases/cases.contract.js';
import { firstName, mailWords, shortName, whatChanged } from './case-words.js';

const found = (part: Partial<CaseView>): CaseView =>
  ({
    status: 'assigned',
    priority: 'normal',
    ownerId: 'u1',
    owner: { id: 'u1', name: 'Maja Kovač' },
    customer: { name: 'Ingrid Solberg' },
    activity: [],
    ...part,
  }) as CaseView;
const entry = (id: string, kind: string, actor: { id: string; name: string } | null) =>
  ({ id, kind, actor }) as CaseView['activity'][number];

it('says what somebody else did between two readings, and nothing of what I did', () => {
  const before = found({ activity: [entry('a', 'opened', null)] });
  const after = found({
    status: 'resolved',
    ownerId: 'u2',
    owner: { id: 'u2', name: 'Jonas Olsen' },
    activity: [
      entry('a', 'opened', null),
      entry('b', 'note', { id: 'u2', name: 'Jonas Olsen' }),
      entry('c', 'note', { id: 'me', name: 'Me' }),
      entry('d', 'customer_message', null),
    ],
  });
  expect(whatChanged(before, after, 'me')).toEqual([
    'Jonas Olsen wrote a note.',
    'Ingrid wrote a message.',
    'It now belongs to Jonas Olsen.',
    'Its status is now “Waiting for the customer’s yes”.',
  ]);
  expect(whatChanged(before, before, 'me')).toEqual([]);
});

it.each([
  ['Maja Kovač', 'Maja K.'],
  ['Amira El Haddad', 'Amira H.'],
  ['Zoë', 'Zoë'],
])('shortens %s to %s', (name, short) => expect(shortName(name)).toBe(short));

it('has a word for a customer without a name', () => {
  expect(firstName(null)).toBe('the customer');
  expect(firstName({ name: ' Ingrid Solberg ' })).toBe('Ingrid');
});

it('marks as failed only what somebody has to look at', () => {
  const mail = (state: 'sent' | 'bounced' | 'waiting' | 'none', problem: string | null = null) =>
    mailWords({ state, problem, sendAt: null, sentAt: null });
  expect(mail('sent')).toEqual({ state: 'Sent', failed: false });
  expect(mail('bounced', 'The address takes no mail.')).toEqual({
    state: 'Bounced. The address takes no mail.',
    failed: true,
  });
  expect(mail('waiting')?.failed).toBe(false);
  expect(mail('none')).toBeNull();
});
