import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processStart } from './processes.js';
import { EmbeddedPostgresError, type EmbeddedPostgresLog } from './refusal.js';

const POLL_MS = 100;
const heldHere = new Set<string>();

/**
 * Makes this process the only one that uses `dataDir`; another live one (it may be stopping) is waited for.
 * The lock outlives a kill -9 as a file, but names its process exactly, so the next start sees that it is void.
 * @returns releases the lock
 * @throws EmbeddedPostgresError when `dataDir` is still in use after `waitMs`
 */
export async function lockDataDir(dataDir: string, log: EmbeddedPostgresLog, waitMs: number): Promise<() => void> {
  const file = path.join(dataDir, 'app.lock');
  const mine = JSON.stringify({ pid: process.pid, start: processStart(process.pid) });
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    if (!heldHere.has(file) && take(file, mine)) {
      heldHere.add(file);
      return () => {
        heldHere.delete(file);
        if (read(file) === mine) rmSync(file, { force: true });
      };
    }
    const holder = pidOf(read(file)) ?? process.pid;
    if (waitedMs >= waitMs) {
      throw new EmbeddedPostgresError(
        `The data directory ${dataDir} is in use by another Hearback (process ${holder}); stop that one first, or set DATA_DIR to another directory.`,
      );
    }
    if (waitedMs === 0) log.log(`Waiting for process ${holder} to leave ${dataDir}`);
    await delay(POLL_MS);
  }
}

function take(file: string, mine: string): boolean {
  const suffix = randomBytes(4).toString('hex');
  const prepared = `${file}.${suffix}`;
  writeFileSync(prepared, mine, { mode: 0o600 });
  try {
    // A link appears together with its content and only if there was none: unlike "create, then write" nobody ever reads half a lock.
    for (;;) {
      if (link(prepared, file)) return true;
      const seen = read(file);
      if (seen !== null && isLive(seen)) return false;
      if (seen !== null) removeVoid(file, seen, suffix);
    }
  } finally {
    rmSync(prepared, { force: true });
  }
}

/** Takes a void lock away. Should another start have replaced it since it was read, that one's lock is put back. */
function removeVoid(file: string, seen: string, suffix: string): void {
  const aside = `${file}.void-${suffix}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // somebody else took it away
  }
  if (read(aside) !== seen) link(aside, file);
  rmSync(aside, { force: true });
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function parse(text: string | null): { pid?: unknown; start?: unknown } {
  try {
    return (JSON.parse(text ?? '') as { pid?: unknown; start?: unknown } | null) ?? {};
  } catch {
    return {};
  }
}

function pidOf(text: string | null): number | null {
  const { pid } = parse(text);
  return typeof pid === 'number' ? pid : null;
}

function isLive(text: string): boolean {
  const pid = pidOf(text);
  if (pid === null) return false;
  const start = processStart(pid);
  return start !== null && start === parse(text).start;
}
