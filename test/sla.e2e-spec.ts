import { CASE_STATUSES, type CaseAction, next } from '../src/actions/cases/transitions.js';
import type { Role } from '../src/platform/auth.js';
import { type Caller, startApp, type TestApp } from './support/app.js';

let t: TestApp;
beforeAll(async () => (t = await startApp()));
afterAll(() => t.close());

let many = 0;
/** For tests that change nothing. */
let shared: Promise<House> | undefined;

const ALWAYS = Object.fromEntries(
  ['1', '2', '3', '4', '5', '6', '7'].map((day) => [day, [{ from: '00:00', to: '24:00' }]]),
);

async function house() {
  const admin = await t.signUp();
  const team: string = (await admin.post('/teams', { name: 'Care' }).expect(201)).body.id;
  const [ben, maja] = [await t.colleague(admin, 'agent', 'Ben Bolt'), await t.colleague(admin, 'agent', 'Maja Kovač')];
  const manager = await t.colleague(admin, 'manager', 'Mona Manager');
  for (const person of [ben, maja]) await admin.patch(`/users/${person.userId}`, { teamIds: [team] }).expect(200);
  await admin
    .post('/touchpoints', { key: 'install', name: 'Meter install', stage: 'Start', area: 'process', teamId: team })
    .expect(201);
  return { admin, manager, ben, maja, team, program: await t.program(admin, ['*']) };
}
type House = Awaited<ReturnType<typeof house>>;

/** An unhappy customer's answer and the case that has it. */
async function unhappy(h: House, customer = `customer-${(many += 1)}`, fields: object = {}, attributes: object = {}) {
  await h.program
    .put(`/customers/by-external-id/${customer}`, { name: 'Ingrid', email: `${customer}@example.test`, attributes })
    .expect((answer) => expect(answer.status).toBeLessThan(300));
  const answer = await h.program
    .post('/responses', {
      externalCustomerId: customer,
      touchpointKey: 'install',
      metric: 'tnps',
      score: 2,
      comment: 'Nobody came to my appointment.',
      mayContact: true,
      ...fields,
    })
    .expect(201);
  await t.runJobs();
  const response = await h.admin.get(`/responses/${answer.body.items[0].id}`).expect(200);
  const caseId: string = response.body.caseId;
  return { caseId, customer, responseId: response.body.id as string };
}
const read = async (h: House, id: string) => (await h.admin.get(`/cases/${id}`).expect(200)).body;
const rule = (h: House, body: object) => h.admin.post('/case-rules', { name: 'A rule', order: 1, ...body });
const sweep = async () => {
  await t.sql(`update jobs set run_at = now() where name = 'cases.escalate'`);
  await t.sql(
    `insert into jobs (id, name, key, payload) select gen_random_uuid(), 'cases.escalate', gen_random_uuid()::text, '{}' where not exists (select 1 from jobs where name = 'cases.escalate' and state = 'queued')`,
  );
  await t.runJobs();
};

