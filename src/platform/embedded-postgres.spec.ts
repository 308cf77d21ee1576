import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import ts from 'typescript';
import { processStart } from './embedded-postgres/processes.js';
import { fillPsqlVariables, startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const said: string[] = [];
const note = (line: string): void => void said.push(line);
const log = { log: note, warn: note, error: note };
const cleanups: (() => unknown)[] = [];

/** The module as plain JavaScript, for processes of their own: Node 20 reads no TypeScript. */
let compiled: string;

beforeAll(() => {
  // Inside the project, so that packages are found from there.
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  compiled = mkdtempSync(path.join(root, '.cache', 'embedded-postgres-'));
  const files = [
    'embedded-postgres.ts',
    ...readdirSync(path.join(here, 'embedded-postgres')).map((name) => `embedded-postgres/${name}`),
  ];
  for (const file of files.filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))) {
    const target = path.join(compiled, 'src/platform', file.replace(/ts$/, 'js'));
    mkdirSync(path.dirname(target), { recursive: true });
    const { outputText } = ts.transpileModule(readFileSync(path.join(here, file), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
    });
    writeFileSync(target, outputText);
  }
  cpSync(path.join(root, 'scripts/create-roles.sql'), path.join(compiled, 'scripts/create-roles.sql'));
});

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
  said.length = 0;
});
afterAll(() => rmSync(compiled, { recursive: true, force: true }));

function newDataDir(): string {
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'hearback-pg-')));
  cleanups.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log });
  cleanups.push(() => server.stop());
  return server;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Asks until the server answers: how long that takes is the machine's business, jest's own limit ends the wait. */
async function queryWhenBack(url: string, sql: string): Promise<Record<string, unknown>[]> {
  for (;;) {
    const rows = await query(url, sql).catch(() => null);
    if (rows) return rows;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const postmaster = (dataDir: string): number =>
  Number(readFileSync(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);

async function untilGone(pid: number): Promise<void> {
  while (processStart(pid) !== null) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Hearback's side of it in a process of its own, which prints the server's URLs and then lives until it is killed. */
async function startInOwnProcess(
  dataDir: string,
  how: { uid?: number; gid?: number } = {},
): Promise<{ child: ChildProcess; server: EmbeddedPostgres }> {
  const url = new URL(`file://${compiled}/src/platform/embedded-postgres.js`).href;
  const code = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(url)});
    const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log: { log() {}, warn() {}, error() {} } });
    process.on('SIGTERM', () => server.stop().then(() => process.exit(0)));
    setInterval(() => {}, 1000);
    console.log(JSON.stringify(server));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    ...how,
  });
  cleanups.push(() => {
    child.kill('SIGKILL');
    return child.pid ? untilGone(child.pid) : undefined;
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.endsWith('\n')) resolve(text);
    });
    child.once('exit', (code_) => reject(new Error(`the process ended (${code_}): ${errors}`)));
  });
  return { child, server: JSON.parse(line) as EmbeddedPostgres };
}

/** Waits for the process to be gone after a signal. */
async function kill(child: ChildProcess, name: NodeJS.Signals): Promise<number | null> {
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(name);
  return gone;
}

