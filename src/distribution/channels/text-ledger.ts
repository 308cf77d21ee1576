import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/db.js';
import type { TextChannel } from '../../platform/messaging/channel.js';

export type TextState =
  'pending' | 'claimed' | 'handing_off' | 'sent' | 'deferred' | 'failed' | 'unknown' | 'suppressed' | 'cancelled';

/** One text: a row of the ledger. */
export interface TextMessage {
  id: string;
  kind: string;
  subjectId: string;
  step: number;
  channel: TextChannel;
  /** E.164; empty once its customer was erased. */
  to: string;
  customerId: string | null;
  state: TextState;
  /** Tries so far, the running one included: the fence of an attempt. */
  attempts: number;
  errorCode: string | null;
}

/** How an attempt ended. */
export type TextEnding =
  | { state: 'sent'; providerId: string; providerState: string }
  | { state: 'failed'; code: string | null; reply: string }
  | { state: 'unknown'; reply: string }
  | { state: 'deferred'; reply: string; retryMs: number };

/** Longer than an attempt may take (15 s for the request), so that an expired lease means a dead process. */
const LEASE_SECONDS = 60;
const COLUMNS = `id, kind, subject_id as "subjectId", step, channel, to_phone as "to", customer_id as "customerId", state, attempts, error_code as "errorCode"`;
const DUE = `send_at <= now() and (state in ('pending', 'deferred') or state = 'claimed' and lease_until < now())`;
const UNSETTLED = `state in ('sent', 'failed', 'unknown', 'suppressed') and lease_until is not null`;
/** Worse news last; what is further on stays. */
const NEWS = [
  'accepted',
  'scheduled',
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'undelivered',
  'failed',
  'canceled',
];

/** Each change of a text's state: one conditional statement on the database's clock. States and promises are those of docs/mail.md. */
@Injectable()
export class TextLedger {
  /**
   * Takes up to `size` texts of a channel that are due for one attempt each, as far as `perMinute` allows over all processes. Who is on the
   * suppression list is not claimed but `suppressed`, by the same statement.
   * @returns `isHeld`: the rate left some for later
   */
  async claim(
    tx: Tx,
    channel: TextChannel,
    size: number,
    perMinute: number,
  ): Promise<{ claimed: TextMessage[]; suppressed: string[]; isHeld: boolean }> {
    await tx.em.query(`select pg_advisory_xact_lock(hashtext('distribution.texts'), hashtext($1))`, [tx.tenantId]);
    const [{ recent }]: [{ recent: number }] = await tx.em.query(
      `select count(*)::int as recent from text_messages where channel = $1 and claimed_at > now() - interval '1 minute'`,
      [channel],
    );
    const room = Math.max(0, Math.min(size, perMinute - recent));
    const [rows]: [TextMessage[], number] = await tx.em.query(
      `with due as (
         select d.id, exists (select 1 from suppressions s where s.address = d.to_phone and (s.until is null or s.until > now())) as stopped
         from (select id, to_phone from text_messages where channel = $1 and ${DUE} order by bulk, send_at, id limit $2 for update skip locked) d)
       update text_messages m set
         state = case when due.stopped then 'suppressed' else 'claimed' end,
         attempts = m.attempts + 1, lease_until = now() + make_interval(secs => ${LEASE_SECONDS}),
         claimed_at = case when due.stopped then m.claimed_at else now() end
       from due where m.id = due.id returning ${COLUMNS.replace(/^id/, 'm.id')}`,
      [channel, room],
    );
    const waiting: unknown[] =
      room === size && rows.length < size
        ? []
        : await tx.em.query(`select 1 from text_messages where channel = $1 and ${DUE} limit 1`, [channel]);
    return {
      claimed: rows.filter((row) => row.state === 'claimed'),
      suppressed: rows.filter((row) => row.state === 'suppressed').map((row) => row.id),
      isHeld: waiting.length > 0,
    };
  }

  /** From here on a crash leaves `unknown`, never a second text. False: the claim was lost. */
  async handOff(tx: Tx, { id, attempts }: TextMessage): Promise<boolean> {
    const [, count]: [unknown[], number] = await tx.em.query(
      `update text_messages set state = 'handing_off', lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
       where id = $1 and attempts = $2 and state = 'claimed'`,
      [id, attempts],
    );
    return count > 0;
  }