describe('calendars and policies', () => {
  it('say when a case of Friday 16:30 is due, over lunch, holidays and short nights', async () => {
    const { manager } = await house();
    const week = Object.fromEntries(['1', '2', '3', '4', '5'].map((day) => [day, [{ from: '09:00', to: '17:00' }]]));
    const preview = async (body: object) =>
      (await manager.post('/sla-policies/preview', { firstResponseMinutes: 60, ...body }).expect(200)).body
        .firstResponse?.dueAt;
    const berlin = { timeZone: 'Europe/Berlin', week };
    expect(await preview({ at: '2026-11-20T16:30', calendar: berlin })).toBe('2026-11-23T08:30:00.000Z');
    expect(await preview({ at: '2026-12-24T16:30', calendar: { ...berlin, country: 'DE' } })).toBe(
      '2026-12-28T08:30:00.000Z',
    );
    const lunch = {
      '1': [
        { from: '09:00', to: '12:00' },
        { from: '13:00', to: '17:00' },
      ],
    };
    expect(await preview({ at: '2026-11-23T11:45', calendar: { ...berlin, week: lunch } })).toBe(
      '2026-11-23T12:45:00.000Z',
    );
    const night = { at: '2026-03-28T20:00', calendar: { timeZone: 'Europe/Berlin', week: ALWAYS } };
    expect(await preview({ ...night, firstResponseMinutes: 480 })).toBe('2026-03-29T03:00:00.000Z');
    expect(await preview({ ...night, at: '2026-10-24T20:00', firstResponseMinutes: 480 })).toBe(
      '2026-10-25T02:00:00.000Z',
    );
    const holidays = (await manager.get('/calendars/holidays?country=DE&region=BY&year=2026').expect(200)).body.items;
    expect(holidays).toContainEqual(expect.objectContaining({ day: '2026-01-06' }));
  });

  it.each([
    ['week', { timeZone: 'Europe/Berlin', week: {} }],
    ['week', { timeZone: 'Europe/Berlin', week: { '1': [{ from: '17:00', to: '09:00' }] } }],
    ['timeZone', { timeZone: 'Mars/Olympus', week: ALWAYS }],
    ['country', { timeZone: 'UTC', week: ALWAYS, country: 'XX' }],
    ['region', { timeZone: 'UTC', week: ALWAYS, country: 'DE', region: 'NOPE' }],
  ])('refuse a calendar with a wrong %s', async (path, body) => {
    const h = await (shared ??= house());
    const answer = await h.manager.post('/calendars', { name: 'Wrong', ...body }).expect(422);
    expect(answer.body.errors[0].path).toContain(path);
  });

  it('keep the default policy and calendars in use, and refuse what contradicts itself', async () => {
    const h = await (shared ??= house());
    const [own] = (await h.manager.get('/sla-policies').expect(200)).body.items;
    expect((await h.manager.delete(`/sla-policies/${own.id}`).expect(409)).body.code).toBe('sla_policy.is_default');
    expect((await h.manager.delete(`/calendars/${own.calendar.id}`).expect(409)).body.code).toBe('calendar.in_use');
    const wrong = { name: 'Both', resolutionDays: 2, resolutionMinutes: 60 };
    expect((await h.manager.post('/sla-policies', wrong).expect(422)).body.errors[0].path).toBe('resolutionDays');
    await h.manager
      .post('/sla-policies', { name: 'Late', escalation: [{ when: 'late', do: 'notify_lead' }] })
      .expect(422);
    expect((await h.manager.patch(`/sla-policies/${own.id}`, { name: 'X', version: 99 }).expect(409)).body.code).toBe(
      'sla_policy.version',
    );
  });

  it('plan open cases anew when priority, policy or calendar change', async () => {
    const h = await house();
    const calendar = (await h.manager.post('/calendars', { name: 'Always', timeZone: 'UTC', week: ALWAYS }).expect(201))
      .body;
    const { caseId } = await unhappy(h);
    const policy = (
      await h.manager
        .post('/sla-policies', {
          name: 'Urgent',
          conditions: { priorities: ['urgent'] },
          calendarId: calendar.id,
          firstResponseMinutes: 60,
        })
        .expect(201)
    ).body;
    expect(policy).toMatchObject({ order: 1, sentence: 'Urgent priority → reply in 1 working hour' });
    await h.ben.patch(`/cases/${caseId}`, { priority: 'urgent' }).expect(200);
    const urgent = await read(h, caseId);
    const minutes = (view: { createdAt: string; firstResponseDueAt: string }) =>
      (Date.parse(view.firstResponseDueAt) - Date.parse(view.createdAt)) / 60_000;
    expect(urgent.sla.name).toBe('Urgent');
    expect(minutes(urgent)).toBeCloseTo(60, 5);
    await h.manager
      .patch(`/sla-policies/${policy.id}`, { firstResponseMinutes: 90, version: policy.version })
      .expect(200);
    await t.runJobs();
    expect(minutes(await read(h, caseId))).toBeCloseTo(90, 5);
    const { replan } = (await h.manager.get('/sla-policies/replan').expect(200)).body;
    expect(replan).toMatchObject({ total: 1, done: 1, finishedAt: expect.any(String) });
    await h.manager.delete(`/sla-policies/${policy.id}`).expect(204);
    await t.runJobs();
    const after = await read(h, caseId);
    expect(after.sla.name).toBe('Standard');
    expect(after.version).toBe(urgent.version);
  });
});

