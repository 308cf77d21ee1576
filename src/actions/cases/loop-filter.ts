/** The cases behind each figure of loop health (`GET /insights/loop`), as conditions on `cases c`. */
import type { LoopFilter } from './cases.contract.js';

const CLOSED = `c.status in ('resolved', 'confirmed', 'closed_silent')`;
/** A resolution that was mailed, not taken back, and whose mail neither failed nor bounced. */
const HEARD = `exists (select 1 from resolutions x where x.case_id = c.id and x.mailed and x.undone_at is null and not exists (
  select 1 from deliveries d where d.kind = 'resolution' and d.subject_id = x.id and (d.state <> 'sent' or d.bounce_kind in ('hard', 'soft'))))`;
const LAST_ANSWER = `(select x.answer from resolutions x where x.case_id = c.id and x.answer is not null order by x.answered_at desc limit 1)`;
/** When a person first wrote; resolving without a message says something too. */
const FIRST_WORD = `coalesce(c.first_responded_at, case when ${CLOSED} then c.resolved_at end)`;

/** The condition for `loop`; `now` gives the placeholder of the present time. */
export function loopSql(loop: LoopFilter, now: () => string): string {
  // Nobody stands behind a case without a customer: loop health does not count it.
  return `(c.customer_id is not null and c.status <> 'merged' and ${conditionOf(loop, now)})`;
}

function conditionOf(loop: LoopFilter, now: () => string): string {
  switch (loop) {
    case 'heard_back':
      return HEARD;
    case 'not_heard_back':
      return `c.customer_id is not null and not ${HEARD} and (${CLOSED} or c.status <> 'waiting' and (c.resolution_due_at is null or c.resolution_due_at <= ${now()}))`;
    case 'confirmed':
      return `${HEARD} and ${LAST_ANSWER} = 'fixed'`;
    case 'not_yet':
      return `${HEARD} and ${LAST_ANSWER} = 'not_yet'`;
    case 'reopened':
      return 'c.reopened_count > 0';
    case 'silent':
      return `c.status = 'closed_silent'`;
    case 'promised':
      return 'c.promised_at is not null';
    case 'promise_broken':
      return `c.promised_at is not null and coalesce(${FIRST_WORD}, ${now()}) > c.promised_at`;
    case 'first_response_met':
      return `c.first_response_due_at is not null and ${FIRST_WORD} <= c.first_response_due_at`;
    case 'first_response_missed':
      return `c.first_response_due_at is not null and coalesce(${FIRST_WORD}, ${now()}) > c.first_response_due_at`;
    case 'resolution_met':
      return `c.resolution_due_at is not null and ${CLOSED} and c.resolved_at <= c.resolution_due_at`;
    case 'resolution_missed':
      return `c.resolution_due_at is not null and coalesce(case when ${CLOSED} then c.resolved_at end, ${now()}) > c.resolution_due_at`;
    case 'answered':
      return 'c.first_responded_at is not null';
    case 'resolved':
      return `${CLOSED} and c.resolved_at is not null`;
  }
}
