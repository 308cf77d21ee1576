import { CASE_ACTIONS, CASE_STATUSES, isOpenStatus, next } from './transitions.js';

/** Every state × action; '·' is refused. Columns in the order of the header. */
const table = `
               assign         message      note           message_wait  customer_message  resolve   customer_fixed  customer_not_yet  silence        reopen    merge
new            assigned       in_progress  in_progress    waiting       new               resolved  ·               ·                 ·              ·         merged
assigned       assigned       in_progress  in_progress    waiting       assigned          resolved  ·               ·                 ·              ·         merged
in_progress    in_progress    in_progress  in_progress    waiting       in_progress       resolved  ·               ·                 ·              ·         merged
waiting        waiting        waiting      waiting        waiting       in_progress       resolved  ·               ·                 ·              ·         merged
resolved       resolved       ·            resolved       ·             resolved          ·         confirmed       reopened          closed_silent  reopened  ·
confirmed      confirmed      ·            confirmed      ·             confirmed         ·         confirmed       reopened          ·              reopened  ·
reopened       reopened       in_progress  in_progress    waiting       reopened          resolved  ·               reopened          ·              ·         merged
closed_silent  closed_silent  ·            closed_silent  ·             closed_silent     ·         ·               reopened          ·              reopened  ·
merged         ·              ·            ·              ·             ·                 ·         ·               ·                 ·              ·         ·
`;
const [header = '', ...lines] = table.trim().split('\n');
const actions = header.trim().split(/\s+/);
const cells = lines.flatMap((line) => {
  const [status = '', ...results] = line.trim().split(/\s+/);
  return results.map((result, i) => ({ status, action: actions[i] ?? '', result: result === '·' ? null : result }));
});

describe('next', () => {
  it('is specified for every state and action', () => {
    expect([...actions].sort()).toEqual([...CASE_ACTIONS].sort());
    expect(cells).toHaveLength(CASE_STATUSES.length * CASE_ACTIONS.length);
    expect(new Set(cells.map((c) => c.status))).toEqual(new Set(CASE_STATUSES));
  });

  it.each(cells)('$status + $action → $result', ({ status, action, result }) =>
    expect(next(status as 'new', action as 'assign')).toBe(result),
  );

  it('lets only open cases be resolved', () =>
    CASE_STATUSES.forEach((status) => expect(next(status, 'resolve') !== null).toBe(isOpenStatus(status))));
});
