import { randomUUID } from 'node:crypto';
import { SHARED_TABLES } from '../migrations/shared-tables.js';
import { type LinkPurpose, Signer } from '../src/platform/signing.js';
import { type Caller, type TestApp, startApp } from './support/app.js';
import { type Filled, fill } from './support/make.js';
import { type Operation, idFields, jsonBody, openApiOf, operationsOf, sample } from './support/openapi.js';

/** Tables that this sweep leaves empty in A, each with the reason. */
const EMPTY: Record<string, string> = {
  contact_choices: 'made by customers on their own page; test/sending.e2e-spec.ts',
  sender_domains: 'proven in DNS; test/sending.e2e-spec.ts',
  dkim_keys: 'made for sender domains; test/sending.e2e-spec.ts',
  provider_webhooks: 'made for a mail provider; test/sending.e2e-spec.ts',
  provider_events: 'sent by a mail provider; test/sending.e2e-spec.ts',
  soft_bounces: 'made by mail that comes back; test/sending.e2e-spec.ts',
  response_day_changes: 'folded into response_days by the next round; test/insights.e2e-spec.ts',
  import_chunks: 'dropped when the import is done',
  idempotency_keys: 'the caller is part of the key, see the test of its own',
  privacy_links: 'made when a customer asks for one on a public page',
  inbound_mails: 'made by mail that comes in',
  text_channels: 'an account with a provider; test/text-channels.e2e-spec.ts',
  inbound_texts: 'made by texts that come in; test/text-channels.e2e-spec.ts',
  text_messages: 'made by campaigns that ask by text; test/text-channels.e2e-spec.ts',
  send_buckets: 'filled by bulk mail under a send rate; test/send-rates.e2e-spec.ts',
  sender_warm_ups: 'written by bulk mail of a new sender domain; test/send-rates.e2e-spec.ts',
  assignment_turns: 'taken by rules that assign in turns or by load; test/sla.e2e-spec.ts',
  case_escalations: 'written by the ladder when a case is late; test/sla.e2e-spec.ts',
  escalation_notices: 'written by the ladder when a case is late; test/sla.e2e-spec.ts',
  statement_vectors: 'sentence vectors are off in most tests; test/painpoints.e2e-spec.ts',
  case_responses: 'a second answer about the same thing; test/sla.e2e-spec.ts',
  case_followers: 'people who follow a case; test/case-together.e2e-spec.ts',
  case_relations: 'cases that belong together; test/case-together.e2e-spec.ts',
  case_reads: 'what a person has seen; test/case-together.e2e-spec.ts',
  case_files: 'made by mail that comes in; test/case-together.e2e-spec.ts',
  case_file_chunks: 'made by mail that comes in; test/case-together.e2e-spec.ts',
  notifications: 'what a person was told; test/case-together.e2e-spec.ts',
  notification_settings: 'a wish of a person; test/case-together.e2e-spec.ts',
  notification_digests: 'one per person and day; test/case-together.e2e-spec.ts',
  saved_replies: 'written by managers; test/case-together.e2e-spec.ts',
};

/** Operations whose path parameter is a name of the caller's own choosing: the same name in two organizations is two things. */
const OWN_NAMES = new Set(['PUT /api/v1/customers/by-external-id/{externalId}']);

