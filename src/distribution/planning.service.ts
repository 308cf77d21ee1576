import { Injectable } from '@nestjs/common';
import { type Customer, Customers } from '../customers/customers.service.js';
import { Identity } from '../identity/identity.service.js';
import { Clock } from '../platform/clock.js';
import { Db, type Tx } from '../platform/db.js';
import { newId } from '../platform/ids.js';
import { Jobs } from '../platform/jobs.js';
import { Mail } from '../platform/mail/mail.js';
import { DAY_MS } from '../platform/zone.js';
import { once } from '../platform/together.js';
import type { SurveyVersion } from '../surveys/surveys.service.js';
import { pickLocale } from '../surveys/wording.js';
import { type DelayReason, type Rivalry, type SkipReason, rivalryDefaults } from './distribution.contract.js';
import type { AskChannel } from './channels/channels.contract.js';
import { Texts } from './channels/texts.service.js';
import { HandOverDue } from './distribution.messages.js';
import { type NewInvitation, campaignAddresses, insertInvitations } from './distribution.queries.js';
import { choiceOf, peopleOf } from './people.js';
import { type Policy, draw, refusal, sendTimes } from './planner.js';
import { Board, type Move, type Slot } from './policy/board.js';
import { reachInDays } from './policy/clocks.js';
import { countryOf, moveInvitations, slotsAround, slotsOf, sourceKey } from './policy/contacts.queries.js';
import { type Opening, nextOpening } from './policy/opening.js';
import { type Plan, isBelow, settle, skipped } from './policy/settle.js';

/** Kind of the survey mail in the ledger, and of the text in the ledger of texts; its subject is the invitation, its step 0 or the number of the reminder. */
export const INVITATION_MAIL = 'invitation';

const HAND_OVER_BATCH = 500;
const MINUTE_MS = 60_000;

/** Who asks: one campaign, or one trigger because of one event. */
export interface Source extends Partial<Rivalry> {
  survey: SurveyVersion;
  touchpointId: string | null;
  sampleRate: number;
  earliest: Date;
  /** Set when each customer has an earliest time of their own, on their own clock; never before `earliest`. */
  earliestFor?: ((customerId: string, timeZone: string) => Date) | undefined;
  campaignId: string | null;
  /** Which round of a recurring campaign; else 0. */
  cycle?: number | undefined;
  triggerId: string | null;
  eventId: string | null;
  /** Default: e-mail. */
  channel?: AskChannel | undefined;
  /** Set when nobody may be asked any more, whatever else is known of them. */
  skipAll?: 'survey_closed' | 'event_too_old' | undefined;
}

export interface Decision {
  /** Of the invitation it becomes. */
  id: string;
  customerId: string;
  address: string | null;
  locale: string;
  /** When it was wanted, before any rule. */
  wantedAt: Date;
  plan: Plan;
  /** Planned asks of lower priority that give way to this one. */
  moves: readonly Move[];
}

/** What a second look says; `sendAt` null: the time that was planned stays written down. */
export type SecondLook =
  | { now: 'send' }
  | { now: 'wait'; until: Date; sendAt: Date | null; reason: DelayReason; becauseOf: string | null }
  | { now: 'skip'; reason: SkipReason; becauseOf: string | null };

/** Decides about customers in sets, with the same code for previews, campaigns and triggers, and passes on what is due. */
@Injectable()
export class Planning {
  /** The last in line of each tenant. */
  private readonly lines = new Map<string, Promise<unknown>>();

