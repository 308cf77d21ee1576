import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { SendMailOptions } from 'nodemailer';
import { z } from 'zod';
import { Config } from '../../config.js';
import { Db, type Tx } from '../db.js';
import { newId } from '../ids.js';
import { type Job, Jobs, MAIL_SCHEDULE, type Schedule, defineMessage } from '../jobs.js';
import { Signer } from '../signing.js';
import { domainOf, headerText, mailAddress, mailbox, sameAddress, tokenLocalPart } from './addresses.js';
import { Mailbox } from './mailbox.js';
import type { SenderDomains } from './sender-domains.js';
import { ATTEMPT_TIMEOUT_MS, SmtpFailure, SmtpTransport } from './transport.js';

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

/** What a mail says; made anew for each attempt. Line breaks in names and the subject become spaces. */
export interface MailContent {
  subject: string;
  html: string;
  /** The `text/plain` part, written for reading. */
  text: string;
  /** BCP 47, e.g. `de`; stands in Content-Language. */
  locale: string;
  fromName?: string | undefined;
  /** The organization's own sender address. Used where it is in MAIL_FROM's domain (or in the built-in mailbox), else MAIL_FROM is. */
  fromAddress?: string | undefined;
  /** `'token'`: answers come back to us and reach the kind's `replied` (where no inbound port is open, they go to the sender); else an address. */
  replyTo?: 'token' | (string & {}) | undefined;
  /** One-click unsubscribe (RFC 8058): a page that takes POST. */
  listUnsubscribeUrl?: string | undefined;
  /** Message-IDs with angle brackets. */
  inReplyTo?: string | undefined;
  references?: string[] | undefined;
  /** False for a mail that a person wrote, e.g. a message in a case. Default true: `Auto-Submitted: auto-generated`. */
  autoSubmitted?: boolean | undefined;
  /** Images that the HTML shows by `cid:`. */
  inline?: { cid: string; filename: string; contentType: string; content: Buffer }[] | undefined;
}

/** A person's answer by mail. */
export interface MailReply {
  /** What they wrote, without the quoted mail and their signature; at most 50,000 characters. */
  text: string;
  /** The address it claims to come from. */
  from: string;
  /** True when that is the address we wrote to. A claim all the same: anyone who has the mail can write this. */
  fromMatches: boolean;
  /** True when the domain in From vouches for the mail (DMARC or an aligned DKIM signature); false also where that could not be found out. */
  verified: boolean;
  /** With angle brackets. */
  messageId: string;
  /** What was attached; the files themselves are not kept. */
  attachments: { filename: string; contentType: string; size: number }[];
}

/** What a module does for its mails. All run in a transaction; none may do anything outside it. */
export interface MailKind {
  /** The mail as of now, or null when it is no longer wanted (then it is `cancelled`). */
  render(tx: Tx, delivery: Delivery): Promise<MailContent | null>;
  sent?(tx: Tx, delivery: Delivery): Promise<void>;
  /** The server refused it for good, or 24 hours of trying were not enough. */
  failed?(tx: Tx, delivery: Delivery): Promise<void>;
  /** The connection broke after the content was on its way: it may have arrived, and is never sent again by itself. */
  unknown?(tx: Tx, delivery: Delivery): Promise<void>;
  /** The address is on the list of those we must not write to. */
  suppressed?(tx: Tx, delivery: Delivery): Promise<void>;
  bounced?(tx: Tx, delivery: Delivery, kind: BounceKind): Promise<void>;
  replied?(tx: Tx, delivery: Delivery, reply: MailReply): Promise<void>;
  /** Mails to users (sign-in, digests): the suppression list, which is about customers, is not asked. */
  toUsers?: boolean;
  /** The customer asked for this mail (an answer in their case, a link to their data): that they want no surveys does not stop it. */
  requested?: boolean;
  /** A cancelled delivery of this kind goes out after all when it is ordered again (a campaign that was paused). Nothing of it was sent. */
  cancelledMayReturn?: boolean;
}

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

