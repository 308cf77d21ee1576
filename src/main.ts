import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from './app.js';
import { withSecret } from './app-secret.js';
import { type Config, ConfigError, loadConfig } from './config.js';
import { openDatabase } from './open-database.js';
import { SignIns } from './identity/sign-ins.service.js';
import { EmbeddedPostgresError } from './platform/embedded-postgres.js';
import { Readiness } from './platform/http/readiness.js';
import { Jobs } from './platform/jobs.js';
import { Mail } from './platform/mail/mail.js';
import { Demo } from './demo/demo.service.js';

/** EX_CONFIG of sysexits.h: starting again without a change cannot help. */
const EXIT_CONFIG = 78;
const STOP_WITHIN_MS = 28_000;

// V8 puts full collections off while large imports wait for PostgreSQL; this keeps the heap near what is in use.
setFlagsFromString('--heap-growing-percent=30');

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(stop: Stop): Promise<void> {
  const config = withSecret(loadConfig(process.env));
  const databaseUrl = await openDatabase(config, (step) => stop.later(step));
  const app = await createApp(config, databaseUrl);
  stop.later(() => app.close());
  await app.get(Jobs).start();
  await listen(app, config);
  if (stop.requested) return;
  if (config.seed === 'demo' && config.runsWeb) await loadDemo(app.get(Demo));
  if (stop.requested) return;
  app.get(Readiness).ready = true;
  stop.first(() => (app.get(Readiness).ready = false));
  await greet(app, config);
}

async function listen(app: NestFastifyApplication, config: Config): Promise<void> {
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error;
    throw new ConfigError([
      `PORT ${config.port} is in use by another program on ${config.host}; set PORT to a free one.`,
    ]);
  }
}

/** The first time only; a line per step, and a moving one where somebody looks on. */
async function loadDemo(demo: Demo): Promise<void> {
  const { isTTY } = process.stdout;
  let last = '';
  const loaded = await demo.ensure((done, total, label) => {
    const percent = Math.floor((100 * done) / Math.max(1, total));
    const line = `[4/5] Demo organization: ${label} (${percent} %)`;
    if (isTTY) process.stdout.write(`\r\x1b[K${line}`);
    else if (label !== last) say(line);
    last = label;
  });
  if (!loaded) return;
  say(`${isTTY ? '\r\x1b[K' : ''}[4/5] Demo organization: loaded`);
  // V8 gives an idle process's garbage back late: some 400 MB of it after the load.
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}

async function greet(app: NestFastifyApplication, config: Config): Promise<void> {
  const signIns = app.get(SignIns);
  say(`[5/5] Hearback is ready: ${config.publicUrl}`);
  const setup = config.runsWeb ? await signIns.setupLink() : null;
  if (setup) say(`  Create the first organization (link works once, for 1 hour): ${setup}`);
  const demo = await signIns.demoSignIns();
  if (demo) {
    for (const { email, role } of demo.signIns) say(`  ${role.padEnd(8)} ${email}`);
    say(`  password ${demo.signIns[0]?.password}`);
  }
  const mailbox = app.get(Mail).mailboxInfo();
  if (mailbox)
    say(`  All mail lands in ${mailbox.pageUrl}; answers go by SMTP to ${mailbox.inboundHost}:${mailbox.inboundPort}`);
  if (config.publicUrl.startsWith('http:') && !/localhost|127\.0\.0\.1|\[::1\]/.test(config.publicUrl))
    say('  Warning: PUBLIC_URL is http, so sign-ins travel unprotected; use https outside of a trusted network.');
}

/** Stops in the reverse order of starting, once, whatever number of signals comes. */
class Stop {
  requested = false;
  private readonly steps: (() => Promise<unknown>)[] = [];
  private readonly immediate: (() => void)[] = [];

  constructor() {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => void this.run(0));
  }

  /** Once the signal came nothing is added any more: `run` ends the process after the steps that it found. */
  later(step: () => Promise<unknown>): void {
    if (!this.requested) this.steps.unshift(step);
  }

  first(step: () => void): void {
    this.immediate.push(step);
  }

  async run(code: number): Promise<void> {
    if (this.requested) return;
    this.requested = true;
    setTimeout(() => process.exit(code), STOP_WITHIN_MS).unref();
    for (const step of this.immediate) step();
    for (const step of this.steps)
      await step().catch(
        (error: unknown) =>
          void process.stderr.write(`while stopping: ${error instanceof Error ? error.message : String(error)}\n`),
      );
    process.exit(code);
  }
}

const stop = new Stop();
main(stop).catch((error: unknown) => {
  // A signal during the start closes what the rest of the start still wanted to use; that is no failure.
  if (stop.requested) return;
  if (error instanceof ConfigError) {
    for (const problem of error.problems) process.stderr.write(`${problem}\n`);
    process.exit(EXIT_CONFIG);
  }
  process.stderr.write(
    `${error instanceof EmbeddedPostgresError ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
});