  constructor(
    private readonly db: Db,
    private readonly customers: Customers,
    private readonly identity: Identity,
    private readonly mail: Mail,
    private readonly texts: Texts,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  async policy(tx: Tx): Promise<Policy> {
    const rows: Policy[] = await tx.em.query(
      `select min_days_between as "minDaysBetween", max_per_year as "maxPerYear", quiet_hours as "quietHours", weekdays,
         respect_open_cases as "respectOpenCases", holidays, per_metric as "perMetric" from contact_policies`,
    );
    const [row] = rows;
    if (!row) throw new Error('a tenant without a contact policy');
    return row;
  }

  /**
   * One planner at a time per tenant, so that two cannot both find the same customer free: a rival is found by its customer or by its
   * address, and moving it concerns whoever shares either, so that no smaller lock would do. Handing mails over takes the same lock, shared:
   * what a planner takes for movable is not on its way. Planners of one process wait in line before they open a transaction: a thousand
   * events at once would else hold every connection while they wait for each other.
   */
  async alone<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    const before = this.lines.get(tenantId) ?? Promise.resolve();
    const mine = before.then(() =>
      this.db.tenant(tenantId, async (tx) => {
        await tx.em.query(`select pg_advisory_xact_lock(hashtext('distribution.planning'), hashtext($1))`, [tenantId]);
        return work(tx);
      }),
    );
    const end = mine.then(
      () => undefined,
      () => undefined,
    );
    this.lines.set(tenantId, end);
    try {
      return await mine;
    } finally {
      if (this.lines.get(tenantId) === end) this.lines.delete(tenantId);
    }
  }

  /**
   * Decides about some customers, in the order of `customerIds`. Reads only; a decision that is to hold is made and stored `alone`.
   * @param taken addresses that this source asks already; those it decides to ask are added
   */
  async decide(
    tx: Tx,
    source: Source,
    customerIds: readonly string[],
    policy: Policy,
    taken: Set<string>,
    opening = sendTimes(policy),
  ): Promise<Decision[]> {
    const choice = choiceOf(source.triggerId, source.survey.metric);
    const people = await peopleOf(tx, this.customers, customerIds, source.channel ?? 'email', choice);
    const ids = [...people.contacts.keys()];
    const keys = people.addresses.map((address) => address.toLowerCase());
    const tenant = await this.identity.tenant(tx);
    const board = await this.board(tx, { customerIds: ids, addresses: keys }, source, policy, opening, tenant.timeZone);
    if (source.campaignId !== null)
      for (const address of await campaignAddresses(tx, source.campaignId, keys, source.cycle)) taken.add(address);

    // Each cycle draws its sample anew.
    const subject = `${source.campaignId ?? source.triggerId ?? ''}${source.cycle ? ` ${source.cycle}` : ''}`;
    const rivalry = { ...rivalryDefaults, ...source };
    return customerIds.flatMap((customerId): Decision[] => {
      const customer = people.contacts.get(customerId);
      if (!customer) return [];
      const id = newId();
      const situation = people.situation(customer);
      const { address } = situation;
      const key = address?.toLowerCase() ?? null;
      const place = { timeZone: customer.timeZone ?? tenant.timeZone, country: countryOf(customer.attributes) };
      const wantedAt = source.earliestFor?.(customerId, place.timeZone) ?? source.earliest;
      const hasOpenCase = policy.respectOpenCases && situation.hasOpenCase;
      const refused =
        source.skipAll ??
        refusal(policy, {
          ...situation,
          mayWait: rivalry.maxDelayDays > 0,
          draw: draw(subject, source.eventId ?? customerId),
          sampleRate: source.sampleRate,
          addressTaken: key !== null && taken.has(key),
        });
      const { plan, moves } =
        refused === null
          ? board.ask({
              id,
              customerId,
              address: key,
              source: sourceKey(source.campaignId, source.cycle ?? 0),
              metric: source.survey.metric,
              priority: rivalry.priority,
              ifBusy: rivalry.ifBusy,
              maxDelayDays: rivalry.maxDelayDays,
              earliest: wantedAt,
              minDaysBetween: people.choices.get(customerId)?.minDaysBetween,
              place,
            })
          : { plan: skipped(refused), moves: [] };
      if (plan.skip === null) {
        if (key !== null && source.campaignId !== null) taken.add(key);
        if (hasOpenCase) {
          plan.delay = 'open_case';
          plan.heldUntil = new Date(
            Math.max(plan.sendAt.getTime(), wantedAt.getTime() + rivalry.maxDelayDays * DAY_MS),
          );
        }
      }
      return [
        {
          id,
          customerId,
          address,
          locale: pickLocale(source.survey.locales, customer.locale ?? tenant.locale),
          wantedAt,
          plan,
          moves,
        },
      ];
    });
  }

