import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { ADMIN, leaveToOwner, makeDataDir, openCluster, type Cluster } from './embedded-postgres/cluster.js';
import { lockDataDir } from './embedded-postgres/data-dir-lock.js';
import { postgresProcesses, processStart, signal } from './embedded-postgres/processes.js';
import { EmbeddedPostgresError, errorText, type EmbeddedPostgresLog } from './embedded-postgres/refusal.js';
import { serverEnv } from './embedded-postgres/server-user.js';

export { EmbeddedPostgresError, type EmbeddedPostgresLog };

/** A running PostgreSQL of our own, on loopback only. The URLs stay good until `stop`, also across a crash of the server. */
export type EmbeddedPostgres = Readonly<{
  /** role `hearback_app`, database `hearback`: what the application uses */
  appUrl: string;
  /** role `hearback_owner`, database `hearback`: for migrations */
  ownerUrl: string;
  /** superuser, database `postgres`: for tests, which make databases of their own */
  adminUrl: string;
  port: number;
  /** Ends the server in order and gives the data directory free; later calls wait for the first. */
  stop(): Promise<void>;
}>;

const LOCK_WAIT_MS = 30_000;
const RESTART_MIN_MS = 100;
const RESTART_MAX_MS = 10_000;
const LOG_MAX_BYTES = 10 * 1024 * 1024;

/** Small enough for a laptop beside everything else; durable: fsync and full_page_writes stay on, as they are by default. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '128MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  effective_cache_size: '1GB',
  // Nobody replicates from here; this spares the log that only replicas read.
  wal_level: 'minimal',
  max_wal_senders: '0',
  // The package has no JIT provider.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Statements and the details of errors quote what customers wrote.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  // A query whose application was killed ends soon, and gives its locks free.
  client_connection_check_interval: '5s',
} as const;

/**
 * Starts the PostgreSQL of `dataDir` (made when there is none) with the roles of `scripts/create-roles.sql` and the database `hearback`, and
 * keeps it running until `stop`: a server that dies is started again on the same port. What an earlier, killed run left behind is taken over
 * or cleared away. Never two at once: another live Hearback on `dataDir` is waited for, up to 30 s.
 * @throws EmbeddedPostgresError with one sentence for the operator
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  log: EmbeddedPostgresLog;
}): Promise<EmbeddedPostgres> {
  const dataDir = path.resolve(options.dataDir);
  const { log } = options;
  let unlock = (): void => undefined;
  let server: Server | undefined;
  try {
    makeDataDir(dataDir);
    unlock = await lockDataDir(dataDir, log, LOCK_WAIT_MS);
    const cluster = await openCluster(dataDir, log);
    server = new Server(cluster, log);
    const port = await server.start();
    const { adminPassword, ownerPassword, appPassword } = cluster.secrets;
    const url = (role: string, password: string, database: string): string =>
      `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`;
    const admin = (database: string): string => url(ADMIN, adminPassword, database);
    await createDatabase(admin('postgres'));
    await createRoles(admin('hearback'), { owner_password: ownerPassword, app_password: appPassword });
    const running = server;
    let stopped: Promise<void> | undefined;
    return {
      appUrl: url('hearback_app', appPassword, 'hearback'),
      ownerUrl: url('hearback_owner', ownerPassword, 'hearback'),
      adminUrl: admin('postgres'),
      port,
      stop: () => (stopped ??= running.stop().finally(unlock)),
    };
  } catch (error) {
    await server?.stop();
    unlock();
    if (error instanceof EmbeddedPostgresError) throw error;
    throw new EmbeddedPostgresError(`The embedded PostgreSQL could not be started in ${dataDir}: ${errorText(error)}`, {
      cause: error,
    });
  }
}

async function createDatabase(adminUrl: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const { rowCount } = await client.query(`select 1 from pg_database where datname = 'hearback'`);
    if (rowCount === 0) await client.query('create database hearback');
  });
}

async function createRoles(adminUrl: string, variables: Readonly<Record<string, string>>): Promise<void> {
  // Lies at the same distance from here in the sources and in the build.
  const script = readFileSync(new URL('../../scripts/create-roles.sql', import.meta.url), 'utf8');
  await withClient(adminUrl, (client) => client.query(fillPsqlVariables(script, variables)));
}

/** What psql would send for a script that uses no more of psql than `:'variable'` and commands on lines of their own. */
export function fillPsqlVariables(script: string, variables: Readonly<Record<string, string>>): string {
  return script
    .split('\n')
    .filter((line) => !/^\s*(\\|--)/.test(line))
    .join('\n')
    .replace(/(?<!:):'(\w+)'/g, (_, name: string) => {
      const value = variables[name];
      if (value === undefined) throw new Error(`the script wants a variable "${name}"`);
      return pg.escapeLiteral(value);
    });
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined); // the query that was under way rejects; without a listener the same error would end the process
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** One postmaster over time: started or taken over, watched, started again, stopped. */
class Server {
  private pid = 0;
  private port = 0;
  private gone: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();
  private supervision: Promise<void> = Promise.resolve();
  /** Should Node end without `stop`, the server at least shuts down in order by itself. */
  private readonly onExit = (): void => {
    if (this.pid !== 0) signal(this.pid, 'SIGINT');
  };