type Suppression = (tx: Tx, address: string, isRequested: boolean) => Promise<boolean>;
type BounceObserver = (tx: Tx, address: string, news: BounceKind | 'delivered', delivery: Delivery) => Promise<void>;
type ReplyTaker = (tx: Tx, delivery: Delivery, reply: MailReply) => Promise<void>;
/** The hooks that follow from a state. */
type Outcome = 'sent' | 'failed' | 'unknown' | 'suppressed';

const DeliverMail = defineMessage('mail.due', z.strictObject({ deliveryId: z.uuid() }));
const MailSettled = defineMessage(
  'mail.settled',
  z.strictObject({ deliveryId: z.uuid(), outcome: z.enum(['sent', 'failed', 'unknown', 'suppressed']) }),
);

/** Longer than an attempt may take, so that an expired lease means a dead process. */
const LEASE_SECONDS = Math.ceil(ATTEMPT_TIMEOUT_MS / 1000) + 40;
const SWEEP_MS = 15_000;
/** From the signal to stop until attempts that still run are ended; the whole stop has 30 s. */
const DRAIN_MS = 20_000;

const COLUMNS = `id, kind, subject_id as "subjectId", step, to_address as "to", customer_id as "customerId", state, attempts, message_id as "messageId",
  smtp_reply as "smtpReply", bounce_kind as "bounceKind", sent_at as "sentAt"`;

/**
 * The ledger of all outgoing mail (table `deliveries`) and the only sender. States, transitions and what a crash leaves: docs/mail.md.
 * Costs per mail: an insert and a job when ordered; three short transactions and one SMTP conversation when sent.
 */