describe('who gets the case', () => {
  it('takes turns, skips who is away or full, and leaves the rest to the team', async () => {
    const h = await house();
    await rule(h, { assign: { to: 'round_robin', teamId: h.team } }).expect(201);
    const owner = async () => (await read(h, (await unhappy(h)).caseId)).ownerId;
    const [one, two] = [await owner(), await owner()];
    expect(new Set([one, two])).toEqual(new Set([h.ben.userId, h.maja.userId]));
    await h.admin.patch(`/users/${h.ben.userId}`, { absentFrom: '2020-01-01', absentTo: null }).expect(200);
    expect([await owner(), await owner()]).toEqual([h.maja.userId, h.maja.userId]);
    await h.admin.patch(`/users/${h.maja.userId}`, { capacity: 3 }).expect(200);
    const left = await read(h, (await unhappy(h)).caseId);
    expect([left.ownerId, left.teamId]).toEqual([null, h.team]);
    await h.admin.patch(`/users/${h.ben.userId}`, { absentFrom: null, capacity: 10 }).expect(200);
    expect(await owner()).toBe(h.ben.userId);
    await h.admin.patch(`/users/${h.ben.userId}`, { absentFrom: '2026-02-02', absentTo: '2026-02-01' }).expect(422);
  });

  it('goes by load, by the customer’s own field, and for manual cases as the rules would', async () => {
    const h = await house();
    const made = await h.maja.post('/cases', { touchpointKey: 'install', comment: 'By phone', ownerId: h.maja.userId });
    expect(made.status).toBe(201);
    const load = (await rule(h, { assign: { to: 'least_loaded', teamId: h.team } }).expect(201)).body;
    const first = await unhappy(h);
    expect((await read(h, first.caseId)).ownerId).toBe(h.ben.userId);
    await h.admin
      .patch(`/case-rules/${load.id}`, { assign: { to: 'customer_field', field: 'account manager' } })
      .expect(200);
    const theirs = await unhappy(h, undefined, {}, { 'account manager': h.maja.email.toUpperCase() });
    expect((await read(h, theirs.caseId)).ownerId).toBe(h.maja.userId);
    const manual = await h.ben.post('/cases', { touchpointKey: 'install', comment: 'By phone' }).expect(201);
    expect(manual.body.teamId).toBe(h.team);
    const nobody = await h.ben.post('/cases', { touchpointKey: 'install', ownerId: null }).expect(201);
    expect([nobody.body.ownerId, nobody.body.teamId]).toEqual([null, null]);
  });

  it('tries a rule before it is stored', async () => {
    const h = await house();
    for (let n = 0; n < 4; n += 1) await unhappy(h, undefined, { score: n });
    const draft = {
      name: 'Draft',
      order: 1,
      conditions: { scoreTo: 1 },
      assign: { to: 'round_robin', teamId: h.team },
    };
    const { body } = await h.manager.post('/case-rules/backtest', draft).expect(200);
    expect(body).toMatchObject({ cases: 2, matches: 2, detractors: 4, missedDetractors: 0 });
    expect(body.perOwner.map((one: { cases: number }) => one.cases)).toEqual([1, 1]);
    await h.ben.post('/case-rules/backtest', draft).expect(403);
  });
});

