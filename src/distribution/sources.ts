import type { Tx } from '../platform/db.js';
import { AppError } from '../platform/errors.js';
import { localDate, startOfLocalDay } from '../platform/zone.js';
import type { SurveyVersion, Surveys } from '../surveys/surveys.service.js';
import type { Campaign } from './distribution.entity.js';
import type { Source } from './planning.service.js';
import type { SendAtLocal } from './schedule.contract.js';
import { type Cycle, addDays, cycleAt, nextAt, slotOf } from './schedule.js';

/** When a recurring campaign asks, where nothing else was said. */
const MORNING: SendAtLocal = { time: '09:00', zone: 'customer' };

/** The survey with which a campaign or trigger asks: its newest published version, and whether it still may. @throws AppError survey.not_found */
export async function surveyOf(
  tx: Tx,
  surveys: Surveys,
  surveyId: string,
): Promise<{ version: SurveyVersion; isLive: boolean }> {
  try {
    return { version: await surveys.requireLive(tx, surveyId), isLive: true };
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'survey.not_live')) throw error;
    const rows: { number: number }[] = await tx.em.query(
      `select published_version as number from surveys where id = $1`,
      [surveyId],
    );
    return { version: await surveys.version(tx, surveyId, rows[0]?.number ?? 0), isLive: false };
  }
}

const base = (campaign: Campaign, survey: SurveyVersion) => ({
  survey,
  touchpointId: survey.touchpointId,
  sampleRate: campaign.sampleRate,
  priority: campaign.priority,
  ifBusy: campaign.ifBusy,
  maxDelayDays: campaign.maxDelayDays,
  channel: campaign.channel,
  campaignId: campaign.id,
  triggerId: null,
  eventId: null,
});

/** The earliest instant for each customer at which their clock, or the organization's, shows the time. */
function onClock(at: SendAtLocal, notBefore: Date, timeZone: string): Pick<Source, 'earliest' | 'earliestFor'> {
  const memo = new Map<string, Date>();
  const earliestFor = (_customerId: string, zone: string): Date => {
    const clock = at.zone === 'customer' ? zone : timeZone;
    let instant = memo.get(clock);
    if (!instant) memo.set(clock, (instant = nextAt(clock, at, notBefore)));
    return instant;
  };
  return { earliest: notBefore, earliestFor };
}

/** One send to everyone, from `from` on. */
export function launchSource(campaign: Campaign, survey: SurveyVersion, from: Date, timeZone: string): Source {
  if (campaign.sendAtLocal) return { ...base(campaign, survey), ...onClock(campaign.sendAtLocal, from, timeZone) };
  return { ...base(campaign, survey), earliest: campaign.sendAt && campaign.sendAt > from ? campaign.sendAt : from };
}

/** The first day of a recurring campaign that is launched now: as it says, but not before tomorrow, so that no clock is past its time. */
export function firstDay(campaign: Campaign, now: Date, timeZone: string): string {
  const tomorrow = addDays(localDate(timeZone, now), 1);
  const wanted = campaign.sendAtLocal?.date;
  return wanted !== undefined && wanted > tomorrow ? wanted : tomorrow;
}

/** Those whose day in the cycle is `day`, at the campaign's time of that day; when that is over, the next time it comes. */
export function daySource(
  campaign: Campaign,
  survey: SurveyVersion,
  cycle: Cycle,
  day: string,
  now: Date,
  timeZone: string,
): Source {
  const { time, zone } = campaign.sendAtLocal ?? MORNING;
  return { ...base(campaign, survey), ...onClock({ time, zone, date: day }, now, timeZone), cycle: cycle.number };
}

/** What a launch now would do: one send, or the first cycle of a recurring campaign, each customer on their day. */
export function previewSource(campaign: Campaign, survey: SurveyVersion, now: Date, timeZone: string): Source {
  if (!campaign.recurrence) return launchSource(campaign, survey, now, timeZone);
  const first = firstDay(campaign, now, timeZone);
  const cycle = cycleAt(campaign.recurrence, first, first);
  const { time, zone } = campaign.sendAtLocal ?? MORNING;
  const memo = new Map<string, Date>();
  return {
    ...base(campaign, survey),
    earliest: startOfLocalDay(timeZone, first),
    earliestFor: (customerId, customerZone) => {
      const clock = zone === 'customer' ? customerZone : timeZone;
      const day = addDays(first, slotOf(campaign.id, customerId, cycle.days));
      const key = `${day} ${clock}`;
      let at = memo.get(key);
      if (!at) memo.set(key, (at = nextAt(clock, { time, zone, date: day }, now)));
      return at;
    },
  };
}
