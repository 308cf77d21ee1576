import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Identity } from '../identity/identity.service.js';
import type { Principal } from '../platform/auth.js';
import { Clock } from '../platform/clock.js';
import { Db, type Tx } from '../platform/db.js';
import { AppError, invalid, notFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { Jobs } from '../platform/jobs.js';
import { SendRates } from '../platform/mail/send-rates.js';
import { type Page, decodeCursor, toPage } from '../platform/page.js';
import { localDate } from '../platform/zone.js';
import { Surveys } from '../surveys/surveys.service.js';
import { type Audience, type AudienceCount, UNREACHABLE, type Unreachable } from './audience.contract.js';
import type {
  CampaignPreview,
  CampaignStatus,
  CampaignView,
  ChangeCampaign,
  CreateCampaign,
  DelayCounts,
  ListCampaigns,
  SkipCounts,
} from './distribution.contract.js';
import { Channels } from './channels/channels.service.js';
import type { AskChannel } from './channels/channels.contract.js';
import { Campaign } from './distribution.entity.js';
import { CampaignBatchDue, HandOverDue } from './distribution.messages.js';
import { audienceCount, audienceIds, campaignCounts, noCounts } from './distribution.queries.js';
import { sendTimes } from './planner.js';
import { Planning } from './planning.service.js';
import { Recurring } from './recurring.service.js';
import type { CampaignCycles } from './schedule.contract.js';
import { launchSource, previewSource, surveyOf } from './sources.js';

/** Customers planned in one transaction. */
const BATCH = 500;

/** What a button writes; `recurring.service` decides it for recurring campaigns. */
export interface Changes {
  status: CampaignStatus;
  launchedAt?: () => string;
  finishedAt?: () => string;
  firstDay?: string;
  plannedThrough?: string;
}

type Step = 'launch' | 'pause' | 'resume' | 'cancel';

/** From which states each button works. */
const ALLOWED: Record<Step, readonly CampaignStatus[]> = {
  launch: ['draft'],
  pause: ['planning', 'running'],
  resume: ['paused'],
  cancel: ['draft', 'planning', 'running', 'paused'],
};

/** One send of a survey to an audience: preview, launch in batches, pause, resume, cancel. */
@Injectable()
export class Campaigns {
  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly surveys: Surveys,
    private readonly planning: Planning,
    private readonly rates: SendRates,
    private readonly recurring: Recurring,
    private readonly channels: Channels,
  ) {
    jobs.on(CampaignBatchDue, 'distribution.plan_campaign', (p, job) =>
      this.planBatch(job.tenantId, p.campaignId, p.after),
    );
  }

  /** Newest first. */
  list(tenantId: string, query: ListCampaigns): Promise<Page<CampaignView>> {
    return this.db.tenant(tenantId, async (tx) => {
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, 2);
      const rows: { id: string; created_key: string }[] = await tx.em.query(
        `select id, created_at::text as created_key from campaigns
         where ($1::text is null or status = $1) and ($2::uuid is null or survey_id = $2)
           and ($3::timestamptz is null or (created_at, id) < ($3::timestamptz, $4::uuid))
         order by created_at desc, id desc limit $5`,
        [query.status ?? null, query.surveyId ?? null, after?.[0] ?? null, after?.[1] ?? null, query.limit + 1],
      );
      const views = await this.views(
        tx,
        rows.slice(0, query.limit).map((row) => row.id),
      );
      const page = toPage(
        rows,
        query.limit,
        (row) => [row.created_key, row.id],
        (row) => row.id,
      );
      return { items: page.items.flatMap((id) => views.get(id) ?? []), nextCursor: page.nextCursor };
    });
  }

  /** @throws AppError campaign.not_found */
  get(tenantId: string, id: string): Promise<CampaignView> {
    return this.db.tenant(tenantId, (tx) => this.view(tx, id));
  }

  /** A draft. @throws AppError input.invalid for an unknown survey */
  create(tenantId: string, input: CreateCampaign): Promise<CampaignView> {
    return this.db.tenant(tenantId, async (tx) => {
      await this.requireSurvey(tx, input.surveyId);
      const id = newId();
      await tx.em.insert(Campaign, {
        id,
        name: input.name,
        surveyId: input.surveyId,
        audience: input.audience,
        sendAt: input.sendAt === null ? null : new Date(input.sendAt),
        sendAtLocal: input.sendAtLocal,
        recurrence: input.recurrence,
        reminders: input.reminders,
        channel: input.channel,
        sampleRate: input.sampleRate,
        priority: input.priority,
        ifBusy: input.ifBusy,
        maxDelayDays: input.maxDelayDays,
      });
      return this.view(tx, id);
    });
  }

  /**
   * A draft can be changed in everything; later only name and the reminders that are still to come.
   * @throws AppError campaign.not_found, campaign.version_conflict, campaign.launched, input.invalid
   */
  change(tenantId: string, id: string, change: ChangeCampaign): Promise<CampaignView> {
    return this.db.tenant(tenantId, async (tx) => {
      const campaign = await this.lock(tx, id);
      if (change.version !== undefined && change.version !== campaign.version)
        throw new AppError(
          'conflict',
          'campaign.version_conflict',
          'Somebody else changed this campaign. Load it again.',
          {
            extra: { version: campaign.version },
          },
        );
      const isFixed = [
        change.surveyId,
        change.audience,
        change.sendAt,
        change.sendAtLocal,
        change.recurrence,
        change.channel,
        change.sampleRate,
      ].some((v) => v !== undefined);
      const isOver = campaign.status === 'done' || campaign.status === 'cancelled';
      if (campaign.status !== 'draft' && (isFixed || (isOver && change.reminders !== undefined)))
        throw new AppError(
          'conflict',
          'campaign.launched',
          'This campaign was launched: its survey, audience, time and sample stay as they are.',
        );
      if (change.surveyId !== undefined) await this.requireSurvey(tx, change.surveyId);
      // One of the two replaces the other: an instant given now takes the place of a local time given before.
      const sendAt =
        change.sendAt === undefined ? (change.sendAtLocal ? null : campaign.sendAt) : dateOf(change.sendAt);
      const sendAtLocal =
        change.sendAtLocal === undefined ? (change.sendAt ? null : campaign.sendAtLocal) : change.sendAtLocal;
      const recurrence = change.recurrence === undefined ? campaign.recurrence : change.recurrence;
      if (sendAt && recurrence) throw invalid('sendAt', 'A recurring campaign starts on a day: use sendAtLocal.');
      await tx.em.update(
        Campaign,
        { id },
        {
          name: change.name ?? campaign.name,
          surveyId: change.surveyId ?? campaign.surveyId,
          audience: change.audience ?? campaign.audience,
          sendAt,
          sendAtLocal,
          recurrence,
          reminders: change.reminders ?? campaign.reminders,
          channel: change.channel ?? campaign.channel,
          sampleRate: change.sampleRate ?? campaign.sampleRate,
          priority: change.priority ?? campaign.priority,
          ifBusy: change.ifBusy ?? campaign.ifBusy,
          maxDelayDays: change.maxDelayDays ?? campaign.maxDelayDays,
          version: campaign.version + 1,
        },
      );
      return this.view(tx, id);
    });
  }

  /** How many are in an audience, and how many of them can be reached at all. Costs one statement. */
  countAudience(tenantId: string, audience: Audience, channel: AskChannel = 'email'): Promise<AudienceCount> {
    return this.db.tenant(tenantId, (tx) => audienceCount(tx, audience, this.clock.now(), channel));
  }

  /** A new draft with the same settings; a date that was given is taken out. @throws AppError campaign.not_found */
  duplicate(who: Principal, id: string): Promise<CampaignView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const from = await this.require(tx, id);
      const copy = newId();
      await tx.em.insert(Campaign, {
        id: copy,
        name: `${from.name.slice(0, 190)} (copy)`,
        surveyId: from.surveyId,
        audience: from.audience,
        sendAtLocal: from.sendAtLocal && { time: from.sendAtLocal.time, zone: from.sendAtLocal.zone },
        recurrence: from.recurrence && { ...from.recurrence, until: null },
        reminders: from.reminders,
        channel: from.channel,
        sampleRate: from.sampleRate,
        priority: from.priority,
        ifBusy: from.ifBusy,
        maxDelayDays: from.maxDelayDays,
      });
      await this.identity.audit(tx, who, 'campaign.duplicated', { kind: 'campaign', id: copy });
      return this.view(tx, copy);
    });
  }

  /** What a launch at this moment would do, for a recurring one its first cycle; writes nothing. @throws AppError campaign.not_found */
  preview(tenantId: string, id: string): Promise<CampaignPreview> {
    return this.db.tenant(tenantId, async (tx) => {
      const campaign = await this.require(tx, id);
      const survey = await this.surveys.requireLive(tx, campaign.surveyId).catch((error: unknown) => {
        // A draft's audience can be looked at before its survey is published.
        if (error instanceof AppError && error.code === 'survey.not_live')
          return this.surveys.draft(tx, campaign.surveyId);
        throw error;
      });
      const now = this.clock.now();
      const { timeZone } = await this.identity.tenant(tx);
      const source = previewSource(campaign, survey, now, timeZone);
      const policy = await this.planning.policy(tx);
      const delay = sendTimes(policy);
      const taken = new Set<string>();
      const skipped: SkipCounts = {};
      const delays: DelayCounts = {};
      const locales = new Map<string, number>();
      const days = new Map<string, number>();
      const result = { audience: 0, send: 0, delayed: 0 };
      let first: Date | null = null;
      let last: Date | null = null;
      let after: string | null = null;
      for (;;) {
        const ids: string[] = await audienceIds(tx, campaign.audience, now, {
          after,
          until: null,
          limit: BATCH,
        });
        for (const decision of await this.planning.decide(tx, source, ids, policy, taken, delay)) {
          result.audience++;
          const { sendAt, skip } = decision.plan;
          if (skip !== null) skipped[skip] = (skipped[skip] ?? 0) + 1;
          else {
            result.send++;
            if (decision.plan.delay !== null) {
              result.delayed++;
              delays[decision.plan.delay] = (delays[decision.plan.delay] ?? 0) + 1;
            }
            if (!first || sendAt < first) first = sendAt;
            if (!last || sendAt > last) last = sendAt;
            locales.set(decision.locale, (locales.get(decision.locale) ?? 0) + 1);
            const day = localDate(timeZone, sendAt);
            days.set(day, (days.get(day) ?? 0) + 1);
          }
        }
        after = ids.at(-1) ?? null;
        if (ids.length < BATCH) break;
      }
      return {
        ...result,
        skipped,
        delays,
        firstSendAt: iso(first),
        lastSendAt: iso(last),
        locales: [...locales].map(([locale, n]) => ({ locale, n })).sort((a, b) => b.n - a.n),
        days: [...days].map(([date, n]) => ({ date, n })).sort((a, b) => (a.date < b.date ? -1 : 1)),
      };
    });
  }

  /**
   * Starts planning: jobs make one invitation per customer of the audience as of now, sent or skipped.
   * A recurring one plans its first day, tomorrow or later, and then a day at a time.
   * @throws AppError campaign.not_found, campaign.illegal_state, survey.not_live, campaign.empty_audience, campaign.no_one_reachable,
   *   campaign.already_over
   */
  launch(who: Principal, id: string): Promise<CampaignView> {
    return this.step(who, id, 'launch', async (tx, campaign) => {
      await this.surveys.requireLive(tx, campaign.surveyId);
      const now = this.clock.now();
      if (campaign.channel !== 'email') await this.channels.requireReady(tx, campaign.channel);
      const found = await audienceCount(tx, campaign.audience, now, campaign.channel);
      // New customers may join a recurring one later.
      if (found.audience === 0 && !campaign.recurrence)
        throw new AppError(
          'conflict',
          'campaign.empty_audience',
          'No customer matches this audience. Nothing was sent.',
        );
      if (found.audience > 0 && found.reachable === 0)
        throw new AppError('conflict', 'campaign.no_one_reachable', `${unreachableText(found)} Nothing was sent.`, {
          extra: { unreachable: found.unreachable },
        });
      if (campaign.recurrence) return this.recurring.start(tx, campaign, now);
      await this.jobs.send(tx, CampaignBatchDue, `${id} start`, { campaignId: id, after: null });
      return { status: 'planning', launchedAt: () => 'now()' };
    });
  }

  /** The rounds of a recurring campaign, newest first; none before its launch. @throws AppError campaign.not_found */
  cycles(tenantId: string, id: string): Promise<CampaignCycles> {
    return this.db.tenant(tenantId, async (tx) => ({
      items: await this.recurring.cycles(tx, await this.require(tx, id), this.clock.now()),
    }));
  }

  /** Nothing goes out until `resume`. @throws AppError campaign.not_found, campaign.illegal_state */
  pause(who: Principal, id: string): Promise<CampaignView> {
    return this.step(who, id, 'pause', () => ({ status: 'paused' }));
  }

  /** Pauses for a reason of the system's, which stands on the campaign until a person resumes it. Its new version; null when it does not run. */
  async pauseFor(tx: Tx, id: string, because: string): Promise<number | null> {
    const campaign = await this.lock(tx, id);
    if (!ALLOWED.pause.includes(campaign.status)) return null;
    const version = campaign.version + 1;
    await tx.em.update(Campaign, { id }, { status: 'paused', pausedBecause: because, version });
    await this.identity.audit(tx, 'system', 'campaign.pause', { kind: 'campaign', id }, { because });
    return version;
  }

  /** @throws AppError campaign.not_found, campaign.illegal_state */
  resume(who: Principal, id: string): Promise<CampaignView> {
    return this.step(who, id, 'resume', async (tx, campaign) => {
      await this.jobs.send(tx, HandOverDue, newId(), {});
      // A pause by the system is judged anew from here.
      if (campaign.pausedBecause !== null)
        await tx.em.update(Campaign, { id }, { pausedBecause: null, judgedFrom: () => 'now()' });
      if (campaign.recurrence) return this.recurring.resume(tx, campaign, this.clock.now());
      return { status: campaign.plannedAt === null ? 'planning' : 'running' };
    });
  }

  /** For good: what was not sent is cancelled, reminders too. @throws AppError campaign.not_found, campaign.illegal_state */
  cancel(who: Principal, id: string): Promise<CampaignView> {
    return this.step(who, id, 'cancel', async (tx) => {
      await tx.em.query(
        `update invitations set next_at = null, status = case when status = 'scheduled' then 'cancelled' else status end
         where campaign_id = $1 and (status = 'scheduled' or next_at is not null)`,
        [id],
      );
      return { status: 'cancelled', finishedAt: () => 'now()' };
    });
  }

  /**
   * Plans the next customers and promises the batch after. The place is part of the promise, written with the invitations it stands
   * behind; a batch that runs twice finds its customers invited already.
   */
  private async planBatch(tenantId: string, campaignId: string, after: string | null): Promise<void> {
    await this.planning.alone(tenantId, async (tx) => {
      const campaign = await this.lock(tx, campaignId);
      if (campaign.plannedAt !== null || campaign.launchedAt === null || campaign.status === 'cancelled') return;
      const ids = await audienceIds(tx, campaign.audience, campaign.launchedAt, {
        after,
        until: campaign.launchedAt,
        limit: BATCH,
      });
      const survey = await surveyOf(tx, this.surveys, campaign.surveyId);
      const policy = await this.planning.policy(tx);
      const source = {
        ...launchSource(campaign, survey.version, campaign.launchedAt, (await this.identity.tenant(tx)).timeZone),
        skipAll: survey.isLive ? undefined : ('survey_closed' as const),
      };
      const decisions = await this.planning.decide(tx, source, ids, policy, new Set());
      await this.planning.store(tx, source, decisions);
      const last = ids.at(-1);
      if (ids.length === BATCH && last !== undefined) {
        await this.jobs.send(tx, CampaignBatchDue, `${campaignId} ${last}`, { campaignId, after: last });
        return;
      }
      await tx.em.update(
        Campaign,
        { id: campaignId },
        {
          plannedAt: () => 'now()',
          status: campaign.status === 'planning' ? 'running' : campaign.status,
          version: campaign.version + 1,
        },
      );
    });
  }

  private step(
    who: Principal,
    id: string,
    step: Step,
    work: (tx: Tx, campaign: Campaign) => Changes | Promise<Changes>,
  ): Promise<CampaignView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const campaign = await this.lock(tx, id);
      if (!ALLOWED[step].includes(campaign.status))
        throw new AppError(
          'conflict',
          'campaign.illegal_state',
          `A campaign that is ${campaign.status} cannot be ${{ launch: 'launched', pause: 'paused', resume: 'resumed', cancel: 'cancelled' }[step]}.`,
          { extra: { campaignStatus: campaign.status } },
        );
      const changes = await work(tx, campaign);
      await tx.em.update(Campaign, { id }, { ...changes, version: campaign.version + 1 });
      await this.identity.audit(tx, who, `campaign.${step}`, { kind: 'campaign', id });
      return this.view(tx, id);
    });
  }

  private async requireSurvey(tx: Tx, surveyId: string): Promise<void> {
    try {
      await this.surveys.draft(tx, surveyId);
    } catch (error) {
      if (error instanceof AppError && error.kind === 'not_found')
        throw invalid('surveyId', 'There is no such survey.');
      throw error;
    }
  }

  private async require(tx: Tx, id: string): Promise<Campaign> {
    const campaign = await tx.em.findOneBy(Campaign, { id });
    if (!campaign) throw notFound('campaign', 'campaign');
    return campaign;
  }

  private async lock(tx: Tx, id: string): Promise<Campaign> {
    const campaign = await tx.em.findOne(Campaign, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!campaign) throw notFound('campaign', 'campaign');
    return campaign;
  }

  private async view(tx: Tx, id: string): Promise<CampaignView> {
    const view = (await this.views(tx, [id])).get(id);
    if (!view) throw notFound('campaign', 'campaign');
    return view;
  }

  private async views(tx: Tx, ids: readonly string[]): Promise<Map<string, CampaignView>> {
    if (ids.length === 0) return new Map();
    const campaigns = await tx.em.findBy(Campaign, { id: In([...ids]) });
    const counts = await campaignCounts(tx, ids);
    const surveys: { id: string; name: string }[] = await tx.em.query(
      `select id, name from surveys where id = any($1)`,
      [campaigns.map((campaign) => campaign.surveyId)],
    );
    const names = new Map(surveys.map((survey) => [survey.id, survey.name]));
    const held = new Map<string, CampaignView['held']>();
    for (const { id, status } of campaigns)
      if (status === 'planning' || status === 'running') {
        const sql = `select id from invitations where campaign_id = $1`;
        const backlog = await this.rates.backlog(tx, { sql, params: [id] });
        if (backlog) held.set(id, { ...backlog, until: backlog.until.toISOString() });
      }
    return new Map(
      campaigns.map((campaign) => {
        const sums = counts.get(campaign.id);
        return [
          campaign.id,
          {
            id: campaign.id,
            name: campaign.name,
            surveyId: campaign.surveyId,
            surveyName: names.get(campaign.surveyId) ?? '',
            audience: campaign.audience,
            sendAt: iso(campaign.sendAt),
            sendAtLocal: campaign.sendAtLocal,
            recurrence: campaign.recurrence,
            firstDay: campaign.firstDay,
            reminders: campaign.reminders,
            channel: campaign.channel,
            sampleRate: campaign.sampleRate,
            priority: campaign.priority,
            ifBusy: campaign.ifBusy,
            maxDelayDays: campaign.maxDelayDays,
            status: campaign.status,
            launchedAt: iso(campaign.launchedAt),
            finishedAt: iso(campaign.finishedAt),
            counts: sums?.counts ?? noCounts(),
            skipped: sums?.skipped ?? {},
            nextSendAt: iso(sums?.nextSendAt ?? null),
            held: held.get(campaign.id) ?? null,
            pausedBecause: campaign.status === 'paused' ? campaign.pausedBecause : null,
            version: campaign.version,
            createdAt: campaign.createdAt.toISOString(),
          },
        ];
      }),
    );
  }
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
const dateOf = (at: string | null): Date | null => (at === null ? null : new Date(at));

const UNREACHABLE_TEXTS: Record<Unreachable, string> = {
  no_address: 'have no e-mail address',
  no_phone: 'have no phone number with its country',
  stopped: 'asked for no more mail, or their address takes none',
  no_consent: 'have given no consent to be asked for feedback',
};

function unreachableText({ audience, unreachable }: AudienceCount): string {
  const reasons = UNREACHABLE.filter((reason) => unreachable[reason] !== undefined).map(
    (reason) => `${unreachable[reason]} ${UNREACHABLE_TEXTS[reason]}`,
  );
  return `Nobody of the ${audience} in this audience can be reached: ${reasons.join(', ')}.`;
}
