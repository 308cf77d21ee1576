import { type IncomingHttpHeaders, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { Clock } from '../src/platform/clock.js';
import { newId } from '../src/platform/ids.js';
import { AddressPolicy, Outbound } from '../src/platform/outbound.js';
import { type Caller, type TestApp, startApp } from './support/app.js';

interface Call {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

let t: TestApp;
let server: Server;
let base: string;
let calls: Call[] = [];
/** What the other side answers, call by call; then 200. */
let script: ((call: Call) => { status: number; headers?: Record<string, string>; body?: string })[] = [];
let now: Date | null = null;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      calls.push(call);
      const answer = script.shift()?.(call) ?? { status: 200 };
      response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t = await startApp();
  t.app.get(Clock).now = () => now ?? new Date();
}, 60_000);
afterAll(async () => {
  await t.close();
  server.close();
});
const strict = new AddressPolicy();
beforeEach(() => {
  calls = [];
  script = [];
  now = null;
  const ours = t.app.get(AddressPolicy);
  ours.allowsAddress = (address) => address === '127.0.0.1' || strict.allowsAddress(address);
  ours.allowsPort = () => true;
});

async function webhook(
  admin: Caller,
  events = ['response.received'],
  url = `${base}/hook`,
): Promise<{ id: string; secret: string }> {
  return (await admin.post('/webhooks', { url, events }).expect(201)).body;
}
const submit = (admin: Caller, score = 3) =>
  admin.post('/responses', { metric: 'nps', score, comment: 'The courier never came.' }).expect(201);
/** Lets the next try of everything be due now. */
const hurry = () => t.sql(`update jobs set run_at = now() where state = 'queued' and name = 'webhooks.deliver'`);

