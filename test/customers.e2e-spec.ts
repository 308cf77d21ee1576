import type { Response } from 'supertest';
import { Customers } from '../src/customers/customers.service.js';
import { Db } from '../src/platform/db.js';
import { type Caller, type TestApp, startApp } from './support/app.js';

let t: TestApp;
let acme: Caller & { userId: string };
let other: Caller;

beforeAll(async () => {
  t = await startApp();
  acme = await t.signUp('Acme');
  other = await t.signUp('Other');
});
afterAll(() => t.close());

const put = (externalId: string, body: object, who: Caller = acme) =>
  who.put(`/customers/by-external-id/${encodeURIComponent(externalId)}`, body);

describe('putting a customer', () => {
  it('creates with 201, then updates with 200 and raises the version', async () => {
    const created = await put('c-1', {
      email: 'Ana@Example.org',
      name: 'Ana',
      locale: 'pt-br',
      timeZone: 'UTC',
      account: 'Acme GmbH',
      lifetimeValue: 1200.5,
      segments: ['vip', 'b2b', 'vip'],
      attributes: { plan: 'pro', seats: 5 },
      consents: [{ purpose: 'feedback', granted: true }],
    }).expect(201);
    expect(created.body).toMatchObject({
      externalId: 'c-1',
      email: 'Ana@Example.org',
      locale: 'pt-BR',
      timeZone: 'UTC',
      account: 'Acme GmbH',
      lifetimeValue: 1200.5,
      segments: ['vip', 'b2b'],
      attributes: { plan: 'pro', seats: 5 },
      consents: [{ purpose: 'feedback', granted: true, basis: 'consent', source: `user:${acme.userId}` }],
      suppression: null,
      holds: [],
      version: 1,
    });
    const updated = await put('c-1', { name: 'Ana Maria' }).expect(200);
    expect(updated.body).toMatchObject({
      id: created.body.id,
      name: 'Ana Maria',
      email: 'Ana@Example.org',
      version: 2,
    });
  });

  it('leaves what is absent and clears what is null', async () => {
    await put('c-2', {
      email: 'b@example.org',
      name: 'B',
      phone: '+49 30 12',
      segments: ['x'],
      attributes: { a: 1 },
      account: 'Z',
    });
    const { body } = await put('c-2', { phone: null, segments: null, attributes: null, account: null }).expect(200);
    expect(body).toMatchObject({
      email: 'b@example.org',
      name: 'B',
      phone: null,
      segments: [],
      attributes: {},
      account: null,
    });
  });

  it('takes back what GET returned, unchanged', async () => {
    const { body: before } = await put('c-3', {
      email: 'c@example.org',
      consents: [{ purpose: 'council', granted: true }],
    });
    const { body: got } = await acme.get(`/customers/${before.id}`).expect(200);
    expect(got).toEqual(before);
    const { body: after } = await put('c-3', got).expect(200);
    expect(after).toEqual(got);
    expect(await t.sql(`select 1 from consents where customer_id = $1`, [before.id])).toHaveLength(1);
  });

  it('appends consents and shows the newest word of each purpose', async () => {
    const { body } = await put('c-4', {
      consents: [
        { purpose: 'feedback', granted: true, basis: 'existing_customer', at: '2025-01-01T00:00:00Z', source: 'shop' },
        { purpose: 'feedback', granted: false, at: '2025-02-01T00:00:00Z' },
        { purpose: 'follow_up', granted: true },
      ],
    });
    expect(body.consents).toMatchObject([
      { purpose: 'feedback', granted: false, at: '2025-02-01T00:00:00.000Z' },
      { purpose: 'follow_up', granted: true },
    ]);
    expect(await t.sql(`select 1 from consents where customer_id = $1`, [body.id])).toHaveLength(3);
  });

  it.each([
    ['email', 'a@b.example, c@d.example'],
    ['email', 'a@b.example\r\nBcc: x@y.example'],
    ['email', 'Ana <a@b.example>'],
    ['email', 'a@localhost'],
    ['timeZone', 'Mars/Olympus'],
    ['locale', 'not a language'],
    ['lifetimeValue', '12'],
    ['segments', 'vip'],
    ['attributes', [1]],
    ['phone', 'call me'],
  ])('refuses %s = %j with the path', async (path, value) => {
    const { body } = await put('bad', { [path]: value }).expect(422);
    expect(body.errors[0].path).toBe(path);
  });

  it('refuses unknown fields and consents from the future', async () => {
    await put('bad', { mail: 'x' }).expect(422);
    const { body } = await put('bad', {
      consents: [{ purpose: 'feedback', granted: true, at: new Date(Date.now() + 86_400_000).toISOString() }],
    }).expect(422);
    expect(body.errors[0].path).toBe('consents[0].at');
    expect(await t.sql(`select 1 from customers where external_id = 'bad'`)).toHaveLength(0);
  });

  it('makes one customer of many requests at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => put('race', { name: `N${n}`, account: `Same ${n % 2}` })),
    );
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(7);
  });
});

