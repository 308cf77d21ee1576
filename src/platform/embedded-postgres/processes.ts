import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/**
 * When the process `pid` started, in the machine's own notation: together with the pid it names one process for ever.
 * Null when there is none. A zombie counts as none: in a container nobody may ever collect it.
 */
export function processStart(pid: number): string | null {
  if (process.platform !== 'linux') return startFromPs(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // "pid (command) state …": the command may hold spaces and parentheses, so the fields are counted from its last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : `${bootId()}:${fields[19]}`;
  } catch {
    return null;
  }
}

function startFromPs(pid: number): string | null {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { LC_ALL: 'C' },
    }).trim();
    return line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
  } catch {
    return null;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/**
 * Pids of the PostgreSQL processes that work in `clusterDir` (absolute, links resolved), whoever started them.
 * @param marker the cluster's name, which PostgreSQL shows in the titles of its processes; it decides where the working directory of another
 *   user's process cannot be read (a container without SYS_PTRACE) and on systems without /proc
 */
export function postgresProcesses(clusterDir: string, marker: string): number[] {
  if (process.platform !== 'linux') return fromPs(clusterDir, marker);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && worksIn(pid, clusterDir, marker));
}

function worksIn(pid: number, clusterDir: string, marker: string): boolean {
  try {
    // A shell that somebody left in the data directory is none of ours.
    if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'postgres') return false;
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === clusterDir;
    } catch {
      return isNamed(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '), clusterDir, marker);
    }
  } catch {
    return false; // it ended while we looked
  }
}

function fromPs(clusterDir: string, marker: string): number[] {
  return execFileSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    .split('\n')
    .filter((line) => line.includes('postgres') && isNamed(line, clusterDir, marker))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid);
}

function isNamed(command: string, clusterDir: string, marker: string): boolean {
  return (
    command.includes(`postgres: ${marker}: `) ||
    (command.includes(` -D ${clusterDir} `) && command.includes(`cluster_name=${marker}`))
  );
}

/** Sends a signal; a process that is already gone is fine. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
