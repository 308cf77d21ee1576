import { gzipSync } from 'node:zlib';
import { type Caller, startApp, type TestApp } from './support/app.js';

let t: TestApp;
beforeAll(async () => (t = await startApp()));
afterAll(() => t.close());

let many = 0;
type Someone = Caller & { email: string; userId: string };

interface House {
  admin: Someone;
  program: Caller;
  agent: Someone;
  viewer: Someone;
}

async function house(): Promise<House> {
  const admin = await t.signUp();
  const team = await admin.post('/teams', { name: 'Care' }).expect(201);
  const agent = await t.colleague(admin, 'agent', 'Maja Kovač');
  const viewer = await t.colleague(admin, 'viewer', 'Vera View');
  await admin
    .post('/touchpoints', {
      key: 'install',
      name: 'Meter install',
      stage: 'Start',
      area: 'process',
      ownerId: agent.userId,
      teamId: team.body.id,
    })
    .expect(201);
  return { admin, agent, viewer, program: await t.program(admin, ['*']) };
}

interface Unhappy {
  score?: number;
  comment?: string | null;
  mayContact?: boolean | null;
  email?: string | null;
  locale?: string;
  touchpointKey?: string;
  consents?: object[];
}

/** A customer's answer, and the case it opened. */
async function unhappy(
  h: House,
  with_: Unhappy = {},
): Promise<{ responseId: string; caseId: string | null; externalId: string; email: string }> {
  const n = (many += 1);
  const externalId = `customer-${n}`;
  const email = `ingrid${n}@example.test`;
  await h.program
    .put(`/customers/by-external-id/${externalId}`, {
      name: 'Ingrid Solberg',
      email: with_.email === undefined ? email : with_.email,
      locale: with_.locale ?? 'en',
      consents: with_.consents ?? [],
    })
    .expect((answer) => expect(answer.status).toBeLessThan(300));
  const answer = await h.program
    .post('/responses', {
      id: `answer-${n}`,
      externalCustomerId: externalId,
      touchpointKey: with_.touchpointKey ?? 'install',
      metric: 'tnps',
      score: with_.score ?? 2,
      comment: with_.comment === undefined ? 'Nobody came to my appointment. I waited all morning.' : with_.comment,
      mayContact: with_.mayContact === undefined ? true : with_.mayContact,
      channel: 'api',
    })
    .expect(201);
  await t.runJobs();
  const responseId: string = answer.body.items[0].id;
  const [row] = await t.sql<{ id: string }>(`select id from cases where response_id = $1`, [responseId]);
  return { responseId, caseId: row?.id ?? null, externalId, email };
}

async function open(h: House, with_: Unhappy = {}): Promise<{ id: string; email: string; responseId: string }> {
  const made = await unhappy(h, with_);
  if (made.caseId === null) throw new Error('no case was opened');
  return { id: made.caseId, email: made.email, responseId: made.responseId };
}

/** Ten seconds later. */
async function mailsLeave(): Promise<void> {
  await t.sql(`update deliveries set send_at = now() where state = 'pending'`);
  await t.sql(`update jobs set run_at = now() where state = 'queued' and name = 'mail.deliver'`);
  await t.runJobs();
}

interface Message {
  id: string;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
}
async function mailsTo(address: string): Promise<Message[]> {
  return (await t.http.get('/dev/mailbox/messages').query({ to: address }).expect(200)).body;
}

const receiptPath = (url: string): string => new URL(url).pathname;
const RESOLUTION = { rootCause: 'late or missed appointment', resolution: 'The installer came. You get €90 back.' };

describe('what a new organization has', () => {
  it('starts with one rule, an SLA, a calendar and a tree of root causes', async () => {
    const admin = await t.signUp();
    const rules = (await admin.get('/case-rules').expect(200)).body.items;
    expect(rules).toMatchObject([
      {
        order: 1,
        enabled: true,
        assign: { to: 'touchpoint' },
        conditions: { scoreFrom: 0, scoreTo: 6, knownCustomer: true },
      },
    ]);
    expect(rules[0].sentence).toBe(
      'Score 0–6 (NPS, NPS after an event), known customers → the touchpoint’s owner, else its team, reply in 4 working hours',
    );
    const [policy] = (await admin.get('/sla-policies').expect(200)).body.items;
    expect(policy).toMatchObject({ isDefault: true, firstResponseMinutes: 240, resolutionDays: 3 });
    expect(policy.calendar.week['1']).toEqual([{ from: '09:00', to: '17:00' }]);
    const causes = (await admin.get('/root-causes').expect(200)).body.items;
    expect(new Set(causes.map((cause: { area: string }) => cause.area))).toEqual(
      new Set(['product', 'process', 'business_model']),
    );
  });
});