/** Bodies that pass the contract, where the smallest body of the schema would not. The `id` stands wherever an id is wanted. */
const BODIES: Record<string, (id: string) => object> = {
  'POST /api/v1/cases/bulk': (id) => ({ ids: [id], change: { priority: 'high' } }),
  'PATCH /api/v1/statements/{id}': () => ({ sentiment: 'positive' }),
  'POST /api/v1/cases/{id}/merge': () => ({ into: '00000000-0000-4000-8000-000000000000' }),
  'PUT /api/v1/organization/channels/{channel}': () => ({
    accountSid: `AC${'0'.repeat(32)}`,
    authToken: 'a token of nobody',
    sender: '+4915112345678',
  }),
  'POST /api/v1/cases/{id}/resolve': () => ({ rootCause: 'Theirs', resolution: 'Taken over' }),
  'POST /api/v1/cases/{id}/reopen': () => ({ reason: 'Taken over' }),
  'POST /api/v1/cases/{id}/messages': () => ({ body: 'Hello from the neighbours', wait: true }),
  'POST /api/v1/cases/{id}/notes': () => ({ body: 'We were here' }),
  'PATCH /api/v1/cases/{id}': () => ({ priority: 'urgent', rootCause: 'Theirs' }),
  'PATCH /api/v1/users/{id}': () => ({ role: 'viewer', disabled: true }),
  'PATCH /api/v1/teams/{id}': () => ({ name: 'Taken over' }),
  'PATCH /api/v1/sla-policies/{id}': () => ({ name: 'Taken over' }),
  'PATCH /api/v1/calendars/{id}': () => ({ name: 'Taken over' }),
  'PATCH /api/v1/touchpoints/{id}': () => ({ name: 'Taken over' }),
  'PATCH /api/v1/surveys/{id}': () => ({ name: 'Taken over' }),
  'PATCH /api/v1/campaigns/{id}': () => ({ name: 'Taken over' }),
  'PATCH /api/v1/triggers/{id}': () => ({ enabled: false }),
  'PATCH /api/v1/responses/{id}': () => ({ flags: ['test'] }),
  'PATCH /api/v1/pain-points/{id}': () => ({ name: 'Taken over', status: 'dismissed' }),
  'PATCH /api/v1/case-rules/{id}': () => ({ enabled: false }),
  'PATCH /api/v1/improvements/{id}': () => ({ name: 'Taken over', status: 'declined', outcome: 'Never' }),
  'PATCH /api/v1/webhooks/{id}': () => ({ url: 'https://neighbour.example.org/hook', rotateSecret: true }),
  'POST /api/v1/improvements/{id}/announce': () => ({ text: 'Hello from the neighbours' }),
};

interface Seen {
  status: number;
  body: string;
}

