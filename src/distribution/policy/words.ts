import { wallAt } from '../../platform/zone.js';
import type { DelayReason, SkipReason } from '../distribution.contract.js';

/** Skip reasons in words, for timelines and lists. */
export const SKIP_REASON_TEXTS: Record<SkipReason, string> = {
  no_address: 'There is no e-mail address.',
  no_phone: 'There is no phone number with its country.',
  erased: 'The person was erased.',
  complaint: 'They marked a mail as spam.',
  unsubscribed: 'They asked for no more surveys.',
  bounced: 'Mails to the address come back.',
  suppressed: 'Somebody of ours put the address on the list of those we must not write to.',
  no_consent: 'There is no consent to ask for feedback.',
  not_wanted: 'They chose not to get surveys of this kind.',
  open_case: 'They have an open case.',
  not_sampled: 'They were not in the sample.',
  duplicate_address: 'Another customer with the same address was asked.',
  contacted_recently: 'They were asked too short a time before.',
  yearly_maximum: 'They were asked as often as a year allows.',
  metric_recently: 'They were asked a survey of this kind too short a time before.',
  metric_yearly_maximum: 'They were asked surveys of this kind as often as a year allows.',
  lower_priority: 'A survey of higher priority took their time.',
  event_too_old: 'What happened was too long ago to ask about it.',
  survey_closed: 'The survey was closed before the mail went.',
  quota_full: 'The survey had enough answers before the mail went.',
};

const DELAY_TEXTS: Record<DelayReason, string> = {
  quiet_hours: 'no mails go in quiet hours',
  weekday: 'no mails go on that weekday',
  holiday: 'it is a holiday there',
  open_case: 'they have an open case',
  contacted_recently: 'they were asked too short a time before',
  yearly_maximum: 'they were asked as often as a year allows',
  metric_recently: 'they were asked a survey of this kind too short a time before',
  metric_yearly_maximum: 'they were asked surveys of this kind as often as a year allows',
  lower_priority: 'a survey of higher priority took their time',
};

interface Fact {
  skipReason: SkipReason | null;
  delayReason: DelayReason | null;
  /** Name of the campaign or survey that took the time. */
  becauseOf: string | null;
  sendAt: Date | null;
  sentAt: Date | null;
  timeZone: string;
}

/** Why nobody was asked, naming the other survey where one took the time; null when it was not skipped. */
export function skipText({ skipReason, becauseOf }: Pick<Fact, 'skipReason' | 'becauseOf'>): string | null {
  if (skipReason === null) return null;
  const text = SKIP_REASON_TEXTS[skipReason];
  if (becauseOf === null) return text;
  return skipReason === 'lower_priority'
    ? `“${becauseOf}”, which has a higher priority, took their time.`
    : `${text.slice(0, -1)}: “${becauseOf}”.`;
}

/** Why, and on the customer's clock until when, an ask waits or waited; null when it went at its time. */
export function delayText(fact: Fact): string | null {
  const { delayReason, becauseOf, sendAt, sentAt, timeZone } = fact;
  if (delayReason === null) return null;
  const why =
    becauseOf === null
      ? DELAY_TEXTS[delayReason]
      : delayReason === 'lower_priority'
        ? `“${becauseOf}”, which has a higher priority, took their time`
        : `${DELAY_TEXTS[delayReason]} (“${becauseOf}”)`;
  if (delayReason === 'open_case' && sentAt === null) return 'Waits until their case is confirmed: no survey before.';
  if (delayReason === 'open_case' && sentAt !== null)
    return `Waited until ${clockText(sentAt, timeZone)}: they had an open case.`;
  const until = sentAt ?? sendAt;
  if (until === null) return `Waits: ${why}.`;
  return `${sentAt ? 'Waited' : 'Waits'} until ${clockText(until, timeZone)}: ${why}.`;
}

/** When an ask that nothing delays will go; null when there is no time. */
export const sendText = ({ sendAt, timeZone }: Pick<Fact, 'sendAt' | 'timeZone'>): string | null =>
  sendAt && `Goes ${clockText(sendAt, timeZone)}.`;

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "Mon 23 Nov, 08:00 in Europe/Berlin". */
function clockText(at: Date, timeZone: string): string {
  const wall = new Date(wallAt(timeZone, at.getTime()));
  const day = `${DAYS[wall.getUTCDay()] ?? ''} ${String(wall.getUTCDate())} ${MONTHS[wall.getUTCMonth()] ?? ''}`;
  return `${day}, ${wall.toISOString().slice(11, 16)} in ${timeZone}`;
}
