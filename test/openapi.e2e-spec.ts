import { type TestApp, startApp } from './support/app.js';
import { type Answer, type Filled, fill } from './support/make.js';
import {
  type OpenApi,
  type Operation,
  type Schema,
  faults,
  findOperation,
  openApiOf,
  operationsOf,
} from './support/openapi.js';

/** Every call that CONTRACT.md names, with the success it promises where it names one. */
const CONTRACT: Record<string, string[]> = {
  'sign-up': ['POST /signup 201'],
  session: ['POST /session', 'DELETE /session', 'GET /me'],
  organization: ['GET /organization', 'PATCH /organization'],
  'users, teams, api-keys': [
    'GET /users',
    'POST /users',
    'PATCH /users/{id}',
    'GET /teams',
    'POST /teams',
    'GET /api-keys',
    'POST /api-keys',
    'DELETE /api-keys/{id}',
  ],
  customers: [
    'PUT /customers/by-external-id/{externalId}',
    'GET /customers',
    'GET /customers/{id}',
    'GET /customers/{id}/timeline',
    'POST /customers/import 200',
    'POST /customers/import 202',
    'GET /customers/{id}/export',
    'DELETE /customers/{id}',
  ],
  imports: ['GET /imports/{id}'],
  journeys: ['GET /journeys', 'POST /journeys', 'GET /touchpoints', 'POST /touchpoints', 'PATCH /touchpoints/{id}'],
  surveys: ['GET /surveys', 'POST /surveys', 'PATCH /surveys/{id}', 'POST /surveys/{id}/publish'],
  campaigns: [
    'GET /campaigns',
    'POST /campaigns',
    'GET /campaigns/{id}',
    'POST /campaigns/{id}/preview',
    'POST /campaigns/{id}/launch',
    'POST /campaigns/{id}/pause',
    'POST /campaigns/{id}/resume',
    'POST /campaigns/{id}/cancel',
  ],
  triggers: ['GET /triggers', 'POST /triggers', 'PATCH /triggers/{id}'],
  events: ['POST /events 202'],
  'contact policy': ['GET /contact-policy', 'PUT /contact-policy'],
  invitations: ['GET /invitations'],
  responses: ['POST /responses 201', 'POST /responses/import', 'GET /responses', 'GET /responses/{id}'],
  'pain points': [
    'GET /pain-points',
    'GET /pain-points/{id}',
    'GET /pain-points/{id}/statements',
    'PATCH /pain-points/{id}',
    'POST /pain-points/{id}/merge',
    'POST /pain-points/{id}/split',
  ],
  cases: [
    'GET /cases',
    'GET /cases/{id}',
    'PATCH /cases/{id}',
    'POST /cases',
    'POST /cases/{id}/notes',
    'POST /cases/{id}/messages',
    'POST /cases/{id}/resolve',
    'POST /cases/{id}/reopen',
  ],
  'case rules': [
    'GET /case-rules',
    'POST /case-rules',
    'PATCH /case-rules/{id}',
    'DELETE /case-rules/{id}',
    'POST /case-rules/{id}/backtest',
  ],
  improvements: [
    'GET /improvements',
    'POST /improvements',
    'PATCH /improvements/{id}',
    'POST /improvements/{id}/announce',
    'GET /improvements/{id}/effect',
  ],
  insights: [
    'GET /insights/nps',
    'GET /insights/change',
    'GET /insights/drivers',
    'GET /insights/journey',
    'GET /insights/funnel',
    'GET /insights/loop',
  ],
  'webhooks, audit log, goals, digests': [
    'GET /webhooks',
    'POST /webhooks',
    'GET /webhooks/{id}/deliveries',
    'GET /audit-log',
    'GET /goals',
    'POST /goals',
    'GET /digests',
    'PUT /digests',
  ],
  'for the screens': [
    'POST /cases/bulk',
    'POST /cases/bulk/{undoId}/undo',
    'GET /annotations',
    'POST /annotations',
    'GET /views',
    'POST /views',
    'GET /stream',
  ],
};

/** Filters that CONTRACT.md names. */
const FILTERS: Record<string, string[]> = {
  '/invitations': ['customerId', 'campaignId', 'status'],
  '/responses': ['touchpoint', 'category', 'sentiment', 'from', 'to', 'q'],
  '/pain-points': ['touchpoint', 'from', 'to', 'sort'],
  '/cases': ['status', 'ownerId', 'touchpoint', 'overdue', 'q'],
  '/insights/nps': ['from', 'to', 'interval', 'groupBy', 'metric'],
  '/insights/change': ['a', 'b'],
};

