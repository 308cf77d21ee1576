import { Logger } from '@nestjs/common';
import { z } from 'zod';
import type { Db, Tx } from '../db.js';
import { groupBy } from '../group-by.js';
import { newId } from '../ids.js';
import { type Job, type Jobs, MAIL_SCHEDULE, defineMessage } from '../jobs.js';
import { mailAddress } from './addresses.js';
import type { Composed, Composer } from './composer.js';
import { GroupCommit } from '../group-commit.js';
import type { MailContent, MailKind, Outcome, Suppression } from './kinds.js';
import type { Delivery, Ending, Ledger } from './ledger.js';
import { SmtpFailure, type SmtpTransport } from './transport.js';

/** An organization has mail that is due. */
export const DeliverMail = defineMessage('mail.due', z.strictObject({}));
/** A mail has ended, and its hooks have failed or were never run. */
export const MailSettled = defineMessage('mail.settled', z.strictObject({ deliveryId: z.uuid() }));

/** How long an organization's mail is claimed before the others have their turn. */
const TURN_MS = 2000;
/** A claim should be handed over within this time, else the next ones are smaller. */
const BATCH_MS = 4000;
const LARGEST_CLAIM = 200;
const RENEW_MS = 45_000;
/** Mails that hang do not hold their job longer; they end by themselves. */
const STRAGGLE_MS = 5000;
const RECORD_TRIES = 8;
/** Commits of mails in flight side by side: the connections wait for them. */
const PROGRESS_LANES = 3;
/** Hooks wait so long for others of their kind. */
const SETTLE_LINGER_MS = 100;

interface Prepared {
  delivery: Delivery;
  message: Composed;
}

export interface SenderParts {
  db: Db;
  jobs: Jobs;
  ledger: Ledger;
  composer: Composer;
  kind: (name: string) => MailKind;
  suppression: () => Suppression;
  transport: () => SmtpTransport;
}

/**
 * Takes what is due out of the ledger and hands it to the mail server: claimed and rendered in batches, `slots` mails in flight at a time.
 * A mail holds its slot from the start of its conversation until its outcome is committed, so that a crash leaves at most that many `unknown`.
 * Commits of mails in flight are joined (`GroupCommit`).
 */
export class Sender {
  private readonly log = new Logger('Mail');
  private readonly pumps = new Map<string, { again: boolean }>();
  private readonly slots: Slots;
  private readonly progress: GroupCommit<Delivery | Ending, boolean>;
  private readonly settling: GroupCommit<string, void>;
  private stopping = false;

  /** @param slots mails in flight at a time */
  constructor(
    private readonly parts: SenderParts,
    slots: number,
  ) {
    this.slots = new Slots(slots);
    this.progress = new GroupCommit(
      async (tenantId, steps) => {
        const handed = await parts.ledger.progress(
          parts.db,
          tenantId,
          steps.filter((step): step is Delivery => !isEnding(step)),
          steps.filter(isEnding),
        );
        return steps.map((step) => isEnding(step) || handed.has(step.id));
      },
      { lanes: PROGRESS_LANES },
    );
    this.settling = new GroupCommit((tenantId, ids) => this.settleOrPromise(tenantId, ids), {
      lingerMs: SETTLE_LINGER_MS,
    });
  }

  /** One turn of an organization's mail. A second call meanwhile makes the first one look again. */
  async pump(job: Job): Promise<void> {
    const { tenantId } = job;
    const running = this.pumps.get(tenantId);
    if (running) {
      running.again = true;
      return;
    }
    const pump = { again: false };
    this.pumps.set(tenantId, pump);
    const renewal = setInterval(() => void this.parts.jobs.renew(job).catch(() => undefined), RENEW_MS);
    const load = new Load();
    try {
      await this.turn(tenantId, pump, load).finally(() => this.pumps.delete(tenantId));
      await Promise.race([load.below(1), new Promise((resolve) => setTimeout(resolve, STRAGGLE_MS).unref())]);
    } finally {
      clearInterval(renewal);
    }
  }

