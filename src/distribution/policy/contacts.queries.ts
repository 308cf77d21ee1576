import type { Tx } from '../../platform/db.js';
import { groupBy } from '../../platform/group-by.js';
import { joined } from '../../platform/together.js';
import type { DelayReason, SkipReason } from '../distribution.contract.js';
import type { Move, Slot } from './board.js';

interface SlotRow {
  id: string;
  customerId: string | null;
  address: string | null;
  /** ms, as numbers: reading a date costs ten times as much. */
  at: number;
  metric: string;
  priority: number;
  movable: boolean;
  inFlight: boolean;
  source: string | null;
  ifBusy: 'delay' | 'skip';
  maxDelayDays: number;
  earliest: number;
  minDaysBetween: number | null;
  timeZone: string | null;
  country: string | null;
}

/** What tells the rounds of one campaign from each other; null for triggers. */
export const sourceKey = (campaignId: string | null, cycle: number): string | null =>
  campaignId === null ? null : `${campaignId} ${String(cycle)}`;

/** A country is a text; whatever else the attribute holds says nothing. */
export const countryOf = (attributes: Record<string, unknown>): string | null =>
  typeof attributes['country'] === 'string' ? attributes['country'] : null;

/** Whole milliseconds, as `Date` has them: with a fraction left, a moment "just after" another would be before it. */
const ms = (expression: string): string => `floor(extract(epoch from ${expression}) * 1000)::float8`;

/** Bounced mails were no contact, skipped and taken-back asks neither; tests are nobody's. */
const IS_CONTACT = `not i.test
  and (i.status in ('scheduled', 'sent', 'answered', 'expired', 'unknown') or i.status = 'cancelled' and i.sent_at is not null)`;

/**
 * Asks, made, handed to the mail ledger (`inFlight`) and planned, of these customers or addresses (lower case) since an instant. Two keys,
 * because limits count by both; a look-up in an index for each, whatever else the table holds.
 */
export async function slotsOf(
  tx: Tx,
  who: { customerIds: readonly string[]; addresses: readonly string[] },
  since: Date,
  timeZone: string,
): Promise<(Slot & { inFlight: boolean })[]> {
  // What left our hands (next_at) cannot be moved.
  const rows: SlotRow[] = await tx.em.query(
    `select i.id, i.customer_id as "customerId", i.address_key as address, ${ms('coalesce(i.sent_at, i.send_at)')} as at, s.metric,
       coalesce(c.priority, g.priority, 50) as priority, i.status = 'scheduled' and i.next_at is not null as movable,
       i.status = 'scheduled' and i.next_at is null as "inFlight",
       i.campaign_id || ' ' || i.cycle as source, coalesce(c.if_busy, g.if_busy, 'skip') as "ifBusy",
       coalesce(c.max_delay_days, g.max_delay_days, 14) as "maxDelayDays", ${ms('coalesce(i.wanted_at, i.send_at, i.created_at)')} as earliest,
       w.min_days_between as "minDaysBetween", p.time_zone as "timeZone",
       case when jsonb_typeof(p.attributes -> 'country') = 'string' then p.attributes ->> 'country' end as country
     from (
       select i.* from unnest($1::uuid[]) as k (id) join invitations i on i.customer_id = k.id
       where ${IS_CONTACT} and coalesce(i.sent_at, i.send_at) > $3
       union all
       select i.* from unnest($2::text[]) as k (address) join invitations i on i.address_key = k.address
       where ${IS_CONTACT} and coalesce(i.sent_at, i.send_at) > $3 and (i.customer_id is null or not i.customer_id = any($1))) i
     join surveys s on s.id = i.survey_id
     left join campaigns c on c.id = i.campaign_id
     left join triggers g on g.id = i.trigger_id
     -- Where a customer is, and what they wish, matters only for what may still be moved.
     left join customers p on p.id = i.customer_id and i.status = 'scheduled'
     left join lateral (
       select min_days_between from contact_choices where customer_id = p.id order by at desc, id desc limit 1) w on p.id is not null`,
    [who.customerIds, who.addresses, since],
  );
  return rows.map(({ earliest, timeZone: own, country, ...row }) => ({
    ...row,
    earliest: new Date(earliest),
    place: { timeZone: own ?? timeZone, country },
  }));
}

