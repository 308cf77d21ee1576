import { type Caller, startApp, type TestApp } from './support/app.js';

let t: TestApp;
let admin: Caller & { email: string; userId: string };
let agent: Caller;
let program: Caller;
const painPoint: Record<'late' | 'other', string> = { late: '', other: '' };

const CUSTOMERS = [
  { id: 'yes', consents: [{ purpose: 'follow_up', granted: true }], locale: 'de' },
  { id: 'surveys', consents: [{ purpose: 'feedback', granted: true, basis: 'existing_customer' }], locale: 'en' },
  {
    id: 'no',
    consents: [
      { purpose: 'feedback', granted: true },
      { purpose: 'follow_up', granted: false },
    ],
    locale: 'en',
  },
  { id: 'silent', consents: [], locale: 'en' },
  { id: 'gone', consents: [{ purpose: 'follow_up', granted: true }], locale: 'en' },
] as const;
const address = (id: string) => `${id}@improvements.test`;

beforeAll(async () => {
  t = await startApp();
  admin = await t.signUp();
  agent = await t.colleague(admin, 'agent');
  program = await t.program(admin, ['*']);
  await admin
    .post('/touchpoints', { key: 'install', name: 'Meter install', stage: 'Start', area: 'process' })
    .expect(201);
  for (const customer of CUSTOMERS)
    await program
      .put(`/customers/by-external-id/${customer.id}`, {
        name: customer.id,
        email: customer.id === 'gone' ? null : address(customer.id),
        locale: customer.locale,
        consents: customer.consents,
      })
      .expect(201);
  await program
    .put('/customers/by-external-id/elsewhere', {
      email: address('elsewhere'),
      consents: [{ purpose: 'follow_up', granted: true }],
    })
    .expect(201);
  const say = async (externalCustomerId: string | null, score: number, comment: string | null, daysAgo: number) =>
    program
      .post('/responses', {
        externalCustomerId,
        touchpointKey: 'install',
        metric: 'tnps',
        score,
        comment,
        submittedAt: new Date(Date.now() - daysAgo * 86_400_000).toISOString(),
      })
      .expect(201);
  for (const { id } of CUSTOMERS) await say(id, 2, 'The installer did not show up', 5);
  await say('elsewhere', 2, 'The estimate was far too high', 5);
  await t.runJobs();
  // Grouping has its own tests; here it is enough that these statements stand in these pain points.
  for (const [key, name, comment] of [
    ['late', 'Installer did not show up', 'The installer did not show up'],
    ['other', 'Estimate too high', 'The estimate was far too high'],
  ] as const) {
    const [row] = await t.sql<{ id: string }>(
      `insert into pain_points (tenant_id, touchpoint_id, name, named_by_person) select tenant_id, id, $2, true from touchpoints where tenant_id = $1 returning id`,
      [admin.tenantId, name],
    );
    painPoint[key] = row?.id ?? '';
    await t.sql(
      `update statements set pain_point_id = $2 where tenant_id = $1 and response_id in (select id from responses where comment = $3)`,
      [admin.tenantId, painPoint[key], comment],
    );
  }
});
afterAll(() => t.close());

const improve = async (body: object = {}) =>
  (
    await admin
      .post('/improvements', { name: 'Text before arrival', painPointIds: [painPoint.late], ...body })
      .expect(201)
  ).body;

async function mailsLeave(): Promise<void> {
  await t.sql(`update deliveries set send_at = now() where state = 'pending'`);
  await t.sql(`update jobs set run_at = now() where state = 'queued' and name = 'mail.deliver'`);
  await t.runJobs();
}
const mailsTo = async (to: string) => (await t.http.get('/dev/mailbox/messages').query({ to }).expect(200)).body;

describe('an improvement', () => {
  it('is planned, started and done, with owner, due date and the pain points it is for', async () => {
    const made = await improve({ ownerId: admin.userId, dueAt: '2020-01-31' });
    expect(made).toMatchObject({
      status: 'planned',
      painPointIds: [painPoint.late],
      painPoints: [{ name: 'Installer did not show up', touchpointName: 'Meter install' }],
      owner: { name: 'Ada Admin' },
      overdue: true,
      customers: 5,
      waitingToHear: 5,
      version: 1,
    });
    const started = (await admin.patch(`/improvements/${made.id}`, { status: 'started', version: 1 }).expect(200)).body;
    expect(started).toMatchObject({ status: 'started', startedAt: expect.any(String), finishedAt: null, version: 2 });
    await admin.patch(`/improvements/${made.id}`, { name: 'x', version: 1 }).expect(409);
    const done = (
      await admin
        .patch(`/improvements/${made.id}`, { status: 'done', outcome: 'Installers text.', dueAt: null })
        .expect(200)
    ).body;
    expect(done).toMatchObject({
      status: 'done',
      finishedAt: expect.any(String),
      outcome: 'Installers text.',
      dueAt: null,
      overdue: false,
    });
    const shown = (await agent.get(`/pain-points/${painPoint.late}`).expect(200)).body;
    expect(shown.improvement).toMatchObject({ status: 'done' });
    expect((await admin.get(`/improvements?painPointId=${painPoint.other}`)).body.items).toEqual([]);
    expect((await admin.get('/improvements?status=done')).body.items).toHaveLength(1);
  });

  it('refuses bad input, other roles and other organizations', async () => {
    const made = await improve();
    await admin.post('/improvements', {}).expect(422);
    const unknown = await admin.post('/improvements', { name: 'x', painPointIds: [made.id] }).expect(422);
    expect(unknown.body.errors[0].path).toBe('painPointIds[0]');
    await admin.patch(`/improvements/${made.id}`, { dueAt: 'soon' }).expect(422);
    await agent.post('/improvements', { name: 'x' }).expect(403);
    await agent.get(`/improvements/${made.id}`).expect(200);
    const other = await t.signUp();
    await other.get(`/improvements/${made.id}`).expect(404);
    await other.patch(`/improvements/${made.id}`, { name: 'x' }).expect(404);
    await other.post(`/improvements/${made.id}/announce`, {}).expect(404);
    await other.get(`/improvements/${made.id}/effect`).expect(404);
    expect((await other.get('/improvements')).body.items).toEqual([]);
  });
});

