import { Injectable } from '@nestjs/common';
import { Config } from '../../config.js';
import type { Tx } from '../db.js';
import { domainOf, mailAddress, mailbox } from './addresses.js';

/** How fast an organization's bulk mail goes out. Null: no limit. */
export interface SendLimits {
  perMinute: number | null;
  /** To one recipient domain. */
  domainPerMinute: number | null;
  /** A new sender domain of the organization's own starts with few mails a day. */
  warmUp: boolean;
}

/** Where a sender domain stands on its ramp. */
export interface WarmUp {
  domain: string;
  /** 1 for the first day of sending. */
  day: number;
  /** Bulk mails on that day. */
  cap: number;
  sentToday: number;
  startedAt: Date;
}

/** What holds bulk mail back. */
export type Hold = 'organization' | 'recipient_domain' | 'warm_up';

/** Bulk mails that are due and wait for the send rate. */
export interface Backlog {
  mails: number;
  /** About when the last of them leaves at these rates, retries apart. */
  until: Date;
  by: Hold;
}

/** What relays and large providers take from a sender they know a little; an organization may ask for more. */
export const DEFAULT_LIMITS: SendLimits = { perMinute: 600, domainPerMinute: 300, warmUp: true };
const UNLIMITED: SendLimits = { perMinute: null, domainPerMinute: null, warmUp: false };
const FIRST_DAY = 50;
/** From this day on (51,200 mails) a domain counts as known. */
const WARM_AFTER_DAYS = 10;
/** Seconds of sending that a bucket holds. */
const BURST_SECONDS = 6;
const DAY_MS = 86_400_000;

/** Mails on the `day`-th day of sending from a domain: 50, 100, 200, …; null once it is known. */
export function warmUpCap(day: number): number | null {
  return day > WARM_AFTER_DAYS ? null : FIRST_DAY * 2 ** (day - 1);
}

/** Days of the ramp that `mails` take, when `left` more may go today, which is `day`. */
export function warmUpDays(mails: number, day: number, left: number): number {
  let rest = mails - left;
  let days = 0;
  while (rest > 0) {
    days++;
    const cap = warmUpCap(day + days);
    if (cap === null) return days;
    rest -= cap;
  }
  return days;
}

/** Tokens that a bucket of so many a minute can hold; at least one mail. */
export const burst = (perMinute: number): number => Math.max(1, (perMinute / 60) * BURST_SECONDS);

/** What a claim may take of the bulk mail; made by `SendRates.open` in the transaction that claims, which holds the buckets until it ends. */
export interface Allowance {
  limits: SendLimits;
  /** Bulk mails that the organization's rate and its ramp allow now. */
  most: number;
  /** Recipient domains that nothing may go to now. */
  emptyDomains: string[];
  warmUp: WarmUp | null;
  by: Hold | null;
  /** Until the organization's rate or ramp allows another mail, ms; 0 when it does. */
  waitMs: number;
}

interface SettingsRow {
  per_minute: number | null;
  domain_per_minute: number | null;
  warm_up: boolean | null;
  version: number | null;
  sender: string | null;
  time_zone: string;
}

/** The send rates of organizations: token buckets in PostgreSQL, so that they hold over any number of processes. */
@Injectable()
export class SendRates {
  private readonly ownDomain: string | null;

  constructor(private readonly config: Config) {
    const own = config.mailFrom === null ? null : mailbox(config.mailFrom);
    this.ownDomain = own === null ? null : domainOf(own.address);
  }

  /** True with the built-in mailbox, where nobody minds. */
  get mayBeUnlimited(): boolean {
    return this.config.smtpUrl === null;
  }

  private get defaults(): SendLimits {
    return this.mayBeUnlimited ? UNLIMITED : DEFAULT_LIMITS;
  }

  /** The organization's limits, and 0 or the version of its own choice. */
  async limits(tx: Tx): Promise<SendLimits & { version: number; senderDomain: string | null; timeZone: string }> {
    const [row]: SettingsRow[] = await tx.em.query(
      `select s.per_minute, s.domain_per_minute, s.warm_up, s.version, t.sender ->> 'address' as sender, t.time_zone
       from tenants t left join send_settings s on s.tenant_id = t.id where t.id = $1`,
      [tx.tenantId],
    );
    if (!row) throw new Error('no such tenant');
    const address = row.sender === null ? null : mailAddress(row.sender);
    const domain = address === null ? null : domainOf(address);
    return {
      ...(row.version === null
        ? this.defaults
        : { perMinute: row.per_minute, domainPerMinute: row.domain_per_minute, warmUp: row.warm_up ?? false }),
      version: row.version ?? 0,
      // MAIL_FROM's domain is the operator's, who sends from it already.
      senderDomain: domain === this.ownDomain ? null : domain,
      timeZone: row.time_zone,
    };
  }

