import type { CampaignView } from '../../../../src/distribution/distribution.contract.js';
import type { Cadence, Recurrence, SendAtLocal } from '../../../../src/distribution/schedule.contract.js';

export const cadenceWords: Record<Cadence, string> = {
  month: 'once a month',
  quarter: 'once a quarter',
  half_year: 'once in half a year',
  year: 'once a year',
};

/** "once a quarter", "once in 45 days". */
export const recurrenceWords = (recurrence: Recurrence): string =>
  recurrence.cadence === undefined ? `once in ${recurrence.everyDays ?? 0} days` : cadenceWords[recurrence.cadence];

const clockOf = (zone: SendAtLocal['zone'], organizationZone: string): string =>
  zone === 'customer' ? 'on each customer’s own clock' : `in ${organizationZone}`;

/** When a campaign's mails go, as a phrase; the time always names whose it is. */
export function whenWords(
  { sendAt, sendAtLocal, recurrence }: Pick<CampaignView, 'sendAt' | 'sendAtLocal' | 'recurrence'>,
  format: { dateTime: (at: string) => string; day: (at: string) => string; timeZone: string },
): string {
  const day = (date: string): string => format.day(`${date}T12:00:00Z`);
  if (recurrence) {
    const { time, zone, date } = sendAtLocal ?? { time: '09:00', zone: 'customer' as const };
    const span = `${date === undefined ? '' : `, from ${day(date)}`}${recurrence.until === null ? '' : `, until ${day(recurrence.until)}`}`;
    return `Each customer ${recurrenceWords(recurrence)}, at ${time} ${clockOf(zone, format.timeZone)}${span}`;
  }
  if (sendAtLocal) {
    const { time, zone, date } = sendAtLocal;
    return `${date === undefined ? 'The next' : `${day(date)},`} ${time} ${clockOf(zone, format.timeZone)}`;
  }
  return sendAt ? `${format.dateTime(sendAt)} (${format.timeZone})` : 'As soon as it is launched';
}
