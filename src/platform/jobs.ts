import { setTimeout as delay } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import Bull from 'bull';
import pg from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { Config } from '../config.js';
import type { Tx } from './db.js';
import { newId } from './ids.js';

/** A fact that others may react to. `name` is `module.happened`. */
export interface Message<P> {
  readonly name: string;
  readonly schema: z.ZodType<P>;
}

export function defineMessage<P>(name: string, schema: z.ZodType<P>): Message<P> {
  return { name, schema };
}

export interface Job {
  id: string;
  /** Empty string for the installation's own work. */
  tenantId: string;
  /** 1 for the first try. */
  attempt: number;
  isLastAttempt: boolean;
}

export interface Schedule {
  /** Most that run at once in a process: what waits for slow outsiders must leave room for the rest. Default: no limit of its own. */
  slots?: number;
  attempts: number;
  /** Wait before the next try, after `attempt` tries have failed. */
  retryDelayMs: (attempt: number) => number;
}

export const DEFAULT_SCHEDULE: Schedule = { attempts: 5, retryDelayMs: (attempt) => 1000 * 4 ** attempt };
/** For SMTP 4xx: about 24 hours. */
export const MAIL_SCHEDULE: Schedule = {
  attempts: 14,
  retryDelayMs: (attempt) => Math.min(4 * 3600_000, 30_000 * 2 ** attempt),
};
/** For webhooks: about 3 days. */
export const WEBHOOK_SCHEDULE: Schedule = {
  slots: 4,
  attempts: 14,
  retryDelayMs: (attempt) => Math.min(8 * 3600_000, 15_000 * 3 ** attempt) * (0.8 + 0.4 * Math.random()),
};

interface Handler {
  message: string;
  schema: z.ZodType;
  run: (payload: unknown, job: Job) => Promise<void>;
  schedule: Schedule;
}

interface JobRow {
  id: string;
  tenant_id: string | null;
  name: string;
  payload: unknown;
  attempts: number;
}

const CHANNEL = 'hearback_jobs';
const SWEEP_MS = 15_000;
const CONCURRENCY = 16;
/** Requests at once from which on background work steps back, and what still runs of it then. */
const BUSY_REQUESTS = 8;
const BUSY_CONCURRENCY = 2;
const LOOK_AGAIN_MS = 250;
/** Claimed at a time, so that a kind of work that is at its limit overshoots it by little. */
const CLAIM = 4;
const LEASE_SECONDS = 120;
const PUSH_TIMEOUT_MS = 500;
const KEEP_DONE_DAYS = 7;
const SPREAD = 'jobs.spread';
const BULK_FROM = 50;
const SPREAD_FACTS = 200;

const Bulk = z.object({
  handlers: z.array(z.string()),
  facts: z.array(z.object({ key: z.string(), payload: z.unknown() })),
});

/**
 * Background work. The `jobs` table is both the outbox and the queue: a row is written in the transaction that promised the work and
 * claimed by a conditional update that also sets its lease. Who wakes the handlers is all that differs: with REDIS_URL Bull carries the
 * ids, without it LISTEN/NOTIFY does; a sweep over due rows covers lost wake-ups, crashes and retries alike.
 * Costs: send = 1 insert per handler; run = 1 claim per up to 20 jobs and 1 update per job.
 */
@Injectable()
export class Jobs implements BeforeApplicationShutdown {
  private readonly log = new Logger('Jobs');
  private readonly handlers = new Map<string, Handler>();
  private readonly schedules: { name: string; everyMs: number; atStart: boolean }[] = [];
  private readonly running = new Set<Promise<void>>();
  /** How many of each job run now. */
  private readonly busy = new Map<string, number>();
  private queue: Bull.Queue<{ id: string }> | null = null;
  private listener: pg.Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private waking: Promise<void> | null = null;
  private wakeAgain = false;
  /** When the timer goes off, ms since the epoch. */
  private wakeAt = Infinity;
  private stopped = true;
  private openRequests: () => number = () => 0;

  constructor(
    private readonly ds: DataSource,
    private readonly config: Config,
  ) {
    this.on({ name: SPREAD, schema: Bulk }, SPREAD, (bulk, job) => this.spread(bulk, job), {
      ...DEFAULT_SCHEDULE,
      slots: 1,
    });
  }

  /**
   * Says how many requests are being answered. While those are many, little background work runs beside them: somebody waits for an answer, and
   * nobody for what follows from it.
   */
  yieldTo(openRequests: () => number): void {
    this.openRequests = openRequests;
  }

  /** Registers a reaction. `name` (`module.verb`) must be unique; a handler may run twice and beside itself without harm. */
  on<P>(
    message: Message<P>,
    name: string,
    run: (payload: P, job: Job) => Promise<void>,
    schedule = DEFAULT_SCHEDULE,
  ): void {
    if (this.handlers.has(name)) throw new Error(`two handlers for job ${name}`);
    this.handlers.set(name, { message: message.name, schema: message.schema, run: run as Handler['run'], schedule });
  }