describe('a fresh database', () => {
  it('is UTF-8, sorts by code point whatever the system, is open to loopback with a password only, and keeps its secrets to itself', async () => {
    const dataDir = newDataDir();
    const server = await start(dataDir);
    const [facts] = await query(
      server.appUrl,
      `select current_user as me, pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, datlocale as locale,
              upper('größe') as upper, current_setting('fsync') as fsync, current_setting('listen_addresses') as addresses
         from pg_database where datname = current_database()`,
    );
    expect(facts).toEqual({
      me: 'hearback_app',
      encoding: 'UTF8',
      provider: 'b',
      locale: 'C.UTF-8',
      upper: 'GRÖßE',
      fsync: 'on',
      addresses: '127.0.0.1',
    });
    expect(statSync(path.join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600);
    await expect(query(server.appUrl.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toMatchObject({
      code: '28P01',
    });
    await server.stop();
    expect(existsSync(path.join(dataDir, 'postgres/postmaster.pid'))).toBe(false);
    expect(existsSync(path.join(dataDir, 'app.lock'))).toBe(false);
  });

  it('gives the application a role that owns nothing and cannot escape row security', async () => {
    const server = await start(newDataDir());
    await query(
      server.ownerUrl,
      `create table secrets (tenant text not null); alter table secrets enable row level security; alter table secrets force row level security;
       create policy mine on secrets using (tenant = current_setting('app.tenant', true));
       create policy search on secrets for select to hearback_search using (true);
       grant select, insert on secrets to hearback_app; grant select on secrets to hearback_search`,
    );
    await query(
      server.appUrl,
      `begin; select set_config('app.tenant', 'a', true); insert into secrets values ('a'); commit`,
    );
    expect(await query(server.appUrl, 'select * from secrets')).toEqual([]);
    // Being able to become hearback_search must not open its policy to the owner.
    expect(await query(server.ownerUrl, 'select * from secrets')).toEqual([]);
    expect(
      await query(
        server.appUrl,
        `select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user`,
      ),
    ).toEqual([{ rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false }]);
    for (const forbidden of [
      'create table mine (id int)',
      'set role hearback_search',
      'set role hearback_owner',
      'drop table secrets',
      'create schema mine',
    ]) {
      await expect(query(server.appUrl, forbidden)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('lets a migration hand a function to hearback_search, which then sees all rows', async () => {
    const server = await start(newDataDir());
    await query(
      server.ownerUrl,
      `create table notes (body text); alter table notes enable row level security; alter table notes force row level security;
       insert into notes select 'x' where false;
       create policy search on notes for select to hearback_search using (true); create policy writing on notes for insert with check (true);
       insert into notes values ('found'); grant select on notes to hearback_search;
       create function search_notes() returns setof text language sql stable security definer set search_path = public as 'select body from notes';
       alter function search_notes() owner to hearback_search;
       create extension pg_trgm; create extension citext; create extension unaccent; create extension btree_gin`,
    );
    expect(await query(server.ownerUrl, 'select body from notes')).toEqual([]);
    expect(await query(server.appUrl, 'select * from search_notes() as body')).toEqual([{ body: 'found' }]);
  });
});

describe('what was acknowledged stays', () => {
  it('comes back on the same port with its data when the server is killed, and stops in order afterwards', async () => {
    const dataDir = newDataDir();
    const server = await start(dataDir);
    await query(server.ownerUrl, `create table kept (n int); insert into kept values (1)`);
    const first = postmaster(dataDir);
    process.kill(first, 'SIGKILL');
    await untilGone(first);
    expect(await queryWhenBack(server.ownerUrl, 'select n from kept')).toEqual([{ n: 1 }]);
    const second = postmaster(dataDir);
    expect(second).not.toBe(first);

    process.kill(second, 'SIGKILL');
    await untilGone(second);
    expect(await queryWhenBack(server.ownerUrl, 'select n from kept')).toEqual([{ n: 1 }]);
    await server.stop();
    await expect(query(server.ownerUrl, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('takes the running server over when only Hearback was killed', async () => {
    const dataDir = newDataDir();
    const { child, server: before } = await startInOwnProcess(dataDir);
    await query(before.ownerUrl, `create table kept (n int); insert into kept values (2)`);
    const pid = postmaster(dataDir);
    await kill(child, 'SIGKILL');
    expect(existsSync(path.join(dataDir, 'app.lock'))).toBe(true);

    const after = await start(dataDir);
    expect(postmaster(dataDir)).toBe(pid);
    expect(after.ownerUrl).toBe(before.ownerUrl);
    expect(await query(after.ownerUrl, 'select n from kept')).toEqual([{ n: 2 }]);
    process.kill(pid, 'SIGKILL'); // one that was taken over is watched as well
    await untilGone(pid);
    expect(await queryWhenBack(after.ownerUrl, 'select n from kept')).toEqual([{ n: 2 }]);
    await after.stop();
    expect(processStart(pid)).toBeNull();
  });

  it('starts with its data when Hearback and the server were killed while a query was running', async () => {
    const dataDir = newDataDir();
    const { child, server: before } = await startInOwnProcess(dataDir);
    await query(before.ownerUrl, `create table kept (n int); insert into kept values (3)`);
    const busy = new pg.Client({ connectionString: before.ownerUrl });
    busy.on('error', () => undefined);
    await busy.connect();
    const backend = Number((await busy.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid);
    void busy.query('select count(*) from generate_series(1, 1e12::bigint)').catch(() => undefined); // never looks whether its postmaster lives
    const pid = postmaster(dataDir);
    await kill(child, 'SIGKILL');
    process.kill(pid, 'SIGKILL');
    await untilGone(pid);

    const after = await start(dataDir);
    expect(processStart(backend)).toBeNull();
    expect(await query(after.ownerUrl, 'select n from kept')).toEqual([{ n: 3 }]);
    expect(after.port).toBe(before.port);
  });

  it('starts although a foreign process now has the pid in postmaster.pid', async () => {
    const dataDir = newDataDir();
    const first = await start(dataDir);
    await query(first.ownerUrl, 'create table kept (n int)');
    await first.stop();
    const foreign = spawn('sleep', ['600'], { stdio: 'ignore' });
    cleanups.push(() => foreign.kill('SIGKILL'));
    writeFileSync(
      path.join(dataDir, 'postgres/postmaster.pid'),
      `${foreign.pid}\n${dataDir}/postgres\n0\n${first.port}\n\n127.0.0.1\n\nready   \n`,
    );
    const again = await start(dataDir);
    expect(await query(again.ownerUrl, 'select * from kept')).toEqual([]);
    expect(processStart(foreign.pid ?? 0)).not.toBeNull();
  });

  it('gets back in when the secrets were removed', async () => {
    const dataDir = newDataDir();
    const first = await start(dataDir);
    await query(first.ownerUrl, 'create table kept as select 4 as n');
    await first.stop();
    rmSync(path.join(dataDir, 'postgres.json'));
    const again = await start(dataDir);
    expect(await query(again.ownerUrl, 'select n from kept')).toEqual([{ n: 4 }]);
    await expect(query(first.ownerUrl.replace(`:${first.port}`, `:${again.port}`), 'select 1')).rejects.toMatchObject({
      code: '28P01',
    });
  });
});

describe('one Hearback per data directory', () => {
  it('waits for one that is stopping', async () => {
    const dataDir = newDataDir();
    const { child, server: before } = await startInOwnProcess(dataDir);
    await query(before.ownerUrl, `create table kept as select 5 as n`);
    const next = start(dataDir);
    expect(await kill(child, 'SIGTERM')).toBe(0);
    expect(await query((await next).ownerUrl, 'select n from kept')).toEqual([{ n: 5 }]);
    expect(said).toContain(`Waiting for process ${child.pid} to leave ${dataDir}`);
  });

  it('lets go of the data directory when it could not start', async () => {
    const dataDir = newDataDir();
    await (await start(dataDir)).stop();
    writeFileSync(path.join(dataDir, 'postgres/PG_VERSION'), '14\n');
    await expect(start(dataDir)).rejects.toThrow(/made by PostgreSQL 14, and this Hearback brings PostgreSQL 18/);
    writeFileSync(path.join(dataDir, 'postgres/PG_VERSION'), '18\n');
    expect((await start(dataDir)).port).toBeGreaterThan(0);
  });

  it('clears a lock away whose pid has another process by now', async () => {
    const dataDir = newDataDir();
    writeFileSync(path.join(dataDir, 'app.lock'), JSON.stringify({ pid: process.pid, start: 'an earlier boot' }));
    expect((await start(dataDir)).port).toBeGreaterThan(0);
  });
});

const isRoot = process.getuid?.() === 0;
(isRoot ? describe : describe.skip)('under root', () => {
  it('runs PostgreSQL as somebody else, also where nobody else may pass, and finds its data again', async () => {
    const home = newDataDir();
    chmodSync(home, 0o700);
    const dataDir = path.join(home, 'app', 'data');
    const first = await start(dataDir);
    const elsewhere = realpathSync(path.join(dataDir, 'postgres'));
    cleanups.unshift(() => rmSync(path.dirname(elsewhere), { recursive: true, force: true }));
    expect(statSync(`/proc/${postmaster(dataDir)}`).uid).not.toBe(0);
    expect(elsewhere.startsWith(home)).toBe(false);
    await query(first.ownerUrl, 'create table kept as select 6 as n');
    await first.stop();
    const again = await start(dataDir);
    expect(await query(again.ownerUrl, 'select n from kept')).toEqual([{ n: 6 }]);
  });

  it('serves a user without any rights too', async () => {
    const dataDir = newDataDir();
    spawnSync('chown', ['65534:65534', dataDir]);
    chmodSync(compiled, 0o755);
    const reachable = spawnSync('/bin/sh', ['-c', `cd "$1"`, 'sh', compiled], { uid: 65534, gid: 65534 }).status === 0;
    if (!reachable) return note('skipped: the project lies where nobody else may read');
    const { child, server } = await startInOwnProcess(dataDir, { uid: 65534, gid: 65534 });
    expect(await query(server.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await kill(child, 'SIGTERM')).toBe(0);

    // Root may have a look in between without locking them out.
    await (await start(dataDir)).stop();
    const again = await startInOwnProcess(dataDir, { uid: 65534, gid: 65534 });
    expect(again.server.appUrl).toBe(server.appUrl);
    expect(await kill(again.child, 'SIGTERM')).toBe(0);
  });
});

describe('the roles script', () => {
  it('quotes what it is given and keeps casts and comments apart from variables', () => {
    const script = `\\set ON_ERROR_STOP on\n-- :'unknown'\nselect :'a', 'x'::text, '{}'::"text" where :'a' <> :'b'`;
    expect(fillPsqlVariables(script, { a: "it's", b: 'back\\slash' })).toBe(
      `select 'it''s', 'x'::text, '{}'::"text" where 'it''s' <>  E'back\\\\slash'`,
    );
    expect(() => fillPsqlVariables(`select :'c'`, {})).toThrow(/"c"/);
  });
});
