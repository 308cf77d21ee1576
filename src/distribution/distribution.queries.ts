import type { Tx } from '../platform/db.js';
import { joined } from '../platform/together.js';
import type { AskChannel } from './channels/channels.contract.js';
import { compileAudience } from './audience-sql.js';
import type { Audience, AudienceCount, Unreachable } from './audience.contract.js';
import type {
  CampaignCounts,
  DelayReason,
  EventRejection,
  InvitationStatus,
  SkipCounts,
  SkipReason,
} from './distribution.contract.js';
import { slotSql } from './schedule.js';

/** Which part of an audience to read, in the order of ids. */
export interface AudiencePage {
  /** From the customer after this one. */
  after: string | null;
  /** Those who came later are not in it. */
  until: Date | null;
  limit: number;
  /** Only those whose place in a cycle of so many days is this day; see `slotOf`. */
  slot?: { campaignId: string; days: number; day: number } | undefined;
}

// Reads `customers` and `accounts` directly: an audience is one condition over many columns, and a port for each would be longer.
const FROM = 'from customers c left join accounts a on a.id = c.account_id';

/** Up to `limit` customers of an audience. @param now for events within so many days */
export async function audienceIds(tx: Tx, audience: Audience, now: Date, page: AudiencePage): Promise<string[]> {
  const { where, params } = compileAudience(audience, now);
  const $ = (value: unknown, type: string): string => `$${params.push(value)}::${type}`;
  const conditions = [where];
  if (page.after !== null) conditions.push(`c.id > ${$(page.after, 'uuid')}`);
  if (page.until !== null) conditions.push(`c.created_at <= ${$(page.until, 'timestamptz')}`);
  if (page.slot)
    conditions.push(
      `${slotSql($(page.slot.campaignId, 'text'), $(page.slot.days, 'int'))} = ${$(page.slot.day, 'bigint')}`,
    );
  const rows: { id: string }[] = await tx.em.query(
    `select c.id ${FROM} where ${conditions.join(' and ')} order by c.id limit ${$(page.limit, 'int')}`,
    params,
  );
  return rows.map((row) => row.id);
}

/** How many are in an audience, and how many of those whose place in the cycle (`slotOf`) is after `slot.day`. */
export async function audienceAfter(
  tx: Tx,
  audience: Audience,
  now: Date,
  slot: { campaignId: string; days: number; day: number },
): Promise<number> {
  const { where, params } = compileAudience(audience, now);
  const $ = (value: unknown, type: string): string => `$${params.push(value)}::${type}`;
  const rows: { n: number }[] = await tx.em.query(
    `select count(*)::int as n ${FROM} where ${where}
       and ${slotSql($(slot.campaignId, 'text'), $(slot.days, 'int'))} > ${$(slot.day, 'bigint')}`,
    params,
  );
  return rows[0]?.n ?? 0;
}

/**
 * An audience by whether its people can be reached at all; one statement, for counts while somebody types. A number counts when its country stands
 * before it: that is how `customers` keeps numbers that can be dialled.
 */
export async function audienceCount(
  tx: Tx,
  audience: Audience,
  now: Date,
  channel: AskChannel = 'email',
): Promise<AudienceCount> {
  const { where, params } = compileAudience(audience, now);
  const isMail = channel === 'email';
  const [address, missing] = isMail ? ['c.email', 'no_address'] : [`substring(c.phone from '^\\+\\d+$')`, 'no_phone'];
  const rows: Record<Unreachable | 'audience' | 'customers', number>[] = await tx.em.query(
    `select count(*)::int as audience, (select count(*)::int from customers) as customers,
       count(*) filter (where r.reason = 'no_address')::int as no_address,
       count(*) filter (where r.reason = 'no_phone')::int as no_phone,
       count(*) filter (where r.reason = 'stopped')::int as stopped,
       count(*) filter (where r.reason = 'no_consent')::int as no_consent
     from (
       select case
         when ${address} is null then '${missing}'
         when exists (select 1 from suppressions s where s.address = lower(${address})) then 'stopped'
         when not coalesce((select n.granted from consents n where n.customer_id = c.id and n.purpose = 'feedback'
           order by n.at desc, n.id desc limit 1), false) then 'no_consent'
       end as reason
       ${FROM} where ${where}) r`,
    params,
  );
  const row = rows[0] ?? { audience: 0, customers: 0, no_address: 0, no_phone: 0, stopped: 0, no_consent: 0 };
  const { audience: size, customers, ...unreachable } = row;
  return {
    audience: size,
    reachable: size - unreachable.no_address - unreachable.no_phone - unreachable.stopped - unreachable.no_consent,
    unreachable: Object.fromEntries(Object.entries(unreachable).filter(([, n]) => n > 0)),
    customers,
  };
}