describe('opening', () => {
  it('opens one case for an unhappy known customer, for the owner of the touchpoint, with due times', async () => {
    const h = await house();
    const { id, responseId } = await open(h);
    const view = (await h.agent.get(`/cases/${id}`).expect(200)).body;
    expect(view).toMatchObject({
      number: 1,
      status: 'assigned',
      priority: 'normal',
      ownerId: h.agent.userId,
      owner: { name: 'Maja Kovač' },
      team: { name: 'Care' },
      subject: 'Nobody came to my appointment',
      score: 2,
      category: 'detractor',
      comment: 'Nobody came to my appointment. I waited all morning.',
      touchpoint: { key: 'install' },
      customer: { name: 'Ingrid Solberg' },
      mayContact: true,
      needsReply: true,
      breached: false,
      dueFor: 'first_response',
      reply: { possible: true, reason: null },
      version: 1,
    });
    expect(view.activity.map((a: { kind: string }) => a.kind)).toEqual(['opened', 'assigned']);
    expect(view.activity[0].data.rule.name).toBe('Unhappy customers');
    expect(Date.parse(view.firstResponseDueAt)).toBeLessThan(Date.parse(view.resolutionDueAt));
    expect(view.dueAt).toBe(view.firstResponseDueAt);
    expect(view.response.statements.length).toBeGreaterThan(0);
    const response = (await h.agent.get(`/responses/${responseId}`).expect(200)).body;
    expect(response.caseId).toBe(id);
    const customer = (await h.agent.get(`/customers/${view.customer.id}`).expect(200)).body;
    expect(customer.holds).toEqual([`case:${id}`]);
    const timeline = (await h.agent.get(`/customers/${view.customer.id}/timeline`).expect(200)).body.items;
    expect(timeline).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: 'case', link: { kind: 'case', id } })]),
    );
  });

  it('opens none for happy or unknown people, and the late run of the rules changes nothing', async () => {
    const h = await house();
    expect((await unhappy(h, { score: 7 })).caseId).toBeNull();
    await h.program
      .post('/responses', { touchpointKey: 'install', metric: 'tnps', score: 0, comment: 'bad' })
      .expect(201);
    await t.runJobs();
    const first = await open(h);
    await t.sql(`update jobs set run_at = now() where name = 'cases.apply_rules_late'`);
    await t.runJobs();
    const all = (await h.agent.get('/cases').expect(200)).body;
    expect(all.items.map((row: { id: string }) => row.id)).toEqual([first.id]);
    expect(all.nextCursor).toBeNull();
  });

  it('opens by the late run when nobody has read the words yet, and flagged answers too', async () => {
    const h = await house();
    const n = (many += 1);
    await h.program.put(`/customers/by-external-id/late-${n}`, { name: 'Late' }).expect(201);
    const answer = await h.program
      .post('/responses', { externalCustomerId: `late-${n}`, metric: 'nps', score: 1, comment: 'bad' })
      .expect(201);
    const responseId: string = answer.body.items[0].id;
    await t.sql(`update responses set flags = '{burst}' where id = $1`, [responseId]);
    // Only planning the late run happens; reading is stuck.
    await t.sql(`update jobs set run_at = now() + interval '1 hour' where name = 'sentiment.tag'`);
    await t.runJobs();
    expect(await t.sql(`select 1 from cases where response_id = $1`, [responseId])).toHaveLength(0);
    await t.sql(`update jobs set run_at = now() where name = 'cases.apply_rules_late'`);
    await t.runJobs();
    const [row] = (await h.agent.get('/cases').expect(200)).body.items;
    expect(row).toMatchObject({ status: 'new', ownerId: null, responseId, response: { flags: ['burst'] } });
  });

  it('numbers cases without gaps when many open at once, and one response opens one', async () => {
    const h = await house();
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, i) => h.agent.post('/cases', { subject: `By hand ${i}` })),
    );
    expect(made.map((answer) => answer.status)).toEqual(Array(12).fill(201));
    expect(made.map((answer) => answer.body.number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
    const { responseId } = await unhappy(h, { score: 9 });
    const twice = await Promise.all([1, 2, 3].map(() => h.agent.post('/cases', { responseId })));
    expect(twice.map((answer) => answer.status).sort((a, b) => a - b)).toEqual([201, 409, 409]);
    expect(twice.find((answer) => answer.status === 409)?.body).toMatchObject({
      code: 'case.exists',
      caseId: expect.any(String),
    });
    const next = await h.agent.post('/cases', { subject: 'After', customerId: null }).expect(201);
    expect(next.body.number).toBe(14);
  });
});

