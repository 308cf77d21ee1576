import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '../db.js';
import { type Allowance, SendRates } from './send-rates.js';
import { ATTEMPT_TIMEOUT_MS } from './transport.js';

export type DeliveryState =
  'pending' | 'claimed' | 'handing_off' | 'sent' | 'deferred' | 'failed' | 'unknown' | 'suppressed' | 'cancelled';

/** `hard`: the address takes no mail; `soft`: not now; `complaint`: marked as spam. */
export type BounceKind = 'hard' | 'soft' | 'complaint';

/** One mail: a row of the ledger. */
export interface Delivery {
  id: string;
  kind: string;
  subjectId: string;
  step: number;
  to: string;
  customerId: string | null;
  state: DeliveryState;
  /** Tries so far, the running one included. */
  attempts: number;
  /** With angle brackets; set from the first claim on, equal on each attempt. */
  messageId: string | null;
  /** What the mail server said last; may name addresses. */
  smtpReply: string | null;
  bounceKind: BounceKind | null;
  sentAt: Date | null;
}

/** How an attempt ended. `deferred` is tried again after `retryMs`. */
export interface Ending {
  delivery: Delivery;
  state: 'sent' | 'failed' | 'unknown' | 'suppressed' | 'deferred';
  reply: string | null;
  retryMs?: number;
}

/** Longer than an attempt may take, so that an expired lease means a dead process. */
const LEASE_SECONDS = Math.ceil(ATTEMPT_TIMEOUT_MS / 1000) + 40;

export const DELIVERY_COLUMNS = `id, kind, subject_id as "subjectId", step, to_address as "to", customer_id as "customerId", state, attempts, message_id as "messageId",
  smtp_reply as "smtpReply", bounce_kind as "bounceKind", sent_at as "sentAt"`;

/** Waits for an attempt; a claim whose lease is over is that of a dead process. */
const DUE = `send_at <= now() and (state in ('pending', 'deferred') or state = 'claimed' and lease_until < now())`;

const UNSETTLED = `state in ('sent', 'failed', 'unknown', 'suppressed') and lease_until is not null`;

/** Each change of a delivery's state: one conditional statement on the database's clock, for any number of mails (docs/mail.md). */
@Injectable()
export class Ledger {
  constructor(private readonly rates: SendRates) {}

  /**
   * Takes up to `size` mails that are due for one attempt each, bulk mail last and as far as the send rates allow. `attempts` is the fence that
   * later statements of the attempt check. A claim that a crash of the database forgets was never followed by content, since the hand-over
   * checks it; so it need not wait for the disk.
   * @param mailDomain of the Message-IDs
   * @returns `nextMs`: when to look again; 0 at once, null when nothing is due. Mails that are due later are not its matter.
   */
  async claim(
    tx: Tx,
    size: number,
    mailDomain: string,
  ): Promise<{ deliveries: Delivery[]; nextMs: number | null; allowance: Allowance }> {
    await tx.em.query(`set local synchronous_commit = off`);
    const allowance = await this.rates.open(tx);
    const due: { id: string; bulk: boolean; domain: string }[] = await tx.em.query(
      `select id, bulk, domain from deliveries where ${DUE} and (not bulk or $2 and domain <> all($3))
       order by bulk, send_at limit $1 for update skip locked`,
      [size, allowance.most > 0, allowance.emptyDomains],
    );
    const granted = due.length === 0 ? [] : await this.rates.take(tx, allowance, due);
    const ids = due.filter((_, at) => granted[at]).map((row) => row.id);
    const [deliveries]: [Delivery[], number] =
      ids.length === 0
        ? [[], 0]
        : await tx.em.query(
            `update deliveries set state = 'claimed', attempts = attempts + 1, lease_until = now() + make_interval(secs => ${LEASE_SECONDS}),
               message_id = coalesce(message_id, '<' || id || '@' || $2::text || '>')
             where id = any($1) returning ${DELIVERY_COLUMNS}`,
            [ids, mailDomain],
          );
    // As many as were asked for: there may be more at once. Else what is left, if anything, waits for the rates.
    const nextMs = due.length === size && ids.length > 0 ? 0 : await this.rates.nextChance(tx, allowance);
    return { deliveries, nextMs, allowance };
  }

  /**
   * One step of mails in flight, as one statement: hands over (from here on a crash leaves `unknown`, never a second mail) and ends others.
   * Ends whose attempt another has taken over change nothing. What is ended waits for `settle`.
   * @returns the ids whose claims still stood
   */
  async progress(
    db: Db,
    tenantId: string,
    handOffs: readonly Delivery[],
    endings: readonly Ending[],
  ): Promise<Set<string>> {
    const rows = await db.routine<{ mail_progress: string }>('mail_progress', [
      tenantId,
      LEASE_SECONDS,
      handOffs.map((one) => one.id),
      handOffs.map((one) => one.attempts),
      endings.map((one) => one.delivery.id),
      endings.map((one) => one.delivery.attempts),
      endings.map((one) => one.state),
      endings.map((one) => one.reply),
      endings.map((one) => (one.retryMs ?? 0) / 1000),
    ]);
    return new Set(rows.map((row) => row.mail_progress));
  }

  /** Takes ended mails whose hooks have not run; the caller runs them in this transaction. */
  async settle(tx: Tx, ids: readonly string[]): Promise<Delivery[]> {
    const [rows]: [Delivery[], number] = await tx.em.query(
      `update deliveries set lease_until = null where id = any($1) and ${UNSETTLED} returning ${DELIVERY_COLUMNS}`,
      [ids],
    );
    return rows;
  }

  /** Not wanted any more. */
  async cancelClaimed(tx: Tx, deliveries: readonly Delivery[]): Promise<void> {
    await tx.em.query(
      `update deliveries d set state = 'cancelled', lease_until = null from unnest($1::uuid[], $2::int[]) as x (id, attempts)
       where d.id = x.id and d.attempts = x.attempts and d.state || '' = 'claimed'`,
      [deliveries.map((one) => one.id), deliveries.map((one) => one.attempts)],
    );
  }

  /** Gives claims back that were not used, e.g. because the process stops. */
  async release(tx: Tx, deliveries: readonly Delivery[]): Promise<void> {
    await tx.em.query(
      `update deliveries d set state = 'pending', lease_until = null from unnest($1::uuid[], $2::int[]) as x (id, attempts)
       where d.id = x.id and d.attempts = x.attempts and d.state || '' = 'claimed'`,
      [deliveries.map((one) => one.id), deliveries.map((one) => one.attempts)],
    );
  }

  /** What a killed process left: its claims are free again; what it was handing over is unknown; whose hooks it had not run is returned. */
  async expire(tx: Tx): Promise<{ unsettled: string[]; isDue: boolean }> {
    await tx.em.query(
      `update deliveries set state = 'pending', lease_until = null where state = 'claimed' and lease_until < now()`,
    );
    await tx.em.query(
      `update deliveries set state = 'unknown', lease_until = now() where state = 'handing_off' and lease_until < now()`,
    );
    const rows: { id: string }[] = await tx.em.query(
      `select id from deliveries where ${UNSETTLED} and lease_until <= now()`,
    );
    const due: unknown[] = await tx.em.query(`select 1 from deliveries where ${DUE} limit 1`);
    return { unsettled: rows.map((row) => row.id), isDue: due.length > 0 };
  }
}