  /**
   * Runs `work` about every `everyMs` in one worker of the installation, however many there are. `atStart`: also when a worker starts, for
   * work that a crash may have left.
   */
  every(
    name: string,
    everyMs: number,
    schema: z.ZodType<Record<string, never>>,
    work: () => Promise<void>,
    { atStart = false } = {},
  ): void {
    this.on({ name, schema }, name, work, { attempts: 1, retryDelayMs: () => everyMs });
    this.schedules.push({ name, everyMs, atStart });
  }

  /**
   * Promises work in the caller's transaction: one row per handler of the message, unique on (tenant, job name, key), so that sending
   * twice is sending once. `key` names the fact (a message id), not the thing it is about.
   */
  async send<P>(tx: Tx, message: Message<P>, key: string, payload: P, runAt?: Date): Promise<void> {
    await this.sendMany(tx, message, [{ key, payload, runAt }]);
  }

  /** `send` for up to some thousands of facts in one statement. */
  async sendMany<P>(
    tx: Tx,
    message: Message<P>,
    facts: { key: string; payload: P; runAt?: Date | undefined }[],
  ): Promise<void> {
    const ids = await this.insert(tx.em, tx.tenantId, this.handlersOf(message.name), facts);
    if (this.queue && ids.length > 0) tx.afterCommit.push(() => this.push(ids));
  }

  /**
   * `sendMany` for imports, where the rows of the queue would cost more than what is imported: one row now, which becomes the rows of all
   * these facts in the background. Until then they cannot be cancelled.
   */
  async sendBulk<P>(tx: Tx, message: Message<P>, facts: { key: string; payload: P }[]): Promise<void> {
    if (facts.length < BULK_FROM) return this.sendMany(tx, message, facts);
    const bulk = { handlers: this.handlersOf(message.name), facts };
    const ids = await this.insert(tx.em, tx.tenantId, [SPREAD], [{ key: newId(), payload: bulk }]);
    if (this.queue && ids.length > 0) tx.afterCommit.push(() => this.push(ids));
  }

  /** Takes back promised work that has not started. */
  async cancel(tx: Tx, message: Message<never>, key: string): Promise<void> {
    await tx.em.query(
      `delete from jobs where tenant_id = $1 and key = $2 and name = any($3) and state = 'queued' and attempts = 0`,
      [tx.tenantId, key, this.handlersOf(message.name)],
    );
  }

  /** Starts the wake-ups; called once, after all modules have registered. @throws Error when a message has no handler */
  async start(options: { messages?: readonly Message<never>[] } = {}): Promise<void> {
    for (const message of options.messages ?? []) this.handlersOf(message.name);
    this.stopped = false;
    if (this.config.redisUrl) this.openQueue(this.config.redisUrl);
    if (!this.config.runsJobs) return;
    for (const { name, atStart } of this.schedules)
      if (atStart)
        await this.ds.query(`insert into jobs (id, name, key, payload) values ($1, $2, $3, '{}')`, [
          newId(),
          name,
          `start ${newId()}`,
        ]);
    await this.listen();
    this.wake();
  }

  /** Keeps a running job from being taken for a crashed one; work that may take over a minute calls it every minute. */
  async renew(job: Job): Promise<void> {
    await this.ds.query(
      `update jobs set run_at = now() + make_interval(secs => ${LEASE_SECONDS}) where id = $1 and state = 'queued'`,
      [job.id],
    );
  }

  /** Runs all work that is due, with what follows from it, and returns how many jobs ran. For tests and the demo loader. */
  async drain(): Promise<number> {
    let count = 0;
    for (;;) {
      const rows = await this.claim(20);
      if (rows.length === 0) return count;
      await Promise.all(rows.map((row) => this.perform(row)));
      count += rows.length;
    }
  }

  /** Waits for running handlers, takes no more. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.queue?.close().catch(() => undefined);
    await this.listener?.end().catch(() => undefined);
    await this.waking;
    await Promise.allSettled(this.running);
  }

  /** Jobs by state, and the age of the oldest due one in seconds; for /metrics. */
  async stats(): Promise<{ queued: number; dead: number; oldestDueSeconds: number }> {
    const [row] = await this.ds
      .query(`select count(*) filter (where state = 'queued')::int as queued, count(*) filter (where state = 'dead')::int as dead,
      coalesce(extract(epoch from now() - min(run_at) filter (where state = 'queued' and run_at <= now())), 0)::float as "oldestDueSeconds" from jobs where state <> 'done'`);
    return row;
  }

  /** @throws Error without any */
  private handlersOf(message: string): string[] {
    const names = [...this.handlers].filter(([, handler]) => handler.message === message).map(([name]) => name);
    if (names.length === 0) throw new Error(`no handler for message ${message}`);
    return names;
  }