describe('rules', () => {
  it('are kept in order, the first that fits opens, and bad ones are refused in words', async () => {
    const h = await house();
    const rule = await h.admin
      .post('/case-rules', {
        name: 'Furious',
        order: 1,
        priority: 'urgent',
        conditions: { scoreTo: 2, touchpoints: ['install'], words: ['lawyer'] },
        assign: { to: 'nobody' },
      })
      .expect(201);
    expect(rule.body.sentence).toBe(
      'Score 0–2 at Meter install, saying “lawyer” → nobody yet, reply in 4 working hours, urgent priority',
    );
    expect(
      (await h.admin.get('/case-rules').expect(200)).body.items.map((one: { order: number; name: string }) => [
        one.order,
        one.name,
      ]),
    ).toEqual([
      [1, 'Furious'],
      [2, 'Unhappy customers'],
    ]);
    const { id } = await open(h, { comment: 'I will call my LAWYER about this.' });
    expect((await h.agent.get(`/cases/${id}`)).body).toMatchObject({
      priority: 'urgent',
      ownerId: null,
      status: 'new',
      rule: { name: 'Furious' },
    });

    const changed = await h.admin
      .patch(`/case-rules/${rule.body.id}`, { order: 2, enabled: false, version: 1 })
      .expect(200);
    expect(changed.body).toMatchObject({ order: 2, enabled: false, version: 2, opened: 1 });
    await h.admin.patch(`/case-rules/${rule.body.id}`, { name: 'x', version: 1 }).expect(409);
    // Many at once wait for each other's order and end in one.
    const ids = (await h.admin.get('/case-rules').expect(200)).body.items.map((one: { id: string }) => one.id);
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        h.admin.patch(`/case-rules/${ids[n % ids.length]}`, { order: 1 + ((n * 7) % ids.length) }).expect(200),
      ),
    );
    await h.admin.patch(`/case-rules/${rule.body.id}`, { order: 2 }).expect(200);
    const bad = await h.admin.post('/case-rules', { name: 'x', conditions: { touchpoints: ['nowhere'] } }).expect(422);
    expect(bad.body.errors).toEqual([
      { path: 'conditions.touchpoints[0]', message: 'Choose a touchpoint of your organization.' },
    ]);
    await h.admin.post('/case-rules', { name: 'x', conditions: { scoreFrom: 11 } }).expect(422);
    await h.agent.post('/case-rules', { name: 'x' }).expect(403);
    await h.admin.delete(`/case-rules/${rule.body.id}`).expect(204);
    await h.admin.delete(`/case-rules/${rule.body.id}`).expect(404);
  });

  it('are tried on the last 90 days', async () => {
    const h = await house();
    await unhappy(h, { score: 0 });
    await unhappy(h, { score: 5 });
    await unhappy(h, { score: 10 });
    const [standard] = (await h.admin.get('/case-rules')).body.items;
    const low = await h.admin
      .post('/case-rules', { name: 'Lowest', conditions: { scoreTo: 1 }, enabled: false })
      .expect(201);
    const test = (await h.admin.post(`/case-rules/${low.body.id}/backtest`).expect(200)).body;
    // The standard rule takes it first.
    expect(test).toMatchObject({ responses: 3, matches: 1, cases: 0, detractors: 2, missedDetractors: 0 });
    await h.admin.patch(`/case-rules/${standard.id}`, { enabled: false }).expect(200);
    const alone = (await h.admin.post(`/case-rules/${low.body.id}/backtest`).expect(200)).body;
    expect(alone).toMatchObject({
      matches: 1,
      cases: 1,
      missedDetractors: 1,
      perOwner: [{ name: 'Maja Kovač', cases: 1 }],
    });
    expect(alone.days.reduce((sum: number, day: { cases: number }) => sum + day.cases, 0)).toBe(1);
  });
});