  constructor(
    private readonly cluster: Cluster,
    private readonly log: EmbeddedPostgresLog,
  ) {}

  async start(): Promise<number> {
    process.on('exit', this.onExit);
    if (!(await this.takeOver())) {
      await this.endStrays();
      await this.cluster.renewAdminPassword();
      await this.launchOnFreePort();
      this.cluster.keepPort(this.port);
    }
    this.supervision = this.supervise();
    return this.port;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    // Neither the detached server nor a timer of the watch keeps Node alive, so this does until the server is gone.
    const alive = setInterval(() => undefined, 1000);
    try {
      if (this.pid !== 0) await endProcess(this.pid);
      await this.supervision;
    } finally {
      clearInterval(alive);
      process.off('exit', this.onExit);
    }
  }

  private async supervise(): Promise<void> {
    for (;;) {
      await this.gone;
      this.pid = 0;
      if (this.stopping.signal.aborted) return;
      this.log.warn('PostgreSQL ended unexpectedly and is started again');
      await this.relaunch();
      if (this.stopping.signal.aborted && this.pid !== 0) await endProcess(this.pid);
    }
  }

  /** Until it runs or `stop` is called; on the same port, since that is the one our pools know. */
  private async relaunch(): Promise<void> {
    for (let waitMs = RESTART_MIN_MS; !this.stopping.signal.aborted; waitMs = Math.min(2 * waitMs, RESTART_MAX_MS)) {
      try {
        await this.endStrays();
        await this.launch(this.port);
        this.log.log('PostgreSQL is back');
        return;
      } catch (error) {
        this.log.error(`PostgreSQL could not be started again, next try in ${waitMs} ms: ${errorText(error)}`);
        await delay(waitMs, undefined, { signal: this.stopping.signal, ref: false }).catch(() => undefined);
      }
    }
  }

