import { Injectable } from '@nestjs/common';
import { Customers } from '../customers/customers.service.js';
import { Identity } from '../identity/identity.service.js';
import { Journeys } from '../journeys/journeys.service.js';
import type { Principal } from '../platform/auth.js';
import { Clock } from '../platform/clock.js';
import { Db, type Tx } from '../platform/db.js';
import { AppError, invalid, notFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { DEFAULT_SCHEDULE, Jobs } from '../platform/jobs.js';
import { type Page, decodeCursor, toPage } from '../platform/page.js';
import { DAY_MS } from '../platform/zone.js';
import { Surveys } from '../surveys/surveys.service.js';
import { unmet } from './conditions.js';
import type { Conditions } from './conditions.contract.js';
import type {
  ChangeTrigger,
  CreateTrigger,
  EventInput,
  EventRejection,
  EventView,
  EventsAccepted,
  EventsReplayed,
  ListEvents,
  ListTriggers,
  PostEvents,
  ReplayEvents,
  TriggerView,
} from './distribution.contract.js';
import type { AskChannel } from './channels/channels.contract.js';
import { Trigger } from './distribution.entity.js';
import { EventReceived } from './distribution.messages.js';
import { type EventRow, eventRows } from './distribution.queries.js';
import { Planning } from './planning.service.js';
import { surveyOf } from './sources.js';

/** Rejected events that one call tries again. */
const REPLAY_BATCH = 1000;

interface TriggerRow {
  id: string;
  eventType: string;
  touchpointKey: string;
  touchpointName: string;
  surveyId: string;
  surveyName: string;
  channel: AskChannel;
  delayMinutes: number;
  sampleRate: number;
  priority: number;
  ifBusy: 'delay' | 'skip';
  maxDelayDays: number;
  conditions: Conditions | null;
  maxAgeDays: number | null;
  enabled: boolean;
  version: number;
  createdAt: Date;
  createdKey: string;
  sent: number;
  answered: number;
  skipped: number;
  scheduled: number;
}

/** What happened to customers, and the triggers that ask them about it. */
@Injectable()
export class Events {
  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly customers: Customers,
    private readonly journeys: Journeys,
    private readonly surveys: Surveys,
    private readonly planning: Planning,
  ) {
    // Those of one tenant wait for each other; the rest of the work goes on meanwhile.
    jobs.on(EventReceived, 'distribution.run_triggers', (p, job) => this.runTriggers(job.tenantId, p.eventId), {
      ...DEFAULT_SCHEDULE,
      slots: 4,
    });
  }

  /**
   * Stores events, each once per caller's id. An unknown customer or touchpoint does not lose the event: it is kept as rejected, with the
   * reason, and can be replayed. Costs three look-ups and two inserts, however many events.
   */
  receive(tenantId: string, input: PostEvents): Promise<EventsAccepted> {
    const inputs: EventInput[] = Array.isArray(input) ? input : [input];
    return this.db.tenant(tenantId, async (tx) => {
      const customers = await this.customers.idsByExternalId(tx, [...new Set(inputs.map((e) => e.externalCustomerId))]);
      const touchpoints = await this.touchpointIds(tx);
      const events = inputs.map((event) => {
        const id = newId();
        const found = resolve(event, customers, touchpoints);
        return {
          id,
          externalId: event.id ?? id,
          type: event.type,
          externalCustomerId: event.externalCustomerId,
          touchpointKey: event.touchpointKey ?? null,
          occurredAt: event.occurredAt ?? this.clock.now().toISOString(),
          value: event.value ?? null,
          properties: event.properties,
          ...found,
        };
      });
      const fresh: { id: string }[] = await tx.em.query(
        `insert into events (id, external_id, type, external_customer_id, touchpoint_key, customer_id, touchpoint_id, occurred_at, value,
           properties, rejected_reason)
         select r.id, r."externalId", r.type, r."externalCustomerId", r."touchpointKey", r."customerId", r."touchpointId", r."occurredAt", r.value,
           r.properties, r.rejected
         from jsonb_to_recordset($1::jsonb) as r (id uuid, "externalId" text, type text, "externalCustomerId" text, "touchpointKey" text,
           "customerId" uuid, "touchpointId" uuid, "occurredAt" timestamptz, value numeric, properties jsonb, rejected text)
         on conflict on constraint events_external_id_key do nothing returning id`,
        [JSON.stringify(events)],
      );
      const isFresh = new Set(fresh.map((row) => row.id));
      await this.jobs.sendMany(
        tx,
        EventReceived,
        events
          .filter((event) => isFresh.has(event.id) && event.rejected === null && event.touchpointId !== null)
          .map((event) => ({ key: event.id, payload: { eventId: event.id } })),
      );
      const known: { external_id: string; rejected_reason: EventRejection | null }[] = await tx.em.query(
        `select external_id, rejected_reason from events where external_id = any($1)`,
        [events.filter((event) => !isFresh.has(event.id)).map((event) => event.externalId)],
      );
      const stored = new Map(known.map((row) => [row.external_id, row.rejected_reason]));
      return {
        items: events.map((event) => {
          const isNew = isFresh.has(event.id);
          const rejected = isNew ? event.rejected : (stored.get(event.externalId) ?? null);
          return { id: event.externalId, duplicate: !isNew, ...(rejected === null ? {} : { rejected }) };
        }),
      };
    });
  }

  /** Newest received first. */
  list(tenantId: string, query: ListEvents): Promise<Page<EventView>> {
    return this.db.tenant(tenantId, async (tx) => {
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, 2);
      const rows = await eventRows(tx, { ...query, after, limit: query.limit + 1 });
      return toPage(rows, query.limit, (row) => [row.receivedKey, row.id], eventView);
    });
  }

  /**
   * Tries a rejected event again, now that its customer and touchpoint may exist. `ref`: our id or the caller's.
   * @throws AppError event.not_found, event.not_rejected, event.still_rejected
   */
  replay(tenantId: string, ref: string): Promise<EventView> {
    return this.db.tenant(tenantId, async (tx) => {
      const [row] = await eventRows(tx, { ref, limit: 1 });
      if (!row) throw notFound('event', 'event');
      if (row.rejected === null)
        throw new AppError('conflict', 'event.not_rejected', 'This event was accepted already.');
      const customers = await this.customers.idsByExternalId(tx, [row.externalCustomerId]);
      const found = resolve(row, customers, await this.touchpointIds(tx));
      if (found.rejected !== null)
        throw new AppError(
          'conflict',
          'event.still_rejected',
          found.rejected === 'unknown_customer'
            ? `There still is no customer ${row.externalCustomerId}.`
            : `There still is no touchpoint ${row.touchpointKey}.`,
          { extra: { rejected: found.rejected } },
        );
      await tx.em.query(
        `update events set customer_id = $2, touchpoint_id = $3, rejected_reason = null where id = $1 and rejected_reason is not null`,
        [row.id, found.customerId, found.touchpointId],
      );
      if (found.touchpointId !== null) await this.jobs.send(tx, EventReceived, row.id, { eventId: row.id });
      const [view] = await eventRows(tx, { ref: row.id, limit: 1 });
      if (!view) throw new Error('an event vanished while it was replayed');
      return eventView(view);
    });
  }

  /**
   * Tries rejected events again, oldest first, up to 1,000 in one go; those that still cannot be placed stay as they are, with the reason as of
   * now. Costs four statements, however many events.
   */
  replayAll(who: Principal, which: ReplayEvents): Promise<EventsReplayed> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const rows: { id: string; externalCustomerId: string; touchpointKey: string | null }[] = await tx.em.query(
        `select id, external_customer_id as "externalCustomerId", touchpoint_key as "touchpointKey" from events
         where rejected_reason is not null and ($1::text is null or type = $1) and ($2::text is null or rejected_reason = $2)
         order by received_at, id limit ${REPLAY_BATCH + 1} for update skip locked`,
        [which.type ?? null, which.rejected ?? null],
      );
      const tried = rows.slice(0, REPLAY_BATCH);
      const customers = await this.customers.idsByExternalId(tx, [...new Set(tried.map((r) => r.externalCustomerId))]);
      const touchpoints = await this.touchpointIds(tx);
      const found = tried.map((row) => ({ id: row.id, ...resolve(row, customers, touchpoints) }));
      await tx.em.query(
        `update events e set customer_id = r."customerId", touchpoint_id = r."touchpointId", rejected_reason = r.rejected
         from jsonb_to_recordset($1::jsonb) as r (id uuid, "customerId" uuid, "touchpointId" uuid, rejected text) where e.id = r.id`,
        [JSON.stringify(found)],
      );
      const placed = found.filter((event) => event.rejected === null);
      await this.jobs.sendMany(
        tx,
        EventReceived,
        placed
          .filter((event) => event.touchpointId !== null)
          .map((event) => ({ key: event.id, payload: { eventId: event.id } })),
      );
      if (placed.length > 0)
        await this.identity.audit(tx, who, 'events.replayed', undefined, { replayed: placed.length });
      return {
        replayed: placed.length,
        stillRejected: tried.length - placed.length,
        remaining: rows.length > REPLAY_BATCH,
      };
    });
  }

  // Triggers.

  /** Newest first. */
  triggers(tenantId: string, query: ListTriggers): Promise<Page<TriggerView>> {
    return this.db.tenant(tenantId, async (tx) => {
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, 2);
      const rows = await this.triggerRows(tx, { ...query, after, limit: query.limit + 1 });
      return toPage(rows, query.limit, (row) => [row.createdKey, row.id], triggerView);
    });
  }

  /** @throws AppError input.invalid for an unknown touchpoint or survey, survey.not_live when enabled */
  addTrigger(tenantId: string, input: CreateTrigger): Promise<TriggerView> {
    return this.db.tenant(tenantId, async (tx) => {
      const id = newId();
      await tx.em.insert(Trigger, {
        id,
        eventType: input.eventType,
        touchpointId: await this.touchpointId(tx, input.touchpointKey),
        surveyId: await this.surveyId(tx, input.surveyId, input.enabled),
        channel: input.channel,
        delayMinutes: input.delayMinutes,
        sampleRate: input.sampleRate,
        conditions: input.conditions,
        maxAgeDays: input.maxAgeDays,
        priority: input.priority,
        ifBusy: input.ifBusy,
        maxDelayDays: input.maxDelayDays,
        enabled: input.enabled,
      });
      return this.triggerView(tx, id);
    });
  }

  /** Concerns events from now on. @throws AppError trigger.not_found, trigger.version_conflict, input.invalid, survey.not_live */
  changeTrigger(tenantId: string, id: string, change: ChangeTrigger): Promise<TriggerView> {
    return this.db.tenant(tenantId, async (tx) => {
      const trigger = await tx.em.findOne(Trigger, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!trigger) throw notFound('trigger', 'trigger');
      if (change.version !== undefined && change.version !== trigger.version)
        throw new AppError(
          'conflict',
          'trigger.version_conflict',
          'Somebody else changed this trigger. Load it again.',
          {
            extra: { version: trigger.version },
          },
        );
      const enabled = change.enabled ?? trigger.enabled;
      await tx.em.update(
        Trigger,
        { id },
        {
          eventType: change.eventType ?? trigger.eventType,
          touchpointId:
            change.touchpointKey === undefined
              ? trigger.touchpointId
              : await this.touchpointId(tx, change.touchpointKey),
          surveyId:
            change.surveyId === undefined && !(enabled && !trigger.enabled)
              ? trigger.surveyId
              : await this.surveyId(tx, change.surveyId ?? trigger.surveyId, enabled),
          channel: change.channel ?? trigger.channel,
          delayMinutes: change.delayMinutes ?? trigger.delayMinutes,
          sampleRate: change.sampleRate ?? trigger.sampleRate,
          conditions: change.conditions === undefined ? trigger.conditions : change.conditions,
          maxAgeDays: change.maxAgeDays === undefined ? trigger.maxAgeDays : change.maxAgeDays,
          priority: change.priority ?? trigger.priority,
          ifBusy: change.ifBusy ?? trigger.ifBusy,
          maxDelayDays: change.maxDelayDays ?? trigger.maxDelayDays,
          enabled,
          version: trigger.version + 1,
        },
      );
      return this.triggerView(tx, id);
    });
  }

  /**
   * One invitation per trigger whose conditions the event fulfils, asked or skipped; an event that comes twice finds them made. One that is
   * too old is skipped, so that a replay or a late import asks nobody about what they have forgotten.
   */
  private async runTriggers(tenantId: string, eventId: string): Promise<void> {
    await this.planning.alone(tenantId, async (tx) => {
      const [event] = await eventRows(tx, { ref: eventId, limit: 1 });
      if (!event?.customerId || event.touchpointId === null) return;
      const matching = await tx.em.find(Trigger, {
        where: { eventType: event.type, touchpointId: event.touchpointId, enabled: true },
        order: { createdAt: 'asc', id: 'asc' },
      });
      const facts = { value: event.value === null ? null : Number(event.value), properties: event.properties };
      const triggers = matching.filter((trigger) => unmet(trigger.conditions, facts).length === 0);
      if (triggers.length === 0) return;
      const policy = await this.planning.policy(tx);
      const now = this.clock.now();
      for (const trigger of triggers) {
        const survey = await surveyOf(tx, this.surveys, trigger.surveyId);
        const due = new Date(event.occurredAt.getTime() + trigger.delayMinutes * 60_000);
        const source = {
          survey: survey.version,
          touchpointId: trigger.touchpointId,
          sampleRate: trigger.sampleRate,
          priority: trigger.priority,
          ifBusy: trigger.ifBusy,
          maxDelayDays: trigger.maxDelayDays,
          channel: trigger.channel,
          earliest: due > now ? due : now,
          campaignId: null,
          triggerId: trigger.id,
          eventId: event.id,
          skipAll: !survey.isLive
            ? ('survey_closed' as const)
            : isTooOld(event.occurredAt, trigger.maxAgeDays, now)
              ? ('event_too_old' as const)
              : undefined,
        };
        const decisions = await this.planning.decide(tx, source, [event.customerId], policy, new Set());
        await this.planning.store(tx, source, decisions);
      }
    });
  }

  private async touchpointIds(tx: Tx): Promise<Map<string, string>> {
    return new Map((await this.journeys.touchpoints(tx)).map((touchpoint) => [touchpoint.key, touchpoint.id]));
  }

  private async touchpointId(tx: Tx, key: string): Promise<string> {
    const touchpoint = await this.journeys.byKey(tx, key);
    if (!touchpoint) throw invalid('touchpointKey', 'There is no touchpoint with this key.');
    return touchpoint.id;
  }

  private async surveyId(tx: Tx, id: string, mustBeLive: boolean): Promise<string> {
    try {
      if (mustBeLive) await this.surveys.requireLive(tx, id);
      else await this.surveys.draft(tx, id);
      return id;
    } catch (error) {
      if (error instanceof AppError && error.kind === 'not_found')
        throw invalid('surveyId', 'There is no such survey.');
      throw error;
    }
  }

  private async triggerView(tx: Tx, id: string): Promise<TriggerView> {
    const [row] = await this.triggerRows(tx, { id, limit: 1 });
    if (!row) throw notFound('trigger', 'trigger');
    return triggerView(row);
  }

  private triggerRows(
    tx: Tx,
    by: {
      id?: string | undefined;
      touchpoint?: string | undefined;
      enabled?: boolean | undefined;
      after?: readonly unknown[] | undefined;
      limit: number;
    },
  ): Promise<TriggerRow[]> {
    return tx.em.query(
      `select g.id, g.event_type as "eventType", t.key as "touchpointKey", t.name as "touchpointName", g.survey_id as "surveyId",
         s.name as "surveyName", g.channel, g.delay_minutes as "delayMinutes", g.sample_rate as "sampleRate", g.priority, g.if_busy as "ifBusy",
         g.max_delay_days as "maxDelayDays", g.conditions, g.max_age_days as "maxAgeDays", g.enabled, g.version,
         g.created_at as "createdAt", g.created_at::text as "createdKey", n.*
       from triggers g
       join touchpoints t on t.id = g.touchpoint_id
       join surveys s on s.id = g.survey_id
       cross join lateral (
         select count(sent_at)::int as sent, count(*) filter (where status = 'answered')::int as answered,
           count(*) filter (where status = 'skipped')::int as skipped, count(*) filter (where status = 'scheduled')::int as scheduled
         from invitations where trigger_id = g.id and created_at > now() - interval '30 days') n
       where ($1::uuid is null or g.id = $1)
         and ($2::text is null or t.key = $2)
         and ($3::boolean is null or g.enabled = $3)
         and ($4::timestamptz is null or (g.created_at, g.id) < ($4::timestamptz, $5::uuid))
       order by g.created_at desc, g.id desc limit $6`,
      [
        by.id ?? null,
        by.touchpoint ?? null,
        by.enabled ?? null,
        by.after?.[0] ?? null,
        by.after?.[1] ?? null,
        by.limit,
      ],
    );
  }
}