describe('a whole case', () => {
  it('goes from new to confirmed by mail, reply, resolution and the customer’s yes', async () => {
    const h = await house();
    const { id, email } = await open(h);
    const noted = (await h.agent.post(`/cases/${id}/notes`, { body: 'Partner moved the slot.' }).expect(201)).body;
    expect(noted).toMatchObject({ status: 'in_progress', version: 2, firstRespondedAt: null });

    const sent = (
      await h.agent
        .post(`/cases/${id}/messages`, { body: 'I am sorry.\nWould Thursday suit you?', wait: true })
        .expect(201)
    ).body;
    expect(sent).toMatchObject({
      status: 'waiting',
      needsReply: false,
      resolutionDueAt: null,
      undo: { id: expect.any(String) },
    });
    expect(sent.activity.at(-1)).toMatchObject({
      kind: 'message',
      actor: { name: 'Maja Kovač' },
      mail: { state: 'waiting' },
    });
    expect(await mailsTo(email)).toHaveLength(0);
    await mailsLeave();
    const [first] = await mailsTo(email);
    expect(first?.subject).toBe('What you told us about “Meter install” (number 1)');
    expect(first?.text).toContain('Would Thursday suit you?');
    expect(first?.headers['reply-to']).toMatch(/@/);
    expect(first?.headers['auto-submitted']).toBeUndefined();
    expect((await h.agent.get(`/cases/${id}`)).body.activity.at(-1).mail.state).toBe('sent');

    await t.http
      .post(`/dev/mailbox/messages/${first?.id}/reply`)
      .send({ body: 'Thursday works.' })
      .expect((answer) => expect(answer.status).toBeLessThan(300));
    await t.runJobs();
    const answered = (await h.agent.get(`/cases/${id}`)).body;
    expect(answered).toMatchObject({ status: 'in_progress', needsReply: true, dueFor: 'next_response' });
    expect(answered.activity.at(-1)).toMatchObject({
      kind: 'customer_message',
      body: 'Thursday works.',
      actor: null,
      data: { fromMatches: true },
    });
    expect(answered.resolutionDueAt).not.toBeNull();

    await h.agent.post(`/cases/${id}/messages`, { body: 'Booked.' }).expect(201);
    await mailsLeave();
    const second = (await mailsTo(email)).at(-1);
    expect(second?.subject).toBe('Re: What you told us about “Meter install” (number 1)');
    expect(second?.headers.references?.split(/\s+/)[0]).toBe(first?.headers['message-id']);
    expect(second?.headers['in-reply-to']).toBe(second?.headers.references?.split(/\s+/).at(-1));

    const resolved = (await h.agent.post(`/cases/${id}/resolve`, RESOLUTION).expect(200)).body;
    expect(resolved).toMatchObject({
      status: 'resolved',
      rootCause: 'Late or missed appointment',
      rootCauseInTree: true,
      dueAt: null,
    });
    await mailsLeave();
    const third = (await mailsTo(email)).at(-1);
    expect(third?.text).toContain('The installer came. You get €90 back.');
    expect(third?.html).toContain(`${receiptPath(resolved.receiptUrl)}?answer=fixed`);
    expect(third?.headers['in-reply-to']).toBe(second?.headers['message-id']);
    expect(
      (await h.agent.get(`/cases/${id}`)).body.activity.find((a: { kind: string }) => a.kind === 'resolved').data
        .mailed,
    ).toBe(true);

    const path = receiptPath(resolved.receiptUrl);
    const page = await t.http.get(`${path}?answer=fixed`).expect(200);
    expect(page.text).toContain('Maja in Care took it on');
    expect(page.text).toContain('You get €90 back.');
    expect(page.text).not.toContain('Partner moved the slot');
    expect(page.text).toMatch(/value="fixed" checked=""|checked="" value="fixed"/);
    expect((await h.agent.get(`/cases/${id}`)).body.status).toBe('resolved');

    const post = await t.http.post(path).type('form').send({ answer: 'fixed', comment: 'Thank you' }).expect(303);
    expect(post.headers.location).toBe(path);
    await t.http.post(path).type('form').send({ answer: 'fixed', comment: 'Thank you' }).expect(303);
    const confirmed = (await h.agent.get(`/cases/${id}`)).body;
    expect(confirmed).toMatchObject({ status: 'confirmed', closedAt: expect.any(String) });
    expect(confirmed.activity.filter((a: { kind: string }) => a.kind === 'fixed')).toHaveLength(1);
    expect((await h.agent.get(`/customers/${confirmed.customer.id}`)).body.holds).toEqual([]);
    expect((await t.http.get(path).expect(200)).text).toContain('Good to know that it is fixed');
  });

  it('comes back with a higher priority when it is not fixed yet, also after it was confirmed', async () => {
    const h = await house();
    const { id } = await open(h);
    const path = receiptPath((await h.agent.post(`/cases/${id}/resolve`, RESOLUTION).expect(200)).body.receiptUrl);
    await t.http.post(path).type('form').send({ answer: 'fixed' }).expect(303);
    await Promise.all(
      [1, 2].map(() =>
        t.http.post(path).type('form').send({ answer: 'not_yet', comment: 'It broke again' }).expect(303),
      ),
    );
    const view = (await h.agent.get(`/cases/${id}`)).body;
    expect(view).toMatchObject({
      status: 'reopened',
      priority: 'high',
      reopenedCount: 1,
      closedAt: null,
      needsReply: true,
      dueFor: 'next_response',
    });
    expect(view.activity.filter((a: { kind: string }) => a.kind === 'not_yet')).toMatchObject([
      { body: 'It broke again' },
    ]);
    expect((await h.agent.get(`/customers/${view.customer.id}`)).body.holds).toEqual([`case:${id}`]);
    expect((await t.http.get(path).expect(200)).text).toContain('It is open again');
    await h.agent.post(`/cases/${id}/resolve`, RESOLUTION).expect(200);
    await t.http.post(path).type('form').send({ answer: 'fixed' }).expect(303);
    expect((await h.agent.get(`/cases/${id}`)).body.status).toBe('confirmed');
  });

  it('is reminded of once and then closed silently; a late word still counts', async () => {
    const h = await house();
    const { id, email } = await open(h);
    const path = receiptPath((await h.agent.post(`/cases/${id}/resolve`, RESOLUTION).expect(200)).body.receiptUrl);
    await mailsLeave();
    const sweep = async () => {
      await t.sql(
        `insert into jobs (id, tenant_id, name, key, payload) values (gen_random_uuid(), null, 'cases.silence', gen_random_uuid()::text, '{}')`,
      );
      await t.runJobs();
      await t.runJobs();
    };
    await t.sql(`update resolutions set remind_at = now() where case_id = $1`, [id]);
    await sweep();
    await sweep();
    const mails = await mailsTo(email);
    expect(mails).toHaveLength(2);
    expect(mails[1]?.text).toContain('This is our only reminder.');
    expect(mails[1]?.headers['auto-submitted']).toBe('auto-generated');
    await t.sql(`update resolutions set silent_at = now() where case_id = $1`, [id]);
    await sweep();
    expect((await h.agent.get(`/cases/${id}`)).body).toMatchObject({
      status: 'closed_silent',
      closedAt: expect.any(String),
    });
    await t.http.post(path).type('form').send({ answer: 'not_yet' }).expect(303);
    expect((await h.agent.get(`/cases/${id}`)).body.status).toBe('reopened');
  });

  it('shows a bounce on the message', async () => {
    const h = await house();
    const { id, email } = await open(h);
    await h.agent.post(`/cases/${id}/messages`, { body: 'Hello' }).expect(201);
    await mailsLeave();
    const [mail] = await mailsTo(email);
    await t.http
      .post(`/dev/mailbox/messages/${mail?.id}/bounce`)
      .send({ kind: 'hard' })
      .expect((answer) => expect(answer.status).toBeLessThan(300));
    await t.runJobs();
    const view = (await h.agent.get(`/cases/${id}`)).body;
    expect(view.activity.at(-1).mail).toMatchObject({
      state: 'bounced',
      problem: 'The address takes no mail: it came back.',
    });
    expect(view.reply).toMatchObject({ possible: false, reason: 'suppressed' });
  });
});