  private async turn(tenantId: string, pump: { again: boolean }, load: Load): Promise<void> {
    const { db, ledger, composer } = this.parts;
    const endsAt = performance.now() + TURN_MS;
    let size = this.slots.count * 2;
    while (!this.stopping) {
      pump.again = false;
      const began = performance.now();
      const { deliveries, nextMs } = await db.tenant(tenantId, (tx) => ledger.claim(tx, size, composer.domain));
      const prepared = deliveries.length === 0 ? [] : await this.prepare(tenantId, deliveries);
      for (const one of prepared) void load.track(this.attempt(tenantId, one));
      if (nextMs === 0 || pump.again) {
        if (performance.now() > endsAt) return this.wake(tenantId, 0);
        // While half of it is under way the next is claimed, so that the connections never wait for the database.
        await load.below(size / 2);
        const took = performance.now() - began;
        size = took < BATCH_MS / 2 ? Math.min(LARGEST_CLAIM, size * 2) : took > BATCH_MS ? this.slots.count : size;
      } else {
        if (nextMs !== null) await this.wake(tenantId, nextMs);
        // Nothing awaited between this look and the end of the turn.
        if (!pump.again) return;
      }
    }
  }

  /** Mails that still run are ended: `deferred`, or `unknown` once their content was on its way. */
  abort(): void {
    this.parts.transport().abort();
  }

  /** Takes nothing new; mails that are claimed and not yet in flight are given back. */
  stop(): void {
    this.stopping = true;
    this.slots.close();
  }

  /** Until nothing is in flight. */
  idle(): Promise<void> {
    return this.slots.idle();
  }

  /** Runs the hooks of ended mails, each once: what is taken from the ledger and what the hooks do is one transaction. */
  async settle(tx: Tx, ids: readonly string[]): Promise<void> {
    const rows = await this.parts.ledger.settle(tx, ids);
    for (const [, group] of groupBy(rows, (row) => `${row.state} ${row.kind}`)) {
      const [first] = group;
      if (!first) continue;
      const kind = this.parts.kind(first.kind);
      if (first.state === 'sent' && kind.sentMany) await kind.sentMany(tx, group);
      else for (const row of group) await kind[row.state as Outcome]?.(tx, row);
    }
  }

  /** Makes somebody look at this organization's mail in `ms`; looks within the same second are one. */
  private wake(tenantId: string, ms: number): Promise<void> {
    return this.parts.db.tenant(tenantId, (tx) => this.promiseWake(tx, ms));
  }

  private promiseWake(tx: Tx, ms: number): Promise<void> {
    if (ms === 0) return this.parts.jobs.send(tx, DeliverMail, newId(), {});
    const at = new Date(Math.ceil((Date.now() + ms) / 1000) * 1000);
    return this.parts.jobs.send(tx, DeliverMail, `wake ${at.toISOString()}`, {}, at);
  }

  /** Renders claimed mails. When one of a batch cannot be written, each is tried on its own. */
  private async prepare(tenantId: string, deliveries: readonly Delivery[]): Promise<Prepared[]> {
    try {
      const { prepared, endings } = await this.parts.db.tenant(tenantId, (tx) => this.render(tx, deliveries));
      await Promise.all(endings.map((ending) => this.end(tenantId, ending)));
      return prepared;
    } catch (error) {
      const [delivery] = deliveries;
      if (deliveries.length > 1 || !delivery) {
        const each: Prepared[] = [];
        for (const one of deliveries) each.push(...(await this.prepare(tenantId, [one])));
        return each;
      }
      this.log.warn({ msg: 'mail not written', deliveryId: delivery.id, tenantId, error: String(error) });
      await this.end(tenantId, laterOr(delivery, 'The mail could not be written.'));
      return [];
    }
  }

