import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { type TestDatabase, createDatabase } from './support/database.js';
import { forget, freePort, runProgram, startProgram } from './support/program.js';

describe('the process', () => {
  it.each([
    ['a port that is none', { PORT: 'http' }, ['PORT']],
    ['two wrong settings', { ROLE: 'boss', SEED: 'maybe' }, ['ROLE', 'SEED']],
    ['a role that needs real servers', { ROLE: 'worker' }, ['DATABASE_URL', 'REDIS_URL']],
    ['production without a secret and a mail server', { NODE_ENV: 'production' }, ['APP_SECRET', 'SMTP_URL']],
    ['mail without a sender', { SMTP_URL: 'smtp://localhost' }, ['MAIL_FROM']],
    [
      'a public address without protection in production',
      {
        NODE_ENV: 'production',
        APP_SECRET: 'x'.repeat(32),
        SMTP_URL: 'smtp://localhost',
        MAIL_FROM: 'a@b.test',
        PUBLIC_URL: 'http://hearback.example',
      },
      ['PUBLIC_URL'],
    ],
    ['a proxy that is no address', { TRUSTED_PROXIES: 'everybody' }, ['TRUSTED_PROXIES']],
  ])('refuses %s with one sentence each and exit code 78', async (_, env, names) => {
    const { code, output } = await runProgram(env);
    expect(code).toBe(78);
    const lines = output.trim().split('\n');
    expect(lines).toHaveLength(names.length);
    for (const name of names) expect(lines.filter((line) => line.includes(name) && line.endsWith('.'))).toHaveLength(1);
  });

  it('refuses a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const database = await createDatabase();
    const { port } = taken.address() as { port: number };
    const { code, output } = await runProgram({
      PORT: String(port),
      DATABASE_URL: database.url,
      APP_SECRET: 'x'.repeat(32),
    });
    taken.close();
    await database.drop();
    expect(code).toBe(78);
    expect(output).toContain(`PORT ${port} is in use`);
  });

  describe('on a given PostgreSQL', () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await createDatabase();
    });
    afterAll(() => database.drop());

    it.each([
      ['a superuser', () => database.adminUrl, /superuser/],
      ['the owner of the tables', () => database.ownerUrl, /owns tables/],
    ])('refuses %s as the app', async (_, url, sentence) => {
      const { code, output } = await runProgram({
        PORT: String(await freePort()),
        DATABASE_URL: url(),
        APP_SECRET: 'x'.repeat(32),
      });
      expect(code).toBe(78);
      expect(output).toMatch(sentence);
    });

    it('prints a link that creates the first organization once', async () => {
      const program = await startProgram({ DATABASE_URL: database.url, SIGNUP: 'invite' });
      const token = /setup\?token=([\w-]+)/.exec(program.output())?.[1];
      const setUp = (email: string) =>
        fetch(`${program.url}/api/v1/setup`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ token, organization: 'First', name: 'Ada', email, password: 'a long enough phrase' }),
        });
      expect(
        (
          await fetch(`${program.url}/api/v1/signup`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({
              organization: 'X',
              name: 'X',
              email: 'x@example.test',
              password: 'a long enough phrase',
            }),
          })
        ).status,
      ).toBe(403);
      expect((await setUp('ada@example.test')).status).toBe(201);
      expect((await setUp('eve@example.test')).status).toBe(403);
      expect(await program.stop()).toBe(0);
      forget(program.dataDir);
    });
  });

  it('keeps what it acknowledged through kill -9, and ends with 0 however often it is told to', async () => {
    const first = await startProgram();
    const body = JSON.stringify({
      organization: 'Kept',
      name: 'Ada',
      email: 'ada@example.test',
      password: 'a long enough phrase',
    });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${first.url}/api/v1/signup`, { method: 'POST', headers, body })).status).toBe(201);
    await first.stop('SIGKILL');

    const second = await startProgram({}, first.dataDir);
    const session = await fetch(`${second.url}/api/v1/session`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ email: 'ada@example.test', password: 'a long enough phrase' }),
    });
    expect(session.status).toBe(200);
    void second.stop('SIGINT');
    expect(await second.stop('SIGTERM')).toBe(0);
    forget(first.dataDir);
  });

  it('waits for a stopping process to leave the data before it starts on them', async () => {
    const first = await startProgram();
    const stopping = first.stop();
    const second = await startProgram({}, first.dataDir);
    expect(await stopping).toBe(0);
    expect(await second.stop()).toBe(0);
    forget(first.dataDir);
  });

  it('answers for its health before it is ready, and not after it was told to stop', async () => {
    const program = await startProgram();
    expect((await fetch(`${program.url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${program.url}/metrics`)).text()).toContain('hearback_jobs_queued');
    await program.stop();
    await expect(fetch(`${program.url}/readyz`)).rejects.toThrow();
    forget(program.dataDir);
  });

  it('lets npm start be told to stop', async () => {
    const port = await freePort();
    const child: ChildProcess = spawn('sh', ['-c', 'exec node scripts/start.mjs'], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        PORT: String(port),
        SEED: 'none',
        DATA_DIR: `/tmp/hearback-npm-start-${process.pid}`,
      },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
    for (
      let n = 0;
      n < 600 &&
      !(await fetch(`http://localhost:${port}/readyz`).then(
        (a) => a.ok,
        () => false,
      ));
      n += 1
    )
      await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    forget(`/tmp/hearback-npm-start-${process.pid}`);
  });
});
