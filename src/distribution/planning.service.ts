import { Injectable } from '@nestjs/common';
import { Customers } from '../customers/customers.service.js';
import { Identity } from '../identity/identity.service.js';
import { Clock } from '../platform/clock.js';
import type { Tx } from '../platform/db.js';
import { newId } from '../platform/ids.js';
import { Jobs } from '../platform/jobs.js';
import { Mail } from '../platform/mail/mail.js';
import type { SurveyVersion } from '../surveys/surveys.service.js';
import { pickLocale } from '../surveys/wording.js';
import { HandOverDue } from './distribution.messages.js';
import { type NewInvitation, campaignAddresses, contactTimes, insertInvitations } from './distribution.queries.js';
import { type Plan, type Policy, draw, plan, sendTimes } from './planner.js';

/** Kind of the survey mail in the ledger; its subject is the invitation, its step 0 or the number of the reminder. */
export const INVITATION_MAIL = 'invitation';

const HAND_OVER_BATCH = 500;
const MINUTE_MS = 60_000;

/** Who asks: one campaign, or one trigger because of one event. */
export interface Source {
  survey: SurveyVersion;
  touchpointId: string | null;
  sampleRate: number;
  earliest: Date;
  campaignId: string | null;
  triggerId: string | null;
  eventId: string | null;
  /** Set when nobody may be asked any more, whatever else is known of them. */
  skipAll?: 'survey_closed' | undefined;
}

export interface Decision {
  customerId: string;
  address: string | null;
  locale: string;
  plan: Plan;
}

/** Decides about customers in sets, with the same code for previews, campaigns and triggers, and passes on what is due. */
@Injectable()
export class Planning {
  constructor(
    private readonly customers: Customers,
    private readonly identity: Identity,
    private readonly mail: Mail,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  async policy(tx: Tx): Promise<Policy> {
    const rows: Policy[] = await tx.em.query(
      `select min_days_between as "minDaysBetween", max_per_year as "maxPerYear", quiet_hours as "quietHours", weekdays,
         respect_open_cases as "respectOpenCases" from contact_policies`,
    );
    const [row] = rows;
    if (!row) throw new Error('a tenant without a contact policy');
    return row;
  }

  /** One planner at a time per tenant, so that two campaigns cannot both find the same customer free. Held until the transaction ends. */
  async lock(tx: Tx): Promise<void> {
    await tx.em.query(`select pg_advisory_xact_lock(hashtext('distribution.planning'), hashtext($1))`, [tx.tenantId]);
  }

  /**
   * Decides about some customers, in the order of `customerIds`. Reads only.
   * @param taken addresses that this source asks already; those it decides to ask are added
   */
  async decide(
    tx: Tx,
    source: Source,
    customerIds: readonly string[],
    policy: Policy,
    taken: Set<string>,
    delay = sendTimes(policy),
  ): Promise<Decision[]> {
    const contacts = await this.customers.contacts(tx, customerIds);
    const ids = [...contacts.keys()];
    const addresses = [...contacts.values()].flatMap((customer) => (customer.email === null ? [] : [customer.email]));
    const keys = addresses.map((address) => address.toLowerCase());
    const stopped = await this.customers.stopReasons(tx, addresses);
    const consents = await this.customers.consents(tx, ids, 'feedback');
    const held = await this.customers.heldReasons(tx, ids);
    const times = await contactTimes(tx, { customerIds: ids, addresses: keys }, source.earliest, source.campaignId);
    const byCustomer = new Map<string, number[]>();
    const byAddress = new Map<string, { customerId: string | null; at: number }[]>();
    for (const { customerId, address, at } of times) {
      if (customerId !== null) byCustomer.set(customerId, [...(byCustomer.get(customerId) ?? []), at.getTime()]);
      if (address !== null)
        byAddress.set(address, [...(byAddress.get(address) ?? []), { customerId, at: at.getTime() }]);
    }
    if (source.campaignId !== null)
      for (const address of await campaignAddresses(tx, source.campaignId, keys)) taken.add(address);

    const tenant = await this.identity.tenant(tx);
    const subject = source.campaignId ?? source.triggerId ?? '';
    return customerIds.flatMap((customerId): Decision[] => {
      const customer = contacts.get(customerId);
      if (!customer) return [];
      const key = customer.email?.toLowerCase() ?? null;
      const decided: Plan = source.skipAll
        ? { sendAt: null, skip: source.skipAll }
        : plan(
            policy,
            {
              address: customer.email,
              stopped: customer.email === null ? null : (stopped.get(customer.email) ?? null),
              consent: consents.get(customerId) ?? null,
              hasOpenCase: (held.get(customerId)?.length ?? 0) > 0,
              draw: draw(subject, source.eventId ?? customerId),
              sampleRate: source.sampleRate,
              addressTaken: key !== null && taken.has(key),
              contacts: [
                ...(byCustomer.get(customerId) ?? []),
                // An ask that matches both ways is one contact.
                ...(key === null ? [] : (byAddress.get(key) ?? []))
                  .filter((contact) => contact.customerId !== customerId)
                  .map((contact) => contact.at),
              ],
              timeZone: customer.timeZone ?? tenant.timeZone,
              earliest: source.earliest,
            },
            delay,
          );
      if (decided.sendAt && key !== null && source.campaignId !== null) taken.add(key);
      return [
        {
          customerId,
          address: customer.email,
          locale: pickLocale(source.survey.locales, customer.locale ?? tenant.locale),
          plan: decided,
        },
      ];
    });
  }

  /** Writes the decisions down as invitations and promises their mails. Safe to repeat. */
  async store(tx: Tx, source: Source, decisions: readonly Decision[]): Promise<void> {
    const rows = decisions.map((decision): NewInvitation => ({
      id: newId(),
      customerId: decision.customerId,
      address: decision.address,
      surveyId: source.survey.surveyId,
      surveyVersion: source.survey.number,
      touchpointId: source.touchpointId,
      campaignId: source.campaignId,
      triggerId: source.triggerId,
      eventId: source.eventId,
      locale: decision.locale,
      skipReason: decision.plan.skip,
      sendAt: decision.plan.sendAt,
    }));
    const fresh = await insertInvitations(tx, rows);
    const times = rows.flatMap((row) => (row.sendAt && fresh.has(row.id) ? [row.sendAt] : []));
    await this.promiseHandOver(tx, times);
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
    const [rows]: [{ id: string; next_step: number; address: string; customer_id: string | null }[], number] =
      await tx.em.query(
        `update invitations set next_at = null where id in (
           select i.id from invitations i left join campaigns c on c.id = i.campaign_id
           where i.next_at <= $1 and i.address is not null and (c.id is null or c.status in ('planning', 'running'))
           order by i.next_at, i.id limit ${HAND_OVER_BATCH} for update of i skip locked)
         returning id, next_step, address, customer_id`,
        [this.clock.now()],
      );
    await this.mail.sendMany(
      tx,
      rows.map((row) => ({
        kind: INVITATION_MAIL,
        subjectId: row.id,
        step: row.next_step,
        to: row.address,
        customerId: row.customer_id,
      })),
    );
    return rows.length === HAND_OVER_BATCH;
  }
}