describe('states', () => {
  it('refuses what the state does not allow before it looks at the fields', async () => {
    const h = await house();
    const { id } = await open(h);
    await h.agent
      .post(`/cases/${id}/reopen`, {})
      .expect(409)
      .expect((answer) => expect(answer.body.code).toBe('case.illegal_transition'));
    await h.agent
      .post(`/cases/${id}/resolve`, {})
      .expect(422)
      .expect((answer) =>
        expect(answer.body.errors).toEqual([
          { path: 'rootCause', message: 'Choose or enter the root cause' },
          { path: 'resolution', message: 'Write what was done; the customer reads this' },
        ]),
      );
    await h.agent.post(`/cases/${id}/resolve`, RESOLUTION).expect(200);
    for (const [verb, body] of [
      ['resolve', {}],
      ['messages', {}],
      ['messages', { body: 'x' }],
    ] as const)
      await h.agent
        .post(`/cases/${id}/${verb}`, body)
        .expect(409)
        .expect((answer) => expect(answer.body.code).toBe('case.illegal_transition'));
    await h.agent
      .post(`/cases/${id}/notes`, { body: 'still thinking' })
      .expect(201)
      .expect((answer) => expect(answer.body.status).toBe('resolved'));
    await h.agent.post(`/cases/${id}/reopen`, {}).expect(422);
    const reopened = await h.agent.post(`/cases/${id}/reopen`, { reason: 'They called' }).expect(200);
    expect(reopened.body).toMatchObject({ status: 'reopened', reopenedCount: 1, priority: 'normal' });
    await h.agent
      .post(`/cases/${id}/messages`, { body: 'We look again' })
      .expect(201)
      .expect((answer) => expect(answer.body.status).toBe('in_progress'));
  });

  it('assigns, unassigns, keeps versions and refuses owners who may only look', async () => {
    const h = await house();
    const made = (await h.agent.post('/cases', { subject: 'By hand', priority: 'low' }).expect(201)).body;
    expect(made).toMatchObject({ status: 'new', customer: null, reply: { possible: false, reason: 'no_customer' } });
    const assigned = (
      await h.agent.patch(`/cases/${made.id}`, { ownerId: h.agent.userId, priority: 'high', version: 1 }).expect(200)
    ).body;
    expect(assigned).toMatchObject({ status: 'assigned', priority: 'high', version: 2 });
    const stale = await h.agent.patch(`/cases/${made.id}`, { priority: 'low', version: 1 }).expect(409);
    expect(stale.body).toMatchObject({ code: 'case.version', currentVersion: 2 });
    await h.agent.patch(`/cases/${made.id}`, { ownerId: h.viewer.userId }).expect(422);
    await h.agent.patch(`/cases/${made.id}`, { ownerId: made.id }).expect(422);
    const free = (
      await h.agent.patch(`/cases/${made.id}`, { ownerId: null, rootCause: 'Something of our own' }).expect(200)
    ).body;
    expect(free).toMatchObject({
      status: 'new',
      ownerId: null,
      rootCause: 'Something of our own',
      rootCauseInTree: false,
    });
    expect(free.activity.map((a: { kind: string }) => a.kind)).toEqual([
      'opened',
      'assigned',
      'priority',
      'assigned',
      'root_cause',
    ]);
  });

  it('lets viewers look and nothing else, and shows other organizations nothing', async () => {
    const h = await house();
    const { id } = await open(h);
    const seen = (await h.viewer.get(`/cases/${id}`).expect(200)).body;
    expect(seen.receiptUrl).toBeNull();
    for (const path of ['notes', 'messages', 'resolve', 'reopen'])
      await h.viewer.post(`/cases/${id}/${path}`, {}).expect(403);
    await h.viewer.patch(`/cases/${id}`, {}).expect(403);
    const other = await t.signUp();
    await other.get(`/cases/${id}`).expect(404);
    await other.patch(`/cases/${id}`, { priority: 'low' }).expect(404);
    for (const path of ['notes', 'messages', 'resolve', 'reopen'])
      await other.post(`/cases/${id}/${path}`, {}).expect(404);
    expect((await other.get('/cases')).body.items).toEqual([]);
    await other.get('/cases/not-an-id').expect(404);
  });
});

