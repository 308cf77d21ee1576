import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { z } from 'zod';
import { Db, type Tx } from '../../platform/db.js';
import { newId } from '../../platform/ids.js';
import { type Job, Jobs, type Schedule } from '../../platform/jobs.js';
import { type Channel, TEXT_CHANNELS, type TextChannel } from '../../platform/messaging/channel.js';
import { TextsDue } from './channels.messages.js';
import { Channels } from './channels.service.js';
import { type TextEnding, TextLedger, type TextMessage } from './text-ledger.js';

export type { TextMessage } from './text-ledger.js';

export interface TextContent {
  text: string;
  /** Values of the template that begins a conversation; null for an answer within one. */
  template: Record<string, string> | null;
}

/** What a module does for its texts; as `MailKind` (docs/mail.md). All run in a transaction; none may do anything outside it. */
export interface TextKind {
  /** The text as of now, or null when it is no longer wanted. */
  render(tx: Tx, message: TextMessage): Promise<TextContent | null>;
  sent?(tx: Tx, message: TextMessage): Promise<void>;
  failed?(tx: Tx, message: TextMessage): Promise<void>;
  unknown?(tx: Tx, message: TextMessage): Promise<void>;
  suppressed?(tx: Tx, message: TextMessage): Promise<void>;
  /** The provider took it and says that it did not arrive. */
  undelivered?(tx: Tx, message: TextMessage): Promise<void>;
  /** A cancelled text goes out after all when it is ordered again (a campaign that was paused). */
  cancelledMayReturn?: boolean;
  /** One of many: the others go first. */
  bulk?: boolean;
}

export interface TextOrder {
  kind: string;
  /** With `kind` and `step` the key: ordering twice is sending once. */
  subjectId: string;
  step?: number;
  channel: TextChannel;
  /** E.164. */
  to: string;
  customerId: string | null;
}

const SWEEP_MS = 15_000;
/** Texts in flight at a time for one organization; a crash leaves at most so many `unknown`. */
const BATCH = 10;
const TURN_MS = 4000;
/** When the rate holds some back. */
const HELD_MS = 5000;
const MOST_ATTEMPTS = 10;
const RECORD_TRIES = 6;
const TURN_SCHEDULE: Schedule = { slots: 4, attempts: 5, retryDelayMs: (attempt) => 1000 * 4 ** attempt };