  private async render(tx: Tx, deliveries: readonly Delivery[]): Promise<{ prepared: Prepared[]; endings: Ending[] }> {
    const endings: Ending[] = [];
    const kinds = groupBy(deliveries, (delivery) => delivery.kind);
    const compose = this.parts.composer.batch(tx);
    const prepared: Prepared[] = [];
    const unwanted: Delivery[] = [];
    for (const [name, all] of kinds) {
      const kind = this.parts.kind(name);
      const addresses = new Map(all.map((delivery) => [delivery.id, mailAddress(delivery.to)]));
      const valid = [...addresses.values()].filter((address) => address !== null);
      const stopped =
        kind.toUsers || valid.length === 0
          ? new Set<string>()
          : await this.parts.suppression()(tx, valid, kind.requested ?? false);
      const wanted: Delivery[] = [];
      for (const delivery of all) {
        const address = addresses.get(delivery.id) ?? null;
        if (address === null) endings.push({ delivery, state: 'failed', reply: 'This is not one mail address.' });
        else if (stopped.has(address)) endings.push({ delivery, state: 'suppressed', reply: null });
        else wanted.push(delivery);
      }
      const contents = await renderAll(kind, tx, wanted);
      for (const [at, delivery] of wanted.entries()) {
        const content = contents[at] ?? null;
        const address = addresses.get(delivery.id) ?? null;
        if (content === null || address === null) unwanted.push(delivery);
        else prepared.push({ delivery, message: await compose(delivery, address, content) });
      }
    }
    // In this transaction: what `render` noted beside its null may order the mail anew.
    if (unwanted.length > 0) await this.parts.ledger.cancelClaimed(tx, unwanted);
    return { prepared, endings };
  }

  private async attempt(tenantId: string, { delivery, message }: Prepared): Promise<void> {
    if (!(await this.slots.enter())) {
      await this.parts.db.tenant(tenantId, (tx) => this.parts.ledger.release(tx, [delivery]));
      return;
    }
    let ending: Ending;
    try {
      ending = await this.hand(tenantId, delivery, message);
      await this.record(tenantId, ending);
    } catch (error) {
      // The sweep says what became of it when its lease is over.
      this.log.error({ msg: 'outcome not recorded', deliveryId: delivery.id, tenantId, error: String(error) });
      return;
    } finally {
      this.slots.leave();
    }
    await this.follow(tenantId, ending);
  }

  /** Ends a mail that was never in flight. */
  private async end(tenantId: string, ending: Ending): Promise<void> {
    await this.record(tenantId, ending);
    await this.follow(tenantId, ending);
  }

  private async hand(tenantId: string, delivery: Delivery, { envelope, raw, sign }: Composed): Promise<Ending> {
    try {
      const message = sign === null ? raw : Buffer.concat([Buffer.from(await sign(raw)), raw]);
      const reply = await this.parts.transport().send({ envelope, raw: message }, async () => {
        if (!(await this.progress.add(tenantId, delivery))) throw new Error('the claim was lost');
      });
      return { delivery, state: 'sent', reply };
    } catch (error) {
      const failure =
        error instanceof SmtpFailure ? error : new SmtpFailure('later', 'The mail could not be signed.', null);
      this.log.warn({
        msg: 'mail not sent',
        outcome: failure.outcome,
        code: failure.code,
        deliveryId: delivery.id,
        tenantId,
      });
      if (failure.outcome === 'unknown') return { delivery, state: 'unknown', reply: failure.reply };
      if (failure.outcome === 'refused') return { delivery, state: 'failed', reply: failure.reply };
      return laterOr(delivery, failure.reply);
    }
  }