@Injectable()
export class Mail implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly log = new Logger('Mail');
  private readonly kinds = new Map<string, MailKind>();
  private suppression: Suppression = () => Promise.resolve(false);
  private senderDomains: SenderDomains = () => Promise.resolve(null);
  private bounceObserver: BounceObserver = () => Promise.resolve();
  private replyTaker: ReplyTaker = () => Promise.resolve();
  private transport: SmtpTransport | null = null;
  private drainTimer: NodeJS.Timeout | null = null;
  private readonly sender: { name: string; address: string };

  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
    private readonly signer: Signer,
    private readonly config: Config,
    private readonly mailbox: Mailbox,
  ) {
    const sender = senderOf(config.mailFrom);
    this.sender = sender;
    jobs.on(DeliverMail, 'mail.deliver', (p, job) => this.deliver(job, p.deliveryId), MAIL_SCHEDULE);
    jobs.on(
      MailSettled,
      'mail.settle',
      (p, job) => this.settle(job.tenantId, p.deliveryId, p.outcome),
      SETTLE_SCHEDULE,
    );
    jobs.every('mail.sweep', SWEEP_MS, z.strictObject({}), () => this.sweep());
  }

  /** Registers a kind of mail, e.g. `distribution.invitation`; once, in the service's constructor. */
  on(kind: string, handlers: MailKind): void {
    if (this.kinds.has(kind)) throw new Error(`two owners for mails of kind ${kind}`);
    this.kinds.set(kind, handlers);
  }

  /**
   * Says which addresses we must not write to, and (optionally) hears of every bounce, complaint and reported arrival, so that such an address can be
   * added or freed.
   * Asked in the transaction that claims the mail; `isRequested` as the mail's kind says.
   */
  registerSuppression(isSuppressed: Suppression, onBounce?: BounceObserver): void {
    this.suppression = isSuppressed;
    if (onBounce) this.bounceObserver = onBounce;
  }

  /** Says of which domains beside MAIL_FROM's an organization's mails may come, and signs (DKIM). Asked once per claimed batch and domain. */
  registerSenderDomains(lookUp: SenderDomains): void {
    this.senderDomains = lookUp;
  }

  /** Takes the answers to all kinds of mail that have no `replied` of their own, so that none is lost. */
  registerReplies(take: ReplyTaker): void {
    this.replyTaker = take;
  }

  /** What mails come from where an organization may not use its own address, and whether any address may be used (built-in mailbox). */
  platformSender(): { name: string; address: string; takesAny: boolean } {
    return { ...this.sender, takesAny: this.mailbox.enabled && this.config.mailFrom === null };
  }

  /** Promises a mail in the caller's transaction and returns its delivery's id; a second order with the same key changes nothing. */
  async send(tx: Tx, order: MailOrder): Promise<string> {
    const [id] = await this.sendMany(tx, [order]);
    if (id === undefined) throw new Error('no delivery was written');
    return id;
  }

  /** `send` for up to some thousands of mails, in three statements; ids in the order of `orders`. */
  async sendMany(tx: Tx, orders: readonly MailOrder[]): Promise<string[]> {
    if (orders.length === 0) return [];
    for (const { kind } of orders) this.kind(kind);
    const keys = [orders.map((o) => o.kind), orders.map((o) => o.subjectId), orders.map((o) => o.step ?? 0)];
    const fresh: (OrderedRow & { attempts: number })[] = await tx.em.query(
      `insert into deliveries (id, kind, subject_id, step, to_address, customer_id, send_at)
       select distinct on (o.kind, o.subject_id, o.step) o.id, o.kind, o.subject_id, o.step, o.to_address, o.customer_id, coalesce(o.send_at, now())
       from unnest($4::uuid[], $1::text[], $2::uuid[], $3::int[], $5::text[], $6::uuid[], $7::timestamptz[])
         as o (id, kind, subject_id, step, to_address, customer_id, send_at)
       on conflict on constraint deliveries_step_key do update
         set state = 'pending', to_address = excluded.to_address, send_at = excluded.send_at, lease_until = null, attempts = deliveries.attempts + 1
         where deliveries.state = 'cancelled' and deliveries.kind = any($8)
       returning id, kind, subject_id as "subjectId", step, send_at as "sendAt", attempts`,
      [
        ...keys,
        orders.map(() => newId()),
        orders.map((o) => o.to),
        orders.map((o) => o.customerId ?? null),
        orders.map((o) => o.sendAt?.toISOString() ?? null),
        [...new Set(orders.map((o) => o.kind))].filter((name) => this.kind(name).cancelledMayReturn),
      ],
    );
    await this.jobs.sendMany(
      tx,
      DeliverMail,
      // A delivery that returns needs a job of its own: the first one may have run, and found it cancelled.
      fresh.map((row) => ({
        key: row.attempts ? `${row.id} ${row.attempts}` : row.id,
        payload: { deliveryId: row.id },
        runAt: row.sendAt,
      })),
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
    for (const row of rows) await this.jobs.cancel(tx, DeliverMail as never, row.id);
    return rows.length;
  }

  /** One delivery, or null. */
  async delivery(tx: Tx, id: string): Promise<Delivery | null> {
    const [row]: Delivery[] = await tx.em.query(`select ${COLUMNS} from deliveries where id = $1`, [id]);
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
       where handle = $1 and (bounce_kind is null or array_position($3, bounce_kind) < array_position($3, $2)) returning ${COLUMNS}`,
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
      `update deliveries set delivered_at = now() where handle = $1 and delivered_at is null returning ${COLUMNS}`,
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
    const [delivery]: Delivery[] = await tx.em.query(`select ${COLUMNS} from deliveries where handle = $1`, [handle]);
    if (!delivery) return false;
    const fresh: unknown[] = await tx.em.query(
      `insert into inbound_mails (delivery_id, message_id) values ($1, $2) on conflict do nothing returning 1`,
      [delivery.id, reply.messageId],
    );
    if (fresh.length === 0) return false;
    const heard = { ...reply, fromMatches: sameAddress(reply.from, delivery.to) };
    const replied = this.kinds.get(delivery.kind)?.replied;
    await (replied ? replied(tx, delivery, heard) : this.replyTaker(tx, delivery, heard));
    return true;
  }

  beforeApplicationShutdown(): void {
    this.drainTimer = setTimeout(() => this.transport?.abort(), DRAIN_MS);
    this.drainTimer.unref();
  }

  onApplicationShutdown(): void {
    if (this.drainTimer) clearTimeout(this.drainTimer);
    this.transport?.close();
  }

  /** One attempt: claim and render, hand over, record. Throws what the schedule of the job shall try again. */
  private async deliver(job: Job, deliveryId: string): Promise<void> {
    const claimed = await this.db
      .tenant(job.tenantId, (tx) => this.claim(tx, deliveryId))
      .catch(async (error: unknown) => {
        if (job.isLastAttempt) await this.giveUp(job.tenantId, deliveryId);
        throw error;
      });
    if (claimed === null) return;
    const { delivery, message } = claimed;
    let reply: string;
    try {
      reply = await this.open().send(message, () => this.handOff(job.tenantId, delivery));
    } catch (error) {
      if (!(error instanceof SmtpFailure)) throw error;
      await this.recordFailure(job, delivery, error);
      return;
    }
    await this.record(job.tenantId, delivery, 'sent', reply);
  }

  /**
   * Takes the delivery for this attempt and says what to send; null when there is nothing left to do.
   * @throws Error while another attempt holds it
   */
  private async claim(tx: Tx, deliveryId: string): Promise<{ delivery: Delivery; message: SendMailOptions } | null> {
    // A claim that a crash of the database forgets was never followed by content, since the hand-over checks it; so it need not wait for the disk.
    await tx.em.query(`set local synchronous_commit = off`);
    // One conditional statement on the database's clock; `attempts` is the fence that later statements of this attempt check.
    const [rows]: [Delivery[], number] = await tx.em.query(
      `update deliveries set state = 'claimed', attempts = attempts + 1, lease_until = now() + make_interval(secs => ${LEASE_SECONDS}),
         message_id = coalesce(message_id, '<' || id || '@' || $2::text || '>')
       where id = $1 and send_at <= now() and (state in ('pending', 'deferred') or state = 'claimed' and lease_until < now()) returning ${COLUMNS}`,
      [deliveryId, domainOf(this.sender.address)],
    );
    const delivery = rows[0];
    if (!delivery) {
      const [row]: { state: DeliveryState }[] = await tx.em.query(`select state from deliveries where id = $1`, [
        deliveryId,
      ]);
      if (row && ['pending', 'claimed', 'handing_off', 'deferred'].includes(row.state))
        throw new Error(`delivery is ${row.state}`);
      return null;
    }
    const kind = this.kind(delivery.kind);
    const address = mailAddress(delivery.to);
    if (address === null) {
      await this.close(tx, delivery, 'failed', 'This is not one mail address.');
      return null;
    }
    if (!kind.toUsers && (await this.suppression(tx, address, kind.requested ?? false))) {
      await this.close(tx, delivery, 'suppressed', null);
      return null;
    }
    const content = await kind.render(tx, delivery);
    if (content === null) {
      await tx.em.query(`update deliveries set state = 'cancelled', lease_until = null where id = $1`, [delivery.id]);
      return null;
    }
    return { delivery, message: this.compose(tx.tenantId, delivery, address, content) };
  }

  /** For a mail that could not even be written, attempt after attempt; the job keeps the error for the admin. */
  private async giveUp(tenantId: string, deliveryId: string): Promise<void> {
    await this.db.tenant(tenantId, async (tx) => {
      const [rows]: [Delivery[], number] = await tx.em.query(
        `update deliveries set state = 'failed', smtp_reply = 'The mail could not be written.' where id = $1 and state in ('pending', 'deferred')
         returning ${COLUMNS}`,
        [deliveryId],
      );
      if (rows[0]) await this.hook(tx, rows[0], 'failed');
    });
  }

  /** Committed after the server's 354 and before the content: from here on a crash leaves `unknown`, never a second mail. */
  private async handOff(tenantId: string, delivery: Delivery): Promise<void> {
    await this.db.tenant(tenantId, async (tx) => {
      const [, count] = await tx.em.query(
        `update deliveries set state = 'handing_off', lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
         where id = $1 and state = 'claimed' and attempts = $2`,
        [delivery.id, delivery.attempts],
      );
      if (count !== 1) throw new Error('the claim was lost');
    });
  }

  private async recordFailure(job: Job, delivery: Delivery, failure: SmtpFailure): Promise<void> {
    this.log.warn({
      msg: 'mail not sent',
      outcome: failure.outcome,
      code: failure.code,
      deliveryId: delivery.id,
      tenantId: job.tenantId,
    });
    if (failure.outcome === 'unknown') return this.record(job.tenantId, delivery, 'unknown', failure.reply);
    if (failure.outcome === 'refused' || job.isLastAttempt)
      return this.record(job.tenantId, delivery, 'failed', failure.reply);
    await this.db.tenant(job.tenantId, (tx) =>
      tx.em.query(
        `update deliveries set state = 'deferred', lease_until = null, smtp_reply = $3
         where id = $1 and attempts = $2 and state in ('claimed', 'handing_off')`,
        [delivery.id, delivery.attempts, failure.reply],
      ),
    );
    throw failure;
  }

  /** Writes how the attempt ended and calls the kind's hook; a hook that fails is called again by a job, and the state stands. */
  private async record(tenantId: string, delivery: Delivery, outcome: Outcome, reply: string | null): Promise<void> {
    try {
      await this.db.tenant(tenantId, async (tx) => {
        const row = await this.write(tx, delivery, outcome, reply);
        if (row) await this.hook(tx, row, outcome);
      });
    } catch (error) {
      this.log.warn({ msg: 'mail hook failed', outcome, deliveryId: delivery.id, tenantId, error: String(error) });
      await this.db.tenant(tenantId, async (tx) => {
        if (await this.write(tx, delivery, outcome, reply))
          await this.jobs.send(tx, MailSettled, `${delivery.id} ${outcome}`, { deliveryId: delivery.id, outcome });
      });
    }
  }

  /** The row as it now is, or null when another attempt has taken over. */
  private async write(tx: Tx, delivery: Delivery, outcome: Outcome, reply: string | null): Promise<Delivery | null> {
    // A server's "yes" also ends `unknown`: the lease may have run out while we waited for the answer.
    const [rows]: [Delivery[], number] = await tx.em.query(
      `update deliveries set state = $3, smtp_reply = $4, lease_until = null, sent_at = case when $3 = 'sent' then now() else sent_at end
       where id = $1 and attempts = $2 and (state in ('claimed', 'handing_off') or state = 'unknown' and $3 = 'sent') returning ${COLUMNS}`,
      [delivery.id, delivery.attempts, outcome, reply],
    );
    return rows[0] ?? null;
  }

  private async close(tx: Tx, delivery: Delivery, outcome: Outcome, reply: string | null): Promise<void> {
    const row = await this.write(tx, delivery, outcome, reply);
    if (row) await this.hook(tx, row, outcome);
  }

  private async settle(tenantId: string, deliveryId: string, outcome: Outcome): Promise<void> {
    await this.db.tenant(tenantId, async (tx) => {
      const delivery = await this.delivery(tx, deliveryId);
      if (delivery) await this.hook(tx, delivery, outcome);
    });
  }

  private async hook(tx: Tx, delivery: Delivery, outcome: Outcome): Promise<void> {
    await this.kinds.get(delivery.kind)?.[outcome]?.(tx, delivery);
  }

  /** What a killed process left: its claims are free again, what it was handing over is unknown. */
  private async sweep(): Promise<void> {
    for (const tenantId of await this.db.tenantIds())
      await this.db.tenant(tenantId, async (tx) => {
        await tx.em.query(
          `update deliveries set state = 'pending', lease_until = null where state = 'claimed' and lease_until < now()`,
        );
        const [rows]: [{ id: string }[], number] = await tx.em.query(
          `update deliveries set state = 'unknown', lease_until = null where state = 'handing_off' and lease_until < now() returning id`,
        );
        await this.jobs.sendMany(
          tx,
          MailSettled,
          rows.map(({ id }) => ({ key: `${id} unknown`, payload: { deliveryId: id, outcome: 'unknown' as const } })),
        );
      });
  }

  private compose(tenantId: string, delivery: Delivery, to: string, content: MailContent): SendMailOptions {
    const from = this.from(content);
    const inbound = this.config.inboundSmtpPort !== null || this.mailbox.enabled;
    const local = (purpose: 'reply' | 'bounce'): string =>
      `${tokenLocalPart(this.signer, purpose, tenantId, delivery.id)}@${domainOf(this.sender.address)}`;
    const headers: Record<string, string> = {
      'Content-Language': headerText(content.locale),
      // Four parts, the last one the sender: Gmail's feedback loop counts complaints by them.
      'Feedback-ID': `${delivery.step}:${headerText(delivery.kind)}:${tenantId}:hearback`,
    };
    if (content.autoSubmitted !== false) headers['Auto-Submitted'] = 'auto-generated';
    if (content.listUnsubscribeUrl !== undefined) {
      headers['List-Unsubscribe'] = `<${webUrl(content.listUnsubscribeUrl)}>`;
      headers['List-Unsubscribe-Post'] = 'List-Unsubscribe=One-Click';
    }
    const replyTo = content.replyTo === 'token' ? (inbound ? local('reply') : undefined) : content.replyTo;
    return {
      envelope: { from: inbound ? local('bounce') : this.sender.address, to: [to] },
      from,
      to: { name: '', address: to },
      ...(replyTo !== undefined && replyTo !== ''
        ? { replyTo: { name: from.name, address: required(mailAddress(replyTo), 'Reply-To') } }
        : {}),
      subject: headerText(content.subject),
      messageId: messageId(delivery.messageId ?? ''),
      ...(content.inReplyTo ? { inReplyTo: messageId(content.inReplyTo) } : {}),
      ...(content.references?.length ? { references: content.references.map(messageId) } : {}),
      headers,
      html: content.html,
      text: content.text,
      // A third of the build time of quoted-printable, and no line of ours is ever too long.
      textEncoding: 'base64',
      ...(content.inline?.length
        ? {
            attachments: content.inline.map((part) => ({
              cid: part.cid,
              filename: headerText(part.filename),
              contentType: headerText(part.contentType),
              content: part.content,
            })),
          }
        : {}),
    };
  }

  /** The organization's sender, within the domain that the operator's servers may speak for. */
  private from(content: MailContent): { name: string; address: string } {
    const wanted = content.fromAddress ? mailAddress(content.fromAddress) : null;
    const free = this.mailbox.enabled && this.config.mailFrom === null;
    const address =
      wanted !== null && (free || domainOf(wanted) === domainOf(this.sender.address)) ? wanted : this.sender.address;
    return { name: headerText(content.fromName ?? this.sender.name), address };
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

const SETTLE_SCHEDULE: Schedule = { attempts: 10, retryDelayMs: (attempt) => Math.min(3600_000, 1000 * 4 ** attempt) };

/** What mails of the built-in mailbox come from; `.test` belongs to nobody (RFC 2606). */
const TRY_OUT_SENDER = { name: 'Hearback', address: 'feedback@hearback.test' };

function senderOf(mailFrom: string | null): { name: string; address: string } {
  return mailFrom === null ? TRY_OUT_SENDER : required(mailbox(mailFrom), 'MAIL_FROM');
}

function required<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`${what} is not one mail address`);
  return value;
}

function messageId(value: string): string {
  if (!/^<[^\s<>]{1,900}>$/.test(value)) throw new Error('not a Message-ID');
  return value;
}

function webUrl(value: string): string {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol) || /[\s<>]/.test(value))
    throw new Error('List-Unsubscribe needs one web address');
  return value;
}