describe('an announcement', () => {
  it('goes to exactly those who said it and may hear it, in their language, once', async () => {
    const made = await improve();
    await admin.post(`/improvements/${made.id}/announce?dryRun=true`, { text: 'x' }).expect(409);
    await admin.patch(`/improvements/${made.id}`, { status: 'done' }).expect(200);
    const wordless = await admin.post(`/improvements/${made.id}/announce`, {}).expect(422);
    expect(wordless.body.errors[0].path).toBe('text');
    const words = { text: 'Installers now text you.', texts: { de: 'Monteure schreiben jetzt vorher.' } };
    const dry = (await admin.post(`/improvements/${made.id}/announce?dryRun=true`, words).expect(200)).body;
    expect(dry).toMatchObject({ dryRun: true, customers: 5, send: 2, skipped: { no_consent: 2, no_address: 1 } });
    expect(dry.preview.map((one: { locale: string; customers: number }) => [one.locale, one.customers]).sort()).toEqual(
      [
        ['de', 1],
        ['en', 1],
      ],
    );
    expect((await admin.get(`/improvements/${made.id}`)).body.announcedAt).toBeNull();

    const sent = (await admin.post(`/improvements/${made.id}/announce`, words).expect(200)).body;
    expect(sent).toMatchObject({ dryRun: false, send: 2 });
    await mailsLeave();
    const [german] = await mailsTo(address('yes'));
    expect(german.subject).toBe('Sie haben es gesagt, das hat sich geändert');
    expect(german.text).toContain('Monteure schreiben jetzt vorher.');
    expect(german.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
    const [english] = await mailsTo(address('surveys'));
    expect(english.text).toContain('Installers now text you.');
    for (const id of ['no', 'silent', 'elsewhere']) expect(await mailsTo(address(id))).toEqual([]);
    expect((await admin.get(`/improvements/${made.id}`)).body).toMatchObject({
      announcedAt: expect.any(String),
      waitingToHear: 3,
      announced: { sent: 2, skipped: 3 },
    });
    const again = (await admin.post(`/improvements/${made.id}/announce`, words).expect(200)).body;
    expect(again).toMatchObject({ send: 0, skipped: { already_told: 2, no_consent: 2, no_address: 1 } });
    await mailsLeave();
    expect(await mailsTo(address('yes'))).toHaveLength(1);
  });

  it('can also say no, with the reason', async () => {
    const made = await improve({ status: 'declined', outcome: 'It would cost everyone €40 a year.' });
    await admin.post(`/improvements/${made.id}/announce`, {}).expect(200);
    await mailsLeave();
    const mail = (await mailsTo(address('surveys'))).at(-1);
    expect(mail.subject).toBe('You told us, and this is our answer');
    expect(mail.text).toContain('It would cost everyone €40 a year.');
  });
});

describe('the effect', () => {
  it('compares before and after, and says signal, noise or too few', async () => {
    const made = await improve({ status: 'done' });
    const none = (await admin.get(`/improvements/${(await improve()).id}/effect`).expect(200)).body;
    expect(none).toMatchObject({ state: 'not_done', after: null, change: null, doneAt: null });
    await t.sql(`update improvements set finished_at = now() - interval '30 days' where id = $1`, [made.id]);
    const few = (await admin.get(`/improvements/${made.id}/effect`).expect(200)).body;
    expect(few.change.verdict).toBe('too_few');
    const answers = (count: number, score: number, daysAgo: number) =>
      Array.from({ length: count }, () => ({
        touchpointKey: 'install',
        metric: 'tnps',
        score,
        submittedAt: new Date(Date.now() - daysAgo * 86_400_000).toISOString(),
      }));
    await program
      .post('/responses', [...answers(60, 2, 40), ...answers(40, 9, 40), ...answers(90, 10, 10), ...answers(10, 8, 10)])
      .expect(201);
    const seen = (await admin.get(`/improvements/${made.id}/effect`).expect(200)).body;
    expect(seen).toMatchObject({
      state: 'measured',
      touchpoints: [{ key: 'install' }],
      before: { n: 100, promoters: 40, detractors: 60, nps: -20, tooFew: false },
      after: { n: 106, detractors: 6, promoters: 90 },
      change: { verdict: 'signal' },
    });
    expect(seen.change.low).toBeGreaterThan(0);
    expect(seen.mentions.afterPerWeek).toBeCloseTo(5 / (30 / 7), 1);
  });
});