/** `slotsOf` for one customer and address; many at once are read together. */
export async function slotsAround(
  tx: Tx,
  who: { customerId: string; address: string | null },
  since: Date,
  timeZone: string,
): Promise<(Slot & { inFlight: boolean })[]> {
  const address = who.address?.toLowerCase() ?? '';
  const found = await joined(tx, 'distribution.slots', [`${who.customerId} ${address}`], async (keys) => {
    const pairs = keys.map((key) => ({ key, customerId: key.slice(0, 36), address: key.slice(37) }));
    const slots = await slotsOf(
      tx,
      {
        customerIds: pairs.map((pair) => pair.customerId),
        addresses: pairs.flatMap((pair) => (pair.address === '' ? [] : [pair.address])),
      },
      since,
      timeZone,
    );
    const byCustomer = groupBy(slots, (slot) => slot.customerId);
    const byAddress = groupBy(slots, (slot) => slot.address);
    return new Map(
      pairs.map((pair) => [
        pair.key,
        [...new Set([...(byCustomer.get(pair.customerId) ?? []), ...(byAddress.get(pair.address) ?? [])])],
      ]),
    );
  });
  return found.get(`${who.customerId} ${address}`) ?? [];
}

/** Writes down what had to give way; what was sent or taken back in the meantime stays as it is. */
export async function moveInvitations(tx: Tx, moves: readonly (Move & { becauseOf: string })[]): Promise<void> {
  if (moves.length === 0) return;
  await tx.em.query(
    `update invitations i set
       status = case when r."sendAt" is null then 'skipped' else i.status end,
       skip_reason = r."skipReason",
       send_at = coalesce(r."sendAt", i.send_at),
       -- One that waits for a case keeps its reason, and the moment at which it gives up.
       next_at = case when r."sendAt" is not null and i.delay_reason = 'open_case' then i.next_at else r."sendAt" end,
       delay_reason = case when r."sendAt" is not null and i.delay_reason = 'open_case' then i.delay_reason else r.delay end,
       because_of = r."becauseOf"
     from jsonb_to_recordset($1::jsonb) as r (id uuid, "sendAt" timestamptz, "skipReason" text, delay text, "becauseOf" uuid)
     where i.id = r.id and i.status = 'scheduled' and i.next_at is not null`,
    [
      JSON.stringify(
        moves.map(({ id, plan, becauseOf }) => ({
          id,
          sendAt: plan.sendAt,
          skipReason: plan.skip,
          delay: plan.skip === null ? plan.delay : null,
          becauseOf: plan.becauseOf ?? becauseOf,
        })),
      ),
    ],
  );
}

/** One ask as it was recorded, for replays. */
export interface RecordedAsk {
  id: string;
  customerId: string | null;
  address: string | null;
  surveyId: string;
  surveyName: string;
  metric: string;
  status: string;
  skipReason: SkipReason | null;
  delayReason: DelayReason | null;
  /** ms; when it was planned, when it was wanted, and when it went or will go (null: it was skipped). */
  plannedAt: number;
  wantedAt: number;
  at: number | null;
  source: string | null;
  priority: number;
  ifBusy: 'delay' | 'skip';
  maxDelayDays: number;
  minDaysBetween: number | null;
  timeZone: string | null;
  country: string | null;
}

/** Every ask of customers planned since `since`, in the order of planning: one pass over an index, whatever the number of surveys. */
export async function recordedAsks(tx: Tx, since: Date): Promise<RecordedAsk[]> {
  const rows: RecordedAsk[] = await tx.em.query(
    `select i.id, i.customer_id as "customerId", i.address_key as address, i.survey_id as "surveyId", s.name as "surveyName", s.metric,
       i.status, i.skip_reason as "skipReason", i.delay_reason as "delayReason",
       ${ms('i.created_at')} as "plannedAt",
       ${ms('coalesce(i.wanted_at, i.send_at, i.created_at)')} as "wantedAt",
       ${ms(`coalesce(i.sent_at, case when i.status = 'scheduled' then i.send_at end)`)} as at,
       i.campaign_id || ' ' || i.cycle as source, coalesce(c.priority, g.priority, 50) as priority,
       coalesce(c.if_busy, g.if_busy, 'skip') as "ifBusy", coalesce(c.max_delay_days, g.max_delay_days, 14) as "maxDelayDays",
       w.min_days_between as "minDaysBetween", p.time_zone as "timeZone",
       case when jsonb_typeof(p.attributes -> 'country') = 'string' then p.attributes ->> 'country' end as country
     from invitations i
     join surveys s on s.id = i.survey_id
     left join campaigns c on c.id = i.campaign_id
     left join triggers g on g.id = i.trigger_id
     left join customers p on p.id = i.customer_id
     left join (
       select distinct on (customer_id) customer_id, min_days_between from contact_choices order by customer_id, at desc, id desc) w
       on w.customer_id = i.customer_id
     where i.created_at > $1 and not i.test
     order by i.created_at, i.id`,
    [since],
  );
  return rows;
}