describe('one customer, one thing', () => {
  it('joins further answers to the open case, starts the next-response clock, and opens a new case after it is closed', async () => {
    const h = await house();
    const { caseId, customer } = await unhappy(h);
    await h.ben.post(`/cases/${caseId}/messages`, { body: 'We look into it.', wait: true }).expect(201);
    const second = await unhappy(h, customer, { score: 1, comment: 'Still nobody came.' });
    expect(second.caseId).toBe(caseId);
    const view = await read(h, caseId);
    expect(view).toMatchObject({
      status: 'in_progress',
      joined: [{ id: second.responseId, score: 1, comment: 'Still nobody came.' }],
      nextResponseDueAt: expect.any(String),
    });
    expect(view.activity.at(-1)).toMatchObject({ kind: 'joined', data: { responseId: second.responseId } });
    await h.ben.post(`/cases/${caseId}/resolve`, { rootCause: 'Price', resolution: 'Done.' }).expect(200);
    const third = await unhappy(h, customer);
    expect(third.caseId).not.toBe(caseId);
  });
});

describe('promise kept', () => {
  it('acknowledges by mail with a date, which is no first response, and lists broken promises', async () => {
    const h = await house();
    await rule(h, { acknowledge: true, labels: ['Meter'], assign: { to: 'touchpoint' } }).expect(201);
    const { caseId, customer } = await unhappy(h);
    await t.runJobs();
    const view = await read(h, caseId);
    expect(view).toMatchObject({ labels: ['Meter'], firstRespondedAt: null, promiseBroken: false });
    expect(Math.abs(Date.parse(view.promisedAt) - Date.parse(view.firstResponseDueAt))).toBeLessThan(60_000);
    const [mail] = (
      await t.http
        .get('/dev/mailbox/messages')
        .query({ to: `${customer}@example.test` })
        .expect(200)
    ).body;
    expect(mail.headers['auto-submitted']).toBe('auto-generated');
    expect(mail.text).toContain('Someone will write to you by');
    const broken = async () => (await h.admin.get('/cases?loop=promise_broken').expect(200)).body.items.length;
    expect(await broken()).toBe(0);
    await t.sql(`update cases set promised_at = now() - interval '1 minute' where id = $1`, [caseId]);
    expect(await broken()).toBe(1);
    expect((await read(h, caseId)).promiseBroken).toBe(true);
  });
});

