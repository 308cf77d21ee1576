import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { Db } from '../src/platform/db.js';
import { Jobs, defineMessage } from '../src/platform/jobs.js';
import { type TestApp, startApp } from './support/app.js';

const redisServer = process.env['HEARBACK_TEST_REDIS'];
const Told = defineMessage('test.told', z.object({ text: z.string() }));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let n = 0; n < 400; n += 1) {
    if (await done()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not happen');
}

/** The same promises, with and without Redis. */
function promises(start: () => Promise<TestApp>): void {
  let t: TestApp;
  let heard: string[];
  let fail = 0;
  beforeAll(async () => {
    t = await start();
    heard = [];
    t.app.get(Jobs).on(
      Told,
      'test.hear',
      async ({ text }) => {
        if (fail > 0) {
          fail -= 1;
          throw new Error('not now');
        }
        heard.push(text);
      },
      { attempts: 3, retryDelayMs: () => 100 },
    );
    await t.app.get(Jobs).start();
  });
  afterAll(() => t.close());

  const tell = (tenantId: string, key: string, text: string, runAt?: Date) =>
    t.app.get(Db).tenant(tenantId, (tx) => t.app.get(Jobs).send(tx, Told, key, { text }, runAt));

  it('does once what was promised twice', async () => {
    const { tenantId } = await t.signUp();
    await tell(tenantId, 'a', 'once');
    await tell(tenantId, 'a', 'twice');
    await until(() => heard.includes('once'));
    expect(heard.filter((text) => text === 'twice')).toEqual([]);
  });

  it('makes one row of many facts, and of it each fact once, also when that is done again', async () => {
    const { tenantId } = await t.signUp();
    const facts = Array.from({ length: 250 }, (_, n) => ({ key: `bulk ${n}`, payload: { text: `bulk ${n}` } }));
    await tell(tenantId, 'bulk 7', 'was there before');
    await t.app.get(Db).tenant(tenantId, (tx) => t.app.get(Jobs).sendBulk(tx, Told, facts));
    const bulk = () => heard.filter((text) => text.startsWith('bulk '));
    await until(() => bulk().length >= 249 && heard.includes('was there before'));
    await t.sql(`update jobs set state = 'queued', run_at = now() where name = 'jobs.spread' and tenant_id = $1`, [
      tenantId,
    ]);
    await tell(tenantId, 'bulk end', 'the end');
    await until(async () => {
      const [row] = await t.sql(`select 1 as n from jobs where name = 'jobs.spread' and state = 'queued'`);
      return row === undefined && heard.includes('the end');
    });
    expect(new Set(bulk()).size).toBe(249);
    expect(bulk()).toHaveLength(249);
  });

  it('forgets what a rolled back transaction promised', async () => {
    const { tenantId } = await t.signUp();
    await expect(
      t.app.get(Db).tenant(tenantId, async (tx) => {
        await t.app.get(Jobs).send(tx, Told, 'b', { text: 'never' });
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await tell(tenantId, 'c', 'after');
    await until(() => heard.includes('after'));
    expect(heard).not.toContain('never');
  });

  it('tries again after a failure', async () => {
    const { tenantId } = await t.signUp();
    fail = 2;
    await tell(tenantId, 'd', 'third time');
    await until(() => heard.includes('third time'));
    expect(await t.sql(`select attempts, state from jobs where key = 'd'`)).toEqual([{ attempts: 3, state: 'done' }]);
  });

  it('waits until the time that was asked for', async () => {
    const { tenantId } = await t.signUp();
    const at = Date.now() + 700;
    await tell(tenantId, 'e', 'later', new Date(at));
    expect(heard).not.toContain('later');
    await until(() => heard.includes('later'));
    // The database's clock decides; it is this machine's, to the millisecond.
    expect(Date.now()).toBeGreaterThanOrEqual(at);
  });

  it('keeps a job that fails for good where an admin can see it', async () => {
    const { tenantId } = await t.signUp();
    fail = 3;
    await tell(tenantId, 'f', 'hopeless');
    await until(async () => (await t.sql(`select 1 from jobs where key = 'f' and state = 'dead'`)).length === 1);
    expect(await t.sql(`select last_error from jobs where key = 'f'`)).toEqual([{ last_error: 'Error: not now' }]);
  });
}

describe('jobs on PostgreSQL alone', () => {
  promises(() => startApp());

  it('leaves room for other work while slow outsiders hold theirs', async () => {
    const t = await startApp();
    const jobs = t.app.get(Jobs);
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const Slow = defineMessage('test.slow', z.object({}));
    let slow = 0;
    const heard: string[] = [];
    jobs.on(
      Slow,
      'test.wait',
      async () => {
        slow += 1;
        await gate;
      },
      { attempts: 1, retryDelayMs: () => 0, slots: 2 },
    );
    jobs.on(Told, 'test.hear', async ({ text }) => void heard.push(text));
    await jobs.start();
    const { tenantId } = await t.signUp();
    await t.app.get(Db).tenant(tenantId, (tx) =>
      jobs.sendMany(
        tx,
        Slow,
        Array.from({ length: 40 }, (_, n) => ({ key: `s${n}`, payload: {} })),
      ),
    );
    await until(() => slow >= 2);
    await t.app.get(Db).tenant(tenantId, (tx) => jobs.send(tx, Told, 'quick', { text: 'got through' }));
    await until(() => heard.includes('got through'));
    expect(slow).toBeLessThan(8);
    release();
    await until(() => slow === 40);
    await t.close();
  });
});

(redisServer ? describe : describe.skip)('jobs through real Redis', () => {
  let redis: ChildProcess;
  let url: string;
  const startRedis = (port: number) =>
    spawn(
      redisServer ?? '',
      [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--appendonly',
        'no',
        '--dir',
        mkdtempSync(join(tmpdir(), 'hearback-redis-')),
      ],
      { stdio: 'ignore' },
    );

  beforeAll(async () => {
    const port = await freePort();
    url = `redis://127.0.0.1:${port}`;
    redis = startRedis(port);
    const client = new Redis(url, { retryStrategy: () => 50 });
    client.on('error', () => undefined);
    await until(async () => (await client.ping().catch(() => '')) === 'PONG');
    client.disconnect();
  });
  afterAll(() => void redis.kill());

  describe('as long as it is there', () => promises(() => startApp({ REDIS_URL: url })));

  it('loses nothing when Redis is emptied between the promise and the work', async () => {
    const t = await startApp({ REDIS_URL: url });
    const heard: string[] = [];
    const jobs = t.app.get(Jobs);
    jobs.on(Told, 'test.hear', async ({ text }) => void heard.push(text));
    const { tenantId } = await t.signUp();
    await t.app.get(Db).tenant(tenantId, (tx) => jobs.send(tx, Told, 'x', { text: 'kept' }));
    const client = new Redis(url);
    await client.flushall();
    client.disconnect();
    await jobs.start();
    await until(() => heard.includes('kept'));
    await t.close();
  });
});