  private async record(tenantId: string, ending: Ending): Promise<void> {
    for (let tries = 1; ; tries++)
      try {
        await this.progress.add(tenantId, ending);
        return;
      } catch (error) {
        // The database may be starting again; what the server said is worth waiting for.
        if (tries >= RECORD_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** tries));
      }
  }

  /** What follows from how a mail ended. A crash before it leaves it to the sweep. */
  private follow(tenantId: string, ending: Ending): Promise<void> {
    return ending.state === 'deferred'
      ? this.wake(tenantId, ending.retryMs ?? 0)
      : this.settling.add(tenantId, ending.delivery.id);
  }

  /** When a hook fails, each mail's is called again by a job of its own; the states stand. */
  private async settleOrPromise(tenantId: string, ids: readonly string[]): Promise<void[]> {
    const { db, jobs } = this.parts;
    try {
      await db.tenant(tenantId, (tx) => this.settle(tx, ids));
    } catch (error) {
      this.log.warn({ msg: 'mail hook failed', tenantId, error: String(error) });
      await db.tenant(tenantId, (tx) => promiseSettling(tx, jobs, ids));
    }
    return ids.map(() => undefined);
  }
}

/** Has the hooks of these mails called by jobs, one each. */
export function promiseSettling(tx: Tx, jobs: Jobs, ids: readonly string[]): Promise<void> {
  return jobs.sendMany(
    tx,
    MailSettled,
    ids.map((id) => ({ key: id, payload: { deliveryId: id } })),
  );
}

const isEnding = (step: Delivery | Ending): step is Ending => 'delivery' in step;

async function renderAll(kind: MailKind, tx: Tx, deliveries: readonly Delivery[]): Promise<(MailContent | null)[]> {
  if (deliveries.length === 0) return [];
  if (kind.renderMany) return kind.renderMany(tx, deliveries);
  const contents: (MailContent | null)[] = [];
  for (const delivery of deliveries) contents.push(await kind.render(tx, delivery));
  return contents;
}

/** Tried again by the schedule, until it ends. */
function laterOr(delivery: Delivery, reply: string): Ending {
  return delivery.attempts >= MAIL_SCHEDULE.attempts
    ? { delivery, state: 'failed', reply }
    : { delivery, state: 'deferred', reply, retryMs: MAIL_SCHEDULE.retryDelayMs(delivery.attempts) };
}

/** How many of a turn's mails are still under way. */
class Load {
  private count = 0;
  private waiting: { limit: number; resolve: () => void }[] = [];

  async track(work: Promise<void>): Promise<void> {
    this.count++;
    try {
      await work;
    } catch {
      // `attempt` has said what there is to say; a release that failed ends with its lease.
    } finally {
      this.count--;
      for (const { resolve } of this.waiting.filter(({ limit }) => this.count < limit)) resolve();
      this.waiting = this.waiting.filter(({ limit }) => this.count >= limit);
    }
  }

  below(limit: number): Promise<void> {
    return this.count < Math.max(1, limit)
      ? Promise.resolve()
      : new Promise((resolve) => this.waiting.push({ limit: Math.max(1, limit), resolve }));
  }
}

/** Places for mails in flight; first come, first served. */
class Slots {
  private free: number;
  private closed = false;
  private readonly queue: ((entered: boolean) => void)[] = [];
  private readonly idlers: (() => void)[] = [];

  constructor(readonly count: number) {
    this.free = count;
  }

  /** False once closed. */
  enter(): Promise<boolean> {
    if (this.closed) return Promise.resolve(false);
    if (this.free === 0) return new Promise((resolve) => this.queue.push(resolve));
    this.free--;
    return Promise.resolve(true);
  }

  leave(): void {
    const next = this.queue.shift();
    if (next) next(true);
    else this.free++;
    if (this.free === this.count) for (const resolve of this.idlers.splice(0)) resolve();
  }

  close(): void {
    this.closed = true;
    for (const resolve of this.queue.splice(0)) resolve(false);
  }

  idle(): Promise<void> {
    return this.free === this.count ? Promise.resolve() : new Promise((resolve) => this.idlers.push(resolve));
  }
}