  /** Makes the rows of what was sent in bulk; their constraint keeps a second run from making them again. */
  private async spread({ handlers, facts }: z.infer<typeof Bulk>, { tenantId }: Job): Promise<void> {
    for (let from = 0; from < facts.length; from += SPREAD_FACTS)
      await this.push(await this.insert(this.ds.manager, tenantId, handlers, facts.slice(from, from + SPREAD_FACTS)));
  }

  /** @returns the ids of what is due, where somebody has to be told them */
  private async insert(
    em: EntityManager,
    tenantId: string | null,
    names: readonly string[],
    facts: readonly { key: string; payload: unknown; runAt?: Date | undefined }[],
  ): Promise<string[]> {
    if (facts.length === 0) return [];
    const rows = names.flatMap((name) => facts.map((fact) => ({ id: newId(), name, ...fact })));
    const [told]: { due: string[] | null }[] = await em.query(
      `with inserted as (insert into jobs (id, tenant_id, name, key, payload, run_at)
         select r.id, $1, r.name, r.key, r.payload, coalesce(r.run_at, now())
         from unnest($2::uuid[], $3::text[], $4::text[], $5::jsonb[], $6::timestamptz[]) as r (id, name, key, payload, run_at)
         on conflict on constraint jobs_fact_key do nothing returning id, run_at <= now() as due),
       told as materialized (select pg_notify('${CHANNEL}', '') from inserted limit 1)
       select told.*, (select array_agg(id) from inserted where due and $7) as due from told`,
      [
        tenantId,
        rows.map((r) => r.id),
        rows.map((r) => r.name),
        rows.map((r) => r.key),
        rows.map((r) => JSON.stringify(r.payload)),
        rows.map((r) => r.runAt ?? null),
        this.queue !== null,
      ],
    );
    return told?.due ?? [];
  }

  private openQueue(redisUrl: string): void {
    this.queue = new Bull<{ id: string }>('hearback', redisUrl, {
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    });
    this.queue.on('error', (error) => this.log.warn(`Redis: ${error.message}`));
    if (this.config.runsJobs)
      void this.queue
        .process(CONCURRENCY, async (bullJob) => this.track(this.run(bullJob.data.id)))
        .catch((error: unknown) => this.log.warn(`Bull: ${String(error)}`));
  }

  private async push(ids: string[]): Promise<void> {
    const queue = this.queue;
    if (!queue || ids.length === 0) return;
    const timeout = new Promise<never>((_, reject) =>
      setTimeout(() => reject(new Error('Redis did not answer')), PUSH_TIMEOUT_MS).unref(),
    );
    await Promise.race([queue.addBulk(ids.map((id) => ({ data: { id }, opts: { jobId: id } }))), timeout]);
  }