/** Lists whose rows are few by nature still take `limit` and `cursor`; these GETs are no lists. */
const isPage = (schema: Schema | undefined) =>
  schema?.properties?.['items'] !== undefined && schema.properties['nextCursor'] !== undefined;

/** Bodies of these are nothing that JSON Schema could describe. */
const NO_JSON =
  /^GET \/(metrics|api\/v1\/(stream|suppressions\/export|responses\/export|campaigns\/\{id\}\/invitations\.csv|cases\/\{id\}\/files\/\{fileId\}|open-links\/\{id\}\/(qr|poster)))$|^\w+ \/(s|r|me|u|l|t)\/|^POST \/api\/v1\/inbound\/sms\/|^GET \/(kiosk\/\{token\}|widget\/\{token\}\/try)$/;

describe('the OpenAPI document', () => {
  let t: TestApp;
  let document: OpenApi;
  let operations: Operation[];
  const answers: Answer[] = [];
  let filled: Filled;

  beforeAll(async () => {
    t = await startApp();
    filled = await fill(t, 'Merle', (answer) => answers.push(answer));
    document = await openApiOf(t);
    operations = operationsOf(document);
  });
  afterAll(() => t?.close());

  const named = (name: string) => operations.find((operation) => operation.name === name.replace(' /', ' /api/v1/'));
  const success = (operation: Operation) =>
    Object.entries(operation.spec.responses ?? {}).filter(([status]) => status.startsWith('2'));
  const jsonOf = (operation: Operation) =>
    success(operation)
      .map(([, response]) => response.content?.['application/json']?.schema)
      .find((schema) => schema !== undefined);

  it.each(Object.entries(CONTRACT))('has every call of the contract: %s', (_, calls) => {
    const missing = calls.filter((line) => {
      const [method, path, status] = line.split(' ');
      const operation = named(`${method} ${path}`);
      return !operation || (status !== undefined && operation.spec.responses?.[status] === undefined);
    });
    expect(missing).toEqual([]);
  });

  it('has every filter of the contract', () => {
    for (const [path, filters] of Object.entries(FILTERS)) {
      const given = (named(`GET ${path}`)?.spec.parameters ?? []).filter((p) => p.in === 'query').map((p) => p.name);
      expect(given).toEqual(expect.arrayContaining(filters));
    }
    for (const path of ['/customers/import', '/responses/import', '/improvements/{id}/announce'])
      expect(named(`POST ${path}`)?.spec.parameters?.map((p) => p.name)).toContain('dryRun');
  });

  it('is well-formed: version, unique ids, declared path parameters, descriptions, known references', () => {
    const wrong: string[] = [];
    expect(document.openapi).toMatch(/^3\.[01]\.\d+$/);
    expect(document.info).toMatchObject({ title: 'Hearback', version: expect.any(String) });
    const seen = new Set<string>();
    for (const { name, params, spec, method, path } of operations) {
      if (!/^(GET|POST|PUT|PATCH|DELETE)$/.test(method)) wrong.push(`${name}: method`);
      if (!path.startsWith('/')) wrong.push(`${name}: path`);
      if (!spec.operationId || seen.has(spec.operationId)) wrong.push(`${name}: operationId ${spec.operationId}`);
      seen.add(spec.operationId ?? '');
      const declared = (spec.parameters ?? []).filter((p) => p.in === 'path').map((p) => p.name);
      if (declared.toSorted().join() !== params.toSorted().join())
        wrong.push(`${name}: path parameters ${declared.join()}`);
      for (const parameter of spec.parameters ?? []) {
        if (parameter.in === 'path' && parameter.required !== true)
          wrong.push(`${name}: ${parameter.name} not required`);
        if (!parameter.schema) wrong.push(`${name}: ${parameter.name} without schema`);
      }
      if (Object.keys(spec.responses ?? {}).length === 0) wrong.push(`${name}: no responses`);
      for (const [status, response] of Object.entries(spec.responses ?? {})) {
        if (!/^([1-5]\d\d|default)$/.test(status)) wrong.push(`${name}: status ${status}`);
        if (typeof response.description !== 'string') wrong.push(`${name}: ${status} without description`);
      }
      if (method === 'GET' && spec.requestBody) wrong.push(`${name}: GET with a body`);
    }
    walk(document, (schema, at) => {
      if (typeof schema.$ref === 'string' && !resolves(schema.$ref)) wrong.push(`${at}: ${schema.$ref} is nowhere`);
      if (Array.isArray(schema.required))
        for (const name of schema.required)
          if (schema.properties && !(name in schema.properties))
            wrong.push(`${at}: requires ${name}, which it has not`);
      if (Array.isArray(schema.type)) wrong.push(`${at}: a list of types is not OpenAPI 3.0`);
      if (schema.type === 'null' && document.openapi.startsWith('3.0'))
        wrong.push(`${at}: type null is not OpenAPI 3.0`);
      if (schema.type === 'array' && !schema.items) wrong.push(`${at}: array without items`);
      if (typeof schema.pattern === 'string') new RegExp(schema.pattern, 'u');
    });
    expect(wrong).toEqual([]);
  });

  const resolves = (reference: string) =>
    reference
      .replace('#/', '')
      .split('/')
      .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document) !== undefined;

  it('describes the answer of every call that succeeds, and the body of every call that takes one', () => {
    const wrong: string[] = [];
    for (const operation of operations) {
      const { name, method, spec } = operation;
      if (success(operation).length === 0) wrong.push(`${name}: no success`);
      if (!NO_JSON.test(name))
        for (const [status, response] of success(operation)) {
          const schema = response.content?.['application/json']?.schema;
          const isEmpty = status === '204' || (status === '202' && name.endsWith('/password/forgot'));
          if (isEmpty ? schema !== undefined : schema === undefined || !isDescribed(schema))
            wrong.push(`${name}: answer ${status}`);
        }
      if (method === 'PUT' || method === 'PATCH')
        if (!Object.values(spec.requestBody?.content ?? {}).some((media) => media.schema && isDescribed(media.schema)))
          wrong.push(`${name}: body`);
      for (const [type, media] of Object.entries(spec.requestBody?.content ?? {}))
        if (!media.schema || !isDescribed(media.schema)) wrong.push(`${name}: body as ${type}`);
    }
    expect(wrong).toEqual([]);
  });

  it('gives every list of the API limit, cursor, items and nextCursor', () => {
    const lists = operations.filter((operation) => isPage(jsonOf(operation)));
    expect(lists.length).toBeGreaterThan(20);
    for (const { name, spec } of lists)
      expect(`${name} ${(spec.parameters ?? []).map((p) => p.name).join()}`).toMatch(/ .*\blimit,cursor/);
    const arrays = operations.filter((o) => o.path.startsWith('/api/v1/') && jsonOf(o)?.type === 'array');
    expect(arrays.map(({ name }) => name)).toEqual([]);
  });

  it('never lets a tenant in: no body, query or path names one', () => {
    const named = JSON.stringify(operations.map(({ spec }) => [spec.parameters, spec.requestBody]));
    expect(named).not.toMatch(/tenant_?id/i);
  });

  it('holds for every answer of a full run, reading all of it back', async () => {
    const { admin, ids } = filled;
    const reads = operations.filter(
      ({ method, path }) => method === 'GET' && path.startsWith('/api/v1/') && !path.endsWith('/stream'),
    );
    for (const { path, params } of reads) {
      const plain = path.replace('/api/v1', '');
      if (params.length === 0) await admin.get(plain);
      else for (const id of Object.values(ids)) await admin.get(plain.replaceAll(/\{\w+\}/g, id));
    }
    for (const query of ['groupBy=touchpoint', 'groupBy=segment', 'groupBy=account', 'interval=month&metric=tnps'])
      await admin.get(`/insights/nps?${query}`);
    for (const path of ['/insights/change?compare=year', '/pain-points?sort=name&emerging=false', '/cases?status=open'])
      await admin.get(path);
    await admin.post(`/case-rules/${ids.caseRule}/backtest`);
    await admin.post('/case-rules/backtest', { name: 'Merle tries' });
    await admin.patch(`/teams/${ids.team}`, {});
    await admin.post(`/cases/${ids.handmadeCase}/follow`);
    await admin.delete(`/cases/${ids.handmadeCase}/follow`);
    const { body: whole } = await admin.get(`/cases/${ids.handmadeCase}`);
    const twin = { externalCustomerId: whole.customer?.externalId, subject: 'Merle again' };
    const { body: first } = await admin.post('/cases', twin);
    const { body: second } = await admin.post('/cases', twin);
    await admin.post(`/cases/${first.id}/merge`, { into: second.id });
    await admin.post('/notifications/read', {});
    await admin.put('/me/notifications', { mail: 'daily', quiet: { from: '20:00', to: '07:00' } });
    const { body: saved } = await admin.post('/saved-replies', { name: 'Merle', texts: { en: 'Hello' } });
    await admin.patch(`/saved-replies/${saved.id}`, {});
    await admin.delete(`/saved-replies/${saved.id}`);
    const { body: cause } = await admin.post('/root-causes', { area: 'process', name: 'Merle' });
    await admin.patch(`/root-causes/${cause.id}`, {});
    await admin.get('/calendars/holidays?country=DE&year=2026');
    const week = { '1': [{ from: '09:00', to: '17:00' }] };
    const { body: calendar } = await admin.post('/calendars', { name: 'Merle', timeZone: 'Europe/Berlin', week });
    const { body: policy } = await admin.post('/sla-policies', { name: 'Merle', firstResponseMinutes: 60 });
    await admin.post('/sla-policies/preview', { at: '2026-11-20T16:30', firstResponseMinutes: 60 });
    for (const path of [`/calendars/${calendar.id}`, `/sla-policies/${policy.id}`]) {
      await admin.patch(path, {});
      await admin.delete(path);
    }
    // What fill() changed can no longer be undone once its ten seconds are over.
    const { body: bulk } = await admin.post('/cases/bulk', { ids: [ids.handmadeCase], change: { priority: 'low' } });
    await admin.post(`/cases/bulk/${bulk.undoId}/undo`);
    await admin.post(`/webhooks/${ids.webhook}/test`);
    await admin.post(`/campaigns/${ids.campaign}/cancel`);
    await admin.post(`/invitations/${ids.invitation}/cancel`);
    await admin.post(`/events/${ids.rejectedEvent}/replay`);
    const { body: apart } = await admin
      .post(`/pain-points/${ids.painPoint}/split`, { statementIds: [ids.statement], name: 'Merle apart' })
      .expect(201);
    await admin.post(`/pain-points/${apart.id}/merge`, { intoId: ids.painPoint });
    await admin.get('/statements/search?q=late');
    await admin.post('/statements/correct', { statementIds: [ids.statement], aspect: 'delivery' });
    const [imported] = await t.sql<{ id: string }>(`select id from imports limit 1`);
    await admin.get(`/imports/${imported?.id}`);
    await admin.post('/campaigns/audience-count', { audience: { segments: [] } });
    await admin.post(`/campaigns/${ids.draftCampaign}/duplicate`);
    await admin.post(`/campaigns/${ids.draftCampaign}/mail-preview`, {});
    const { body: triggers } = await admin.get('/triggers');
    const { eventType, touchpointKey, surveyId } = triggers.items[0];
    await admin.post('/triggers/test', { eventType, touchpointKey, surveyId });
    // Its campaign is cancelled by now; sent again is what stands alone.
    await t.sql(`update invitations set status = 'unknown', campaign_id = null where id = $1`, [ids.invitation]);
    await admin.post(`/invitations/${ids.invitation}/send-again`);
    await admin.patch(`/campaigns/${ids.draftCampaign}`, { sendAt: '2027-03-01T09:00:00Z' });
    await admin.post(`/campaigns/${ids.draftCampaign}/launch`);
    await t.runJobs();
    for (const verb of ['pause', 'resume']) await admin.post(`/campaigns/${ids.draftCampaign}/${verb}`);
    await admin.post(`/cases/${ids.case}/reopen`, { reason: 'Merle again' });
    for (const [path, id] of [
      ['touchpoints', ids.touchpoint],
      ['triggers', ids.trigger],
      ['campaigns', ids.draftCampaign],
      ['surveys', ids.draftSurvey],
      ['case-rules', ids.caseRule],
      ['improvements', ids.improvement],
      ['webhooks', ids.webhook],
      ['open-links', ids.openLink],
    ])
      await admin.patch(`/${path}/${id}`, {});
    await admin.patch(`/webhooks/${ids.webhook}`, { rotateSecret: true });
    await admin.patch(`/responses/${ids.response}`, { flags: ['test'] });
    const { body: domain } = await admin.post('/mail/domains', { domain: 'merle.invalid' });
    for (const verb of ['check', 'rotate']) await admin.post(`/mail/domains/${domain.id}/${verb}`);
    const credential = 'merle-secret-merle-secret';
    const { body: provider } = await admin.post('/mail/providers', { provider: 'generic', credential });
    await admin.post(`/mail/providers/${provider.id}/rotate`);
    await t.http
      .post(new URL(provider.url).pathname)
      .set('authorization', `Bearer ${credential}`)
      .send({ events: [] })
      .expect(200, { received: 0, matched: 0 });
    // An account whose server does not exist, switched off before anything is sent.
    const account = { baseUrl: 'https://merle.invalid', accountSid: 'AC0001', sender: '+15005550006' };
    await admin.put('/organization/channels/sms', { ...account, authToken: credential });
    await admin.post('/organization/channels/sms/test', { to: '+49 151 23456789' });
    await admin.put('/organization/channels/sms', { ...account, enabled: false });
    await admin.get('/organization/channels');
    await admin.get('/mail/sender');
    await admin.get('/mail/providers');
    await admin.post('/suppressions', { address: 'merle@merle.invalid' });
    await admin.post('/suppressions/import').set('content-type', 'text/csv').send('address\n@merle.invalid\n');
    await admin.get('/suppressions');
    await admin.patch('/me', { preferences: { theme: 'dark' } });
    for (const path of ['/contact-policy', '/digests']) await admin.put(path, (await admin.get(path)).body);
    await admin.post('/contact-policy/simulate', { policy: (await admin.get('/contact-policy')).body });

    const wrong = new Set<string>();
    const checked = new Set<string>();
    for (const answer of answers) {
      const operation = findOperation(operations, answer.method, `/api/v1${answer.path}`);
      const where = `${answer.method} ${answer.path} ${answer.status}`;
      if (!operation) wrong.add(`${where}: not in the document`);
      else if (answer.status >= 500) wrong.add(`${where}: ${answer.text}`);
      else if (answer.status >= 400) for (const fault of problemFaults(answer)) wrong.add(`${where}: ${fault}`);
      else {
        const documented = operation.spec.responses?.[String(answer.status)];
        if (!documented) wrong.add(`${where}: this status is not in the document`);
        const schema = documented?.content?.['application/json']?.schema;
        if (answer.contentType.includes('json') && !schema) wrong.add(`${where}: JSON without a schema`);
        if (!schema || !answer.contentType.includes('json')) continue;
        checked.add(operation.name);
        for (const fault of faults(document, schema, answer.body)) wrong.add(`${operation.name}: ${fault}`);
      }
    }
    const unread = operations
      .filter((o) => o.path.startsWith('/api/v1/') && jsonOf(o) && !checked.has(o.name) && !NOT_RUN.test(o.name))
      .map(({ name }) => name);
    expect([...wrong].slice(0, 40)).toEqual([]);
    expect(unread).toEqual([]);
  }, 120_000);

  it('notices an answer that does not fit', () => {
    const schema = jsonOf(named('GET /me') as Operation) as Schema;
    expect(faults(document, schema, { id: 'x' }).join()).toContain('missing');
    const me = answers.find((answer) => answer.method === 'GET' && answer.path === '/me')?.body as object;
    expect(faults(document, schema, me)).toEqual([]);
    expect(faults(document, schema, { ...me, tenant_id: 1 })).toEqual(['$.tenant_id: not documented']);
    expect(faults(document, schema, { ...me, role: 'king' })).toHaveLength(1);
    expect(faults(document, schema, { ...me, name: null })).toHaveLength(1);
  });
});