describe('tenancy', () => {
  let t: TestApp;
  let a: Filled;
  let b: Filled;
  let operations: Operation[];
  /** UUIDs in A's rows, by table; rows of one table are alike to whoever must not see them, so three of each column will do. */
  let theirs: Map<string, string[]>;
  let before: string;
  let url: string;

  beforeAll(async () => {
    t = await startApp();
    url = await t.app.getUrl();
    a = await fill(t, 'Zebrafink');
    b = await fill(t, 'Qualle');
    operations = operationsOf(await openApiOf(t));
    theirs = await idsOf(a.tenantId);
    before = await checksum(a.tenantId);
  });
  afterAll(() => t?.close());

  async function tenantTables(): Promise<string[]> {
    const rows = await t.sql<{ name: string }>(
      `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id' order by 1`,
    );
    return rows.map((row) => row.name);
  }

  async function idsOf(tenantId: string, everything = false): Promise<Map<string, string[]>> {
    const columns = await t.sql<{ table: string; column: string }>(
      `select table_name as table, column_name as column from information_schema.columns
       where table_schema = 'public' and data_type = 'uuid' and table_name in (select table_name from information_schema.columns where column_name = 'tenant_id')`,
    );
    const found = new Map<string, Set<string>>();
    for (const { table, column } of columns) {
      const rows = await t.sql<{ id: string }>(
        `select distinct ${column}::text as id from ${table} where tenant_id = $1 and ${column} is not null ${everything ? '' : 'order by 1 limit 3'}`,
        [tenantId],
      );
      const set = found.get(table) ?? new Set();
      for (const { id } of rows) set.add(id);
      found.set(table, set);
    }
    return new Map([...found].map(([table, set]) => [table, [...set]]));
  }

  /** One line per table: how many rows of the tenant and a hash over them. */
  async function checksum(tenantId: string): Promise<string> {
    const lines: string[] = [];
    // A's own reads move `last_seen_at` of its sessions.
    for (const table of [...(await tenantTables()).filter((name) => name !== 'sessions'), 'users', 'tenants']) {
      const mine =
        table === 'users'
          ? 'r.id in (select user_id from memberships where tenant_id = $1)'
          : table === 'tenants'
            ? 'r.id = $1'
            : 'r.tenant_id = $1';
      const [row] = await t.sql<{ n: number; hash: string }>(
        `select count(*)::int as n, md5(coalesce(string_agg(r::text, '|' order by r::text), '')) as hash from ${table} r where ${mine}`,
        [tenantId],
      );
      lines.push(`${table} ${row?.n} ${row?.hash}`);
    }
    return lines.join('\n');
  }

  const someIds = () =>
    [...new Set([...Object.values(a.ids), ...[...theirs.values()].flat()])].filter((id) => id !== a.tenantId);

  /** One call of an operation with every path parameter set to `id`. */
  async function call(caller: Caller, operation: Operation, id: string, body?: unknown): Promise<Seen> {
    const path = operation.path.replaceAll(/\{\w+\}/g, encodeURIComponent(id));
    // Not by supertest, which opens a connection for each of these thousands of calls.
    const answer = await fetch(`${url}${path}`, {
      method: operation.method,
      headers: { ...caller.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: comparable(await answer.text(), id) };
  }

  /** The text of an answer without what differs between any two calls. */
  function comparable(text: string | undefined, id: string): string {
    return (text ?? '').replaceAll(/"requestId":"[^"]*"/g, '').replaceAll(id, '<id>');
  }

  function bodyOf(operation: Operation, id: string): unknown {
    const made = BODIES[operation.name];
    if (made) return made(id);
    const schema = jsonBody(operation);
    return schema ? sample(schema, id) : undefined;
  }

  const byPath = () =>
    operations.filter(
      ({ path, params, name }) => path.startsWith('/api/v1/') && params.length > 0 && !OWN_NAMES.has(name),
    );

  it('has filled every tenant table of A, or says why not', async () => {
    const empty: string[] = [];
    for (const table of await tenantTables()) {
      const [row] = await t.sql<{ n: number }>(`select count(*)::int as n from ${table} where tenant_id = $1`, [
        a.tenantId,
      ]);
      if (row?.n === 0 && !(table in EMPTY) && !(table in SHARED_TABLES)) empty.push(table);
    }
    expect(empty).toEqual([]);
  });

  it('answers every operation with an id of A exactly as with an id of nobody', async () => {
    const ids = someIds();
    expect(ids.length).toBeGreaterThan(70);
    expect(byPath().length).toBeGreaterThan(30);
    const wrong: string[] = [];
    const weak: string[] = [];
    await inParallel(byPath(), async (operation) => {
      for (const [caller, some] of [
        [b.admin, ids],
        [b.program, oneOfEach(theirs, a.tenantId)],
      ] as const) {
        const nobody = randomUUID();
        const expected = await call(caller, operation, nobody, bodyOf(operation, nobody));
        const forPeople = caller === b.program && expected.body.includes('"code":"access.person"');
        if (expected.status !== 404 && !forPeople) weak.push(`${operation.name} ${expected.status} ${expected.body}`);
        for (const id of some) {
          const seen = await call(caller, operation, id, bodyOf(operation, id));
          if (seen.status !== expected.status || seen.body !== expected.body)
            wrong.push(`${operation.name} ${id}: ${seen.status} ${seen.body.slice(0, 200)}`);
        }
      }
    });
    // An answer other than 404 for an unknown id would mean that the body was refused before the id was looked at.
    expect(weak).toEqual([]);
    expect(wrong).toEqual([]);
  }, 240_000);

  it('looks for the second id of a path inside the first: a delivery of A is not behind a webhook of B', async () => {
    const [mine] = await t.sql<{ id: string }>(`select id from webhook_deliveries where tenant_id = $1`, [a.tenantId]);
    const path = (id: string) => `/webhooks/${b.ids.webhook}/deliveries/${id}/replay`;
    const seen = await b.admin.post(path(mine?.id ?? '')).expect(404);
    const { body: nobody } = await b.admin.post(path(randomUUID())).expect(404);
    expect(seen.body).toEqual({ ...nobody, requestId: seen.body.requestId });
  });

  it('refuses ids of A in bodies exactly as ids of nobody', async () => {
    const { ids } = b;
    const trigger = { eventType: 'order.delivered', touchpointKey: 'delivery', surveyId: ids.survey };
    const touchpoint = { key: 'new', name: 'New', stage: 'Use', area: 'product' };
    /** Operation, field of the body, path with B's own id, which of A's things, body with that id. */
    const attempts: [string, string, string, string, (id: string) => object][] = [
      ['POST /touchpoints', 'teamId', '/touchpoints', a.ids.team, (id) => ({ ...touchpoint, teamId: id })],
      ['POST /touchpoints', 'ownerId', '/touchpoints', a.ids.user, (id) => ({ ...touchpoint, ownerId: id })],
      ['PATCH /touchpoints/{id}', 'teamId', `/touchpoints/${ids.touchpoint}`, a.ids.team, (id) => ({ teamId: id })],
      ['PATCH /touchpoints/{id}', 'ownerId', `/touchpoints/${ids.touchpoint}`, a.ids.user, (id) => ({ ownerId: id })],
      [
        'POST /users',
        'teamIds[]',
        '/users',
        a.ids.team,
        (id) => ({ email: 'new@example.test', name: 'New', role: 'viewer', teamIds: [id] }),
      ],
      ['PATCH /users/{id}', 'teamIds[]', `/users/${ids.user}`, a.ids.team, (id) => ({ teamIds: [id] })],
      ['POST /campaigns', 'surveyId', '/campaigns', a.ids.survey, (id) => ({ name: 'New', surveyId: id })],
      [
        'PATCH /campaigns/{id}',
        'surveyId',
        `/campaigns/${ids.draftCampaign}`,
        a.ids.survey,
        (id) => ({ surveyId: id }),
      ],
      [
        'POST /triggers',
        'surveyId',
        '/triggers',
        a.ids.survey,
        (id) => ({ eventType: 'new', touchpointKey: 'delivery', surveyId: id }),
      ],
      ['PATCH /triggers/{id}', 'surveyId', `/triggers/${ids.trigger}`, a.ids.survey, (id) => ({ surveyId: id })],
      [
        'POST /open-links',
        'surveyId',
        '/open-links',
        a.ids.survey,
        (id) => ({ surveyId: id, channel: 'link', name: 'New' }),
      ],
      ['POST /responses', 'surveyId', '/responses', a.ids.survey, (id) => ({ surveyId: id, score: 3 })],
      ['POST /responses', '[].surveyId', '/responses', a.ids.survey, (id) => [{ surveyId: id, score: 3 }]],
      ['PATCH /pain-points/{id}', 'ownerId', `/pain-points/${ids.painPoint}`, a.ids.user, (id) => ({ ownerId: id })],
      [
        'POST /pain-points/{id}/merge',
        'intoId',
        `/pain-points/${ids.otherPainPoint}/merge`,
        a.ids.painPoint,
        (id) => ({ intoId: id }),
      ],
      [
        'POST /pain-points/{id}/split',
        'statementIds[]',
        `/pain-points/${ids.painPoint}/split`,
        a.ids.statement,
        (id) => ({ statementIds: [id], name: 'New' }),
      ],
      [
        'PATCH /statements/{id}',
        'painPointId',
        `/statements/${ids.statement}`,
        a.ids.painPoint,
        (id) => ({ painPointId: id }),
      ],
      [
        'POST /statements/correct',
        'statementIds[]',
        '/statements/correct',
        a.ids.statement,
        (id) => ({ statementIds: [id], sentiment: 'positive' }),
      ],
      [
        'POST /statements/correct',
        'painPointId',
        '/statements/correct',
        a.ids.painPoint,
        (id) => ({ statementIds: [ids.statement], painPointId: id }),
      ],
      ['POST /cases', 'responseId', '/cases', a.ids.response, (id) => ({ responseId: id, subject: 'New' })],
      ['POST /cases', 'customerId', '/cases', a.ids.customer, (id) => ({ customerId: id, subject: 'New' })],
      ['POST /cases', 'ownerId', '/cases', a.ids.user, (id) => ({ subject: 'New', comment: 'x', ownerId: id })],
      ['POST /cases', 'teamId', '/cases', a.ids.team, (id) => ({ subject: 'New', comment: 'x', teamId: id })],
      [
        'POST /cases',
        'painPointIds[]',
        '/cases',
        a.ids.painPoint,
        (id) => ({ subject: 'New', comment: 'x', painPointIds: [id] }),
      ],
      ['PATCH /cases/{id}', 'ownerId', `/cases/${ids.handmadeCase}`, a.ids.user, (id) => ({ ownerId: id })],
      ['PATCH /cases/{id}', 'teamId', `/cases/${ids.handmadeCase}`, a.ids.team, (id) => ({ teamId: id })],
      [
        'PATCH /cases/{id}',
        'painPointIds[]',
        `/cases/${ids.handmadeCase}`,
        a.ids.painPoint,
        (id) => ({ painPointIds: [id] }),
      ],
      ['POST /cases/bulk', 'ids[]', '/cases/bulk', a.ids.case, (id) => ({ ids: [id], change: { priority: 'low' } })],
      [
        'POST /cases/bulk',
        'change.ownerId',
        '/cases/bulk',
        a.ids.user,
        (id) => ({ ids: [ids.handmadeCase], change: { ownerId: id } }),
      ],
      [
        'POST /cases/bulk',
        'change.teamId',
        '/cases/bulk',
        a.ids.team,
        (id) => ({ ids: [ids.handmadeCase], change: { teamId: id } }),
      ],
      [
        'POST /cases/bulk',
        'change.painPointId',
        '/cases/bulk',
        a.ids.painPoint,
        (id) => ({ ids: [ids.handmadeCase], change: { painPointId: id } }),
      ],
      ['PATCH /teams/{id}', 'leadId', `/teams/${ids.team}`, a.ids.user, (id) => ({ leadId: id })],
      ['POST /case-rules/backtest', 'id', '/case-rules/backtest', a.ids.caseRule, (id) => ({ name: 'New', id })],
      ...(['POST /sla-policies', 'PATCH /sla-policies/{id}'] as const).flatMap(
        (operation): [string, string, string, string, (id: string) => object][] => {
          const path = operation.startsWith('POST') ? '/sla-policies' : `/sla-policies/${ids.slaPolicy}`;
          return [
            [operation, 'calendarId', path, a.ids.calendar, (id) => ({ name: 'New', calendarId: id })],
            [
              operation,
              'escalation[].userId',
              path,
              a.ids.user,
              (id) => ({ name: 'New', escalation: [{ when: 'due', do: 'reassign', userId: id }] }),
            ],
          ];
        },
      ),
      [
        'POST /sla-policies/preview',
        'calendarId',
        '/sla-policies/preview',
        a.ids.calendar,
        (id) => ({ at: '2026-11-20T16:30', calendarId: id }),
      ],
      ...(['POST /case-rules', 'PATCH /case-rules/{id}', 'POST /case-rules/backtest'] as const).flatMap(
        (operation): [string, string, string, string, (id: string) => object][] => {
          const path = operation.startsWith('POST') ? operation.slice('POST '.length) : `/case-rules/${ids.caseRule}`;
          return [
            [
              operation,
              'assign.userId',
              path,
              a.ids.user,
              (id) => ({ name: 'New', assign: { to: 'user', userId: id } }),
            ],
            [
              operation,
              'assign.teamId',
              path,
              a.ids.team,
              (id) => ({ name: 'New', assign: { to: 'team', teamId: id } }),
            ],
            [operation, 'sla', path, a.ids.slaPolicy, (id) => ({ name: 'New', sla: id })],
            [
              operation,
              'conditions.painPointIds[]',
              path,
              a.ids.painPoint,
              (id) => ({ name: 'New', conditions: { painPointIds: [id] } }),
            ],
          ];
        },
      ),
      ...(['POST /improvements', 'PATCH /improvements/{id}'] as const).flatMap(
        (operation): [string, string, string, string, (id: string) => object][] => {
          const path = operation.startsWith('POST') ? '/improvements' : `/improvements/${ids.improvement}`;
          return [
            [operation, 'painPointIds[]', path, a.ids.painPoint, (id) => ({ name: 'New', painPointIds: [id] })],
            [operation, 'ownerId', path, a.ids.user, (id) => ({ name: 'New', ownerId: id })],
          ];
        },
      ),
      ['POST /goals', 'teamIds[]', '/goals', a.ids.team, (id) => ({ metric: 'nps', target: 1, teamIds: [id] })],
      ['PATCH /cases/{id}', 'relatedIds[]', `/cases/${ids.handmadeCase}`, a.ids.case, (id) => ({ relatedIds: [id] })],
      [
        'POST /cases/{id}/notes',
        'mentions[]',
        `/cases/${ids.handmadeCase}/notes`,
        a.ids.user,
        (id) => ({ body: 'Look', mentions: [id] }),
      ],
      ['POST /cases/{id}/merge', 'into', `/cases/${ids.handmadeCase}/merge`, a.ids.case, (id) => ({ into: id })],
      ['POST /notifications/read', 'ids[]', '/notifications/read', a.ids.case, (id) => ({ ids: [id] })],
      ['POST /triggers/test', 'id', '/triggers/test', a.ids.trigger, (id) => ({ ...trigger, id })],
      ['POST /triggers/test', 'surveyId', '/triggers/test', a.ids.survey, (id) => ({ ...trigger, surveyId: id })],
      ['POST /stream/presence', 'caseId', '/stream/presence', a.ids.case, (id) => ({ caseId: id })],
    ];

    const documented = new Set(operations.map((operation) => operation.name.replace(' /api/v1', ' ')));
    for (const [operation, field, path, foreign, body] of attempts) {
      if (!documented.has(operation)) throw new Error(`${operation} is not in the document`);
      const method = operation.split(' ')[0]?.toLowerCase() as 'post' | 'patch' | 'put';
      const nobody = randomUUID();
      const expected = await b.admin[method](path, body(nobody));
      const seen = await b.admin[method](path, body(foreign));
      const says = `${operation} ${field} ${seen.status} ${seen.text}`;
      expect({ says, status: seen.status, body: comparable(seen.text, foreign).replaceAll(CHANGING, '') }).toEqual({
        says,
        status: expected.status,
        body: comparable(expected.text, nobody).replaceAll(CHANGING, ''),
      });
      if (!TAKES_UNKNOWN.has(`${operation} ${field}`))
        expect(`${operation} ${field} ${seen.status}`).toMatch(/ (404|422)$/);
    }

    // Each id that a body can carry is in the list above.
    const tried = new Set(attempts.map(([operation, field]) => `${operation} ${field}`));
    const fields = operations
      .filter(({ path }) => path.startsWith('/api/v1/'))
      .flatMap((operation) =>
        idFields(jsonBody(operation) ?? {}).map((field) => `${operation.name.replace(' /api/v1', ' ')} ${field}`),
      );
    expect(fields.filter((field) => !tried.has(field) && !NOT_TENANT_IDS.has(field))).toEqual([]);
  });

  it('finds nothing by ids of A in filters', async () => {
    const filters = operations.flatMap((operation) =>
      operation.method === 'GET' && operation.params.length === 0 && operation.path.startsWith('/api/v1/')
        ? (operation.spec.parameters ?? [])
            .filter(({ name }) => name.endsWith('Id'))
            .map(({ name }) => ({ path: operation.path.replace('/api/v1', ''), name }))
        : [],
    );
    expect(filters.length).toBeGreaterThan(5);
    const foreign = Object.values(a.ids);
    await inParallel(filters, async ({ path, name }) => {
      const nobody = randomUUID();
      const expected = await b.admin.get(`${path}?${name}=${nobody}`);
      for (const id of foreign) {
        const seen = await b.admin.get(`${path}?${name}=${id}`);
        const clean = (text: string) => comparable(text, id).replaceAll(nobody, '<id>').replaceAll(CHANGING, '');
        expect(`${path} ${name} ${seen.status} ${clean(seen.text)}`).toBe(
          `${path} ${name} ${expected.status} ${clean(expected.text)}`,
        );
      }
    });
  });

  it('shows nothing of A in anything that B can read', async () => {
    const ids = new Set([...(await idsOf(a.tenantId, true)).values()].flat());
    expect(ids.size).toBeGreaterThan(200);
    const leaks: string[] = [];
    let read = 0;
    const paths = operations
      .filter(({ method, path }) => method === 'GET' && path.startsWith('/api/v1/') && !path.endsWith('/stream'))
      .flatMap(({ path, params }) => {
        const plain = path.replace('/api/v1', '');
        if (params.length === 0)
          return [plain, ...(LIMITED.test(plain) ? [] : [`${plain}${plain.includes('?') ? '&' : '?'}limit=200`])];
        return Object.values(b.ids).map((id) => plain.replaceAll(/\{\w+\}/g, id));
      });
    await inParallel(paths, async (path) => {
      const { status, text } = await b.admin.get(path);
      if (status === 200) read += 1;
      if (status >= 500) leaks.push(`${path}: ${status}`);
      if (text?.toLowerCase().includes(a.canary.toLowerCase())) leaks.push(`${path}: the canary`);
      for (const [id] of text?.matchAll(UUID) ?? []) if (ids.has(id)) leaks.push(`${path}: ${id}`);
    });
    expect(read).toBeGreaterThan(40);
    expect(leaks).toEqual([]);
    // The same search finds B's own word, so it would have found A's.
    expect((await b.admin.get('/customers')).text).toContain(b.canary);
  });

  it('takes names of A (customers, events, suppressed addresses) for unknown ones', async () => {
    const { body: expected } = await b.admin.post(`/events/${randomUUID()}/replay`).expect(404);
    for (const name of a.eventExternalIds) {
      const { body } = await b.admin.post(`/events/${name}/replay`).expect(404);
      expect(body.code).toBe(expected.code);
    }
    const { items } = (await a.admin.get('/suppressions').expect(200)).body;
    expect(items.length).toBeGreaterThan(0);
    for (const { id, address } of items)
      for (const name of [id, address])
        if (name) await b.admin.post(`/suppressions/${encodeURIComponent(name)}/undo`, { note: 'x' }).expect(404);
    for (const name of a.externalIds) {
      const { body } = await b.admin.put(`/customers/by-external-id/${name}`, {}).expect(201);
      expect(body.id).not.toBe(a.ids.customer);
      expect(body).toMatchObject({ name: null, email: null, segments: [], consents: [], suppression: null });
    }
  });

  it('keeps idempotency keys apart: the same key of another organization is a first call', async () => {
    const key = randomUUID();
    const mine = await a.admin.post('/teams', { name: 'Zebrafink twice' }).set('idempotency-key', key).expect(201);
    const other = await b.admin.post('/teams', { name: 'Qualle twice' }).set('idempotency-key', key).expect(201);
    expect(other.body.id).not.toBe(mine.body.id);
    expect(other.headers['idempotency-replayed']).toBeUndefined();
    await t.sql(`delete from teams where id = $1`, [mine.body.id]);
    await t.sql(`delete from audit_log where subject_id = $1`, [mine.body.id]);
    await t.sql(`delete from idempotency_keys where tenant_id = $1`, [a.tenantId]);
  });

  it('answers a public token that was tampered with, is for another purpose or names another organization with the same page', async () => {
    const signer = t.app.get(Signer);
    const pages: [string, LinkPurpose, string][] = [
      ['/s', 'survey', a.ids.invitation],
      ['/r', 'receipt', a.ids.case],
      ['/me', 'me', a.ids.customer],
      ['/u', 'unsubscribe', a.ids.customer],
    ];
    const purposes: LinkPurpose[] = ['survey', 'receipt', 'me', 'privacy', 'unsubscribe', 'reply', 'bounce'];
    for (const [page, purpose, id] of pages) {
      const good = signer.link(purpose, { tenantId: a.tenantId, id });
      const swap = (at: number) => `${good.slice(0, at)}${good[at] === 'A' ? 'B' : 'A'}${good.slice(at + 1)}`;
      const bad = [
        swap(0),
        swap(21),
        swap(30),
        swap(50),
        swap(62),
        good.slice(0, -1),
        `${good}A`,
        'x',
        ...purposes
          .filter((other) => other !== purpose)
          .map((other) => signer.link(other, { tenantId: a.tenantId, id })),
        signer.link(purpose, { tenantId: b.tenantId, id }),
        signer.link(purpose, { tenantId: randomUUID(), id }),
        signer.link(purpose, { tenantId: a.tenantId, id: randomUUID() }),
        signer.link(purpose, { tenantId: a.tenantId, id: b.ids.invitation }),
      ];
      const plain = (text: string) =>
        text.replaceAll(/nonce[-=]"?[\w+/=]+"?/g, '').replaceAll(/\/(s|r|me|u)\/[\w-]+/g, '');
      const expected = await t.http.get(`${page}/${bad[0]}`);
      expect(`${page} ${expected.status} ${expected.type}`).toBe(`${page} 404 text/html`);
      expect(expected.text.toLowerCase()).not.toContain(a.canary.toLowerCase());
      for (const token of bad) {
        const seen = await t.http.get(`${page}/${token}`);
        expect(`${page}/${token} ${seen.status}`).toBe(`${page}/${token} 404`);
        expect(plain(seen.text)).toBe(plain(expected.text));
        const posted = await t.http.post(`${page}/${token}`).type('form').send({ score: '3', answer: 'fixed' });
        expect(`POST ${page}/${token} ${posted.status}`).toBe(`POST ${page}/${token} 404`);
      }
      // The token itself works, so the pages above were refused for their tokens.
      expect(`${page} ${(await t.http.get(`${page}/${good}`)).status}`).toBe(`${page} 200`);
    }
  });

  it('has changed nothing of A', async () => {
    expect(await checksum(a.tenantId)).toBe(before);
  });
});

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Instants and fresh ids, which differ between two calls. */
const CHANGING = /\d{4}-\d\d-\d\dT[\d:.]+Z|"undoId":"[^"]*"/g;
/** Reads without `?limit=`. */
const LIMITED = /^\/(me|organization|session|contact-policy|digests|insights|cases\/counts|responses\/export)/;
/** Fields in which an unknown id is no mistake: the call does nothing with it. */
const TAKES_UNKNOWN = new Set<string>([
  'POST /cases/bulk ids[]',
  'POST /notifications/read ids[]',
  'POST /triggers/test id',
]);
/** Ids in bodies that name nothing inside an organization. */
const NOT_TENANT_IDS = new Set<string>(['POST /session organizationId']);

function oneOfEach(ids: Map<string, string[]>, except: string): string[] {
  return [...new Set([...ids.values()].flatMap((list) => list.filter((id) => id !== except).slice(0, 1)))];
}

/** Six at a time: enough to keep the server busy. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
    }),
  );
}
