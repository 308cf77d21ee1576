import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { z } from 'zod';
import { Config } from '../../config.js';
import { Db, type Tx } from '../db.js';
import { newId } from '../ids.js';
import { Jobs, type Schedule } from '../jobs.js';
import { Signer } from '../signing.js';
import { sameAddress } from './addresses.js';
import { Composer } from './composer.js';
import type { MailKind, MailReply, Suppression } from './kinds.js';
import { type BounceKind, DELIVERY_COLUMNS, type Delivery, Ledger } from './ledger.js';
import { Mailbox } from './mailbox.js';
import type { SenderDomains } from './sender-domains.js';
import { DeliverMail, MailSettled, Sender, promiseSettling } from './sender.js';
import { SmtpTransport, connectionsOf } from './transport.js';

export type { MailContent, MailKind, MailReply, Outcome } from './kinds.js';
export type { BounceKind, Delivery, DeliveryState } from './ledger.js';

export interface MailOrder {
  kind: string;
  /** What the mail is about: an invitation, a resolution, … With `kind` and `step` the key: ordering twice is sending once. */
  subjectId: string;
  step?: number | undefined;
  to: string;
  customerId?: string | null | undefined;
  /** Default: now. */
  sendAt?: Date | undefined;
}

interface OrderedRow {
  id: string;
  kind: string;
  subjectId: string;
  step: number;
  sendAt: Date;
}

type BounceObserver = (tx: Tx, address: string, news: BounceKind | 'delivered', delivery: Delivery) => Promise<void>;
type ReplyTaker = (tx: Tx, delivery: Delivery, reply: MailReply) => Promise<void>;

const SWEEP_MS = 15_000;
/** From the signal to stop until attempts that still run are ended; the whole stop has 30 s. */
const DRAIN_MS = 20_000;
/** Of an organization's turn; the sweep takes over when these are used up. */
const TURN_SCHEDULE: Schedule = { slots: 8, attempts: 5, retryDelayMs: (attempt) => 1000 * 4 ** attempt };
const SETTLE_SCHEDULE: Schedule = { attempts: 10, retryDelayMs: (attempt) => Math.min(3600_000, 1000 * 4 ** attempt) };

/**
 * The ledger of all outgoing mail (table `deliveries`) and the only sender. States, transitions, what a crash leaves and what a mail costs:
 * docs/mail.md.
 */
