import type { Conditions } from '../distribution/conditions.contract.js';
import { DAY_MS, localDate } from '../platform/zone.js';
import type { DemoData } from './demo-data.js';

/** Which events of a type ask; the others ask always. */
const CONDITIONS: Record<string, Conditions> = {
  'contract.renewed': { all: [{ property: 'value', op: 'gte', value: 100 }] },
  'installation.completed': { all: [{ property: 'technician', op: 'in', value: ['own', 'partner'] }] },
};

export const demoConditions = (eventType: string): Conditions | null => CONDITIONS[eventType] ?? null;

/** A campaign that was launched last and goes on by itself: from the day after the last event on, which the planner finds still to do. */
export function recurringCampaign(data: DemoData): Record<string, unknown> {
  const last = data.events.reduce((most, event) => Math.max(most, event.occurredAt.getTime()), 0);
  const today = localDate(data.organization.timeZone, new Date(last));
  return {
    name: 'Relationship NPS, once in half a year',
    survey_id: data.surveys[0]?.id,
    audience: { segments: [], filter: { lifetimeValueMin: 500, lastEvent: { withinDays: 180 } } },
    send_at_local: { time: '09:30', zone: 'customer' },
    recurrence: { cadence: 'half_year', spread: 'even', until: null },
    first_day: localDate(data.organization.timeZone, new Date(last + DAY_MS)),
    planned_through: today,
    reminders: [
      {
        afterDays: 6,
        texts: {
          en: {
            subject: 'One question is still open, {name}',
            intro: 'On {date} we asked how you find {organization}. If you have half a minute, we would like to know.',
          },
          de: {
            subject: 'Eine Frage ist noch offen, {name}',
            intro: 'am {date} haben wir gefragt, wie Sie {organization} finden. Eine halbe Minute genügt.',
          },
        },
      },
    ],
    sample_rate: 1,
    priority: 30,
    if_busy: 'delay',
    max_delay_days: 14,
    status: 'running',
    launched_at: new Date(last),
    version: 1,
    created_at: new Date(last),
  };
}
