// `npm run drill:campaign [-- --term] [--recipients N] [--kills K]`: a campaign to N recipients against a real SMTP server in a process of its
// own, while the worker is killed K times with SIGKILL (or SIGTERM). Oracles are that server's log, written before its 250, and SQL. Prints
// one JSON line; exits 1 when a promise was broken. With --age a dead worker's leases are aged instead of waited for.
import './lib/node-version.mjs';
import { fork, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { endChildrenOnSignals, orExit, root } from './lib/run.mjs';

const { values: options } = parseArgs({
  options: {
    recipients: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '20' },
    term: { type: 'boolean', default: false },
    age: { type: 'boolean', default: false },
  },
});
const recipients = Number(options.recipients);
const kills = Number(options.kills);
const IN_FLIGHT = 10;

process.chdir(root);
endChildrenOnSignals();
await orExit(async () => {
  await ensureInstalled();
  await ensureBuilt();
});
process.exitCode = (await drill()) ? 0 : 1;

async function drill() {
  const { withDrillDatabase } = await import('./lib/drill-database.mjs');
  const dir = mkdtempSync(join(tmpdir(), 'hearback-drill-'));
  // As root, PostgreSQL runs as another user and must get in; it keeps its own directory to itself.
  chmodSync(dir, 0o755);
  const log = join(dir, 'accepted.log');
  writeFileSync(log, '');
  const sink = fork(fileURLToPath(new URL('../bench/smtp-sink.mjs', import.meta.url)), [log]);
  const { port } = await new Promise((resolve) => sink.once('message', resolve));
  const accepted = () => readFileSync(log, 'utf8').split('\n').filter(Boolean);
  try {
    return await withDrillDatabase(join(dir, 'postgres'), async ({ appUrl, query }) => {
      const env = {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        DATABASE_URL: appUrl,
        DATA_DIR: join(dir, 'worker'),
        SIGNUP: 'open',
        SEED: 'none',
        APP_SECRET: 'drill drill drill drill drill drill',
        SMTP_URL: `smtp://127.0.0.1:${port}?ignoreTLS=true&maxConnections=${IN_FLIGHT}`,
        MAIL_FROM: 'feedback@drill.example',
      };
      const start = () => startWorker(env);
      let worker = await start();
      const campaignId = await launch(worker.url, query);

      let done = 0;
      let slowestExitMs = 0;
      let lastCount = 0;
      let quietSince = Date.now();
      while (done < kills) {
        const count = accepted().length;
        if (count !== lastCount) quietSince = Date.now();
        lastCount = count;
        // Spread over the campaign; when it stands still because too much waits for leases, that is not progress to kill at.
        if (
          count >= ((done + 0.5) / (kills + 0.5)) * recipients * 0.95 ||
          (Date.now() - quietSince > 150_000 && count > 0)
        ) {
          const began = Date.now();
          worker.child.kill(options.term ? 'SIGTERM' : 'SIGKILL');
          await worker.ended;
          slowestExitMs = Math.max(slowestExitMs, Date.now() - began);
          done += 1;
          quietSince = Date.now();
          if (options.age)
            await query(
              `update deliveries set lease_until = now() - interval '1 second' where lease_until is not null;
               update jobs set run_at = now() where state = 'queued' and attempts > 0`,
            );
          worker = await start();
        } else await new Promise((resolve) => setTimeout(resolve, 10));
      }
      for (let waited = 0; waited < 400; waited += 1) {
        const [{ open }] = await query(
          `select (select count(*) from deliveries where kind = 'invitation' and (state in ('pending', 'claimed', 'handing_off', 'deferred') or lease_until is not null))
             + (select count(*) from invitations where campaign_id = '${campaignId}' and next_at is not null) as open`,
        );
        if (Number(open) === 0) break;
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
      worker.child.kill('SIGTERM');
      await worker.ended;

      const rows = await query(
        `select d.state, d.message_id, i.status from deliveries d join invitations i on i.id = d.subject_id where i.campaign_id = '${campaignId}'`,
      );
      const times = new Map();
      for (const line of accepted()) {
        const id = line.split(' ')[1];
        times.set(id, (times.get(id) ?? 0) + 1);
      }
      const states = {};
      for (const row of rows) states[row.state] = (states[row.state] ?? 0) + 1;
      const count = (test) => rows.filter(test).length;
      const result = {
        drill: 'campaign',
        signal: options.term ? 'SIGTERM' : 'SIGKILL',
        recipients,
        kills: done,
        inFlight: IN_FLIGHT,
        states,
        accepted: [...times.values()].reduce((sum, n) => sum + n, 0),
        duplicates: [...times.values()].filter((n) => n > 1).length,
        unknown: states.unknown ?? 0,
        unknownAllowed: options.term ? 0 : IN_FLIGHT * done,
        sentWithoutAcceptance: count((row) => row.state === 'sent' && times.get(row.message_id) !== 1),
        acceptedNeitherSentNorUnknown: count(
          (row) => times.has(row.message_id) && row.state !== 'sent' && row.state !== 'unknown',
        ),
        invitationsThatDisagree: count(
          (row) =>
            (row.state === 'sent' && row.status !== 'sent') || (row.state === 'unknown' && row.status !== 'unknown'),
        ),
        missing: recipients - rows.length,
        slowestExitMs,
      };
      const passed =
        result.duplicates === 0 &&
        result.unknown <= result.unknownAllowed &&
        result.sentWithoutAcceptance === 0 &&
        result.acceptedNeitherSentNorUnknown === 0 &&
        result.invitationsThatDisagree === 0 &&
        result.missing === 0 &&
        (states.sent ?? 0) + result.unknown === recipients &&
        (!options.term || slowestExitMs <= 30_000);
      process.stdout.write(`${JSON.stringify({ ...result, passed })}\n`);
      return passed;
    });
  } finally {
    sink.disconnect();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The built program, ready. */
async function startWorker(env) {
  const port = await freePort();
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors = (errors + chunk).slice(-4000)));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = `http://localhost:${port}`;
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}\n${errors}`);
    const isReady = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return { child, ended, url };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the program did not become ready');
}

async function freePort() {
  const { createServer } = await import('node:net');
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** An organization with `recipients` customers who may be asked, and a campaign to all of them. */
async function launch(url, query) {
  const call = async (path, body, headers = {}) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const password = 'a long enough phrase';
  await call('/signup', { organization: 'Drill', name: 'Drill', email: 'drill@example.test', password });
  const session = await call('/session', { email: 'drill@example.test', password });
  const headers = {
    cookie: session.headers.get('set-cookie').split(';')[0],
    origin: url,
    'x-requested-with': 'hearback',
  };
  const [{ id: tenant }] = await query('select id from tenants');
  await query(
    `update contact_policies set quiet_hours = null, weekdays = '{1,2,3,4,5,6,7}', min_days_between = 0, max_per_year = null;
     insert into send_settings (tenant_id, per_minute, domain_per_minute, warm_up) values ('${tenant}', 600000, 600000, false);
     with c as (insert into customers (tenant_id, external_id, name, email)
       select '${tenant}', 'c' || n, 'Customer ' || n, 'c' || n || '@example.org' from generate_series(1, ${recipients}) n returning id)
     insert into consents (tenant_id, customer_id, purpose, granted, basis, source, text_version)
       select '${tenant}', id, 'feedback', true, 'consent', 'drill', '1' from c`,
  );
  const survey = await (await call('/surveys', { name: 'Drill', metric: 'nps', locales: ['en'] }, headers)).json();
  await call(`/surveys/${survey.id}/publish`, {}, headers);
  const campaign = await (await call('/campaigns', { name: 'Drill', surveyId: survey.id }, headers)).json();
  await call(`/campaigns/${campaign.id}/launch`, {}, headers);
  return campaign.id;
}
