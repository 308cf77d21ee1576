// `npm test`: installs what is missing, builds what changed, starts a PostgreSQL for the tests, and runs jest with the given arguments.
import './lib/node-version.mjs';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { findProgram, isProgram } from './lib/programs.mjs';
import { endChildrenOnSignals, interruption, orExit, root, run, step } from './lib/run.mjs';

process.chdir(root);
const handOver = endChildrenOnSignals();
await orExit(async () => {
  await ensureInstalled();
  await ensureBuilt();
});
handOver();
// From here on a signal ends the tests first, then PostgreSQL, then us.
endChildrenOnSignals({ exitWhenIdle: false });

const dataDir = mkdtempSync(join(tmpdir(), 'hearback-test-'));
let result;
try {
  result = await runTests(programs());
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  result = { code: 1, summary: 'The tests did not run.' };
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
process.stdout.write(`${result.summary}\n`);
process.exit(interruption() ?? result.code);

/** Jest's exit code, and the line that says how it went. */
async function runTests(found) {
  const { startEmbeddedPostgres } = await import('../dist/src/platform/embedded-postgres.js');
  const complain = (line) => process.stderr.write(`${line}\n`);
  const log = { log: () => undefined, warn: complain, error: complain };
  const server = await step('Starting PostgreSQL', () => startEmbeddedPostgres({ dataDir, log }));
  try {
    const countsFile = join(dataDir, 'counts.json');
    const env = {
      ...process.env,
      ...found,
      HEARBACK_TEST_PG_ADMIN_URL: server.adminUrl,
      HEARBACK_TEST_PG_OWNER_URL: server.ownerUrl,
      HEARBACK_TEST_PG_APP_URL: server.appUrl,
      HEARBACK_TEST_COUNTS: countsFile,
    };
    if (interruption() !== null) return { code: 1, summary: 'The tests did not run.' };
    const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    // Behind the caller's own arguments: a list takes every bare word that follows it.
    const reporters = ['--reporters=default', '--reporters=<rootDir>/scripts/lib/jest-counts.mjs'];
    const jest = [...node, 'node_modules/jest/bin/jest.js', ...process.argv.slice(2), ...reporters];
    const { code } = await run(process.execPath, jest, { env, inherit: true });
    if (!existsSync(countsFile)) return { code: code || 1, summary: 'The tests did not finish.' };
    const { passed, failed, skipped } = JSON.parse(readFileSync(countsFile, 'utf8'));
    return { code, summary: `${passed} passed, ${failed} failed, ${skipped} skipped` };
  } finally {
    await server.stop();
  }
}

/** Where the optional programs are, as settings for the tests; a line about each one that is missing. */
function programs() {
  const redis = findProgram('redis-server');
  const wanted = process.env.CHROMIUM_PATH;
  const chromium =
    wanted && isProgram(wanted)
      ? wanted
      : findProgram('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');
  const missing = (what, debian, brew) =>
    process.stdout.write(
      `Skipped: ${what}. To run them: apt-get install ${debian} (Debian), brew install ${brew} (macOS).\n`,
    );
  if (!redis) missing('tests with Redis, for want of redis-server', 'redis-server', 'redis');
  if (!chromium)
    missing('tests in a browser, for want of Chromium (CHROMIUM_PATH may name one)', 'chromium', '--cask chromium');
  return { ...(redis && { HEARBACK_TEST_REDIS: redis }), ...(chromium && { HEARBACK_TEST_CHROMIUM: chromium }) };
}