/** Addresses (lower case) that a cycle of a campaign asks already. */
export async function campaignAddresses(tx: Tx, campaignId: string, addresses: string[], cycle = 0): Promise<string[]> {
  const rows: { address: string }[] = await tx.em.query(
    `select address_key as address from invitations where campaign_id = $1 and cycle = $3 and status <> 'skipped' and address_key = any($2)`,
    [campaignId, addresses, cycle],
  );
  return rows.map((row) => row.address);
}

export interface NewInvitation {
  id: string;
  customerId: string;
  address: string | null;
  surveyId: string;
  surveyVersion: number;
  touchpointId: string | null;
  campaignId: string | null;
  /** Of a recurring campaign; else 0. */
  cycle: number;
  triggerId: string | null;
  eventId: string | null;
  channel: AskChannel;
  locale: string;
  /** When it was wanted, before any rule. */
  wantedAt: Date;
  skipReason: SkipReason | null;
  sendAt: Date | null;
  /** When to look at it: at `sendAt`, or when it gives up waiting for an open case. */
  nextAt: Date | null;
  delayReason: DelayReason | null;
  becauseOf: string | null;
}

/** Stores a batch; who already has an invitation of the campaign's cycle (or trigger and event) is left alone. Returns the ids that are new. */
export async function insertInvitations(tx: Tx, invitations: readonly NewInvitation[]): Promise<Set<string>> {
  const rows: { id: string }[] = await tx.em.query(
    `insert into invitations (id, customer_id, address, survey_id, survey_version, touchpoint_id, campaign_id, cycle, trigger_id, event_id, channel, locale,
       status, skip_reason, wanted_at, send_at, next_step, next_at, delay_reason, because_of)
     select r.id, r."customerId", r.address, r."surveyId", r."surveyVersion", r."touchpointId", r."campaignId", r.cycle, r."triggerId", r."eventId", r.channel, r.locale,
       case when r."skipReason" is null then 'scheduled' else 'skipped' end, r."skipReason", r."wantedAt", r."sendAt",
       case when r."skipReason" is null then 0 end, r."nextAt", r."delayReason", r."becauseOf"
     from jsonb_to_recordset($1::jsonb) as r (id uuid, "customerId" uuid, address text, "surveyId" uuid, "surveyVersion" int,
       "touchpointId" uuid, "campaignId" uuid, cycle int, "triggerId" uuid, "eventId" uuid, channel text, locale text, "wantedAt" timestamptz, "skipReason" text,
       "sendAt" timestamptz, "nextAt" timestamptz, "delayReason" text, "becauseOf" uuid)
     on conflict do nothing returning id`,
    [JSON.stringify(invitations)],
  );
  return new Set(rows.map((row) => row.id));
}