  /** What became of an attempt. What is ended waits for `settle`; an attempt that another has taken over changes nothing, but for a late yes. */
  async end(tx: Tx, { id, attempts }: TextMessage, ending: TextEnding): Promise<void> {
    await tx.em.query(
      `update text_messages set state = $3, reply = $4, error_code = $5, provider_id = coalesce($6, provider_id),
         provider_state = coalesce(provider_state, $7), sent_at = case when $3 in ('sent', 'unknown') then now() else sent_at end,
         send_at = case when $3 = 'deferred' then now() + make_interval(secs => $8::float8) else send_at end,
         lease_until = case when $3 = 'deferred' then null else now() + make_interval(secs => ${LEASE_SECONDS}) end
       where id = $1 and attempts = $2 and (state in ('claimed', 'handing_off') or state = 'unknown' and $3 = 'sent')`,
      [
        id,
        attempts,
        ending.state,
        'reply' in ending ? ending.reply : null,
        ending.state === 'failed' ? ending.code : null,
        ending.state === 'sent' ? ending.providerId : null,
        ending.state === 'sent' ? ending.providerState : null,
        ending.state === 'deferred' ? ending.retryMs / 1000 : 0,
      ],
    );
  }

  /** Not wanted any more. */
  async cancelClaimed(tx: Tx, { id, attempts }: TextMessage): Promise<void> {
    await tx.em.query(
      `update text_messages set state = 'cancelled', lease_until = null where id = $1 and attempts = $2 and state = 'claimed'`,
      [id, attempts],
    );
  }

  /** Takes ended texts whose hooks have not run; the caller runs them in this transaction. */
  async settle(tx: Tx, ids: readonly string[]): Promise<TextMessage[]> {
    const [rows]: [TextMessage[], number] = await tx.em.query(
      `update text_messages set lease_until = null where id = any($1) and ${UNSETTLED} returning ${COLUMNS}`,
      [ids],
    );
    return rows;
  }

  /** What a killed process left: its claims are free again; what it was handing over is unknown; whose hooks it had not run is returned. */
  async expire(tx: Tx): Promise<{ unsettled: string[]; isDue: boolean }> {
    await tx.em.query(
      `update text_messages set state = 'pending', lease_until = null where state = 'claimed' and lease_until < now()`,
    );
    await tx.em.query(
      `update text_messages set state = 'unknown', sent_at = now(), lease_until = now() where state = 'handing_off' and lease_until < now()`,
    );
    const rows: { id: string }[] = await tx.em.query(
      `select id from text_messages where ${UNSETTLED} and lease_until <= now()`,
    );
    const due: unknown[] = await tx.em.query(`select 1 from text_messages where ${DUE} limit 1`);
    return { unsettled: rows.map((row) => row.id), isDue: due.length > 0 };
  }

  /**
   * Notes what the provider reports, by our id or its own; older news than we have change nothing.
   * @returns the message when the news are new. A report of one that was `unknown` says that it was taken: it is `sent` and waits for `settle`
   */
  async report(
    tx: Tx,
    channel: TextChannel,
    news: { messageId: string | null; providerId: string; state: string; code: string | null },
  ): Promise<TextMessage | null> {
    const [rows]: [TextMessage[], number] = await tx.em.query(
      `update text_messages set provider_state = $4, provider_id = coalesce(provider_id, $3), error_code = coalesce($5, error_code),
         delivered_at = case when $4 in ('delivered', 'read') then coalesce(delivered_at, now()) else delivered_at end,
         lease_until = case when state = 'unknown' then now() + make_interval(secs => ${LEASE_SECONDS}) else lease_until end,
         state = case when state = 'unknown' then 'sent' else state end
       where channel = $1 and (id = $2::uuid and coalesce(provider_id, $3) = $3 or $2::uuid is null and provider_id = $3)
         and state in ('handing_off', 'sent', 'unknown')
         and array_position($6::text[], $4) > coalesce(array_position($6::text[], provider_state), 0)
       returning ${COLUMNS}`,
      [channel, news.messageId, news.providerId, news.state, news.code, NEWS],
    );
    return rows[0] ?? null;
  }
}