/** Calls of people who are not signed in yet; the identity tests make them. */
const NOT_RUN =
  / \/api\/v1\/(signup|inbound\/mail\/\{provider\}\/\{token\}|setup|session|session\/demo|password\/\w+|language\/model\/trial)$|replay$/;

/** RFC 9457, with our stable code. */
function problemFaults({ contentType, body, status }: Answer): string[] {
  const problem = body as Record<string, unknown>;
  const wrong: string[] = [];
  if (contentType !== 'application/problem+json') wrong.push(`content type ${contentType}`);
  for (const name of ['type', 'title', 'detail', 'code'])
    if (typeof problem[name] !== 'string' || problem[name] === '') wrong.push(`no ${name}`);
  if (problem['status'] !== status) wrong.push('another status in the body');
  if (typeof problem['code'] === 'string' && !/^[a-z_]+(\.[a-z_]+)*$/.test(problem['code']))
    wrong.push(`code ${problem['code']}`);
  if (status === 422 && !Array.isArray(problem['errors'])) wrong.push('422 without errors');
  return wrong;
}

/** Says something about the shape: `{}` would accept anything. */
function isDescribed(schema: Schema): boolean {
  return Boolean(schema.$ref ?? schema.type ?? schema.anyOf ?? schema.oneOf ?? schema.allOf ?? schema.enum);
}

/** Every object of the document that may be a schema, with its place. */
function walk(node: unknown, visit: (schema: Schema, at: string) => void, at = '#'): void {
  if (typeof node !== 'object' || node === null) return;
  // A property may be called `type`, `required` or `pattern` itself.
  if (!Array.isArray(node) && !/\/(properties|paths|responses|schemas|examples?|default)$/.test(at)) visit(node, at);
  for (const [key, inner] of Object.entries(node)) walk(inner, visit, `${at}/${key}`);
}