describe('webhooks', () => {
  it('sends what happened, signed so that the receiver can check it, and nothing personal', async () => {
    const admin = await t.signUp();
    const { id, secret } = await webhook(admin);
    const { body } = await submit(admin);
    await t.runJobs();
    expect(calls).toHaveLength(1);
    const [call] = calls as [Call];
    expect(call).toMatchObject({ method: 'POST', path: '/hook' });
    expect(call.headers['content-type']).toBe('application/json');
    const verified = new Webhook(secret).verify(call.body, call.headers as Record<string, string>);
    expect(verified).toMatchObject({
      type: 'response.received',
      timestamp: expect.stringMatching(/Z$/),
      data: { responseId: body.items[0].id, score: 3, metric: 'nps', version: 1 },
    });
    expect(call.body).not.toContain('courier');
    expect(() => new Webhook(secret).verify(`${call.body} `, call.headers as Record<string, string>)).toThrow();
    const log = (await admin.get(`/webhooks/${id}/deliveries`).expect(200)).body;
    expect(log.items).toMatchObject([
      {
        id: call.headers['webhook-id'],
        event: 'response.received',
        state: 'delivered',
        attempts: 1,
        lastStatus: 200,
        lastError: null,
      },
    ]);
  });

  it('shows the secret once, and keeps it from the log and from replays of the request', async () => {
    const admin = await t.signUp();
    const input = { url: `${base}/once`, events: ['case.opened', 'case.opened'] };
    const made = await admin.post('/webhooks', input).set('idempotency-key', 'one').expect(201);
    expect(made.body).toMatchObject({
      events: ['case.opened'],
      enabled: true,
      secret: expect.stringMatching(/^whsec_/),
    });
    const again = await admin.post('/webhooks', input).set('idempotency-key', 'one').expect(201);
    expect(again.body.id).toBe(made.body.id);
    expect(again.body.secret).toBeUndefined();
    const list = (await admin.get('/webhooks').expect(200)).body;
    expect(list.items).toHaveLength(1);
    expect(JSON.stringify(list)).not.toContain('whsec_');
    expect(JSON.stringify((await admin.get('/audit-log')).body)).not.toContain('whsec_');
  });

  it('tries again with the same id until it is taken', async () => {
    const admin = await t.signUp();
    const { id } = await webhook(admin);
    script = [() => ({ status: 500 }), () => ({ status: 302, headers: { location: `${base}/elsewhere` } })];
    await submit(admin);
    await t.runJobs();
    const state = async () => (await admin.get(`/webhooks/${id}/deliveries`)).body.items[0];
    expect(await state()).toMatchObject({
      state: 'pending',
      attempts: 1,
      lastStatus: 500,
      lastError: 'The address answered 500.',
    });
    await hurry();
    await t.runJobs();
    expect(await state()).toMatchObject({
      state: 'pending',
      attempts: 2,
      lastStatus: 302,
      lastError: expect.stringContaining('redirects'),
    });
    await hurry();
    await t.runJobs();
    expect(await state()).toMatchObject({ state: 'delivered', attempts: 3, lastError: null });
    expect(new Set(calls.map((call) => call.headers['webhook-id'])).size).toBe(1);
    expect(calls.map((call) => call.path)).toEqual(['/hook', '/hook', '/hook']);
  });

  it('gives up after the last try and sends again when a person asks', async () => {
    const admin = await t.signUp();
    const { id } = await webhook(admin);
    script = [() => ({ status: 503 })];
    await submit(admin);
    await t.sql(`update jobs set attempts = 13 where name = 'webhooks.deliver' and state = 'queued'`);
    await t.runJobs();
    await t.sql(`update jobs set attempts = 13, run_at = now() where name = 'webhooks.deliver' and state = 'queued'`);
    script = [() => ({ status: 503 })];
    await t.runJobs();
    const [failed] = (await admin.get(`/webhooks/${id}/deliveries?state=failed`).expect(200)).body.items;
    expect(failed).toMatchObject({ state: 'failed', lastStatus: 503 });
    expect((await admin.post(`/webhooks/${id}/deliveries/${failed.id}/replay`).expect(202)).body.state).toBe('pending');
    expect((await admin.post(`/webhooks/${id}/deliveries/${failed.id}/replay`).expect(409)).body.code).toBe(
      'webhook.delivery_pending',
    );
    await t.runJobs();
    expect(calls.at(-1)?.headers['webhook-id']).toBe(failed.id);
    expect((await admin.get(`/webhooks/${id}/deliveries`)).body.items[0]).toMatchObject({ state: 'delivered' });
    await admin.post(`/webhooks/${id}/deliveries/${newId()}/replay`).expect(404);
  });

  it('switches itself off when the address says it is gone', async () => {
    const admin = await t.signUp();
    const { id } = await webhook(admin);
    script = [() => ({ status: 410 })];
    await submit(admin);
    await t.runJobs();
    const [row] = (await admin.get('/webhooks')).body.items;
    expect(row).toMatchObject({ enabled: false, disabledReason: expect.stringContaining('410') });
    await submit(admin);
    await t.runJobs();
    expect(calls).toHaveLength(1);
    expect((await admin.post(`/webhooks/${id}/test`).expect(409)).body.code).toBe('webhook.disabled');
    const on = await admin.patch(`/webhooks/${id}`, { enabled: true }).expect(200);
    expect(on.body).toMatchObject({ enabled: true, disabledReason: null });
  });

  it('signs with both secrets for a day after a new one was made', async () => {
    const admin = await t.signUp();
    const { id, secret } = await webhook(admin);
    const rotated = (await admin.patch(`/webhooks/${id}`, { rotateSecret: true, version: 1 }).expect(200)).body;
    expect(rotated.secret).not.toBe(secret);
    await admin.patch(`/webhooks/${id}`, { enabled: true, version: 1 }).expect(409);
    await admin.post(`/webhooks/${id}/test`).expect(202);
    await t.runJobs();
    for (const one of [secret, rotated.secret])
      new Webhook(one).verify(calls[0]?.body ?? '', calls[0]?.headers as Record<string, string>);
    now = new Date(Date.now() + 25 * 3_600_000);
    await admin.post(`/webhooks/${id}/test`).expect(202);
    await t.runJobs();
    expect(String(calls[1]?.headers['webhook-signature']).split(' ')).toHaveLength(1);
  });

  it('tells of erased customers, and of each thing once however often its job runs', async () => {
    const admin = await t.signUp();
    await webhook(admin, ['customer.erased']);
    const { id } = (await admin.put('/customers/by-external-id/c1', { email: 'c1@example.test' })).body;
    await admin.delete(`/customers/${id}`).expect(204);
    await t.runJobs();
    await t.sql(
      `update jobs set state = 'queued', run_at = now(), attempts = 0 where tenant_id = $1 and name like 'webhooks.%'`,
      [admin.tenantId],
    );
    await t.runJobs();
    expect(calls.map((call) => JSON.parse(call.body))).toMatchObject([
      { type: 'customer.erased', data: { customerId: id } },
    ]);
  });

  it('tells of a case from its opening to the customer’s word', async () => {
    const admin = await t.signUp();
    await webhook(admin, ['case.opened', 'case.resolved', 'case.reopened']);
    const opened = (await admin.post('/cases', { subject: 'No courier', comment: 'Nobody came.' }).expect(201)).body;
    await admin.post(`/cases/${opened.id}/resolve`, { rootCause: 'Courier', resolution: 'We sent it again.' });
    await admin.post(`/cases/${opened.id}/reopen`, { reason: 'Lost again' });
    await t.runJobs();
    const told = calls.map((call) => JSON.parse(call.body) as { type: string; data: { caseId: string } });
    expect(told.map(({ type }) => type).sort()).toEqual(['case.opened', 'case.reopened', 'case.resolved']);
    expect(new Set(told.map(({ data }) => data.caseId))).toEqual(new Set([opened.id]));
    expect(JSON.stringify(told)).not.toContain('courier');
  });

  it('is for admins of the organization only', async () => {
    const [admin, other] = [await t.signUp(), await t.signUp()];
    const { id } = await webhook(admin);
    const manager = await t.colleague(admin, 'manager');
    await manager.get('/webhooks').expect(403);
    await manager.post('/webhooks', { url: base, events: ['case.opened'] }).expect(403);
    for (const call of [
      other.patch(`/webhooks/${id}`, { enabled: false }),
      other.delete(`/webhooks/${id}`),
      other.get(`/webhooks/${id}/deliveries`),
      other.post(`/webhooks/${id}/test`),
      other.post(`/webhooks/${id}/deliveries/${newId()}/replay`),
    ])
      await call.expect(404);
    await submit(other);
    await t.runJobs();
    expect(calls).toHaveLength(0);
    await admin.delete(`/webhooks/${id}`).expect(204);
    await admin.get(`/webhooks/${id}/deliveries`).expect(404);
  });
});