/** By the age at which we look at it, which is when it came or was replayed. */
export function isTooOld(occurredAt: Date, maxAgeDays: number | null, now: Date): boolean {
  return maxAgeDays !== null && now.getTime() - occurredAt.getTime() > maxAgeDays * DAY_MS;
}

function resolve(
  event: { externalCustomerId: string; touchpointKey?: string | null | undefined },
  customers: Map<string, string>,
  touchpoints: Map<string, string>,
): { customerId: string | null; touchpointId: string | null; rejected: EventRejection | null } {
  const customerId = customers.get(event.externalCustomerId) ?? null;
  const touchpointId = event.touchpointKey ? (touchpoints.get(event.touchpointKey) ?? null) : null;
  const rejected =
    customerId === null
      ? 'unknown_customer'
      : event.touchpointKey && touchpointId === null
        ? 'unknown_touchpoint'
        : null;
  // A rejected event belongs to nobody yet.
  return rejected === null
    ? { customerId, touchpointId, rejected }
    : { customerId: null, touchpointId: null, rejected };
}

function eventView(row: EventRow): EventView {
  return {
    id: row.id,
    externalId: row.externalId,
    type: row.type,
    externalCustomerId: row.externalCustomerId,
    customerId: row.customerId,
    touchpointKey: row.touchpointKey,
    occurredAt: row.occurredAt.toISOString(),
    value: row.value === null ? null : Number(row.value),
    properties: row.properties,
    rejected: row.rejected,
    receivedAt: row.receivedAt.toISOString(),
  };
}

function triggerView(row: TriggerRow): TriggerView {
  return {
    id: row.id,
    eventType: row.eventType,
    touchpointKey: row.touchpointKey,
    touchpointName: row.touchpointName,
    surveyId: row.surveyId,
    surveyName: row.surveyName,
    channel: row.channel,
    delayMinutes: row.delayMinutes,
    sampleRate: row.sampleRate,
    priority: row.priority,
    ifBusy: row.ifBusy,
    maxDelayDays: row.maxDelayDays,
    conditions: row.conditions,
    maxAgeDays: row.maxAgeDays,
    enabled: row.enabled,
    last30Days: { sent: row.sent, answered: row.answered, skipped: row.skipped, scheduled: row.scheduled },
    version: row.version,
    createdAt: row.createdAt.toISOString(),
  };
}
