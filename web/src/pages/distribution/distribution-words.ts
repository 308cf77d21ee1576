import type {
  CampaignStatus,
  DelayReason,
  EventRejection,
  InvitationStatus,
  SkipReason,
} from '../../../../src/distribution/distribution.contract.js';
import type { Tone } from '../../components/badges.js';

/** Why somebody is not asked, in a few words. */
export const skipWords: Record<SkipReason, string> = {
  no_address: 'No email address',
  no_phone: 'No phone number with its country',
  erased: 'Erased',
  complaint: 'Marked a mail of ours as spam',
  unsubscribed: 'Asked for no more surveys',
  bounced: 'Mails to the address come back',
  no_consent: 'No consent to be asked',
  not_wanted: 'Chose not to get surveys of this kind',
  open_case: 'Has an open case',
  not_sampled: 'Not in the sample',
  duplicate_address: 'Same address as another customer',
  contacted_recently: 'Asked too short a time ago',
  yearly_maximum: 'Asked as often as a year allows',
  survey_closed: 'Survey was closed',
  quota_full: 'Survey had enough answers',
  suppressed: 'Address put on the list by hand',
  metric_recently: 'Asked a survey of this kind too short a time ago',
  metric_yearly_maximum: 'Asked surveys of this kind as often as a year allows',
  lower_priority: 'A survey of higher priority took their time',
  event_too_old: 'Happened too long ago',
};

/** Why an ask goes later than wanted, in a few words. */
export const delayReasonWords: Record<DelayReason, string> = {
  quiet_hours: 'Quiet hours',
  weekday: 'No mails on that weekday',
  holiday: 'A holiday there',
  open_case: 'Waits for an open case',
  contacted_recently: 'Asked too short a time before',
  yearly_maximum: 'Asked as often as a year allows',
  metric_recently: 'Asked a survey of this kind too short a time before',
  metric_yearly_maximum: 'Asked surveys of this kind as often as a year allows',
  lower_priority: 'A survey of higher priority took the time',
};

export const campaignStatus: Record<CampaignStatus, { word: string; tone: Tone }> = {
  draft: { word: 'Draft', tone: 'neutral' },
  planning: { word: 'Making invitations', tone: 'brand' },
  running: { word: 'Running', tone: 'good' },
  paused: { word: 'Paused', tone: 'soon' },
  done: { word: 'Done', tone: 'neutral' },
  cancelled: { word: 'Cancelled', tone: 'neutral' },
};

export const invitationStatus: Record<InvitationStatus, { word: string; tone: Tone }> = {
  scheduled: { word: 'Scheduled', tone: 'neutral' },
  sent: { word: 'Sent', tone: 'brand' },
  answered: { word: 'Answered', tone: 'good' },
  bounced: { word: 'Bounced', tone: 'late' },
  expired: { word: 'Link expired', tone: 'neutral' },
  cancelled: { word: 'Cancelled', tone: 'neutral' },
  unknown: { word: 'Not known whether it went', tone: 'soon' },
  skipped: { word: 'Not asked', tone: 'neutral' },
};

export const rejectionWords: Record<EventRejection, string> = {
  unknown_customer: 'No customer has this id',
  unknown_touchpoint: 'No touchpoint has this key',
};

export const weekdayWords = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

const counted = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? '' : 's'}`;

/** "at once", "2 hours later", "7 days later". */
export function delayWords(minutes: number): string {
  if (minutes === 0) return 'at once';
  if (minutes % 1440 === 0) return `${counted(minutes / 1440, 'day')} later`;
  if (minutes % 60 === 0) return `${counted(minutes / 60, 'hour')} later`;
  return `${counted(minutes, 'minute')} later`;
}

/** "everyone", "about 92 in 100". */
export const sampleWords = (share: number): string =>
  share >= 1 ? 'everyone' : `about ${Math.round(share * 100)} in 100`;

/** "A, B or C". */
export const orList = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
export const andList = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

/** Days as people say them: "Monday to Saturday", "Monday, Wednesday and Friday", "every day". */
export function weekdaysText(days: readonly number[]): string {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  if (sorted.length === 7) return 'every day';
  const name = (day: number | undefined): string => weekdayWords[(day ?? 1) - 1] ?? '';
  const inARow = sorted.every((day, index) => index === 0 || day === (sorted[index - 1] ?? 0) + 1);
  return inARow && sorted.length > 2 ? `${name(sorted[0])} to ${name(sorted.at(-1))}` : andList(sorted.map(name));
}
