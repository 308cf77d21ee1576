import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Caller, type TestApp, startApp } from './support/app.js';
import { fill } from './support/make.js';
import { Signer } from '../src/platform/signing.js';

/** What attackers and broken programs send. Each is answered with a 4xx, none with a 5xx, and the app goes on. */
describe('a hostile body', () => {
  let t: TestApp;
  let url: string;
  let admin: Caller;
  let page: string;
  let routes: [method: string, path: string, headers: Record<string, string>][];

  beforeAll(async () => {
    t = await startApp();
    url = await t.app.getUrl();
    const filled = await fill(t, 'Pirol');
    admin = filled.admin;
    page = `/s/${t.app.get(Signer).link('survey', { tenantId: filled.tenantId, id: filled.ids.invitation })}`;
    routes = [
      ['POST', '/api/v1/session', {}],
      ['POST', '/api/v1/events', filled.program.headers],
      ['POST', '/api/v1/responses', filled.program.headers],
      ['PUT', '/api/v1/customers/by-external-id/pirol', admin.headers],
      ['PATCH', '/api/v1/me', admin.headers],
    ];
  });
  afterAll(() => t?.close());
  afterEach(async () => {
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  /** The statuses of the five routes, e.g. `[400, 400, 400, 400, 400]`. */
  async function statuses(
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<number[]> {
    const seen: number[] = [];
    for (const [method, path, own] of routes) {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...own, ...headers },
        body,
      });
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      const problem = (await answer.json()) as { code: string; status: number };
      expect(problem).toMatchObject({ status: answer.status, code: expect.stringMatching(/^[a-z_.]+$/) });
      seen.push(answer.status);
    }
    return seen;
  }
  const all = (status: number) => [status, status, status, status, status];

  it.each([
    ['nothing', ''],
    ['half a document', '{"a":'],
    ['no JSON', 'score=3'],
    ['two documents', '{}{}'],
    ['a byte order mark in the middle', '{"a":\ufeff1,}'],
    ['NaN', '{"score":NaN}'],
    ['a prototype', '{"__proto__":{"admin":true}}'],
    ['a constructor', '{"constructor":{"prototype":{"admin":true}}}'],
  ])('of %s is malformed or refused', async (_, body) => {
    for (const status of await statuses(body)) expect([400, 422]).toContain(status);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it.each([
    ['a NUL', '{"email":"a\\u0000b","id":"\\u0000","name":"\\u0000","type":"\\u0000"}'],
    ['half a surrogate pair', '{"email":"\\ud800","id":"\\udfff","name":"\\ud83d","type":"x"}'],
    ['a NUL in a key', '{"\\u0000":1}'],
    [
      'a NUL far inside',
      `{"preferences":{"a":[{"b":["\\u0000"]}]},"attributes":{"a":["\\u0000"]},"properties":{"a":"\\u0000"}}`,
    ],
    ['JSON 40 levels deep', '{"a":'.repeat(40) + '1' + '}'.repeat(40)],
    ['arrays 10,000 levels deep', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['1,001 keys', JSON.stringify(Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`k${n}`, n])))],
  ])('with %s is 400', async (_, body) => {
    expect(await statuses(body)).toEqual(all(400));
  });

  it.each([
    ['a list', '[1,2,3]'],
    ['a word', '"x"'],
    ['a number', '7'],
    ['true', 'true'],
    ['null', 'null'],
  ])('that is %s is refused', async (_, body) => {
    for (const status of await statuses(body)) expect([400, 422]).toContain(status);
  });

  it('of more than the route takes is 413: 256 KB, 1 MB for events and responses', async () => {
    const big = (bytes: number) => JSON.stringify({ x: 'y'.repeat(bytes) });
    expect(await statuses(big(300 * 1024))).toEqual([413, 422, 422, 413, 413]);
    expect(await statuses(big(1100 * 1024))).toEqual(all(413));
    expect(await statuses(big(20 * 1024 * 1024)).catch(() => all(413))).toEqual(all(413));
  });

  it('that says it is compressed is refused unread', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(20 * 1024 * 1024, 32)));
    for (const status of await statuses(bomb, { 'content-encoding': 'gzip' })) expect([400, 415]).toContain(status);
  });

  it.each([
    ['XML', 'application/xml', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
    [
      'a form',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
    ],
    ['an unknown type', 'application/x-nothing', 'x'],
    ['a broken type', 'nonsense', 'x'],
  ])('of %s is refused', async (_, type, body) => {
    for (const status of await statuses(body, { 'content-type': type })) expect([400, 415, 422]).toContain(status);
  });

  it('on a public page is never our fault', async () => {
    const post = async (body: string, type = 'application/x-www-form-urlencoded') =>
      (await fetch(`${url}${page}`, { method: 'POST', headers: { 'content-type': type }, body, redirect: 'manual' }))
        .status;
    for (const [body, type] of [
      ['score=%00&comment=a%00b'],
      ['score=%ED%A0%80&comment=%ED%A0%80'],
      ['score[]=1&score[a][b]=2'],
      [Array.from({ length: 5000 }, (_, n) => `k${n}=1`).join('&')],
      [`comment=${'x'.repeat(400 * 1024)}`],
      ['%%%'],
      ['{"score":"\\u0000"}', 'application/json'],
      ['x', 'text/plain'],
    ] as [string, string?][]) {
      const status = await post(body, type);
      expect(`${body.slice(0, 40)} ${status}`).toMatch(/ (4\d\d)$/);
    }
  });

  it.each([
    ['/api/v1/customers?q=%00'],
    ['/api/v1/customers?q=%ff'],
    ['/api/v1/customers?limit=1e9'],
    ['/api/v1/customers?limit=-1'],
    ['/api/v1/customers?cursor=eyJ4IjoxfQ'],
    ['/api/v1/customers?cursor=%00'],
    ['/api/v1/customers?segment=%00'],
    ['/api/v1/customers?account[]=a&account[]=b'],
    ['/api/v1/responses?q=%00'],
    ['/api/v1/responses?from=infinity'],
    ['/api/v1/cases?q=%00'],
    ['/api/v1/cases?q=%25%27%22%3B--'],
    ['/api/v1/cases?touchpoint=%00'],
    ['/api/v1/insights/nps?from=9999999-01-01'],
    ['/api/v1/insights/nps?from=0001-01-01&to=9999-12-31&interval=day'],
    ['/api/v1/insights/nps?from=9999-12-31'],
    ['/api/v1/page-visits?from=0000-01-01'],
    ['/api/v1/pain-points?from=2026-13-45'],
    ['/api/v1/invitations?status[]=sent'],
    ['/api/v1/suppressions?address=%00'],
    ['/api/v1/views?screen=%00'],
    ['/api/v1/events?type=%00'],
    ['/api/v1/surveys?q=%00'],
    ['/api/v1/annotations?touchpoint=%00'],
    ['/api/v1/customers/%00'],
    ['/api/v1/customers/..%2f..%2fetc%2fpasswd'],
    [`/api/v1/customers?q=${'x'.repeat(1_000)}`],
  ])('or an address like %s is never our fault', async (path) => {
    const answer = await fetch(`${url}${path}`, { headers: admin.headers });
    expect(answer.status).toBeLessThan(500);
    await answer.text();
  });

  it('in a path with a NUL, for writes too', async () => {
    for (const [method, path] of [
      ['PUT', '/api/v1/customers/by-external-id/%00'],
      ['PUT', '/api/v1/customers/by-external-id/a%00b'],
      ['POST', '/api/v1/suppressions/%00/undo'],
      ['POST', '/api/v1/events/%00/replay'],
    ] as const) {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { ...admin.headers, ...(method === 'PUT' ? { 'content-type': 'application/json' } : {}) },
        ...(method === 'PUT' ? { body: '{}' } : {}),
      });
      expect(`${method} ${path} ${answer.status}`).toMatch(/ 4\d\d$/);
    }
  });

  it('with a date that no calendar of the database has', async () => {
    for (const [path, body] of [
      [
        '/api/v1/events',
        { id: 'y0', type: 'x', externalCustomerId: 'c', touchpointKey: 't', occurredAt: '0000-01-01T00:00:00Z' },
      ],
      ['/api/v1/campaigns/audience-count', { audience: { filter: { createdBefore: '0000-01-01T00:00:00Z' } } }],
    ] as const) {
      const answer = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { ...admin.headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(`${path} ${answer.status}`).toBe(`${path} 422`);
    }
  });

  it('whose headers trickle in is cut off within 20 seconds', async () => {
    const { port, hostname } = new URL(url);
    const began = Date.now();
    const heard = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), hostname.replaceAll(/[[\]]/g, ''), () =>
        socket.write('POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\n'),
      );
      const drip = setInterval(() => socket.write('X-Slow: 1\r\n'), 1000);
      const giveUp = setTimeout(() => socket.destroy(new Error('still open after 40 seconds')), 40_000);
      socket.on('data', (data) => (text += data.toString()));
      socket.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
      });
      socket.on('close', () => {
        clearInterval(drip);
        clearTimeout(giveUp);
        resolve(text);
      });
    });
    expect(Date.now() - began).toBeLessThan(20_000);
    expect(heard).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it('with headers of 40 KB is 431, with a wrong length 400', async () => {
    const raw = (text: string) =>
      new Promise<string>((resolve) => {
        const { port, hostname } = new URL(url);
        let heard = '';
        const socket = connect(Number(port), hostname.replaceAll(/[[\]]/g, ''), () => socket.end(text));
        socket.on('data', (data) => (heard += data.toString()));
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(heard.split('\r\n')[0] ?? ''));
      });
    expect(await raw(`GET /healthz HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`)).toMatch(/ 431 /);
    expect(
      await raw(
        'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ),
    ).toMatch(/ 400 /);
    expect(await raw('POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n')).toMatch(/ 400 /);
  });

  it('refuses a cursor that is not of the list, in every list', async () => {
    const cursors = [['x', 'y'], [null, -1], ['2026-01-01', 'y'], ['NaN'], [-5], [[1]]];
    const document = (await t.http.get('/api/openapi.json').expect(200)).body as {
      paths: Record<string, { get?: { parameters?: { name: string }[] } }>;
    };
    const lists = Object.entries(document.paths).flatMap(([path, { get }]) =>
      get?.parameters?.some(({ name }) => name === 'cursor') && !path.includes('{')
        ? [path.replace('/api/v1', '')]
        : [],
    );
    expect(lists.length).toBeGreaterThan(10);
    const broken: string[] = [];
    for (const path of lists)
      for (const cursor of cursors) {
        const text = Buffer.from(JSON.stringify(cursor)).toString('base64url');
        const { status } = await admin.get(`${path}?cursor=${text}`);
        if (status >= 500) broken.push(`${path} ${JSON.stringify(cursor)}: ${status}`);
      }
    expect(broken).toEqual([]);
  });
});