describe('finding customers', () => {
  it('pages through all of them once, newest first, and filters', async () => {
    const shop = await t.signUp('Shop');
    for (let n = 0; n < 7; n += 1)
      await put(
        `k-${n}`,
        {
          name: `Kim ${n}`,
          email: `kim${n}@shop.example`,
          segments: n % 2 ? ['odd'] : [],
          account: n < 3 ? 'A%' : 'B',
        },
        shop,
      );
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body }: Response = await shop.get(`/customers?limit=3${cursor ? `&cursor=${cursor}` : ''}`).expect(200);
      seen.push(...body.items.map((item: { externalId: string }) => item.externalId));
      cursor = String(body.nextCursor ?? '');
    } while (cursor);
    expect(seen).toEqual(['k-6', 'k-5', 'k-4', 'k-3', 'k-2', 'k-1', 'k-0']);
    const count = async (query: string) => (await shop.get(`/customers?${query}`).expect(200)).body.items.length;
    expect(await count('q=KIM3@shop')).toBe(1);
    expect(await count('q=k-5')).toBe(1);
    expect(await count('q=%25')).toBe(0);
    expect(await count('segment=odd')).toBe(3);
    expect(await count('account=A%25')).toBe(3);
    await shop.get('/customers?cursor=nonsense').expect(422);
    await shop.get(`/customers?cursor=${Buffer.from('["x","y"]').toString('base64url')}`).expect(422);
  });

  it('hides customers of other organizations', async () => {
    const { body } = await put('mine', { name: 'Mine' });
    for (const path of ['', '/timeline', '/export']) await other.get(`/customers/${body.id}${path}`).expect(404);
    await other.delete(`/customers/${body.id}`).expect(404);
    expect((await other.get('/customers?q=Mine').expect(200)).body.items).toEqual([]);
    const theirs = await put('mine', { name: 'Theirs' }, other).expect(201);
    expect(theirs.body.id).not.toBe(body.id);
    await acme.get('/customers/nobody').expect(404);
  });

  it('keeps to the roles', async () => {
    const { body } = await put('roles', {});
    const viewer = await t.colleague(acme, 'viewer');
    const agent = await t.colleague(acme, 'agent');
    const manager = await t.colleague(acme, 'manager');
    await put('roles', { name: 'x' }, viewer).expect(403);
    await put('roles', { name: 'x' }, agent).expect(200);
    await viewer.get(`/customers/${body.id}`).expect(200);
    await viewer.get(`/customers/${body.id}/export`).expect(403);
    await manager.delete(`/customers/${body.id}`).expect(403);
    await manager.post('/suppressions/a@b.example/undo', { note: 'x' }).expect(403);
    await t.http.get(`/api/v1/customers/${body.id}`).expect(401);
  });
});

describe('the single customer view', () => {
  it('merges the sources newest first and pages through ties once', async () => {
    const { body } = await put('tied', {
      consents: [{ purpose: 'feedback', granted: true, at: '2024-06-01T10:00:00Z' }],
    });
    const at = new Date('2024-06-01T10:00:00Z');
    t.app.get(Customers).registerPersonalData({
      timeline: (_tx, customerId) =>
        Promise.resolve(
          customerId === body.id ? Array.from({ length: 5 }, (_, n) => ({ at, kind: 'test', title: `T${n}` })) : [],
        ),
    });
    const titles: string[] = [];
    let cursor = '';
    do {
      const page: Response = await acme
        .get(`/customers/${body.id}/timeline?limit=2${cursor ? `&cursor=${cursor}` : ''}`)
        .expect(200);
      titles.push(...page.body.items.map((item: { title: string }) => item.title));
      cursor = String(page.body.nextCursor ?? '');
    } while (cursor);
    expect(titles[0]).toBe('Added as a customer');
    expect(titles.slice(1).toSorted()).toEqual(['Allowed: feedback', 'T0', 'T1', 'T2', 'T3', 'T4']);
  });

  it('exports as JSON and as CSV with formulas made harmless', async () => {
    const { body } = await put('exported', {
      name: '=1+1',
      attributes: { note: 'x' },
      consents: [{ purpose: 'feedback', granted: true }],
    });
    const { body: data } = await acme.get(`/customers/${body.id}/export`).expect(200);
    expect(data.customer.name).toBe('=1+1');
    expect(data.sections.consents).toHaveLength(1);
    const { text, headers } = await acme.get(`/customers/${body.id}/export?format=csv`).expect(200);
    expect(headers['content-type']).toContain('text/csv');
    expect(text).toContain(`customer,1,name,'=1+1\r\n`);
    expect(text).toContain('consents,1,purpose,feedback\r\n');
  });
});

