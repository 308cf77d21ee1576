import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

/** Whom PostgreSQL runs as when it cannot run as us. */
export type ServerUser = Readonly<{ uid: number; gid: number }>;

/**
 * PostgreSQL refuses to run as root; then it runs as whoever owns the cluster or else the data directory, else as `postgres`, else as `nobody`.
 * Null when we are not root: it runs as ourselves.
 */
export function serverUser(clusterDir: string, dataDir: string): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  return (
    owner(clusterDir) ??
    owner(dataDir) ??
    account('postgres') ??
    account('_postgres') ??
    account('nobody') ?? { uid: 65534, gid: 65534 }
  );
}

function owner(file: string): ServerUser | null {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats && stats.uid !== 0 ? { uid: stats.uid, gid: stats.gid } : null;
}

function account(name: string): ServerUser | null {
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith(`${name}:`));
    const [uid, gid] = (line ?? '').split(':').slice(2, 4).map(Number);
    return uid !== undefined && gid !== undefined && uid > 0 ? { uid, gid } : null;
  } catch {
    return null;
  }
}

/** Whether `user` can walk to `directory` and into it. */
export function canEnter(directory: string, user: ServerUser | null): boolean {
  return (
    spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], { ...user, cwd: '/', stdio: 'ignore' }).status === 0
  );
}

/** A small environment: PostgreSQL reads PG* and LC_* variables, and those of the operator's shell are not meant for it. */
export const serverEnv: NodeJS.ProcessEnv = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