  /**
   * The board on which these customers are decided about. Who may have to give way is looked up with all of their own contacts, however
   * far that leads over shared addresses.
   */
  private async board(
    tx: Tx,
    who: { customerIds: readonly string[]; addresses: readonly string[] },
    source: Pick<Source, 'earliest' | 'campaignId' | 'cycle' | 'priority'>,
    policy: Policy,
    opening: ReturnType<typeof sendTimes>,
    timeZone: string,
  ): Promise<Board> {
    const since = new Date(source.earliest.getTime() - reachInDays(policy) * DAY_MS);
    const slots = new Map<string, Slot>();
    const seen = { customers: new Set<string>(), addresses: new Set<string>() };
    let ask = who;
    while (ask.customerIds.length > 0 || ask.addresses.length > 0) {
      for (const id of ask.customerIds) seen.customers.add(id);
      for (const address of ask.addresses) seen.addresses.add(address);
      const found = await slotsOf(tx, ask, since, timeZone);
      for (const slot of found) slots.set(slot.id, slot);
      const below = found.filter((slot) => isBelow(slot, source.priority ?? rivalryDefaults.priority));
      ask = {
        customerIds: below.flatMap(({ customerId: id }) => (id === null || seen.customers.has(id) ? [] : [id])),
        addresses: below.flatMap(({ address }) => (address === null || seen.addresses.has(address) ? [] : [address])),
      };
    }
    const own = sourceKey(source.campaignId, source.cycle ?? 0);
    return new Board(
      policy,
      opening,
      [...slots.values()].filter((slot) => own === null || slot.source !== own),
    );
  }

  /** Writes the decisions down as invitations, moves those that give way, and promises the mails. Safe to repeat. */
  async store(tx: Tx, source: Source, decisions: readonly Decision[]): Promise<void> {
    const rows = decisions.map(({ plan, ...decision }): NewInvitation => ({
      id: decision.id,
      customerId: decision.customerId,
      address: decision.address,
      surveyId: source.survey.surveyId,
      surveyVersion: source.survey.number,
      touchpointId: source.touchpointId,
      campaignId: source.campaignId,
      cycle: source.cycle ?? 0,
      triggerId: source.triggerId,
      eventId: source.eventId,
      channel: source.channel ?? 'email',
      locale: decision.locale,
      wantedAt: decision.wantedAt,
      skipReason: plan.skip,
      sendAt: plan.sendAt,
      nextAt: plan.skip === null ? (plan.heldUntil ?? plan.sendAt) : null,
      delayReason: plan.skip === null ? plan.delay : null,
      becauseOf: plan.becauseOf,
    }));
    const fresh = await insertInvitations(tx, rows);
    const moves = new Map(
      decisions
        .filter((decision) => fresh.has(decision.id))
        .flatMap((decision) => decision.moves.map((move) => ({ ...move, becauseOf: decision.id })))
        .map((move) => [move.id, move]),
    );
    // A move may concern an ask of this very batch, whose row is there by now.
    await moveInvitations(tx, [...moves.values()]);
    await this.promiseHandOver(tx, [
      ...rows.flatMap((row) => (row.nextAt && fresh.has(row.id) ? [row.nextAt] : [])),
      ...[...moves.values()].flatMap(({ plan }) => (plan.sendAt ? [plan.sendAt] : [])),
    ]);
  }

