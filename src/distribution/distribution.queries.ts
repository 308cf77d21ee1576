import type { Tx } from '../platform/db.js';
import type {
  Audience,
  CampaignCounts,
  EventRejection,
  InvitationStatus,
  SkipCounts,
  SkipReason,
} from './distribution.contract.js';

// Reads `customers` and `accounts` directly: an audience is one condition over many columns, and a port for each would be longer.
const AUDIENCE = `
  from customers c left join accounts a on a.id = c.account_id
  where ($1::text[] = '{}' or c.segments && $1::text[])
    and ($2::text is null or a.name = $2)
    and ($3::numeric is null or c.lifetime_value >= $3)
    and ($4::numeric is null or c.lifetime_value <= $4)
    and ($5::text is null or lower(c.locale) = lower($5) or lower(split_part(c.locale, '-', 1)) = lower($5))
    and ($6::timestamptz is null or c.created_at < $6)
    and ($7::timestamptz is null or c.created_at >= $7)
    and not exists (
      select 1 from jsonb_each($8::jsonb) as wanted (key, allowed)
      where not coalesce(allowed @> jsonb_build_array(c.attributes -> wanted.key), false))`;

function audienceParams({ segments, filter }: Audience): unknown[] {
  const attributes = Object.fromEntries(
    Object.entries(filter.attributes ?? {}).map(([key, value]) => [key, Array.isArray(value) ? value : [value]]),
  );
  return [
    segments,
    filter.account ?? null,
    filter.lifetimeValueMin ?? null,
    filter.lifetimeValueMax ?? null,
    filter.locale ?? null,
    filter.createdBefore ?? null,
    filter.createdAfter ?? null,
    JSON.stringify(attributes),
  ];
}

/** Up to `limit` customers of an audience in the order of their ids, from the one after `after`; those who came after `until` are not in it. */
export async function audienceIds(
  tx: Tx,
  audience: Audience,
  page: { after: string | null; until: Date | null; limit: number },
): Promise<string[]> {
  const rows: { id: string }[] = await tx.em.query(
    `select c.id ${AUDIENCE} and ($9::uuid is null or c.id > $9) and ($10::timestamptz is null or c.created_at <= $10)
     order by c.id limit $11`,
    [...audienceParams(audience), page.after, page.until, page.limit],
  );
  return rows.map((row) => row.id);
}

/**
 * Instants at which these customers or addresses were or will be asked within a year either way, leaving out one campaign. Bounced
 * mails were no contact. Two keys per row, because limits count per customer and per address.
 */
export async function contactTimes(
  tx: Tx,
  who: { customerIds: string[]; addresses: string[] },
  at: Date,
  exceptCampaignId: string | null,
): Promise<{ customerId: string | null; address: string | null; at: Date }[]> {
  return tx.em.query(
    `select customer_id as "customerId", lower(address) as address, coalesce(sent_at, send_at) as at from invitations
     where (status in ('scheduled', 'sent', 'answered', 'expired', 'unknown') or status = 'cancelled' and sent_at is not null)
       and not test
       and (customer_id = any($1) or lower(address) = any($2))
       and coalesce(sent_at, send_at) > $3::timestamptz - interval '366 days'
       and ($4::uuid is null or campaign_id is distinct from $4)`,
    [who.customerIds, who.addresses, at, exceptCampaignId],
  );
}

/** Addresses (lower case) that a campaign asks already. */
export async function campaignAddresses(tx: Tx, campaignId: string, addresses: string[]): Promise<string[]> {
  const rows: { address: string }[] = await tx.em.query(
    `select lower(address) as address from invitations where campaign_id = $1 and status <> 'skipped' and lower(address) = any($2)`,
    [campaignId, addresses],
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
  triggerId: string | null;
  eventId: string | null;
  locale: string;
  skipReason: SkipReason | null;
  sendAt: Date | null;
}

/** Stores a batch; who already has an invitation of the campaign (or trigger and event) is left alone. Returns the ids that are new. */
export async function insertInvitations(tx: Tx, invitations: readonly NewInvitation[]): Promise<Set<string>> {
  const rows: { id: string }[] = await tx.em.query(
    `insert into invitations (id, customer_id, address, survey_id, survey_version, touchpoint_id, campaign_id, trigger_id, event_id, locale,
       status, skip_reason, send_at, next_step, next_at)
     select r.id, r."customerId", r.address, r."surveyId", r."surveyVersion", r."touchpointId", r."campaignId", r."triggerId", r."eventId", r.locale,
       case when r."skipReason" is null then 'scheduled' else 'skipped' end, r."skipReason", r."sendAt",
       case when r."skipReason" is null then 0 end, r."sendAt"
     from jsonb_to_recordset($1::jsonb) as r (id uuid, "customerId" uuid, address text, "surveyId" uuid, "surveyVersion" int,
       "touchpointId" uuid, "campaignId" uuid, "triggerId" uuid, "eventId" uuid, locale text, "skipReason" text, "sendAt" timestamptz)
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
  surveyVersion: number;
  touchpointId: string | null;
  touchpointKey: string | null;
  touchpointName: string | null;
  campaignId: string | null;
  triggerId: string | null;
  eventId: string | null;
  eventAt: Date | null;
  channel: string;
  locale: string;
  status: InvitationStatus;
  skipReason: SkipReason | null;
  sendAt: Date | null;
  sentAt: Date | null;
  answeredAt: Date | null;
  expiresAt: Date | null;
  test: boolean;
  createdAt: Date;
  createdKey: string;
}

/** Invitations with what a reader needs to know about them; newest first. Test mails only by id. */
export function invitationRows(
  tx: Tx,
  by: {
    id?: string | undefined;
    customerId?: string | undefined;
    campaignId?: string | undefined;
    triggerId?: string | undefined;
    status?: string | undefined;
    before?: Date | null | undefined;
    after?: readonly unknown[] | undefined;
    limit: number;
  },
): Promise<InvitationRow[]> {
  return tx.em.query(
    `select i.id, i.customer_id as "customerId", i.address, c.name as "customerName", i.survey_id as "surveyId", s.name as "surveyName",
       i.survey_version as "surveyVersion", i.touchpoint_id as "touchpointId", t.key as "touchpointKey", t.name as "touchpointName",
       i.campaign_id as "campaignId", i.trigger_id as "triggerId", i.event_id as "eventId", e.occurred_at as "eventAt", i.channel, i.locale,
       i.status, i.skip_reason as "skipReason", i.send_at as "sendAt", i.sent_at as "sentAt", i.answered_at as "answeredAt",
       i.expires_at as "expiresAt", i.test, i.created_at as "createdAt", i.created_at::text as "createdKey"
     from invitations i
     join surveys s on s.id = i.survey_id
     left join customers c on c.id = i.customer_id
     left join touchpoints t on t.id = i.touchpoint_id
     left join events e on e.id = i.event_id
     where ($1::uuid is null and not i.test or i.id = $1)
       and ($2::uuid is null or i.customer_id = $2)
       and ($3::uuid is null or i.campaign_id = $3)
       and ($4::uuid is null or i.trigger_id = $4)
       and ($5::text is null or i.status = $5)
       and ($6::timestamptz is null or i.created_at < $6)
       and ($7::timestamptz is null or (i.created_at, i.id) < ($7::timestamptz, $8::uuid))
     order by i.created_at desc, i.id desc limit $9`,
    [
      by.id ?? null,
      by.customerId ?? null,
      by.campaignId ?? null,
      by.triggerId ?? null,
      by.status ?? null,
      by.before ?? null,
      by.after?.[0] ?? null,
      by.after?.[1] ?? null,
      by.limit,
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