/** Orders, sends and follows texts. The only sender of SMS and WhatsApp, over the ledger `text_messages`; see docs/channels.md. */
@Injectable()
export class Texts implements OnModuleDestroy, BeforeApplicationShutdown {
  private readonly log = new Logger('Texts');
  private readonly kinds = new Map<string, TextKind>();
  private readonly inFlight = new Set<Promise<void>>();
  private stopping = false;

  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
    private readonly ledger: TextLedger,
    private readonly channels: Channels,
  ) {
    jobs.on(TextsDue, 'distribution.send_texts', (_, job) => this.turn(job), TURN_SCHEDULE);
    jobs.every('distribution.sweep_texts', SWEEP_MS, z.strictObject({}), () => this.sweep(), { atStart: true });
  }

  /** Registers a kind; once, in the service's constructor. */
  on(kind: string, handlers: TextKind): void {
    if (this.kinds.has(kind)) throw new Error(`two owners for texts of kind ${kind}`);
    this.kinds.set(kind, handlers);
  }

  /** Promises texts in the caller's transaction; a second order with the same key changes nothing. */
  async send(tx: Tx, orders: readonly TextOrder[]): Promise<void> {
    if (orders.length === 0) return;
    const rows: unknown[] = await tx.em.query(
      `insert into text_messages (id, kind, subject_id, step, channel, to_phone, customer_id, bulk)
       select o.id, o.kind, o.subject_id, o.step, o.channel, o.to_phone, o.customer_id, o.bulk
       from unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::uuid[], $8::boolean[])
         as o (id, kind, subject_id, step, channel, to_phone, customer_id, bulk)
       on conflict on constraint text_messages_step_key do update
         set state = 'pending', to_phone = excluded.to_phone, send_at = now(), lease_until = null, attempts = text_messages.attempts + 1
         where text_messages.state = 'cancelled' and text_messages.kind = any($9)
       returning 1`,
      [
        orders.map(() => newId()),
        orders.map((one) => one.kind),
        orders.map((one) => one.subjectId),
        orders.map((one) => one.step ?? 0),
        orders.map((one) => one.channel),
        orders.map((one) => one.to),
        orders.map((one) => one.customerId),
        orders.map((one) => this.kind(one.kind).bulk ?? false),
        [...this.kinds].filter(([, kind]) => kind.cancelledMayReturn).map(([name]) => name),
      ],
    );
    if (rows.length > 0) await this.jobs.send(tx, TextsDue, newId(), {});
  }

  /** Takes back what has not been started, of one subject or to one number. */
  async cancel(tx: Tx, what: { kind: string; subjectId: string } | { to: string }): Promise<void> {
    await tx.em.query(
      `update text_messages set state = 'cancelled', lease_until = null
       where state in ('pending', 'deferred') and ($1::text is null or kind = $1 and subject_id = $2::uuid) and ($3::text is null or to_phone = $3)`,
      'to' in what ? [null, null, what.to] : [what.kind, what.subjectId, null],
    );
  }

  /** Forgets the number of a customer who is erased, and stops what is on its way to them. */
  async forget(tx: Tx, customerId: string): Promise<void> {
    await tx.em.query(
      `update text_messages set to_phone = '', reply = null, customer_id = null,
         state = case when state in ('pending', 'deferred') then 'cancelled' else state end where customer_id = $1`,
      [customerId],
    );
  }

  /** What a provider reports of a text. */
  async report(tx: Tx, channel: TextChannel, news: Parameters<TextLedger['report']>[2]): Promise<void> {
    const message = await this.ledger.report(tx, channel, news);
    if (!message) return;
    await this.settle(tx, [message.id]);
    if (news.state === 'undelivered' || news.state === 'failed')
      await this.kinds.get(message.kind)?.undelivered?.(tx, message);
  }

  onModuleDestroy(): void {
    this.stopping = true;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.inFlight);
  }

  /** What is due of one organization, for some seconds; then others have their turn. */
  private async turn({ tenantId }: Job): Promise<void> {
    const endsAt = performance.now() + TURN_MS;
    for (const name of TEXT_CHANNELS)
      for (;;) {
        if (this.stopping) return;
        if (performance.now() > endsAt) return this.wake(tenantId, 0);
        const found = await this.db.tenant(tenantId, async (tx) => {
          const account = await this.channels.account(tx, name);
          if (!account?.enabled) return null;
          const taken = await this.ledger.claim(tx, name, BATCH, account.perMinute);
          return { channel: this.channels.open(tenantId, account), ...taken };
        });
        if (!found) break;
        const { channel, claimed, suppressed, isHeld } = found;
        await this.follow(tenantId, suppressed);
        await Promise.all(claimed.map((message) => this.track(this.attempt(tenantId, channel, message))));
        if (claimed.length + suppressed.length === 0) {
          if (isHeld) await this.wake(tenantId, HELD_MS);
          break;
        }
      }
  }

  private async track(work: Promise<void>): Promise<void> {
    this.inFlight.add(work);
    await work.finally(() => this.inFlight.delete(work));
  }

  private async attempt(tenantId: string, channel: Channel, message: TextMessage): Promise<void> {
    try {
      const content = await this.write(tenantId, message);
      if (content === null) return;
      const result = await channel.send({ id: message.id, to: message.to, ...content }, async () => {
        if (!(await this.db.tenant(tenantId, (tx) => this.ledger.handOff(tx, message))))
          throw new Error('the claim was lost');
      });
      await this.channels.noted(tenantId, channel.name, result);
      switch (result.outcome) {
        case 'accepted':
          return await this.end(tenantId, message, { state: 'sent', ...result });
        case 'refused':
          return await this.end(tenantId, message, { state: 'failed', code: result.code, reply: result.reply });
        case 'unknown':
          return await this.end(tenantId, message, { state: 'unknown', reply: result.reply });
        case 'later':
          return await this.end(tenantId, message, laterOr(message, result.reply, result.retryMs));
      }
    } catch (error) {
      // Not written, or not recorded; the sweep says what became of it when its lease is over.
      this.log.warn({ msg: 'text not sent', messageId: message.id, tenantId, error: String(error) });
    }
  }

  /** Null: not wanted any more, or it could not be written now. */
  private async write(tenantId: string, message: TextMessage): Promise<TextContent | null> {
    try {
      return await this.db.tenant(tenantId, async (tx) => {
        const said = await this.kind(message.kind).render(tx, message);
        // In this transaction: what `render` noted beside its null may order it anew.
        if (said === null) await this.ledger.cancelClaimed(tx, message);
        return said;
      });
    } catch (error) {
      this.log.warn({ msg: 'text not written', messageId: message.id, tenantId, error: String(error) });
      await this.end(tenantId, message, laterOr(message, 'The text could not be written.', null));
      return null;
    }
  }

  private async end(tenantId: string, message: TextMessage, ending: TextEnding): Promise<void> {
    for (let tries = 1; ; tries++)
      try {
        await this.db.tenant(tenantId, (tx) => this.ledger.end(tx, message, ending));
        break;
      } catch (error) {
        // The database may be starting again; what the provider said is worth waiting for.
        if (tries >= RECORD_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** tries));
      }
    if (ending.state === 'deferred') await this.wake(tenantId, ending.retryMs);
    else await this.follow(tenantId, [message.id]);
  }

  /** Runs the hooks of ended texts, each once. When one fails, the sweep calls it again; the states stand. */
  private async follow(tenantId: string, ids: readonly string[]): Promise<void> {
    for (const id of ids)
      try {
        await this.db.tenant(tenantId, (tx) => this.settle(tx, [id]));
      } catch (error) {
        this.log.warn({ msg: 'text hook failed', messageId: id, tenantId, error: String(error) });
      }
  }

  private async settle(tx: Tx, ids: readonly string[]): Promise<void> {
    for (const message of await this.ledger.settle(tx, ids)) {
      const { state } = message;
      if (state === 'sent' || state === 'failed' || state === 'unknown' || state === 'suppressed')
        await this.kind(message.kind)[state]?.(tx, message);
    }
  }

  private wake(tenantId: string, ms: number): Promise<void> {
    const at = new Date(Math.ceil((Date.now() + ms) / 1000) * 1000);
    return this.db.tenant(tenantId, (tx) =>
      ms === 0
        ? this.jobs.send(tx, TextsDue, newId(), {})
        : this.jobs.send(tx, TextsDue, `wake ${at.toISOString()}`, {}, at),
    );
  }

  /** What killed processes left, and what a lost wake-up left lying. */
  async sweep(): Promise<void> {
    for (const tenantId of await this.db.tenantIds()) {
      const { unsettled, isDue } = await this.db.tenant(tenantId, (tx) => this.ledger.expire(tx));
      await this.follow(tenantId, unsettled);
      if (isDue) await this.wake(tenantId, 0);
    }
  }

  private kind(name: string): TextKind {
    const kind = this.kinds.get(name);
    if (!kind) throw new Error(`nobody owns texts of kind ${name}`);
    return kind;
  }
}

/** Tried again for about a day, then given up. */
const laterOr = (message: TextMessage, reply: string, retryMs: number | null): TextEnding =>
  message.attempts >= MOST_ATTEMPTS
    ? { state: 'failed', code: null, reply }
    : { state: 'deferred', reply, retryMs: retryMs ?? Math.min(4 * 3_600_000, 15_000 * 3 ** (message.attempts - 1)) };