  /** Writes the organization's choice. */
  async choose(tx: Tx, limits: SendLimits): Promise<void> {
    await tx.em.query(
      `insert into send_settings (per_minute, domain_per_minute, warm_up) values ($1, $2, $3)
       on conflict (tenant_id) do update set per_minute = excluded.per_minute, domain_per_minute = excluded.domain_per_minute,
         warm_up = excluded.warm_up, version = send_settings.version + 1`,
      [limits.perMinute, limits.domainPerMinute, limits.warmUp],
    );
  }

  /** Every domain that is or was warmed up, newest first. */
  async warmUps(tx: Tx): Promise<WarmUp[]> {
    const { timeZone } = await this.limits(tx);
    const rows: WarmUpRow[] = await tx.em.query(
      `select ${WARM_UP_COLUMNS}, day_on = (now() at time zone $1)::date as "isToday" from sender_warm_ups order by started_at desc limit 20`,
      [timeZone],
    );
    return rows.flatMap((row) => warmUpOf(row) ?? []);
  }

  /** Fills the buckets up to now and says what may be taken; they stay locked until the transaction ends. */
  async open(tx: Tx): Promise<Allowance> {
    const { perMinute, domainPerMinute, warmUp, senderDomain, timeZone } = await this.limits(tx);
    const limits = { perMinute, domainPerMinute, warmUp };
    const allowance: Allowance = { limits, most: Infinity, emptyDomains: [], warmUp: null, by: null, waitMs: 0 };
    if (perMinute !== null) {
      const tokens = (await this.fill(tx, ['*'], perMinute)).get('*') ?? 0;
      allowance.most = Math.max(0, Math.floor(tokens));
      if (tokens < 1) Object.assign(allowance, { by: 'organization', waitMs: untilToken(tokens, perMinute) });
    }
    if (domainPerMinute !== null) {
      // Also the lock on all domains, where the organization as a whole has no limit.
      if (perMinute === null) await this.fill(tx, ['*'], domainPerMinute);
      const rows: { scope: string }[] = await tx.em.query(
        `select scope from send_buckets where scope <> '*' and tokens + greatest(0, extract(epoch from now() - filled_at)) * $1 < 1`,
        [domainPerMinute / 60],
      );
      allowance.emptyDomains = rows.map((row) => row.scope);
    }
    if (warmUp && senderDomain !== null) {
      const [row]: WarmUpRow[] = await tx.em.query(
        `insert into sender_warm_ups as w (domain, day_on) values ($1, (now() at time zone $2)::date)
         on conflict (tenant_id, domain) do update set day = w.day + case when w.day_on < excluded.day_on and w.sent > 0 then 1 else 0 end,
           sent = case when w.day_on < excluded.day_on then 0 else w.sent end, day_on = greatest(w.day_on, excluded.day_on)
         returning ${WARM_UP_COLUMNS}, true as "isToday",
           extract(epoch from ((w.day_on + 1)::timestamp at time zone $2) - now())::float * 1000 as "endsInMs"`,
        [senderDomain, timeZone],
      );
      allowance.warmUp = row ? warmUpOf(row) : null;
      const left = allowance.warmUp ? Math.max(0, allowance.warmUp.cap - allowance.warmUp.sentToday) : Infinity;
      if (left < allowance.most) allowance.most = left;
      if (left === 0) Object.assign(allowance, { by: 'warm_up', waitMs: Math.max(1000, row?.endsInMs ?? DAY_MS) });
    }
    return allowance;
  }

  /** Which of these due mails may go, in order, and takes their tokens: bulk mail as far as it is allowed, all else at once. */
  async take(tx: Tx, allowance: Allowance, mails: readonly { domain: string; bulk: boolean }[]): Promise<boolean[]> {
    const { perMinute, domainPerMinute } = allowance.limits;
    const domains = [...new Set(mails.map((mail) => mail.domain))].sort();
    const tokens = domainPerMinute === null ? null : await this.fill(tx, domains, domainPerMinute);
    const taken = new Map<string, number>();
    const count = (scope: string) => taken.set(scope, (taken.get(scope) ?? 0) + 1);
    let left = allowance.most;
    let bulk = 0;
    const granted = mails.map((mail) => {
      const here = (tokens?.get(mail.domain) ?? Infinity) - (taken.get(mail.domain) ?? 0);
      if (mail.bulk && (left < 1 || here < 1)) return false;
      if (mail.bulk) bulk++;
      if (tokens) count(mail.domain);
      if (perMinute !== null) count('*');
      left--;
      return true;
    });
    if (taken.size > 0)
      await tx.em.query(
        `update send_buckets b set tokens = tokens - t.n from unnest($1::text[], $2::float[]) as t (scope, n) where b.scope = t.scope`,
        [[...taken.keys()], [...taken.values()]],
      );
    if (allowance.warmUp && bulk > 0)
      await tx.em.query(`update sender_warm_ups set sent = sent + $2 where domain = $1`, [
        allowance.warmUp.domain,
        bulk,
      ]);
    return granted;
  }

