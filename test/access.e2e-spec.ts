import { randomUUID } from 'node:crypto';
import { type Role, ROLES } from '../src/platform/auth.js';
import { ACCESS_MATRIX } from './access-matrix.js';
import { type Caller, type TestApp, startApp } from './support/app.js';
import { openApiOf, operationsOf } from './support/openapi.js';

describe('access', () => {
  let t: TestApp;
  let url: string;
  let callers: Record<Role, Caller>;

  beforeAll(async () => {
    t = await startApp();
    url = await t.app.getUrl();
    const admin = await t.signUp();
    callers = {
      admin,
      manager: await t.colleague(admin, 'manager'),
      agent: await t.colleague(admin, 'agent'),
      viewer: await t.colleague(admin, 'viewer'),
    };
  });
  afterAll(() => t?.close());

  /** Status and problem code. Only the head of an answer is awaited, since the stream never ends. */
  async function call(operation: string, headers: Record<string, string> = {}): Promise<string> {
    const [method, path = ''] = operation.split(' ');
    const abort = new AbortController();
    const hasBody = method !== 'GET' && method !== 'DELETE';
    const answer = await fetch(`${url}${path.replaceAll(/:\w+/g, () => randomUUID()).replace('*', 'anything')}`, {
      method: method ?? 'GET',
      headers: { ...headers, ...(hasBody ? { 'content-type': 'application/json' } : {}) },
      ...(hasBody ? { body: '{}' } : {}),
      redirect: 'manual',
      signal: abort.signal,
    });
    const isProblem = (answer.headers.get('content-type') ?? '').includes('problem');
    const code = isProblem ? ` ${((await answer.json()) as { code: string }).code}` : '';
    abort.abort();
    return `${answer.status}${code}`;
  }

  it('has a line in the matrix for every route, and no line without a route', async () => {
    const routes = routesOf(t.app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false })).filter(
      (route) => !/^GET \/(assets\/.*|((kiosk|widget)\/)?[\w-]+\.\w+)$/.test(route),
    );
    expect(routes.length).toBeGreaterThan(100);
    expect(routes.toSorted()).toEqual(Object.keys(ACCESS_MATRIX).toSorted());
    // The document is made apart from the router: it may not name what does not exist.
    const documented = operationsOf(await openApiOf(t)).map(({ name }) => name.replaceAll(/\{(\w+)\}/g, ':$1'));
    expect(documented.filter((operation) => !(operation in ACCESS_MATRIX))).toEqual([]);
  });

  it('asks everybody who is not signed in to sign in', async () => {
    const wrong: string[] = [];
    for (const [operation, least] of Object.entries(ACCESS_MATRIX)) {
      const seen = await call(operation);
      if (least === 'public' ? /^(401|403)/.test(seen) : seen !== '401 session.required')
        wrong.push(`${operation} (${least}) ${seen}`);
    }
    expect(wrong).toEqual([]);
  });

  it.each(ROLES)('refuses the role %s what is above it, and nothing else', async (role) => {
    const wrong: string[] = [];
    for (const [operation, least] of Object.entries(ACCESS_MATRIX)) {
      if (least === 'public' || operation === 'DELETE /api/v1/session') continue;
      const seen = await call(operation, callers[role].headers);
      const allowed = ROLES.indexOf(role) >= ROLES.indexOf(least);
      if (allowed ? /^(401|403|5)/.test(seen) : seen !== '403 access.role')
        wrong.push(`${operation} (${least}) ${seen}`);
    }
    expect(wrong).toEqual([]);
  });

  it('ends a session for the viewer whose it is', async () => {
    const leaving = await t.colleague(callers.admin, 'viewer');
    await leaving.delete('/session').expect(204);
    await leaving.get('/me').expect(401);
    await callers.viewer.get('/me').expect(200);
  });

  it.each([
    ['garbage', { authorization: 'Bearer garbage' }],
    ['another scheme', { authorization: 'Basic YWRtaW46YWRtaW4=' }],
    ['a key of nobody', { authorization: `Bearer hbk.${'A'.repeat(43)}.${'A'.repeat(43)}` }],
    ['a cookie of nobody', { cookie: `hearback=${'A'.repeat(43)}` }],
  ])('takes %s for nobody', async (_, headers) => {
    expect(await call('GET /api/v1/customers', headers)).toMatch(/^401/);
  });

  it('refuses a wrong key even beside a good session', async () => {
    expect(await call('GET /api/v1/customers', { ...callers.admin.headers, authorization: 'Bearer garbage' })).toMatch(
      /^401/,
    );
  });

  it('takes a writing request with a cookie only from our own page, and a reading one from anywhere', async () => {
    const { cookie = '', origin = '' } = callers.admin.headers;
    const write = (headers: Record<string, string>) => call('POST /api/v1/teams', { cookie, ...headers });
    const good = { origin, 'x-requested-with': 'hearback' };
    expect(await write(good)).toMatch(/^422/);
    const bad: Record<string, string>[] = [
      {},
      { origin },
      { 'x-requested-with': 'hearback' },
      { ...good, origin: 'https://evil.example' },
      { ...good, origin: 'null' },
      { ...good, origin: `${origin}.evil.example` },
      { ...good, 'x-requested-with': 'XMLHttpRequest' },
    ];
    for (const headers of bad)
      expect(`${JSON.stringify(headers)} ${await write(headers)}`).toMatch(/ 403 session\.origin$/);
    expect(await call('GET /api/v1/teams', { cookie, origin: 'https://evil.example' })).toBe('200');
    const writes = Object.entries(ACCESS_MATRIX).filter(([op, least]) => !op.startsWith('GET') && least !== 'public');
    for (const [operation] of writes)
      expect(`${operation} ${await call(operation, { cookie })}`).toMatch(/ 403 session\.origin$/);
  });

  describe('with an API key', () => {
    const cases: [scopes: string[], allowed: string[], refused: string[]][] = [
      [
        ['events:write'],
        ['POST /api/v1/events', 'GET /api/v1/events'],
        [
          'POST /api/v1/responses',
          'GET /api/v1/responses',
          'GET /api/v1/customers',
          'GET /api/v1/organization',
          'POST /api/v1/cases/:id/resolve',
          'GET /api/v1/cases/:id',
        ],
      ],
      [
        ['customers:read', 'responses:write'],
        ['GET /api/v1/customers', 'GET /api/v1/customers/:id/timeline', 'POST /api/v1/responses'],
        ['PUT /api/v1/customers/by-external-id/:externalId', 'POST /api/v1/customers/import', 'POST /api/v1/events'],
      ],
      [
        ['read'],
        ['GET /api/v1/customers', 'GET /api/v1/cases', 'GET /api/v1/insights/nps', 'GET /api/v1/organization'],
        ['POST /api/v1/events', 'PATCH /api/v1/cases/:id', 'DELETE /api/v1/goals/:id', 'PUT /api/v1/contact-policy'],
      ],
      [
        ['*:read'],
        ['GET /api/v1/customers', 'GET /api/v1/surveys/:id'],
        ['POST /api/v1/surveys', 'POST /api/v1/surveys/:id/publish'],
      ],
      [
        ['write'],
        ['POST /api/v1/surveys', 'GET /api/v1/surveys', 'POST /api/v1/campaigns/:id/launch'],
        // Writing everything is still not administering: no keys, people, erasure or log.
        [
          'POST /api/v1/api-keys',
          'GET /api/v1/api-keys',
          'POST /api/v1/users',
          'DELETE /api/v1/customers/:id',
          'GET /api/v1/audit-log',
          'POST /api/v1/webhooks',
          'PATCH /api/v1/organization',
        ],
      ],
      [['api-keys:write'], [], ['POST /api/v1/api-keys', 'GET /api/v1/api-keys', 'DELETE /api/v1/api-keys/:id']],
      [['*'], ['POST /api/v1/api-keys', 'GET /api/v1/audit-log', 'POST /api/v1/events'], []],
    ];

    it.each(cases)('of the scopes %j allows what they say', async (scopes, allowed, refused) => {
      const program = await t.program(callers.admin, scopes);
      for (const operation of allowed)
        expect(`${operation} ${await call(operation, program.headers)}`).not.toMatch(/ (401|403|5)/);
      for (const operation of refused)
        expect(`${operation} ${await call(operation, program.headers)}`).toMatch(/ 403 (api_key\.scope|access\.role)$/);
    });

    it('neither header nor origin is asked for', async () => {
      const program = await t.program(callers.admin, ['write']);
      expect(await call('POST /api/v1/events', { ...program.headers, origin: 'https://elsewhere.example' })).toMatch(
        /^422/,
      );
    });

    it('that was revoked or has expired, nothing is allowed', async () => {
      const { body } = await callers.admin.post('/api-keys', { name: 'short' }).expect(201);
      const headers = { authorization: `Bearer ${body.secret}` };
      expect(await call('GET /api/v1/customers', headers)).toBe('200');
      await callers.admin.delete(`/api-keys/${body.id}`).expect(204);
      expect(await call('GET /api/v1/customers', headers)).toMatch(/^401/);
      const late = await t.program(callers.admin);
      await t.sql(`update api_keys set expires_at = now() - interval '1 second' where revoked_at is null`);
      expect(await call('GET /api/v1/customers', late.headers)).toMatch(/^401/);
    });
  });

  it('forgets the rights of somebody who is disabled or gets a lesser role, at once', async () => {
    const person = await t.colleague(callers.admin, 'manager');
    expect(await call('POST /api/v1/goals', person.headers)).toMatch(/^422/);
    await callers.admin.patch(`/users/${person.userId}`, { role: 'viewer' }).expect(200);
    expect(await call('POST /api/v1/goals', person.headers)).toMatch(/^40[13]/);
    const other = await t.colleague(callers.admin, 'manager');
    await callers.admin.patch(`/users/${other.userId}`, { disabled: true }).expect(200);
    expect(await call('GET /api/v1/goals', other.headers)).toMatch(/^401/);
  });
});

/** `METHOD /path` of each line that Fastify's tree of routes prints; HEAD comes with every GET. */
function routesOf(tree: string): string[] {
  const parents: string[] = [];
  const routes: string[] = [];
  for (const line of tree.split('\n')) {
    const match = /^((?:│ {3}| {4})*)(?:├── |└── )(.*?)(?: \(([A-Z, ]+)\))?$/u.exec(line);
    if (!match) continue;
    const depth = (match[1] ?? '').length / 4;
    const path = `${depth === 0 ? '' : (parents[depth - 1] ?? '')}${match[2] ?? ''}`;
    parents[depth] = path;
    for (const method of match[3]?.split(', ') ?? [])
      if (method !== 'HEAD') routes.push(`${method} ${path === '*' ? '/*' : path}`);
  }
  return [...new Set(routes)];
}
