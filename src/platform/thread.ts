import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** The thread cannot take or finish this work now; whoever asked goes on without it or tries again later. */
export class ThreadUnavailable extends Error {
  override readonly name = 'ThreadUnavailable';
}

export interface ThreadOptions {
  /** Units of work (see `run`) that may wait; more are refused at once, so that a flood never fills the memory. */
  mostWaiting: number;
  /** Ends the thread after so long without work, to give its memory back. */
  idleMs: number;
  /** One piece of work that takes longer counts as a crash. */
  longestMs: number;
}

interface Work<Request, Reply> {
  request: Request;
  units: number;
  crashes: number;
  resolve: (reply: Reply) => void;
  reject: (reason: unknown) => void;
}

type Answer<Reply> = { reply: Reply } | { error: string };

/** A piece of work is given up after the thread died of it so often. */
const MOST_CRASHES = 2;
/** After a crash the next start waits, longer each time in a row. */
const RESTART_MS = [0, 1_000, 10_000, 60_000];

/**
 * A worker thread that answers one request at a time, the smaller of the waiting ones first, so that a person's question does not wait for
 * a night's work. Starts with the first request, starts again after a crash (the work in hand gets a second try), ends when idle or closed.
 * It never keeps the process alive by itself. The script receives each request as a message and posts `{ reply }` or `{ error }`.
 */
export class Thread<Request, Reply> {
  private worker: Worker | null = null;
  private current: Work<Request, Reply> | null = null;
  private waiting: Work<Request, Reply>[] = [];
  private waitingUnits = 0;
  private crashesInARow = 0;
  private restart: NodeJS.Timeout | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly script: URL,
    private readonly options: ThreadOptions,
  ) {}

  /** False where the script was not compiled (specs that run from the sources). */
  get exists(): boolean {
    return existsSync(fileURLToPath(this.script));
  }

  /** @throws ThreadUnavailable when too much waits already, the thread died of this request, or it was closed meanwhile */
  run(request: Request, units = 1): Promise<Reply> {
    // What comes alone is taken whatever its size; `mostWaiting` bounds what queues up behind it.
    if (this.waiting.length > 0 && this.waitingUnits + units > this.options.mostWaiting)
      return Promise.reject(new ThreadUnavailable('too much is waiting'));
    return new Promise((resolve, reject) => {
      this.enqueue({ request, units, crashes: 0, resolve, reject });
      this.next();
    });
  }

  /** Ends the thread; what waits is refused. A later `run` starts it again. */
  async close(): Promise<void> {
    const worker = this.worker;
    this.worker = null;
    if (this.timer) clearTimeout(this.timer);
    if (this.restart) clearTimeout(this.restart);
    this.restart = null;
    const left = this.current ? [this.current, ...this.waiting] : this.waiting;
    this.current = null;
    this.waiting = [];
    this.waitingUnits = 0;
    this.crashesInARow = 0;
    for (const work of left) work.reject(new ThreadUnavailable('closed'));
    await worker?.terminate();
  }

  private enqueue(work: Work<Request, Reply>): void {
    const before = this.waiting.findIndex((other) => other.units > work.units);
    this.waiting.splice(before < 0 ? this.waiting.length : before, 0, work);
    this.waitingUnits += work.units;
  }

  private next(): void {
    if (this.current || this.restart) return;
    const work = this.waiting.shift();
    if (this.timer) clearTimeout(this.timer);
    if (!work) {
      this.worker?.unref();
      this.timer = setTimeout(() => void this.close(), this.options.idleMs).unref();
      return;
    }
    this.waitingUnits -= work.units;
    this.current = work;
    const worker = (this.worker ??= this.start());
    worker.ref();
    this.timer = setTimeout(() => void worker.terminate(), this.options.longestMs).unref();
    worker.postMessage(work.request);
  }

  private start(): Worker {
    const worker = new Worker(this.script, { name: this.script.pathname.split('/').at(-1) ?? 'worker' });
    worker.on('message', (answer: Answer<Reply>) => {
      if (worker !== this.worker) return;
      const work = this.current;
      this.current = null;
      this.crashesInARow = 0;
      if (work) {
        if ('reply' in answer) work.resolve(answer.reply);
        else work.reject(new Error(answer.error));
      }
      this.next();
    });
    let reason = 'ended';
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error.message : 'unknown error';
    });
    worker.on('exit', () => {
      if (worker === this.worker) this.crashed(reason);
    });
    return worker;
  }

  private crashed(reason: string): void {
    this.worker = null;
    if (this.timer) clearTimeout(this.timer);
    const work = this.current;
    this.current = null;
    if (work) {
      work.crashes += 1;
      if (work.crashes >= MOST_CRASHES) work.reject(new ThreadUnavailable(`the thread died: ${reason}`));
      else this.enqueue(work);
    }
    const wait = RESTART_MS[Math.min(this.crashesInARow, RESTART_MS.length - 1)] ?? 0;
    this.crashesInARow += 1;
    this.restart = setTimeout(() => {
      this.restart = null;
      this.next();
    }, wait);
    if (this.waiting.length === 0) this.restart.unref();
  }
}
