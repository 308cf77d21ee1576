import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { createApp } from './app.js';
import { Config, ConfigError, loadConfig } from './config.js';
import { checkAppRole } from './database-checks.js';
import { Identity } from './identity/identity.service.js';
import { migrate, pendingMigrations } from './migrate.js';
import { type EmbeddedPostgres, EmbeddedPostgresError, startEmbeddedPostgres } from './platform/embedded-postgres.js';
import { Readiness } from './platform/http/readiness.js';
import { Jobs } from './platform/jobs.js';
import { Mail } from './platform/mail/mail.js';
import { Demo } from './demo/demo.service.js';

/** EX_CONFIG of sysexits.h: starting again without a change cannot help. */
const EXIT_CONFIG = 78;
const STOP_WITHIN_MS = 28_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const config = withSecret(loadConfig(process.env));
  const stop = new Stop();
  const databaseUrl = await openDatabase(config, stop);
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

/** Embedded or given, migrated, and safe to use; the URL of the app's role. */
async function openDatabase(config: Config, stop: Stop): Promise<string> {
  let url = config.databaseUrl;
  let ownerUrl = config.databaseAdminUrl;
  if (url === null) {
    const embedded: EmbeddedPostgres = await startEmbeddedPostgres({
      dataDir: config.dataDir,
      log: { log: say, warn: complain, error: complain },
    });
    stop.later(() => embedded.stop());
    url = embedded.appUrl;
    ownerUrl = embedded.ownerUrl;
  } else await reach(url, 'DATABASE_URL');
  if (ownerUrl !== null) {
    if (config.databaseAdminUrl) await reach(ownerUrl, 'DATABASE_ADMIN_URL');
    const ran = await migrate(ownerUrl, decodeURIComponent(new URL(url).username));
    if (ran.length > 0) say(`Database: ${ran.length} migrations applied.`);
  }
  const ds = await new DataSource({ type: 'postgres', url }).initialize();
  try {
    const problems = await checkAppRole(ds);
    if (problems.length > 0) throw new ConfigError(problems);
    await waitForMigrations(ds);
  } finally {
    await ds.destroy();
  }
  return url;
}

/** Waits up to 30 s for a database that starts beside us. @throws ConfigError when it stays away */
async function reach(url: string, name: string): Promise<void> {
  for (let left = 30; ; left -= 1) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      const starting = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', '57P03'].includes(code);
      if (!starting || left <= 0)
        throw new ConfigError([`${name} cannot be used: ${error instanceof Error ? error.message || code : code}.`]);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

async function waitForMigrations(ds: DataSource): Promise<void> {
  for (let left = 60; (await pendingMigrations(ds)).length > 0; left -= 1) {
    if (left <= 0)
      throw new ConfigError([
        'The database is not migrated; set DATABASE_ADMIN_URL where migrations should run, and start that process first.',
      ]);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** Without APP_SECRET one is made once and kept beside the data, so that links and sessions survive a restart. */
function withSecret(config: Config): Config {
  if (config.appSecrets.length > 0) return config;
  const file = join(config.dataDir, 'app-secret');
  mkdirSync(config.dataDir, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  return Config.of({ ...config, appSecrets: [readFileSync(file, 'utf8').trim()] });
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
    const line = `Demo organization: ${label} (${percent} %)`;
    if (isTTY) process.stdout.write(`\r\x1b[K${line}`);
    else if (label !== last) say(line);
    last = label;
  });
  if (loaded) say(`${isTTY ? '\r\x1b[K' : ''}Demo organization: loaded.`);
}

async function greet(app: NestFastifyApplication, config: Config): Promise<void> {
  const identity = app.get(Identity);
  say('');
  say(`Hearback is ready: ${config.publicUrl}`);
  const setup = config.runsWeb ? await identity.setupLink() : null;
  if (setup) say(`  Create the first organization (link works once, for 1 hour): ${setup}`);
  const demo = await identity.demoSignIns();
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

  later(step: () => Promise<unknown>): void {
    this.steps.unshift(step);
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

main().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    for (const problem of error.problems) process.stderr.write(`${problem}\n`);
    process.exit(EXIT_CONFIG);
  }
  process.stderr.write(
    `${error instanceof EmbeddedPostgresError ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
});