describe('consent', () => {
  it.each([
    ['no answer, no consent', { mayContact: null }, 'no_consent', 'case.no_consent'],
    [
      'a no, although follow-ups are allowed',
      { mayContact: false, consents: [{ purpose: 'follow_up', granted: true }] },
      'refused',
      'case.no_consent',
    ],
    ['a yes, but no address', { mayContact: true, email: null }, 'no_address', 'case.no_address'],
  ] as const)('%s: no message; resolving works and mails nothing', async (_, with_, reason, code) => {
    const h = await house();
    const { id, email } = await open(h, with_ as Unhappy);
    const view = (await h.agent.get(`/cases/${id}`)).body;
    expect(view.reply).toMatchObject({ possible: false, reason, why: expect.any(String) });
    await h.agent
      .post(`/cases/${id}/messages`, {})
      .expect(409)
      .expect((answer) => expect(answer.body.code).toBe(code));
    const resolved = (await h.agent.post(`/cases/${id}/resolve`, RESOLUTION).expect(200)).body;
    expect(resolved.activity.at(-1)).toMatchObject({
      kind: 'resolved',
      mail: { state: 'none' },
      data: { mailed: false, reachable: false },
    });
    await mailsLeave();
    expect(await mailsTo(email)).toHaveLength(0);
  });

  it('takes a standing consent to follow-ups where the answer says nothing', async () => {
    const h = await house();
    const { id } = await open(h, { mayContact: null, consents: [{ purpose: 'follow_up', granted: true }] });
    await h.agent.post(`/cases/${id}/messages`, { body: 'Hello' }).expect(201);
  });

  it('does not send what was on its way when the customer withdraws', async () => {
    const h = await house();
    const { id, email } = await open(h, { mayContact: null, consents: [{ purpose: 'follow_up', granted: true }] });
    const view = (await h.agent.post(`/cases/${id}/messages`, { body: 'Hello' }).expect(201)).body;
    await h.program
      .put(`/customers/by-external-id/${view.customer.externalId}`, {
        consents: [{ purpose: 'follow_up', granted: false }],
      })
      .expect(200);
    await mailsLeave();
    expect(await mailsTo(email)).toHaveLength(0);
    expect((await h.agent.get(`/cases/${id}`)).body.activity.at(-1).mail.state).toBe('stopped');
  });
});