describe('escalation', () => {
  it('takes each step once, also when the sweep runs twice and the policy changes', async () => {
    const h = await house();
    await h.admin.patch(`/teams/${h.team}`, { leadId: h.maja.userId }).expect(200);
    const calendar = (await h.manager.post('/calendars', { name: 'Always', timeZone: 'UTC', week: ALWAYS }).expect(201))
      .body;
    const policy = (
      await h.manager
        .post('/sla-policies', {
          name: 'Strict',
          calendarId: calendar.id,
          firstResponseMinutes: 60,
          escalation: [
            { when: 'warning', do: 'notify_owner' },
            { when: 'due', do: 'notify_lead' },
            { when: 'late', minutes: 30, do: 'notify_managers' },
            { when: 'late', minutes: 60, do: 'reassign' },
          ],
        })
        .expect(201)
    ).body;
    const { caseId } = await unhappy(h);
    await h.ben.patch(`/cases/${caseId}`, { ownerId: h.ben.userId }).expect(200);
    /** As if the case were so many minutes older. */
    const ages = async (minutes: number) => {
      await t.sql(
        `update cases set created_at = created_at - make_interval(mins => $2::int), first_response_due_at = first_response_due_at - make_interval(mins => $2::int),
           resolution_started_at = resolution_started_at - make_interval(mins => $2::int), escalate_at = escalate_at - make_interval(mins => $2::int) where id = $1`,
        [caseId, minutes],
      );
      // What was taken belongs to the same start.
      await t.sql(
        `update case_escalations set started_at = started_at - make_interval(mins => $2::int) where case_id = $1`,
        [caseId, minutes],
      );
      await sweep();
      await sweep();
    };
    const steps = async () =>
      (await read(h, caseId)).activity
        .filter((entry: { kind: string }) => entry.kind === 'escalated')
        .map((entry: { data: { do: string; told: { name: string }[] } }) => [
          entry.data.do,
          ...entry.data.told.map((one) => one.name),
        ]);
    await ages(10);
    expect(await steps()).toEqual([]);
    await ages(40);
    expect(await steps()).toEqual([['notify_owner', 'Ben Bolt']]);
    await ages(15);
    expect(await steps()).toHaveLength(2);
    await h.manager
      .patch(`/sla-policies/${policy.id}`, { firstResponseMinutes: 61, version: policy.version })
      .expect(200);
    await t.runJobs();
    await ages(60);
    expect(await steps()).toEqual([
      ['notify_owner', 'Ben Bolt'],
      ['notify_lead', 'Maja Kovač'],
      ['notify_managers', 'Mona Manager'],
      ['reassign', 'Maja Kovač'],
    ]);
    expect((await read(h, caseId)).ownerId).toBe(h.maja.userId);
    const [mail] = (await t.http.get('/dev/mailbox/messages').query({ to: h.manager.email }).expect(200)).body;
    expect(mail.subject).toMatch(/^Case \d+ is late$/);
    expect(mail.text).not.toContain('appointment');
    await h.maja.post(`/cases/${caseId}/messages`, { body: 'We are on it.' }).expect(201);
    await ages(600);
    expect(await steps()).toHaveLength(4);
  });
});

describe('states', () => {
  it('allow each role what the table says, in every state', async () => {
    const h = await house();
    const viewer = await t.colleague(h.admin, 'viewer', 'Vera View');
    const callers: Record<Role, Caller> = { viewer, agent: h.ben, manager: h.manager, admin: h.admin };
    const verbs: [CaseAction, 'patch' | 'post', string, object][] = [
      ['assign', 'patch', '', { ownerId: h.maja.userId }],
      ['note', 'post', '/notes', { body: 'A note' }],
      ['message', 'post', '/messages', { body: 'Hello' }],
      ['message_wait', 'post', '/messages', { body: 'Hello', wait: true }],
      ['resolve', 'post', '/resolve', { rootCause: 'Price', resolution: 'Done' }],
      ['reopen', 'post', '/reopen', { reason: 'Again' }],
    ];
    const wrong: string[] = [];
    const tryAll = async (role: string, who: Caller, caseId: string): Promise<void> => {
      for (const status of CASE_STATUSES)
        for (const [action, method, path, body] of verbs) {
          await t.sql(
            `update cases set status = $2, owner_id = null, waiting_since = null, pauses = '[]', resolved_at = case when $3 then now() end where id = $1`,
            [caseId, status, next(status, 'resolve') === null],
          );
          const expected = role === 'viewer' ? 403 : next(status, action) === null ? 409 : 'ok';
          const answer = await who[method](`/cases/${caseId}${path}`, body);
          const got = answer.status < 300 ? 'ok' : answer.status;
          const isRight =
            got === expected &&
            (got !== 409 || answer.body.code === 'case.illegal_transition') &&
            (got !== 'ok' || answer.body.status === next(status, action));
          if (!isRight)
            wrong.push(`${status} + ${action} by ${role}: ${got} ${answer.body.status ?? answer.body.code}`);
        }
    };
    const cases: [Role, string][] = [];
    for (const role of ['viewer', 'agent', 'manager', 'admin'] as const) cases.push([role, (await unhappy(h)).caseId]);
    await Promise.all(cases.map(([role, caseId]) => tryAll(role, callers[role], caseId)));
    expect(wrong).toEqual([]);
  });
});