  /** Milliseconds until bulk mail that waits may go on; null when none waits. */
  async nextChance(tx: Tx, allowance: Allowance): Promise<number | null> {
    const { domainPerMinute } = allowance.limits;
    const [waiting]: { only_empty: boolean }[] = await tx.em.query(
      `select not exists (select 1 from deliveries where state in ('pending', 'deferred') and bulk and send_at <= now() and domain <> all($1)) as only_empty
       where exists (select 1 from deliveries where state in ('pending', 'deferred') and bulk and send_at <= now())`,
      [allowance.emptyDomains],
    );
    if (!waiting) return null;
    if (allowance.waitMs > 0) return Math.max(MIN_WAIT_MS, allowance.waitMs);
    return waiting.only_empty && domainPerMinute !== null
      ? Math.max(MIN_WAIT_MS, 60_000 / domainPerMinute)
      : MIN_WAIT_MS;
  }

  /** What of the organization's bulk mail is due and held back, or null. With `subjects` (SQL giving ids), only mails about these. */
  async backlog(tx: Tx, subjects?: { sql: string; params: unknown[] }): Promise<Backlog | null> {
    const { perMinute, domainPerMinute, warmUp, senderDomain } = await this.limits(tx);
    if (perMinute === null && domainPerMinute === null && !warmUp) return null;
    // Others' mails that are due stand in the same queue, so all count for the time and only ours for the number.
    const rows: { domain: string; n: number; mine: number }[] = await tx.em.query(
      `select domain, count(*)::int as n, count(*) filter (where ${subjects ? `subject_id in (${subjects.sql})` : 'true'})::int as mine
       from deliveries where state in ('pending', 'deferred') and bulk and send_at <= now() group by domain`,
      subjects?.params ?? [],
    );
    const mine = rows.reduce((sum, row) => sum + row.mine, 0);
    if (mine === 0) return null;
    const total = rows.reduce((sum, row) => sum + row.n, 0);
    const waits: [Hold, number][] = [];
    if (perMinute !== null) waits.push(['organization', (total / perMinute) * 60_000]);
    if (domainPerMinute !== null) {
      const longest = Math.max(...rows.filter((row) => row.mine > 0).map((row) => row.n));
      waits.push(['recipient_domain', (longest / domainPerMinute) * 60_000]);
    }
    if (warmUp && senderDomain !== null) {
      const ramp = (await this.warmUps(tx)).find((one) => one.domain === senderDomain);
      if (ramp) waits.push(['warm_up', warmUpDays(total, ramp.day, Math.max(0, ramp.cap - ramp.sentToday)) * DAY_MS]);
    }
    const [by, ms] = waits.reduce((a, b) => (b[1] > a[1] ? b : a));
    return { mails: mine, until: new Date(Date.now() + ms), by };
  }

  /** Full buckets say nothing; without them a table of one row per domain ever written to would grow. */
  async forgetFull(tx: Tx): Promise<void> {
    await tx.em.query(`delete from send_buckets where filled_at < now() - interval '1 hour'`);
  }

  private async fill(tx: Tx, scopes: readonly string[], perMinute: number): Promise<Map<string, number>> {
    const rows: { scope: string; tokens: number }[] = await tx.em.query(
      `insert into send_buckets as b (scope, tokens) select scope, $2 from unnest($1::text[]) as t (scope)
       on conflict (tenant_id, scope) do update set filled_at = greatest(b.filled_at, now()),
         tokens = least($2, b.tokens + greatest(0, extract(epoch from now() - b.filled_at)) * $3)
       returning scope, tokens`,
      [scopes, burst(perMinute), perMinute / 60],
    );
    return new Map(rows.map((row) => [row.scope, row.tokens]));
  }
}

/** Looking again sooner would find a mail or two. */
const MIN_WAIT_MS = 1000;

const WARM_UP_COLUMNS = `domain, day, sent, started_at as "startedAt"`;

interface WarmUpRow {
  domain: string;
  day: number;
  sent: number;
  startedAt: Date;
  isToday: boolean;
  endsInMs?: number;
}

/** Null when the ramp is over. */
function warmUpOf(row: WarmUpRow): WarmUp | null {
  const day = row.isToday || row.sent === 0 ? row.day : row.day + 1;
  const cap = warmUpCap(day);
  if (cap === null) return null;
  return { domain: row.domain, day, cap, sentToday: row.isToday ? row.sent : 0, startedAt: row.startedAt };
}

const untilToken = (tokens: number, perMinute: number): number => ((1 - tokens) * 60_000) / perMinute;