describe('where webhooks may go', () => {
  beforeEach(() => {
    const ours = t.app.get(AddressPolicy);
    ours.allowsAddress = (address) => strict.allowsAddress(address);
    ours.allowsPort = (port) => strict.allowsPort(port);
  });

  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[fd00::1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://10.1.2.3/',
    'http://169.254.169.254/latest/meta-data',
    'http://100.64.0.1/',
    'http://0.0.0.0/',
    'http://224.0.0.1/',
    'http://192.168.1.1/',
    'https://93.184.215.14:8443/',
    'http://93.184.215.14:22/',
    'ftp://example.org/',
    'https://user:secret@example.org/',
    'file:///etc/passwd',
    'nonsense',
  ])('refuses %s when it is typed in', async (url) => {
    const admin = await t.signUp();
    const { body } = await admin.post('/webhooks', { url, events: ['case.opened'] }).expect(422);
    expect(body.errors[0].path).toBe('url');
  });

  it('takes public addresses and names', async () => {
    const admin = await t.signUp();
    for (const url of ['https://93.184.215.14/', 'http://[2606:2800:21f:cb07::1]/', 'https://example.org/hook?x=1'])
      await admin.post('/webhooks', { url, events: ['case.opened'] }).expect(201);
  });

  it('judges what a name leads to when it connects, so that no name can lead inside', async () => {
    t.app.get(AddressPolicy).allowsPort = () => true;
    const port = new URL(base).port;
    const outcome = await t.app.get(Outbound).post(`http://localhost:${port}/inside`, {}, '{}');
    expect(outcome).toEqual({ status: null, error: 'The address is not public.' });
    expect(calls).toHaveLength(0);
    t.app.get(AddressPolicy).allowsAddress = () => true;
    expect(await t.app.get(Outbound).post(`http://localhost:${port}/inside`, {}, '{}')).toEqual({
      status: 200,
      error: null,
    });
  });

  it('says in words what went wrong, and nothing of what the other side sent', async () => {
    const ours = t.app.get(AddressPolicy);
    ours.allowsAddress = () => true;
    ours.allowsPort = () => true;
    const refused = await t.app.get(Outbound).post('http://127.0.0.1:1/', {}, '{}');
    expect(refused).toEqual({ status: null, error: 'Nobody listens at the address.' });
    script = [() => ({ status: 500, body: 'x'.repeat(3_000_000) })];
    expect(await t.app.get(Outbound).post(`${base}/long`, {}, '{}')).toEqual({ status: 500, error: null });
  });
});