  private async listen(): Promise<void> {
    const options = this.ds.options as { url?: string };
    const client = new pg.Client({ connectionString: options.url });
    client.on('error', () => undefined);
    client.on('end', () => {
      // The database went away; the sweep keeps the work going until listening works again.
      this.listener = null;
      if (!this.stopped) setTimeout(() => void this.listen().catch(() => undefined), 1000).unref();
    });
    client.on('notification', () => this.wake());
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      this.listener = client;
      this.wake();
    } catch (error) {
      this.log.warn(`cannot listen for jobs: ${String(error)}`);
      await client.end().catch(() => undefined);
    }
  }

  /** Looks for due work now; a call during a look makes one more follow. */
  private wake(): void {
    if (this.stopped) return;
    if (this.waking) {
      this.wakeAgain = true;
      return;
    }
    if (this.timer) clearTimeout(this.timer);
    this.wakeAt = Infinity;
    this.waking = this.sweep()
      .catch((error: unknown) => {
        this.log.warn(`sweep: ${String(error)}`);
        return SWEEP_MS / 5;
      })
      .then((nextInMs) => {
        this.waking = null;
        if (this.wakeAgain) {
          this.wakeAgain = false;
          this.wake();
        } else this.wakeIn(nextInMs);
      });
  }

  /** Looks again after `ms`, or earlier when that was planned already. */
  private wakeIn(ms: number): void {
    const at = Date.now() + ms;
    if (this.stopped || at >= this.wakeAt) return;
    this.wakeAt = at;
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.wake(), ms);
  }

  /** Hands over all due work; returns the wait until the next look, in ms. */
  private async sweep(): Promise<number> {
    await this.plan();
    if (this.queue) {
      const due: { id: string }[] = await this.ds.query(
        `select id from jobs where state = 'queued' and run_at <= now() order by run_at limit 1000`,
      );
      await this.push(due.map((row) => row.id)).catch((error: unknown) => this.log.warn(String(error)));
      if (due.length === 1000) return 50;
    } else {
      while (!this.stopped) {
        const free = (this.openRequests() < BUSY_REQUESTS ? CONCURRENCY : BUSY_CONCURRENCY) - this.running.size;
        if (free <= 0) {
          // Requests end too: a long job must not hold the rest back after a short rush.
          await Promise.race([...this.running, delay(LOOK_AGAIN_MS, undefined, { ref: false })]);
          continue;
        }
        const wanted = Math.min(free, CLAIM);
        const rows = await this.claim(wanted, this.atLimit());
        for (const row of rows) void this.track(this.perform(row));
        if (rows.length < wanted) break;
      }
    }
    const [next] = await this.ds.query(
      `select (extract(epoch from min(run_at) - now()) * 1000)::float as ms from jobs where state = 'queued' and run_at > now()`,
    );
    return Math.max(20, Math.min(SWEEP_MS, next?.ms ?? SWEEP_MS));
  }

  /** One row per schedule and time slot, whoever comes first; old done rows go. */
  private async plan(): Promise<void> {
    const now = Date.now();
    for (const { name, everyMs } of this.schedules) {
      const slot = Math.floor(now / everyMs);
      await this.ds.query(
        `insert into jobs (id, name, key, payload, run_at) values ($1, $2, $3, '{}', $4) on conflict on constraint jobs_fact_key do nothing`,
        [newId(), name, String(slot + 1), new Date((slot + 1) * everyMs)],
      );
    }
    await this.ds.query(
      `delete from jobs where state = 'done' and finished_at < now() - interval '${KEEP_DONE_DAYS} days'`,
    );
  }

  private async track(work: Promise<void>): Promise<void> {
    this.running.add(work);
    try {
      await work;
    } finally {
      this.running.delete(work);
    }
  }

  private atLimit(): string[] {
    return [...this.handlers]
      .filter(([name, { schedule }]) => (this.busy.get(name) ?? 0) >= (schedule.slots ?? Infinity))
      .map(([name]) => name);
  }

  private async claim(limit: number, except: string[] = []): Promise<JobRow[]> {
    const [rows] = await this.ds.query(
      `update jobs set attempts = attempts + 1, run_at = now() + make_interval(secs => ${LEASE_SECONDS})
       where id in (select id from jobs where state = 'queued' and run_at <= now() and not name = any($2) order by run_at limit $1 for update skip locked)
       returning id, tenant_id, name, payload, attempts`,
      [limit, except],
    );
    return rows;
  }

  /** Claims and runs one job by id (Bull's path); nothing happens when it is done or not due. */
  private async run(id: string): Promise<void> {
    const [rows]: [JobRow[], number] = await this.ds.query(
      `update jobs set attempts = attempts + 1, run_at = now() + make_interval(secs => ${LEASE_SECONDS})
       where id = $1 and state = 'queued' and run_at <= now() returning id, tenant_id, name, payload, attempts`,
      [id],
    );
    if (rows[0]) await this.perform(rows[0]);
  }

  private async perform(row: JobRow): Promise<void> {
    const handler = this.handlers.get(row.name);
    this.busy.set(row.name, (this.busy.get(row.name) ?? 0) + 1);
    try {
      if (!handler) throw new Error(`no handler for job ${row.name}`);
      const job: Job = {
        id: row.id,
        tenantId: row.tenant_id ?? '',
        attempt: row.attempts,
        isLastAttempt: row.attempts >= handler.schedule.attempts,
      };
      await handler.run(handler.schema.parse(row.payload), job);
      await this.ds.query(`update jobs set state = 'done', finished_at = now(), last_error = null where id = $1`, [
        row.id,
      ]);
    } catch (error) {
      const schedule = handler?.schedule ?? DEFAULT_SCHEDULE;
      const dead = row.attempts >= schedule.attempts;
      const delayMs = schedule.retryDelayMs(row.attempts);
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.log[dead ? 'error' : 'warn']({
        msg: dead ? 'job is dead' : 'job failed',
        job: row.name,
        id: row.id,
        tenantId: row.tenant_id,
        attempt: row.attempts,
        error: message,
      });
      await this.ds
        .query(
          `update jobs set state = $2, run_at = now() + make_interval(secs => $3), last_error = $4, finished_at = case when $2 = 'dead' then now() end where id = $1`,
          [row.id, dead ? 'dead' : 'queued', delayMs / 1000, message.slice(0, 2000)],
        )
        .catch((failure: unknown) => this.log.warn(`job ${row.id} keeps its lease: ${String(failure)}`));
      if (!dead) this.wakeIn(delayMs);
    } finally {
      this.busy.set(row.name, (this.busy.get(row.name) ?? 1) - 1);
      // Others of its kind may have been passed over while it was at its limit.
      if (handler?.schedule.slots !== undefined) this.wake();
    }
  }
}