  /** The server of a killed run serves on, if it answers and runs with today's settings; else it is ended. */
  private async takeOver(): Promise<boolean> {
    const { dir, marker, secrets } = this.cluster;
    const left = readPostmasterFile(dir);
    if (left === null || !postgresProcesses(dir, marker).includes(left.pid)) return false;
    if (left.ready && this.startedAsToday(left.port)) {
      try {
        await withClient(`postgresql://${ADMIN}:${secrets.adminPassword}@127.0.0.1:${left.port}/postgres`, (client) =>
          // What the killed run was still doing must not hold locks against this one.
          client.query(
            `select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
          ),
        );
        this.pid = left.pid;
        this.port = left.port;
        this.gone = untilGone(left.pid);
        this.log.log('The PostgreSQL of an earlier run was still running and is used again');
        return true;
      } catch (error) {
        this.log.warn(`The PostgreSQL of an earlier run does not answer and is stopped: ${errorText(error)}`);
      }
    }
    await endProcess(left.pid);
    return false;
  }

  private startedAsToday(port: number): boolean {
    try {
      const today = [this.cluster.binaries.postgres, ...this.args(port).map((arg) => `"${arg}"`)].join(' ');
      return readFileSync(path.join(this.cluster.dir, 'postmaster.opts'), 'utf8').trim() === today;
    } catch {
      return false;
    }
  }

  /**
   * Ends processes that outlived their postmaster, and only then removes its pid file: a new server beside an old one's processes would
   * destroy the data, and that file is what PostgreSQL itself goes by. With it in place a foreign process that got the same pid would
   * keep PostgreSQL from starting.
   */
  private async endStrays(): Promise<void> {
    const { dir, marker } = this.cluster;
    const strays = postgresProcesses(dir, marker);
    await Promise.all(strays.map((pid) => endProcess(pid, ['SIGQUIT', 'SIGKILL'])));
    rmSync(path.join(dir, 'postmaster.pid'), { force: true });
  }

  private async launchOnFreePort(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const port = await freePort(attempt === 1 ? this.cluster.secrets.port : null);
      try {
        await this.launch(port);
        this.port = port;
        return;
      } catch (error) {
        if (!(error instanceof PortTaken) || attempt === 5) throw error;
      }
    }
  }

  /** Resolves when the server accepts connections; a recovery after a crash may take its time. */
  private async launch(port: number): Promise<void> {
    const { binaries, user, dir, logFile } = this.cluster;
    rotate(logFile);
    const logFd = openSync(logFile, 'a+', 0o600);
    leaveToOwner(logFd, path.dirname(logFile));
    const logStart = fstatSync(logFd).size;
    try {
      // Detached: Ctrl-C in the terminal goes to a whole process group, and PostgreSQL must outlast our draining.
      const child = spawn(binaries.postgres, this.args(port), {
        ...user,
        cwd: '/',
        env: serverEnv,
        detached: true,
        stdio: ['ignore', logFd, logFd],
      });
      let ended = false;
      let notSpawned = '';
      this.gone = new Promise((resolve) => {
        const end = (): void => {
          ended = true;
          resolve();
        };
        child.once('exit', end).once('error', (error) => {
          notSpawned = error.message;
          end();
        });
      });
      this.pid = child.pid ?? 0;
      const began = performance.now();
      for (let reported = 0; ; await delay(5)) {
        if (ended) {
          this.pid = 0;
          throw startFailure(notSpawned || tail(logFd, logStart));
        }
        const file = readPostmasterFile(dir);
        if (file?.pid === child.pid && file?.ready) break;
        const seconds = Math.floor((performance.now() - began) / 1000);
        if (seconds >= reported + 5)
          this.log.log(`PostgreSQL is still starting (${(reported = seconds)} s), probably recovering after a crash`);
      }
      child.unref();
    } finally {
      closeSync(logFd);
    }
  }

  private args(port: number): string[] {
    const settings = { ...SETTINGS, port: String(port), cluster_name: this.cluster.marker };
    return ['-D', this.cluster.dir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  }
}

class PortTaken extends EmbeddedPostgresError {}

function startFailure(said: string): Error {
  if (/could not create any TCP\/IP sockets/.test(said))
    return new PortTaken('the port of the embedded PostgreSQL is taken by another program');
  const reason =
    said
      .split('\n')
      .filter((line) => /FATAL|PANIC|error/i.test(line))
      .pop() ?? said.trim();
  return new EmbeddedPostgresError(`The embedded PostgreSQL ended while starting: ${reason || 'it said nothing'}`);
}

/** Line 1 pid, line 4 port, line 8 state: https://www.postgresql.org/docs/18/storage-file-layout.html names the file, its source the lines. */
function readPostmasterFile(dir: string): { pid: number; port: number; ready: boolean } | null {
  try {
    const lines = readFileSync(path.join(dir, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return Number.isInteger(pid) && pid > 0
      ? { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
      : null;
  } catch {
    return null;
  }
}

/** Asks, then insists: each signal of `how` gets its time, the last one all of it. */
async function endProcess(
  pid: number,
  how: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGKILL'],
): Promise<void> {
  const start = processStart(pid);
  const left = (): boolean => start !== null && processStart(pid) === start;
  for (const [index, name] of how.entries()) {
    const patienceMs = index === how.length - 1 ? Infinity : name === 'SIGINT' ? 60_000 : 3_000;
    if (left()) signal(pid, name);
    for (let waitedMs = 0; left() && waitedMs < patienceMs; waitedMs += 10) await delay(10);
  }
}

/** For a process that is not our child, whose end nobody reports. */
async function untilGone(pid: number): Promise<void> {
  const start = processStart(pid);
  while (start !== null && processStart(pid) === start) await delay(200, undefined, { ref: false });
}

/**
 * The preferred port if it is free, else another one. Below the range that the system takes for outgoing connections, or one of those might
 * hold it when the server has to start again.
 */
async function freePort(preferred: number | null): Promise<number> {
  if (preferred !== null && (await isFree(preferred))) return preferred;
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
  throw new EmbeddedPostgresError('No port between 20000 and 31999 is free for the embedded PostgreSQL.');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

function rotate(file: string): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_MAX_BYTES) renameSync(file, `${file}.1`);
}

/** What was written since `start`, its last 8 KiB. */
function tail(fd: number, start: number): string {
  const { size } = fstatSync(fd);
  const from = Math.max(start, size - 8192);
  const buffer = Buffer.alloc(Math.max(0, size - from));
  readSync(fd, buffer, 0, buffer.length, from);
  return buffer.toString();
}