/** Counts of invitations per campaign, by status and by skip reason. One pass for a whole list of campaigns. */
export async function campaignCounts(
  tx: Tx,
  campaignIds: readonly string[],
): Promise<Map<string, { counts: CampaignCounts; skipped: SkipCounts; nextSendAt: Date | null }>> {
  const rows: {
    campaign_id: string;
    status: InvitationStatus;
    skip_reason: SkipReason | null;
    n: number;
    mailed: number;
    next_at: Date | null;
  }[] = await tx.em.query(
    `select campaign_id, status, skip_reason, count(*)::int as n, count(sent_at)::int as mailed, min(next_at) as next_at
     from invitations where campaign_id = any($1) and not test group by campaign_id, status, skip_reason`,
    [campaignIds],
  );
  const found = new Map(
    campaignIds.map((id) => [id, { counts: noCounts(), skipped: {} as SkipCounts, nextSendAt: null as Date | null }]),
  );
  for (const row of rows) {
    const entry = found.get(row.campaign_id);
    if (!entry) continue;
    entry.counts.audience += row.n;
    entry.counts[row.status] += row.n;
    entry.counts.mailed += row.mailed;
    if (row.skip_reason) entry.skipped[row.skip_reason] = row.n;
    if (row.next_at && (!entry.nextSendAt || row.next_at < entry.nextSendAt)) entry.nextSendAt = row.next_at;
  }
  return found;
}

/** Invitations of a recurring campaign by cycle, from cycle `from` on. `asked`: the mail went, whatever came after. */
export async function cycleCounts(
  tx: Tx,
  campaignId: string,
  from: number,
): Promise<Map<number, { asked: number; answered: number; skipped: number; scheduled: number }>> {
  const rows: { cycle: number; asked: number; answered: number; skipped: number; scheduled: number }[] =
    await tx.em.query(
      `select cycle, count(sent_at)::int as asked, count(*) filter (where status = 'answered')::int as answered,
         count(*) filter (where status = 'skipped')::int as skipped, count(*) filter (where status = 'scheduled')::int as scheduled
       from invitations where campaign_id = $1 and cycle >= $2 and not test group by cycle`,
      [campaignId, from],
    );
  return new Map(rows.map(({ cycle, ...counts }) => [cycle, counts]));
}

export const noCounts = (): CampaignCounts => ({
  audience: 0,
  scheduled: 0,
  sent: 0,
  answered: 0,
  bounced: 0,
  expired: 0,
  cancelled: 0,
  unknown: 0,
  skipped: 0,
  mailed: 0,
});

export interface InvitationRow {
  id: string;
  customerId: string | null;
  address: string | null;
  customerName: string | null;
  surveyId: string;
  surveyName: string;
  /** 0: the draft, of a test. */
  surveyVersion: number;
  touchpointId: string | null;
  touchpointKey: string | null;
  touchpointName: string | null;
  campaignId: string | null;
  /** Which round of a recurring campaign; else 0. */
  cycle: number;
  triggerId: string | null;
  eventId: string | null;
  eventAt: Date | null;
  channel: AskChannel;
  locale: string;
  status: InvitationStatus;
  skipReason: SkipReason | null;
  delayReason: DelayReason | null;
  becauseOf: string | null;
  /** Name of the campaign, or else of the survey, that `becauseOf` asks. */
  becauseOfName: string | null;
  /** Of the customer; null: the organization's. */
  timeZone: string | null;
  wantedAt: Date | null;
  sendAt: Date | null;
  sentAt: Date | null;
  answeredAt: Date | null;
  expiresAt: Date | null;
  test: boolean;
  createdAt: Date;
  createdKey: string;
}

/** One invitation, a test mail's too, or null. */
export async function invitationRow(tx: Tx, id: string): Promise<InvitationRow | null> {
  const found = await joined(tx, 'invitation', [id], async (ids) => {
    const rows = await invitationRows(tx, { ids, limit: ids.length });
    return new Map(rows.map((row) => [row.id, row]));
  });
  return found.get(id) ?? null;
}

