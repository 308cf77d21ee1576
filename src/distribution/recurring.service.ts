import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Identity } from '../identity/identity.service.js';
import { Clock } from '../platform/clock.js';
import { Db, type Tx } from '../platform/db.js';
import { AppError } from '../platform/errors.js';
import { Jobs } from '../platform/jobs.js';
import { localDate } from '../platform/zone.js';
import { Surveys } from '../surveys/surveys.service.js';
import type { CampaignStatus } from './distribution.contract.js';
import { Campaign } from './distribution.entity.js';
import { CampaignDayDue } from './distribution.messages.js';
import { audienceAfter, audienceIds, cycleCounts } from './distribution.queries.js';
import { Planning } from './planning.service.js';
import type { CampaignCycle, Recurrence } from './schedule.contract.js';
import { addDays, cycleAt, daysBetween } from './schedule.js';
import { daySource, firstDay, surveyOf } from './sources.js';

/** Customers planned in one transaction. */
const BATCH = 500;
const TICK_MS = 10 * 60_000;
/** Rounds that the page shows. */
const CYCLES = 8;

/** What a button of a recurring campaign writes. */
interface Started {
  status: CampaignStatus;
  launchedAt?: () => string;
  firstDay?: string;
  plannedThrough?: string;
}

/**
 * Campaigns that go on by themselves. Each day of the organization's calendar is planned the day before, so that also clocks far east are
 * not past the time: `planned_through` moves in the transaction that promises the day's jobs, and a customer has one invitation per cycle.
 */
