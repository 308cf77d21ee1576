import { execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  closeSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { binariesFor, type Binaries } from './binaries.js';
import { EmbeddedPostgresError, errorText, type EmbeddedPostgresLog } from './refusal.js';
import { canEnter, serverEnv, serverUser, type ServerUser } from './server-user.js';

/** Written to `DATA_DIR/postgres.json` (0600). `port` is the one used last, kept while it stays free. */
type Secrets = Readonly<{ adminPassword: string; ownerPassword: string; appPassword: string; port: number | null }>;

/** A cluster on disk with all that is needed to start and enter it. */
export type Cluster = Readonly<{
  /** absolute, links resolved: what PostgreSQL's processes show as their working directory */
  dir: string;
  logFile: string;
  binaries: Binaries;
  user: ServerUser | null;
  /** PostgreSQL's `cluster_name`: names this directory in process titles */
  marker: string;
  secrets: Secrets;
  /** Lets us back in when the secrets had been removed; only while no server runs. Else does nothing. */
  renewAdminPassword(): Promise<void>;
  keepPort(port: number): void;
}>;

export const ADMIN = 'hearback_admin';
/** The major version whose files the bundled programs can read. */
const MAJOR = '18';
/** Where root keeps the database when nobody else may enter the data directory. */
const SYSTEM_DATA = '/var/lib/hearback';

/** Opens the cluster of `dataDir`; makes one first if there is none. The caller holds the lock of `dataDir`. */
export async function openCluster(dataDir: string, log: EmbeddedPostgresLog): Promise<Cluster> {
  const link = path.join(dataDir, 'postgres');
  const user = serverUser(link, dataDir);
  const binaries = await binariesFor(user, dataDir, log);
  const secretsFile = path.join(dataDir, 'postgres.json');
  const exists = isThere(link);
  const known = readSecrets(secretsFile);
  const secrets = known ?? newSecrets();
  if (!known) writeSecrets(secretsFile, secrets);

  if (!exists) await createCluster(dataDir, link, binaries, user, secrets, log);
  const dir = realpathSync(link);
  assertReadable(dir, link, user);
  return {
    dir,
    logFile: path.join(dataDir, 'postgres.log'),
    binaries,
    user,
    marker: `hearback-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`,
    secrets,
    renewAdminPassword: () => (exists && !known ? resetAdminPassword(dir, binaries, user, secrets) : Promise.resolve()),
    keepPort: (port) => {
      if (port !== secrets.port) writeSecrets(secretsFile, { ...secrets, port });
    },
  };
}

function isThere(link: string): boolean {
  if (existsSync(link)) return true;
  if (lstatSync(link, { throwIfNoEntry: false })) {
    throw new EmbeddedPostgresError(
      `${link} points to a database that is not there any more; put it back, or remove the link to start empty.`,
    );
  }
  return false;
}

function assertReadable(dir: string, link: string, user: ServerUser | null): void {
  if (!canEnter(dir, user)) {
    const who = user ? `user ${user.uid}` : 'this user';
    throw new EmbeddedPostgresError(
      `The database in ${link} cannot be opened by ${who}; start Hearback as the user who started it first, or make the way to it passable.`,
    );
  }
  const version = readFileSync(path.join(dir, 'PG_VERSION'), 'utf8').trim();
  if (version !== MAJOR) {
    throw new EmbeddedPostgresError(
      `The database in ${link} was made by PostgreSQL ${version}, and this Hearback brings PostgreSQL ${MAJOR}.`,
    );
  }
}

async function createCluster(
  dataDir: string,
  link: string,
  binaries: Binaries,
  user: ServerUser | null,
  secrets: Secrets,
  log: EmbeddedPostgresLog,
): Promise<void> {
  const reachable = canEnter(dataDir, user);
  const base = reachable ? dataDir : path.join(SYSTEM_DATA, randomBytes(6).toString('hex'));
  if (!reachable) {
    mkdirSync(base, { recursive: true, mode: 0o711 });
    log.warn(
      `PostgreSQL may not run as root and no other user may enter ${dataDir}: the database itself lies in ${base}, with a link to it there`,
    );
  }
  // A start that was killed in the middle of initdb leaves such a directory behind.
  for (const name of readdirSync(base))
    if (name.startsWith('postgres.new-')) rmSync(path.join(base, name), { recursive: true, force: true });

  const aside = path.join(base, `postgres.new-${randomBytes(4).toString('hex')}`);
  const passwordFile = path.join(base, `postgres.password-${randomBytes(4).toString('hex')}`);
  try {
    mkdirSync(aside, { mode: 0o700 });
    writeFileSync(passwordFile, secrets.adminPassword, { mode: 0o600 });
    if (user) for (const file of [aside, passwordFile]) chownSync(file, user.uid, user.gid);
    // The locale is PostgreSQL's own: it neither depends on what is installed here nor changes its sort order under an index with an upgrade.
    const args = [
      '-D',
      aside,
      '--username',
      ADMIN,
      '--pwfile',
      passwordFile,
      '--auth',
      'scram-sha-256',
      '--encoding',
      'UTF8',
    ];
    args.push('--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--no-instructions');
    await promisify(execFile)(binaries.initdb, args, {
      ...user,
      cwd: '/',
      env: serverEnv,
      maxBuffer: 16 * 1024 * 1024,
    });
    renameSync(aside, path.join(base, 'postgres'));
    if (!reachable) symlinkSync(path.join(base, 'postgres'), link);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    const detail = (error as { stderr?: string }).stderr?.trim().split('\n').join(' ') || errorText(error);
    throw new EmbeddedPostgresError(`The embedded PostgreSQL could not be set up in ${base}: ${detail}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** PostgreSQL's single-user mode asks for no password. */
function resetAdminPassword(dir: string, binaries: Binaries, user: ServerUser | null, secrets: Secrets): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(binaries.postgres, ['--single', '-D', dir, 'postgres'], {
      ...user,
      cwd: '/',
      env: serverEnv,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0 && !/ERROR|FATAL|PANIC/.test(said)) resolve();
      else
        reject(
          new EmbeddedPostgresError(
            `The secrets of the database in ${dir} are gone and could not be renewed: ${said.trim()}`,
          ),
        );
    });
    child.stdin.end(`alter role ${ADMIN} password '${secrets.adminPassword}'\n`);
  });
}

function newSecrets(): Secrets {
  const secret = (): string => randomBytes(24).toString('base64url'); // needs no quoting in a URL or in SQL
  return { adminPassword: secret(), ownerPassword: secret(), appPassword: secret(), port: null };
}

function readSecrets(file: string): Secrets | null {
  if (!existsSync(file)) return null;
  const { adminPassword, ownerPassword, appPassword, port } = JSON.parse(
    readFileSync(file, 'utf8'),
  ) as Partial<Secrets>;
  if (!adminPassword || !ownerPassword || !appPassword)
    throw new EmbeddedPostgresError(`${file} is damaged; remove it, and new secrets are made.`);
  return { adminPassword, ownerPassword, appPassword, port: port ?? null };
}

function writeSecrets(file: string, secrets: Secrets): void {
  const aside = `${file}.new`;
  const fd = openSync(aside, 'w', 0o600);
  try {
    writeFileSync(fd, `${JSON.stringify(secrets, null, 2)}\n`);
    fsyncSync(fd);
    leaveToOwner(fd, path.dirname(file));
  } finally {
    closeSync(fd);
  }
  renameSync(aside, file);
}

/** Makes the data directory; under root others may pass through it (not list it), because PostgreSQL runs as one of them. */
export function makeDataDir(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const { uid, mode } = statSync(dataDir);
  if (process.getuid?.() === 0 && uid === 0 && (mode & 0o001) === 0) chmodSync(dataDir, (mode & 0o777) | 0o011);
}

/** What root makes in somebody else's data directory stays usable for them. */
export function leaveToOwner(fd: number, dataDir: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dataDir);
  fchownSync(fd, uid, gid);
}
