/** The states of a case and how they follow each other. */

export const CASE_STATUSES = [
  'new',
  'assigned',
  'in_progress',
  'waiting',
  'resolved',
  'confirmed',
  'reopened',
  'closed_silent',
  'merged',
] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

/**
 * `assign` an owner is set · `message` to the customer · `message_wait` a message that waits for the customer · `customer_fixed` and
 * `customer_not_yet` the receipt's answers · `silence` nobody answered a resolution in time · `reopen` by staff ·
 * `merge` into another case of the customer, which goes on for both.
 */
export const CASE_ACTIONS = [
  'assign',
  'message',
  'note',
  'message_wait',
  'customer_message',
  'resolve',
  'customer_fixed',
  'customer_not_yet',
  'silence',
  'reopen',
  'merge',
] as const;
export type CaseAction = (typeof CASE_ACTIONS)[number];

/** Somebody at our side has something to do, or waits for the customer. */
export const OPEN_STATUSES = [
  'new',
  'assigned',
  'in_progress',
  'waiting',
  'reopened',
] as const satisfies readonly CaseStatus[];

/** For `status in (…)`. */
export const OPEN_SQL = OPEN_STATUSES.map((status) => `'${status}'`).join(', ');

export const isOpenStatus = (status: CaseStatus): boolean => OPEN_STATUSES.some((open) => open === status);

type Row = Readonly<Partial<Record<CaseAction, CaseStatus>>>;

/**
 * Three things move no state and are refused in none: changing the owner, writing a note and what a customer mails us ("thanks" after a
 * resolution is no reopening). A customer may also press the same answer twice.
 */
const keep = (status: CaseStatus): Row => ({ assign: status, note: status, customer_message: status });
const open = (status: CaseStatus): Row => ({
  ...keep(status),
  message: status,
  message_wait: 'waiting',
  resolve: 'resolved',
  merge: 'merged',
});

const TABLE: Readonly<Record<CaseStatus, Row>> = {
  new: { ...open('new'), assign: 'assigned', message: 'in_progress', note: 'in_progress' },
  assigned: { ...open('assigned'), message: 'in_progress', note: 'in_progress' },
  in_progress: open('in_progress'),
  waiting: { ...open('waiting'), customer_message: 'in_progress' },
  reopened: {
    ...open('reopened'),
    message: 'in_progress',
    note: 'in_progress',
    customer_not_yet: 'reopened',
  },
  resolved: {
    ...keep('resolved'),
    customer_fixed: 'confirmed',
    customer_not_yet: 'reopened',
    silence: 'closed_silent',
    reopen: 'reopened',
  },
  confirmed: {
    ...keep('confirmed'),
    customer_fixed: 'confirmed',
    customer_not_yet: 'reopened',
    reopen: 'reopened',
  },
  closed_silent: { ...keep('closed_silent'), customer_not_yet: 'reopened', reopen: 'reopened' },
  // Whatever comes for it goes to the case that took it in.
  merged: {},
};

/** The status after `action`; null when it is not allowed (409 `case.illegal_transition`). */
export function next(status: CaseStatus, action: CaseAction): CaseStatus | null {
  return TABLE[status][action] ?? null;
}