@Injectable()
export class Mail implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly kinds = new Map<string, MailKind>();
  private readonly composer: Composer;
  private readonly sender: Sender;
  private suppression: Suppression = () => Promise.resolve(new Set());
  private bounceObserver: BounceObserver = () => Promise.resolve();
  private replyTaker: ReplyTaker = () => Promise.resolve();
  private transport: SmtpTransport | null = null;
  private drainTimer: NodeJS.Timeout | null = null;

  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
    signer: Signer,
    private readonly config: Config,
    private readonly mailbox: Mailbox,
    private readonly ledger: Ledger,
  ) {
    this.composer = new Composer(config, signer, mailbox);
    this.sender = new Sender(
      {
        db,
        jobs,
        ledger,
        composer: this.composer,
        kind: (name) => this.kind(name),
        suppression: () => this.suppression,
        transport: () => this.open(),
      },
      connectionsOf(config.smtpUrl),
    );
    jobs.on(DeliverMail, 'mail.deliver', (_, job) => this.sender.pump(job), TURN_SCHEDULE);
    jobs.on(
      MailSettled,
      'mail.settle',
      (p, job) => this.db.tenant(job.tenantId, (tx) => this.sender.settle(tx, [p.deliveryId])),
      SETTLE_SCHEDULE,
    );
    jobs.every('mail.sweep', SWEEP_MS, z.strictObject({}), () => this.sweep(), { atStart: true });
  }

  /** Registers a kind of mail, e.g. `distribution.invitation`; once, in the service's constructor. */
  on(kind: string, handlers: MailKind): void {
    if (this.kinds.has(kind)) throw new Error(`two owners for mails of kind ${kind}`);
    this.kinds.set(kind, handlers);
  }

  /**
   * Says which addresses we must not write to, and (optionally) hears of every bounce, complaint and reported arrival, so that such an
   * address can be added or freed.
   * Asked between the claim and the hand-over; `isRequested` as the mails' kind says.
   */
  registerSuppression(suppressed: Suppression, onBounce?: BounceObserver): void {
    this.suppression = suppressed;
    if (onBounce) this.bounceObserver = onBounce;
  }

  /** Says of which domains beside MAIL_FROM's an organization's mails may come, and signs (DKIM). Asked once per claimed batch and domain. */
  registerSenderDomains(lookUp: SenderDomains): void {
    this.composer.senderDomains = lookUp;
  }

  /** Takes the answers to all kinds of mail that have no `replied` of their own, so that none is lost. */
  registerReplies(take: ReplyTaker): void {
    this.replyTaker = take;
  }

  /** What mails come from where an organization may not use its own address, and whether any address may be used (built-in mailbox). */
  platformSender(): { name: string; address: string; takesAny: boolean } {
    return { ...this.composer.sender, takesAny: this.mailbox.enabled && this.config.mailFrom === null };
  }

  /** Promises a mail in the caller's transaction and returns its delivery's id; a second order with the same key changes nothing. */
  async send(tx: Tx, order: MailOrder): Promise<string> {
    const [id] = await this.sendMany(tx, [order]);
    if (id === undefined) throw new Error('no delivery was written');
    return id;
  }

  /** `send` for up to some thousands of mails, in three statements whatever their number; ids in the order of `orders`. */
  async sendMany(tx: Tx, orders: readonly MailOrder[]): Promise<string[]> {
    if (orders.length === 0) return [];
    const keys = [orders.map((o) => o.kind), orders.map((o) => o.subjectId), orders.map((o) => o.step ?? 0)];
    const fresh: OrderedRow[] = await tx.em.query(
      `insert into deliveries (id, kind, subject_id, step, to_address, customer_id, send_at, bulk)
       select distinct on (o.kind, o.subject_id, o.step) o.id, o.kind, o.subject_id, o.step, o.to_address, o.customer_id, coalesce(o.send_at, now()), o.bulk
       from unnest($4::uuid[], $1::text[], $2::uuid[], $3::int[], $5::text[], $6::uuid[], $7::timestamptz[], $8::boolean[])
         as o (id, kind, subject_id, step, to_address, customer_id, send_at, bulk)
       on conflict on constraint deliveries_step_key do update
         set state = 'pending', to_address = excluded.to_address, send_at = excluded.send_at, lease_until = null, attempts = deliveries.attempts + 1
         where deliveries.state = 'cancelled' and deliveries.kind = any($9)
       returning id, kind, subject_id as "subjectId", step, send_at as "sendAt"`,
      [
        ...keys,
        orders.map(() => newId()),
        orders.map((o) => o.to),
        orders.map((o) => o.customerId ?? null),
        orders.map((o) => o.sendAt?.toISOString() ?? null),
        orders.map((o) => this.kind(o.kind).bulk ?? false),
        [...new Set(orders.map((o) => o.kind))].filter((name) => this.kind(name).cancelledMayReturn),
      ],
    );
    // One look per moment, however many mails are due at it.
    const moments = new Map(fresh.map((row) => [row.sendAt.getTime(), row.sendAt]));
    await this.jobs.sendMany(
      tx,
      DeliverMail,
      [...moments.values()].map((runAt) => ({ key: newId(), payload: {}, runAt })),
    );
    // A statement of its own, so that it sees what another transaction ordered meanwhile.
    const known: OrderedRow[] =
      fresh.length === orders.length
        ? []
        : await tx.em.query(
            `select d.id, d.kind, d.subject_id as "subjectId", d.step, d.send_at as "sendAt" from unnest($1::text[], $2::uuid[], $3::int[])
               as o (kind, subject_id, step) join deliveries d using (kind, subject_id, step)`,
            keys,
          );
    const ids = new Map([...known, ...fresh].map((row) => [`${row.kind} ${row.subjectId} ${row.step}`, row.id]));
    return orders.map((o) => ids.get(`${o.kind} ${o.subjectId.toLowerCase()} ${o.step ?? 0}`) ?? '');
  }

  /**
   * Takes back what has not been started: one step, or all steps of the subject when `step` is left out. Returns how many were stopped; 0 means
   * that it was sent, is being sent, or never was ordered. The key stays used: a new mail needs a new subject or step.
   */
  async cancel(tx: Tx, order: { kind: string; subjectId: string; step?: number | undefined }): Promise<number> {
    const [rows]: [{ id: string }[], number] = await tx.em.query(
      `update deliveries set state = 'cancelled', lease_until = null
       where kind = $1 and subject_id = $2 and ($3::int is null or step = $3) and state in ('pending', 'deferred') returning id`,
      [order.kind, order.subjectId, order.step ?? null],
    );
    return rows.length;
  }

  /** One delivery, or null. */
  async delivery(tx: Tx, id: string): Promise<Delivery | null> {
    const [row]: Delivery[] = await tx.em.query(`select ${DELIVERY_COLUMNS} from deliveries where id = $1`, [id]);
    return row ?? null;
  }

  /** Forgets the addresses of a customer who is erased, and stops what is on its way to them. */
  async forget(tx: Tx, customerId: string): Promise<void> {
    await tx.em.query(
      `update deliveries set to_address = '', smtp_reply = null, state = case when state in ('pending', 'deferred') then 'cancelled' else state end
       where customer_id = $1`,
      [customerId],
    );
  }

  /** The built-in mailbox's page and inbound port, for the start's last lines; null when real servers are used. */
  mailboxInfo(): { pageUrl: string; inboundHost: string; inboundPort: number | null } | null {
    return this.mailbox.info();
  }

  /** Records what a mail server reports about a delivery; worse news replace better, the same news change nothing. */
  async recordBounce(tx: Tx, handle: Buffer, kind: BounceKind): Promise<boolean> {
    const [rows]: [Delivery[], number] = await tx.em.query(
      `update deliveries set bounce_kind = $2, bounced_at = now()
       where handle = $1 and (bounce_kind is null or array_position($3, bounce_kind) < array_position($3, $2)) returning ${DELIVERY_COLUMNS}`,
      [handle, kind, ['soft', 'hard', 'complaint']],
    );
    const delivery = rows[0];
    if (!delivery) return false;
    if (delivery.to !== '') await this.bounceObserver(tx, delivery.to, kind, delivery);
    await this.kinds.get(delivery.kind)?.bounced?.(tx, delivery, kind);
    return true;
  }

  /** Records that a provider says the mail has arrived. */
  async recordDelivered(tx: Tx, handle: Buffer): Promise<boolean> {
    const [rows]: [Delivery[], number] = await tx.em.query(
      `update deliveries set delivered_at = now() where handle = $1 and delivered_at is null returning ${DELIVERY_COLUMNS}`,
      [handle],
    );
    const delivery = rows[0];
    if (delivery && delivery.to !== '') await this.bounceObserver(tx, delivery.to, 'delivered', delivery);
    return delivery !== undefined;
  }

  /** The handle of the mail that has this Message-ID (angle brackets may be missing); null for one that is not ours. */
  async handleOf(tx: Tx, messageId: string): Promise<Buffer | null> {
    const id = /^<?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^\s<>@]+>?$/i.exec(messageId.trim())?.[1];
    if (id === undefined) return null;
    const [row]: { handle: Buffer }[] = await tx.em.query(
      `select handle from deliveries where id = $1 and lower(message_id) = lower($2)`,
      [id, `<${messageId.trim().replace(/^<|>$/g, '')}>`],
    );
    return row?.handle ?? null;
  }

  /** Passes a person's answer to the module that wrote to them, once per Message-ID. */
  async recordReply(tx: Tx, handle: Buffer, reply: Omit<MailReply, 'fromMatches'>): Promise<boolean> {
    const [delivery]: Delivery[] = await tx.em.query(`select ${DELIVERY_COLUMNS} from deliveries where handle = $1`, [
      handle,
    ]);
    if (!delivery) return false;
    const fresh: unknown[] = await tx.em.query(
      `insert into inbound_mails (delivery_id, message_id) values ($1, $2) on conflict do nothing returning 1`,
      [delivery.id, reply.messageId],
    );
    if (fresh.length === 0) return false;
    const heard = { ...reply, fromMatches: sameAddress(reply.from, delivery.to) };
    const kind = this.kinds.get(delivery.kind);
    await (kind?.replied ? kind.replied(tx, delivery, heard) : this.replyTaker(tx, delivery, heard));
    return true;
  }

  onModuleDestroy(): void {
    this.sender.stop();
    this.drainTimer = setTimeout(() => this.sender.abort(), DRAIN_MS);
    this.drainTimer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.sender.idle();
  }

  onApplicationShutdown(): void {
    if (this.drainTimer) clearTimeout(this.drainTimer);
    this.transport?.close();
  }

  /** Ends the leases of killed processes, and sees to it that mail which is due has somebody to look at it. */
  private async sweep(): Promise<void> {
    for (const tenantId of await this.db.tenantIds())
      await this.db.tenant(tenantId, async (tx) => {
        const { unsettled, isDue } = await this.ledger.expire(tx);
        await promiseSettling(tx, this.jobs, unsettled);
        if (isDue) await this.jobs.send(tx, DeliverMail, newId(), {});
      });
  }

  private kind(name: string): MailKind {
    const kind = this.kinds.get(name);
    if (!kind) throw new Error(`nobody owns mails of kind ${name}`);
    return kind;
  }

  private open(): SmtpTransport {
    const url = this.config.smtpUrl ?? this.mailbox.smtpUrl();
    return (this.transport ??= new SmtpTransport(url));
  }
}