describe('bulk and undo', () => {
  it('changes many, says what it skipped, and takes it back before mails leave', async () => {
    const h = await house();
    const a = await open(h);
    const b = await open(h);
    const done = await open(h);
    await h.agent.post(`/cases/${done.id}/resolve`, RESOLUTION).expect(200);
    await mailsLeave();
    const foreign = '00000000-0000-4000-8000-000000000000';
    const bulk = (
      await h.agent
        .post('/cases/bulk', { ids: [a.id, b.id, done.id, foreign], change: { resolve: RESOLUTION } })
        .expect(200)
    ).body;
    expect(bulk).toMatchObject({ changed: 2, undoId: expect.any(String) });
    expect(bulk.skipped.map((one: { code: string }) => one.code).sort()).toEqual([
      'case.illegal_transition',
      'case.not_found',
    ]);
    expect((await h.agent.get(`/cases/${a.id}`)).body.status).toBe('resolved');
    const undone = (await h.agent.post(`/cases/bulk/${bulk.undoId}/undo`).expect(200)).body;
    expect(undone).toEqual({ restored: 2, skipped: 0 });
    expect((await h.agent.post(`/cases/bulk/${bulk.undoId}/undo`).expect(200)).body).toEqual({
      restored: 2,
      skipped: 0,
    });
    const back = (await h.agent.get(`/cases/${a.id}`)).body;
    expect(back).toMatchObject({ status: 'assigned', resolution: null, rootCause: null, resolvedAt: null });
    expect(back.dueAt).not.toBeNull();
    expect(back.activity.at(-1)).toMatchObject({
      kind: 'resolved',
      data: { undone: true },
      mail: { state: 'stopped' },
    });
    await mailsLeave();
    expect(await mailsTo(a.email)).toHaveLength(0);
    expect((await t.http.get(receiptPath(back.receiptUrl)).expect(200)).text).not.toContain('€90');
  });

  it('leaves alone what changed since, what has left, and what is not one’s own', async () => {
    const h = await house();
    const a = await open(h);
    const b = await open(h);
    const bulk = (
      await h.agent
        .post('/cases/bulk', { ids: [a.id, b.id], change: { priority: 'urgent', ownerId: null } })
        .expect(200)
    ).body;
    await h.admin.patch(`/cases/${b.id}`, { priority: 'low' }).expect(200);
    await h.admin.post(`/cases/bulk/${bulk.undoId}/undo`).expect(404);
    expect((await h.agent.post(`/cases/bulk/${bulk.undoId}/undo`).expect(200)).body).toEqual({
      restored: 1,
      skipped: 1,
    });
    expect((await h.agent.get(`/cases/${a.id}`)).body).toMatchObject({
      priority: 'normal',
      ownerId: h.agent.userId,
      status: 'assigned',
    });
    expect((await h.agent.get(`/cases/${b.id}`)).body).toMatchObject({ priority: 'low' });
    const sent = (await h.agent.post(`/cases/${a.id}/messages`, { body: 'Gone' }).expect(201)).body;
    await mailsLeave();
    expect((await h.agent.post(`/cases/bulk/${sent.undo.id}/undo`).expect(200)).body).toEqual({
      restored: 0,
      skipped: 1,
    });
    await h.agent.post('/cases/bulk', { ids: [a.id], change: {} }).expect(422);
    await h.agent.post('/cases/bulk', { ids: [], change: { priority: 'low' } }).expect(422);
  });
});

describe('lists', () => {
  it('filters, counts, sorts by due time and pages through everything once', async () => {
    const h = await house();
    const mine = await open(h, { score: 0, comment: 'The bill is wrong.' });
    const waiting = await open(h, { score: 5 });
    await h.agent.post(`/cases/${waiting.id}/messages`, { body: 'Hello', wait: true }).expect(201);
    const resolved = await open(h, { score: 6 });
    await h.agent.post(`/cases/${resolved.id}/resolve`, RESOLUTION).expect(200);
    const byHand = (
      await h.agent.post('/cases', { subject: 'Call about a fence', comment: 'The fence fell' }).expect(201)
    ).body;
    await t.sql(
      `update cases set due_at = now() - interval '1 hour', first_response_due_at = now() - interval '1 hour' where id = $1`,
      [mine.id],
    );

    const ids = async (query: string) =>
      (await h.agent.get(`/cases${query}`).expect(200)).body.items.map((row: { id: string }) => row.id);
    expect(await ids('?view=needs_reply')).toEqual([mine.id, byHand.id]);
    expect(await ids('?view=mine')).toEqual([mine.id, waiting.id]);
    expect(await ids('?view=unassigned')).toEqual([byHand.id]);
    expect(await ids('?view=waiting')).toEqual([waiting.id]);
    expect(await ids('?view=resolved')).toEqual([resolved.id]);
    expect(await ids('?overdue=true')).toEqual([mine.id]);
    expect(await ids('?ownerId=me&status=open')).toEqual([mine.id, waiting.id]);
    expect(await ids('?ownerId=none')).toEqual([byHand.id]);
    expect(new Set(await ids('?status=resolved,waiting'))).toEqual(new Set([resolved.id, waiting.id]));
    expect(await ids('?scoreTo=4')).toEqual([mine.id]);
    expect(await ids('?q=fence')).toEqual([byHand.id]);
    expect(await ids('?q=%234')).toEqual([byHand.id]);
    expect(await ids('?q=bill')).toEqual([mine.id]);
    expect(await ids('?q=100%25')).toEqual([]);
    expect(await ids('?touchpoint=install&sort=newest')).toEqual([resolved.id, waiting.id, mine.id]);
    await h.agent.get('/cases?status=lost').expect(422);
    await h.agent.get('/cases?cursor=abc').expect(422);
    expect((await h.agent.get('/cases/counts').expect(200)).body).toEqual({
      needsReply: 2,
      mine: 2,
      unassigned: 1,
      waiting: 1,
      snoozed: 0,
      resolved: 1,
      overdue: 1,
    });
    for (const sort of ['due', 'newest']) {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: { items: { id: string }[]; nextCursor: string | null } = (
          await h.agent.get(`/cases?limit=1&sort=${sort}${cursor ? `&cursor=${cursor}` : ''}`).expect(200)
        ).body;
        seen.push(...page.items.map((row) => row.id));
        cursor = page.nextCursor;
      } while (cursor);
      expect(seen).toHaveLength(4);
      expect(new Set(seen).size).toBe(4);
      if (sort === 'due') expect(seen[0]).toBe(mine.id);
    }
    const [row] = (await h.agent.get('/cases?view=mine').expect(200)).body.items;
    expect(row).toEqual((await h.agent.get(`/cases/${mine.id}`)).body);
    expect(row.breached).toBe(true);
  });
});