  /**
   * Looks at an invitation once more when its mail is made: its case, the hour, and what was sent since it was planned. A mail that is late
   * because nobody was there to send it waits for the next open hour. Of two that are made at the same moment the first in the planner's
   * order goes. Reads only.
   */
  async lookAgain(
    tx: Tx,
    row: { id: string; customerId: string | null; address: string | null; wantedAt: Date | null; sendAt: Date | null },
    customer: Customer,
    step: number,
    isHeld: boolean,
    policy: Policy,
  ): Promise<SecondLook> {
    const now = this.clock.now();
    const { timeZone } = await once(tx, 'tenant', () => this.identity.tenant(tx));
    const place = { timeZone: customer.timeZone ?? timeZone, country: countryOf(customer.attributes) };
    const opening = (earliest: Date): Opening => nextOpening(policy, earliest > now ? earliest : now, place);
    const open = opening(now);
    if (step > 0) {
      if (isHeld) return { now: 'skip', reason: 'open_case', becauseOf: null };
      return open.at > now
        ? { now: 'wait', until: open.at, sendAt: open.at, reason: open.delay ?? 'quiet_hours', becauseOf: null }
        : { now: 'send' };
    }
    const slots = await slotsAround(
      tx,
      { customerId: customer.id, address: row.address },
      new Date(now.getTime() - reachInDays(policy) * DAY_MS),
      timeZone,
    );
    const own = slots.find((slot) => slot.id === row.id);
    if (!own) return { now: 'send' };
    if (isHeld) {
      const until = Math.max(row.sendAt?.getTime() ?? 0, own.earliest.getTime() + own.maxDelayDays * DAY_MS);
      return until <= now.getTime()
        ? { now: 'skip', reason: 'open_case', becauseOf: null }
        : { now: 'wait', until: new Date(until), sendAt: null, reason: 'open_case', becauseOf: null };
    }
    const contacts = slots.filter((slot) => {
      if (slot.id === own.id || (own.source !== null && slot.source === own.source)) return false;
      if (slot.inFlight) return comesBefore(slot, own);
      // What is only planned looks again at its own time; a higher priority was promised its place.
      return !slot.movable || slot.priority > own.priority;
    });
    const earliest = own.earliest < now ? own.earliest : now;
    const plan = settle(policy, { ...own, earliest }, contacts, opening);
    if (plan.skip !== null) return { now: 'skip', reason: plan.skip, becauseOf: plan.becauseOf };
    if (plan.sendAt <= now) return { now: 'send' };
    const reason = plan.delay ?? 'quiet_hours';
    return { now: 'wait', until: plan.sendAt, sendAt: plan.sendAt, reason, becauseOf: plan.becauseOf };
  }

  /** Makes sure that somebody looks at each of these moments; one look per minute is enough for any number of mails. */
  async promiseHandOver(tx: Tx, times: readonly Date[]): Promise<void> {
    const now = this.clock.now().getTime();
    const minutes = new Set<number>();
    let isDueNow = false;
    for (const time of times)
      if (time.getTime() <= now) isDueNow = true;
      else minutes.add(Math.ceil(time.getTime() / MINUTE_MS) * MINUTE_MS);
    await this.jobs.sendMany(
      tx,
      HandOverDue,
      [...minutes].map((minute) => ({ key: new Date(minute).toISOString(), payload: {}, runAt: new Date(minute) })),
    );
    if (isDueNow) await this.jobs.send(tx, HandOverDue, newId(), {});
  }

  /**
   * Orders up to one batch of mails that are due, of campaigns that run; true when there may be more. A row's `next_at` is cleared in the
   * same transaction as its delivery is written, so that a crash loses neither.
   */
  async handOver(tx: Tx): Promise<boolean> {
    await tx.em.query(`select pg_advisory_xact_lock_shared(hashtext('distribution.planning'), hashtext($1))`, [
      tx.tenantId,
    ]);
    const [rows]: [DueRow[], number] = await tx.em.query(
      `update invitations set next_at = null where id in (
           select i.id from invitations i left join campaigns c on c.id = i.campaign_id
           where i.next_at <= $1 and i.address is not null and (c.id is null or c.status in ('planning', 'running'))
           order by i.next_at, i.id limit ${HAND_OVER_BATCH} for update of i skip locked)
         returning id, next_step, address, customer_id, channel`,
      [this.clock.now()],
    );
    const order = (row: DueRow) => ({
      kind: INVITATION_MAIL,
      subjectId: row.id,
      step: row.next_step,
      to: row.address,
      customerId: row.customer_id,
    });
    await this.mail.sendMany(tx, rows.filter((row) => row.channel === 'email').map(order));
    await this.texts.send(
      tx,
      rows.flatMap((row) => (row.channel === 'email' ? [] : [{ ...order(row), channel: row.channel }])),
    );
    return rows.length === HAND_OVER_BATCH;
  }
}

interface DueRow {
  id: string;
  next_step: number;
  address: string;
  customer_id: string | null;
  channel: AskChannel;
}

/** Of two that are being sent: the higher priority, then the one planned for earlier. */
const comesBefore = (a: Slot, b: Slot): boolean =>
  a.priority !== b.priority ? a.priority > b.priority : a.at !== b.at ? a.at < b.at : a.id < b.id;
