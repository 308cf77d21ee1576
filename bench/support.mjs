// Shared by the benchmarks: a private PostgreSQL, the built app on it, and a load generator in a process of its own.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const quiet = { log: () => undefined, warn: console.error, error: console.error };

/** Runs `work` with the app (its jobs stopped unless `jobs`; `env` over the defaults) and forgets everything afterwards. */
export async function withApp(work, { jobs = false, env = {} } = {}) {
  const { startEmbeddedPostgres } = await import('../dist/src/platform/embedded-postgres.js');
  const { migrate } = await import('../dist/src/migrate.js');
  const { createApp } = await import('../dist/src/app.js');
  const { loadConfig } = await import('../dist/src/config.js');
  const { Jobs } = await import('../dist/src/platform/jobs.js');
  const dataDir = mkdtempSync(join(tmpdir(), 'hearback-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir, log: quiet });
  await migrate(postgres.ownerUrl, 'hearback_app');
  const config = loadConfig({
    DATA_DIR: dataDir,
    APP_SECRET: 'benchmark benchmark benchmark bench',
    DATABASE_URL: postgres.appUrl,
    SIGNUP: 'open',
    SEED: 'none',
    ...env,
  });
  const app = await createApp(config, postgres.appUrl);
  await app.listen(0, '127.0.0.1');
  if (jobs) await app.get(Jobs).start();
  const url = `http://127.0.0.1:${app.getHttpServer().address().port}`;
  try {
    return await work({ app, url, postgres });
  } finally {
    await app.close();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** A fresh organization; its API key. */
export async function organization(url) {
  const post = async (path, body, headers = {}) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const email = `bench${Date.now()}@example.test`;
  await post('/signup', { organization: 'Bench', name: 'Bench', email, password: 'a long enough phrase' });
  const session = await post('/session', { email, password: 'a long enough phrase' });
  const headers = {
    cookie: session.headers.get('set-cookie').split(';')[0],
    origin: new URL(url).origin,
    'x-requested-with': 'hearback',
  };
  const { secret } = await (await post('/api-keys', { name: 'bench' }, headers)).json();
  const {
    organization: { id },
  } = await (await fetch(`${url}/api/v1/me`, { headers })).json();
  return { tenantId: id, authorization: `Bearer ${secret}` };
}

/**
 * Sends `request` ({ url, method, headers, body }) for `seconds` over `connections`; `{n}` in the body is replaced by a counter.
 * @returns {Promise<{ perSecond: number, p50: number, p99: number, failed: number }>} times in ms
 */
export function load(request, { seconds = 4, connections = 16 } = {}) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./load.mjs', import.meta.url)));
    child.once('message', resolve);
    child.once('error', reject);
    child.send({ request, seconds, connections });
  });
}

export const ratio = (value, floor) => `${(value / floor).toFixed(2)}×`;

/** One line for people, one JSON line for machines. */
export function report(name, figures) {
  const text = Object.entries(figures)
    .map(([key, value]) => `${key} ${typeof value === 'number' ? Number(value.toPrecision(4)) : value}`)
    .join(' · ');
  process.stdout.write(`${name}: ${text}\n${JSON.stringify({ bench: name, ...figures })}\n`);
}