@Injectable()
export class Recurring {
  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly surveys: Surveys,
    private readonly planning: Planning,
  ) {
    jobs.on(CampaignDayDue, 'distribution.plan_campaign_day', (p, job) => this.planDay(job.tenantId, p));
    jobs.every('distribution.recurring', TICK_MS, z.strictObject({}), () => this.tick());
  }

  /** Plans what is due at once. @throws AppError campaign.already_over when it would end before its first day */
  async start(tx: Tx, campaign: Campaign, now: Date): Promise<Started> {
    const recurrence = recurrenceOf(campaign);
    const { timeZone } = await this.identity.tenant(tx);
    const first = firstDay(campaign, now, timeZone);
    if (recurrence.until !== null && recurrence.until <= first)
      throw new AppError(
        'conflict',
        'campaign.already_over',
        `It would end on ${recurrence.until}, before its first day.`,
      );
    const before = addDays(first, -1);
    const through = await this.promiseDays(
      tx,
      campaign,
      recurrence,
      first,
      before,
      addDays(localDate(timeZone, now), 1),
    );
    return { status: 'running', launchedAt: () => 'now()', firstDay: first, plannedThrough: through };
  }

  /** Days that passed while it was paused are left out: those customers' turn comes again in the next cycle. */
  async resume(tx: Tx, campaign: Campaign, now: Date): Promise<Started> {
    const { timeZone } = await this.identity.tenant(tx);
    const today = localDate(timeZone, now);
    const through = campaign.plannedThrough ?? today;
    return { status: 'running', plannedThrough: through > today ? through : today };
  }

  /** The rounds up to now, newest first; none before the launch. */
  async cycles(tx: Tx, campaign: Campaign, now: Date): Promise<CampaignCycle[]> {
    if (!campaign.recurrence || campaign.firstDay === null) return [];
    const through = campaign.plannedThrough ?? campaign.firstDay;
    const current = cycleAt(campaign.recurrence, campaign.firstDay, later(through, campaign.firstDay));
    const counts = await cycleCounts(tx, campaign.id, current.number - CYCLES + 1);
    const isOpen = ['running', 'paused'].includes(campaign.status) && campaign.plannedAt === null;
    const toCome = isOpen
      ? await audienceAfter(tx, campaign.audience, now, {
          campaignId: campaign.id,
          days: current.days,
          day: Math.max(-1, daysBetween(current.from, through)),
        })
      : 0;
    const none = { asked: 0, answered: 0, skipped: 0, scheduled: 0 };
    const first = Math.max(0, current.number - CYCLES + 1);
    const rounds: CampaignCycle[] = [];
    for (let cycle = cycleAt(campaign.recurrence, campaign.firstDay, campaign.firstDay); ;) {
      if (cycle.number >= first)
        rounds.unshift({
          number: cycle.number,
          from: cycle.from,
          to: cycle.to,
          ...(counts.get(cycle.number) ?? none),
          toCome: cycle.number === current.number ? toCome : 0,
        });
      if (cycle.number === current.number) return rounds;
      cycle = cycleAt(campaign.recurrence, campaign.firstDay, cycle.to);
    }
  }

  /** Promises the days that are due now, of every campaign that runs. A day that was missed while nothing ran is made up. */
  async tick(): Promise<void> {
    const now = this.clock.now();
    for (const tenantId of await this.db.tenantIds())
      await this.db.tenant(tenantId, async (tx) => {
        const { timeZone } = await this.identity.tenant(tx);
        const due = addDays(localDate(timeZone, now), 1);
        const campaigns = await tx.em
          .createQueryBuilder(Campaign, 'c')
          .setLock('pessimistic_write')
          .where(
            `c.status = 'running' and c.recurrence is not null and c.planned_at is null and c.planned_through < :due`,
            { due },
          )
          .getMany();
        for (const campaign of campaigns) {
          if (campaign.firstDay === null || campaign.plannedThrough === null) continue;
          const recurrence = recurrenceOf(campaign);
          const through = await this.promiseDays(
            tx,
            campaign,
            recurrence,
            campaign.firstDay,
            campaign.plannedThrough,
            due,
          );
          const isOver = recurrence.until !== null && addDays(through, 1) >= recurrence.until;
          await tx.em.update(
            Campaign,
            { id: campaign.id },
            { plannedThrough: through, ...(isOver ? { plannedAt: now } : {}) },
          );
        }
      });
  }

  /**
   * Promises every day after `after` up to `due`, at most one cycle back: whoever's day is longer ago has had another since.
   * Returns the last day that needs no more thought.
   */
  private async promiseDays(
    tx: Tx,
    campaign: Campaign,
    recurrence: Recurrence,
    first: string,
    after: string,
    due: string,
  ): Promise<string> {
    const last = recurrence.until !== null && recurrence.until <= due ? addDays(recurrence.until, -1) : due;
    if (last <= after) return after;
    const oldest = addDays(last, 1 - cycleAt(recurrence, first, later(last, first)).days);
    const days: string[] = [];
    for (let day = later(addDays(after, 1), oldest); day <= last; day = addDays(day, 1)) days.push(day);
    await this.jobs.sendMany(
      tx,
      CampaignDayDue,
      days.map((day) => ({ key: `${campaign.id} ${day}`, payload: { campaignId: campaign.id, day, after: null } })),
    );
    return last;
  }

  /** Plans the customers whose day it is, a batch at a time; run twice it finds them invited. */
  private async planDay(
    tenantId: string,
    { campaignId, day, after }: { campaignId: string; day: string; after: string | null },
  ): Promise<void> {
    await this.planning.alone(tenantId, async (tx) => {
      const campaign = await tx.em.findOneBy(Campaign, { id: campaignId });
      if (!campaign?.recurrence || campaign.firstDay === null || campaign.status === 'cancelled') return;
      const now = this.clock.now();
      const cycle = cycleAt(campaign.recurrence, campaign.firstDay, day);
      const ids = await audienceIds(tx, campaign.audience, now, {
        after,
        until: null,
        limit: BATCH,
        slot: { campaignId, days: cycle.days, day: daysBetween(cycle.from, day) },
      });
      if (ids.length === 0) return;
      const survey = await surveyOf(tx, this.surveys, campaign.surveyId);
      const { timeZone } = await this.identity.tenant(tx);
      const source = {
        ...daySource(campaign, survey.version, cycle, day, now, timeZone),
        skipAll: survey.isLive ? undefined : ('survey_closed' as const),
      };
      const policy = await this.planning.policy(tx);
      await this.planning.store(tx, source, await this.planning.decide(tx, source, ids, policy, new Set()));
      const last = ids.at(-1);
      if (ids.length === BATCH && last !== undefined)
        await this.jobs.send(tx, CampaignDayDue, `${campaignId} ${day} ${last}`, { campaignId, day, after: last });
    });
  }
}

const later = (a: string, b: string): string => (a > b ? a : b);

function recurrenceOf(campaign: Campaign): Recurrence {
  if (!campaign.recurrence) throw new Error('a campaign that does not recur');
  return campaign.recurrence;
}
