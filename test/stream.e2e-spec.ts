import { type ClientRequest, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '../src/platform/ids.js';
import { type Caller, type TestApp, startApp } from './support/app.js';

let t: TestApp;
const streams: ClientRequest[] = [];

beforeAll(async () => {
  t = await startApp();
}, 60_000);
afterEach(() => {
  for (const stream of streams.splice(0)) stream.destroy();
});
afterAll(() => t.close());

interface Listener {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  events: { event: string; data: Record<string, unknown> }[];
  ended: boolean;
  until(match: (event: { event: string; data: Record<string, unknown> }) => boolean): Promise<Record<string, unknown>>;
}

/** Opens the stream as a program does. */
async function listen(secret: string | null): Promise<Listener> {
  const { port } = t.app.getHttpServer().address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const call = request(
      { port, host: '127.0.0.1', path: '/api/v1/stream', headers: secret ? { authorization: `Bearer ${secret}` } : {} },
      (response) => {
        const listener: Listener = {
          status: response.statusCode ?? 0,
          headers: response.headers,
          events: [],
          ended: false,
          async until(match) {
            for (let left = 100; left > 0; left -= 1) {
              const found = listener.events.find(match);
              if (found) return found.data;
              await new Promise((done) => setTimeout(done, 50));
            }
            throw new Error(`not heard; heard ${JSON.stringify(listener.events)}`);
          },
        };
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          const blocks = text.split('\n\n');
          text = blocks.pop() ?? '';
          for (const block of blocks) {
            const event = /^event: (.*)$/m.exec(block)?.[1];
            const data = /^data: (.*)$/m.exec(block)?.[1];
            if (event && data) listener.events.push({ event, data: JSON.parse(data) });
          }
        });
        response.on('end', () => (listener.ended = true));
        resolve(listener);
      },
    );
    call.on('error', reject);
    streams.push(call);
    call.end();
  });
}

async function person(admin: Caller, name: string) {
  return t.colleague(admin, 'agent', name);
}

async function aCase(tenant: Caller): Promise<string> {
  const id = newId();
  await t.sql(`insert into cases (tenant_id, id, number) values ($1, $2, (select count(*) + 1 from cases))`, [
    tenant.tenantId,
    id,
  ]);
  return id;
}

describe('GET /stream', () => {
  it('tells its own organization what changed, and no other', async () => {
    const [admin, other] = [await t.signUp(), await t.signUp()];
    const mine = await listen((await t.program(admin)).secret);
    const theirs = await listen((await t.program(other)).secret);
    expect(mine).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
    });
    await mine.until(({ event }) => event === 'ready');
    const { id } = (await admin.post('/annotations', { day: '2026-06-08', text: 'x' }).expect(201)).body;
    await other.post('/annotations', { day: '2026-06-08', text: 'y' }).expect(201);
    expect(await mine.until(({ event }) => event === 'changed')).toEqual({ kind: 'annotation', id });
    await theirs.until(({ event }) => event === 'changed');
    expect(JSON.stringify(theirs.events)).not.toContain(id);
    expect(JSON.stringify(mine.events)).not.toContain('"x"');
  });

  it('makes one notice of very many', async () => {
    const admin = await t.signUp();
    const stream = await listen((await t.program(admin)).secret);
    await stream.until(({ event }) => event === 'ready');
    await t.sql(
      `select count(pg_notify('hearback_changes', json_build_object('t', $1::text, 'k', 'response', 'i', gen_random_uuid())::text)) from generate_series(1, 500)`,
      [admin.tenantId],
    );
    await t.sql(`select pg_notify('hearback_changes', 'nonsense')`);
    await stream.until(({ data }) => data.kind === 'response' && data.id === null);
    await new Promise((done) => setTimeout(done, 300));
    expect(stream.events.filter(({ data }) => data.kind === 'response').length).toBeLessThan(100);
  });

  it('shows who looks at a case and who writes, and says nothing for nobody', async () => {
    const admin = await t.signUp();
    const [ana, ben] = [await person(admin, 'Ana'), await person(admin, 'Ben')];
    const caseId = await aCase(admin);
    const stream = await listen((await t.program(admin)).secret);
    await stream.until(({ event }) => event === 'ready');
    await ana.post('/stream/presence', { caseId }).expect(204);
    await ben.post('/stream/presence', { caseId, writing: true }).expect(204);
    const both = await stream.until(
      ({ event, data }) => event === 'presence' && (data.people as unknown[]).length === 2,
    );
    expect(both).toEqual({
      caseId,
      people: [
        { id: ana.userId, name: 'Ana', writing: false },
        { id: ben.userId, name: 'Ben', writing: true },
      ],
    });
    const late = await listen((await t.program(admin)).secret);
    await late.until(({ event, data }) => event === 'presence' && (data.people as unknown[]).length === 2);
    const elsewhere = await aCase(admin);
    await ana.post('/stream/presence', { caseId: elsewhere }).expect(204);
    await stream.until(({ data }) => data.caseId === caseId && (data.people as { name: string }[])[0]?.name === 'Ben');
    await ben.post('/stream/presence', { caseId: null }).expect(204);
    await stream.until(({ data }) => data.caseId === caseId && (data.people as unknown[]).length === 0);
  });

  it('refuses strangers, foreign cases and too many streams', async () => {
    const [admin, other] = [await t.signUp(), await t.signUp()];
    expect((await listen(null)).status).toBe(401);
    await other.post('/stream/presence', { caseId: await aCase(admin) }).expect(404);
    await (await t.program(admin)).post('/stream/presence', { caseId: null }).expect(403);
    const { secret } = await t.program(admin);
    for (let i = 0; i < 10; i += 1) expect((await listen(secret)).status).toBe(200);
    expect(await listen(secret)).toMatchObject({ status: 429, headers: { 'retry-after': '30' } });
  });

  it('ends its streams when the server stops, so that it can', async () => {
    const own = await startApp();
    const kept = t;
    t = own;
    try {
      const admin = await own.signUp();
      const stream = await listen((await own.program(admin)).secret);
      await stream.until(({ event }) => event === 'ready');
      const began = Date.now();
      await own.close();
      expect(Date.now() - began).toBeLessThan(5000);
      expect(stream.ended).toBe(true);
    } finally {
      t = kept;
    }
  }, 30_000);
});