describe('erasing a customer', () => {
  it('leaves nothing but a keyed hash, which still stops mail', async () => {
    const db = t.app.get(Db);
    const customers = t.app.get(Customers);
    const { body } = await put('gone', {
      email: 'Gone@Example.org',
      account: 'Only Gone',
      consents: [{ purpose: 'feedback', granted: true }],
    });
    await db.tenant(acme.tenantId, (tx) => customers.hold(tx, body.id, 'case'));
    await acme.delete(`/customers/${body.id}`).expect(204);
    await acme.get(`/customers/${body.id}`).expect(404);
    await acme.delete(`/customers/${body.id}`).expect(404);
    await t.runJobs();
    for (const table of ['customers', 'accounts', 'consents', 'customer_holds', 'suppressions', 'audit_log', 'jobs'])
      expect(JSON.stringify(await t.sql(`select * from ${table}`)).toLowerCase()).not.toMatch(/gone@example|only gone/);
    const stopped = await db.tenant(acme.tenantId, (tx) =>
      customers.suppressed(tx, ['GONE@example.org', 'x@example.org']),
    );
    expect([...stopped]).toEqual(['GONE@example.org']);
    expect(
      await t.sql(`select details from audit_log where action = 'customer.erased' and subject_id = $1`, [body.id]),
    ).toHaveLength(1);

    const back = await put('gone', { email: 'gone@example.org' }).expect(201);
    expect(back.body.suppression).toMatchObject({ reason: 'erased' });
    const list = await acme.get('/suppressions?reason=erased').expect(200);
    expect(list.body.items).toMatchObject([{ address: null, reason: 'erased' }]);
    await acme.post(`/suppressions/${list.body.items[0].id}/undo`, { note: 'They came back.' }).expect(204);
    expect((await acme.get(`/customers/${back.body.id}`)).body.suppression).toBeNull();
  });
});

describe('ports', () => {
  it('holds and releases by reason', async () => {
    const { body } = await put('held', {});
    const customers = t.app.get(Customers);
    const inTx = <T>(work: Parameters<Db['tenant']>[1]) => t.app.get(Db).tenant(acme.tenantId, work) as Promise<T>;
    await inTx(async (tx) => {
      await customers.hold(tx, body.id, 'case:1');
      await customers.hold(tx, body.id, 'case:1');
      await customers.hold(tx, body.id, 'case:2');
      await customers.release(tx, body.id, 'case:1');
    });
    expect((await acme.get(`/customers/${body.id}`)).body.holds).toEqual(['case:2']);
    expect(await inTx(async (tx) => [...(await customers.heldReasons(tx, [body.id]))])).toEqual([
      [body.id, ['case:2']],
    ]);
  });

  it('stops mail without regard to case, keeps the stronger reason, and is undone by an admin', async () => {
    const customers = t.app.get(Customers);
    await t.app.get(Db).tenant(acme.tenantId, async (tx) => {
      await customers.suppress(tx, 'Stop@Example.org', 'unsubscribed', 'link');
      await customers.suppress(tx, 'stop@example.org', 'hard_bounce', 'mail');
    });
    const { body } = await acme.get('/suppressions?address=STOP@example.org').expect(200);
    expect(body.items).toMatchObject([{ address: 'stop@example.org', reason: 'unsubscribed', source: 'link' }]);
    expect((await other.get('/suppressions').expect(200)).body.items).toEqual([]);
    await other.post('/suppressions/stop@example.org/undo', { note: 'They asked.' }).expect(404);
    await acme.post('/suppressions/Stop@example.org/undo', { note: 'They asked.' }).expect(204);
    await acme.post('/suppressions/Stop@example.org/undo', { note: 'They asked.' }).expect(404);
  });

  it('keeps the stronger reason when two come at the same moment', async () => {
    const customers = t.app.get(Customers);
    const db = t.app.get(Db);
    let begin: () => void = () => undefined;
    const weaker = new Promise<void>((resolve) => (begin = resolve)).then(() =>
      db.tenant(acme.tenantId, (tx) => customers.suppress(tx, 'race@example.org', 'hard_bounce', 'bounce')),
    );
    await db.tenant(acme.tenantId, async (tx) => {
      await customers.suppress(tx, 'race@example.org', 'complaint', 'complaint');
      // Looks while the row above is not there for it, and writes when it is.
      begin();
      await new Promise((resolve) => setTimeout(resolve, 300));
    });
    await weaker;
    const { body } = await acme.get('/suppressions?address=race@example.org').expect(200);
    expect(body.items).toMatchObject([{ reason: 'complaint' }]);
  });

  it('tells the newest consent per customer, null where there is none', async () => {
    const customers = t.app.get(Customers);
    const { body: a } = await put('con-a', {
      consents: [{ purpose: 'feedback', granted: true, basis: 'existing_customer' }],
    });
    const { body: b } = await put('con-b', {});
    await t.app.get(Db).tenant(acme.tenantId, async (tx) => {
      await customers.recordConsent(tx, a.id, { purpose: 'feedback', granted: false, basis: 'consent', source: 'me' });
      const found = await customers.consents(tx, [a.id, b.id], 'feedback');
      expect(found.get(a.id)).toMatchObject({ granted: false, basis: 'consent' });
      expect(found.get(b.id)).toBeNull();
      expect(await customers.byExternalId(tx, 'con-a')).toMatchObject({ id: a.id, version: 2 });
      expect(await customers.byExternalId(tx, 'nobody')).toBeNull();
      await expect(customers.requireCustomer(tx, 'nobody')).rejects.toMatchObject({ code: 'customer.not_found' });
    });
  });
});