/** Invitations with what a reader needs to know about them; newest first. Test mails only by id. */
export function invitationRows(
  tx: Tx,
  by: {
    ids?: readonly string[] | undefined;
    customerId?: string | undefined;
    campaignId?: string | undefined;
    triggerId?: string | undefined;
    surveyId?: string | undefined;
    status?: string | undefined;
    before?: Date | null | undefined;
    after?: readonly unknown[] | undefined;
    limit: number;
  },
): Promise<InvitationRow[]> {
  return tx.em.query(
    `select i.id, i.customer_id as "customerId", i.address, c.name as "customerName", i.survey_id as "surveyId", s.name as "surveyName",
       coalesce(i.survey_version, 0) as "surveyVersion", i.touchpoint_id as "touchpointId", t.key as "touchpointKey", t.name as "touchpointName",
       i.campaign_id as "campaignId", i.cycle, i.trigger_id as "triggerId", i.event_id as "eventId", e.occurred_at as "eventAt", i.channel, i.locale,
       i.status, i.skip_reason as "skipReason", i.delay_reason as "delayReason", i.because_of as "becauseOf",
       coalesce(bc.name, bs.name) as "becauseOfName", c.time_zone as "timeZone", i.wanted_at as "wantedAt", i.send_at as "sendAt", i.sent_at as "sentAt", i.answered_at as "answeredAt",
       i.expires_at as "expiresAt", i.test, i.created_at as "createdAt", i.created_at::text as "createdKey"
     from invitations i
     join surveys s on s.id = i.survey_id
     left join customers c on c.id = i.customer_id
     left join touchpoints t on t.id = i.touchpoint_id
     left join events e on e.id = i.event_id
     left join invitations b on b.id = i.because_of
     left join campaigns bc on bc.id = b.campaign_id
     left join surveys bs on bs.id = b.survey_id
     where ($1::uuid[] is null and not i.test or i.id = any($1))
       and ($2::uuid is null or i.customer_id = $2)
       and ($3::uuid is null or i.campaign_id = $3)
       and ($4::uuid is null or i.trigger_id = $4)
       and ($5::text is null or i.status = $5)
       and ($6::timestamptz is null or i.created_at < $6)
       and ($7::timestamptz is null or (i.created_at, i.id) < ($7::timestamptz, $8::uuid))
       and ($10::uuid is null or i.survey_id = $10)
     order by i.created_at desc, i.id desc limit $9`,
    [
      by.ids ?? null,
      by.customerId ?? null,
      by.campaignId ?? null,
      by.triggerId ?? null,
      by.status ?? null,
      by.before ?? null,
      by.after?.[0] ?? null,
      by.after?.[1] ?? null,
      by.limit,
      by.surveyId ?? null,
    ],
  );
}

export interface EventRow {
  id: string;
  externalId: string;
  type: string;
  externalCustomerId: string;
  customerId: string | null;
  touchpointId: string | null;
  touchpointKey: string | null;
  occurredAt: Date;
  value: string | null;
  properties: Record<string, never>;
  rejected: EventRejection | null;
  receivedAt: Date;
  receivedKey: string;
}

/** Events, newest received first; `ref` is our id or the caller's own. */
export function eventRows(
  tx: Tx,
  by: {
    ref?: string | undefined;
    rejected?: boolean | undefined;
    customerId?: string | undefined;
    type?: string | undefined;
    before?: Date | null | undefined;
    after?: readonly unknown[] | undefined;
    limit: number;
  },
): Promise<EventRow[]> {
  return tx.em.query(
    `select id, external_id as "externalId", type, external_customer_id as "externalCustomerId", customer_id as "customerId",
       touchpoint_id as "touchpointId", touchpoint_key as "touchpointKey", occurred_at as "occurredAt", value, properties,
       rejected_reason as rejected, received_at as "receivedAt", received_at::text as "receivedKey"
     from events
     where ($1::text is null or id::text = $1 or external_id = $1)
       and ($2::boolean is null or (rejected_reason is not null) = $2)
       and ($3::uuid is null or customer_id = $3)
       and ($4::text is null or type = $4)
       and ($5::timestamptz is null or occurred_at < $5)
       and ($6::timestamptz is null or (received_at, id) < ($6::timestamptz, $7::uuid))
     order by received_at desc, id desc limit $8`,
    [
      by.ref ?? null,
      by.rejected ?? null,
      by.customerId ?? null,
      by.type ?? null,
      by.before ?? null,
      by.after?.[0] ?? null,
      by.after?.[1] ?? null,
      by.limit,
    ],
  );
}