describe('the receipt', () => {
  it('is one friendly 404 for every link that leads nowhere, in the reader’s language', async () => {
    const unknown = await t.http.get('/r/nonsense').set('accept-language', 'fr').expect(404);
    expect(unknown.headers['content-type']).toContain('text/html');
    expect(unknown.text).toContain('Cette page n’existe plus');
    const h = await house();
    const { id } = await open(h);
    const path = receiptPath((await h.agent.get(`/cases/${id}`)).body.receiptUrl);
    const broken = await t.http
      .get(`${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`)
      .set('accept-language', 'fr')
      .expect(404);
    expect(broken.text).toBe(unknown.text);
    await t.http.post('/r/nonsense').type('form').send({ answer: 'fixed' }).expect(404);
  });

  it('works without script, is small, private, escaped, and speaks six languages', async () => {
    const h = await house();
    const { id } = await open(h, { comment: '<script>alert(1)</script> Nobody came', locale: 'de-AT' });
    const resolved = (await h.agent.post(`/cases/${id}/resolve`, RESOLUTION).expect(200)).body;
    const path = receiptPath(resolved.receiptUrl);
    const german = await t.http.get(path).set('accept-language', 'fr').expect(200);
    expect(german.text).toContain('<html lang="de" dir="ltr">');
    expect(german.text).toContain('Ist es für Sie gelöst?');
    expect(german.text).not.toContain('<script');
    expect(gzipSync(german.text).length).toBeLessThan(4096);
    expect(german.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-/),
    });
    expect((await t.http.get(`${path}?lang=ar`).expect(200)).text).toContain('dir="rtl"');
    const missing = await t.http
      .post(path)
      .type('form')
      .set('origin', 'null')
      .send({ comment: 'I typed this' })
      .expect(422);
    expect(missing.text).toContain('role="alert"');
    expect(missing.text).toContain('I typed this');
    expect(missing.text).toContain('href="#answer"');
    await t.http.head(path).expect(200);
    expect((await h.agent.get(`/cases/${id}`)).body.version).toBe(resolved.version);
  });
});

describe('personal data', () => {
  it('goes into the export, and is gone after erasing, numbers aside', async () => {
    const h = await house();
    const { id, email } = await open(h);
    const view = (await h.agent.post(`/cases/${id}/resolve`, RESOLUTION).expect(200)).body;
    const file = (await h.admin.get(`/customers/${view.customer.id}/export`).expect(200)).body;
    expect(file.sections.cases).toMatchObject([{ number: view.number, resolution: RESOLUTION.resolution }]);
    await h.admin.delete(`/customers/${view.customer.id}`).expect((answer) => expect(answer.status).toBeLessThan(300));
    const left = (await h.agent.get(`/cases/${id}`).expect(200)).body;
    expect(left).toMatchObject({
      status: 'resolved',
      customer: null,
      comment: null,
      resolution: null,
      subject: 'Erased',
    });
    const [{ text }] = (await t.sql<{ text: string }>(
      `select coalesce(string_agg(x::text, ' '), '') || (select coalesce(string_agg(b.before::text, ' '), '') from bulk_changes b where b.before::text like '%' || $1::text || '%') as text
       from case_activities x where case_id = $1::uuid`,
      [id],
    )) as [{ text: string }];
    expect(text).not.toContain('Nobody came');
    expect(text).not.toContain('€90');
    await t.http.get(receiptPath(view.receiptUrl)).expect(404);
    await mailsLeave();
    expect(await mailsTo(email)).toHaveLength(0);
  });
});

describe('erasing the customer of a case', () => {
  it('leaves no word of them or about them, typed-in causes included', async () => {
    const h = await house();
    const { caseId, externalId } = await unhappy(h, { comment: 'Zqxolt never came to install it.' });
    await h.agent.patch(`/cases/${caseId}`, { rootCause: 'Zqxolt was ill' }).expect(200);
    await h.agent
      .post(`/cases/${caseId}/resolve`, { rootCause: 'Zqxolt forgot', resolution: 'Zqxolt will call.' })
      .expect(200);
    const traces = async () => {
      const found: string[] = [];
      for (const table of ['cases', 'case_activities', 'resolutions', 'bulk_changes', 'audit_log', 'jobs'])
        if ((await t.sql(`select 1 from ${table} x where to_jsonb(x)::text ilike '%zqxolt%'`)).length > 0)
          found.push(table);
      return found;
    };
    expect(await traces()).toEqual(expect.arrayContaining(['cases', 'case_activities', 'resolutions']));
    const [customer] = (await h.admin.get(`/customers?q=${externalId}`).expect(200)).body.items;
    await h.admin.delete(`/customers/${customer.id}`).expect(204);
    expect(await traces()).toEqual([]);
  });
});
