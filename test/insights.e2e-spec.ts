import { Clock } from '../src/platform/clock.js';
import { newId } from '../src/platform/ids.js';
import { ResponseDays } from '../src/responses/response-days.service.js';
import { type Caller, type TestApp, startApp } from './support/app.js';

let t: TestApp;
let now = new Date('2026-06-17T12:00:00Z');

beforeAll(async () => {
  t = await startApp();
  t.app.get(Clock).now = () => now;
}, 60_000);
afterAll(() => t.close());
beforeEach(() => {
  now = new Date('2026-06-17T12:00:00Z');
});

type Answer = Partial<{
  at: string;
  score: number;
  metric: string;
  touchpointId: string | null;
  customerId: string | null;
  flags: string[];
  withdrawnAt: string | null;
  comment: string | null;
  invitationId: string | null;
}>;

/** Rows as the responses module leaves them; past row security, so that times and flags are exactly those of the case. */
async function answers(tenant: Caller, rows: Answer[]): Promise<string[]> {
  const made = rows.map((row) => ({ id: newId(), ...row }));
  for (const row of made)
    await t.sql(
      `insert into responses (tenant_id, id, metric, score, touchpoint_id, customer_id, flags, withdrawn_at, comment, channel, submitted_at, invitation_id, sentiment_state)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'api', $10, $11, $12)`,
      [
        tenant.tenantId,
        row.id,
        row.metric ?? 'nps',
        row.score ?? 10,
        row.touchpointId ?? null,
        row.customerId ?? null,
        row.flags ?? [],
        row.withdrawnAt ?? null,
        row.comment ?? null,
        row.at ?? '2026-06-16T10:00:00Z',
        row.invitationId ?? null,
        row.comment === undefined ? 'unreadable' : 'read',
      ],
    );
  return made.map((row) => row.id);
}

const times = (n: number, row: Answer): Answer[] => Array.from({ length: n }, () => row);
/** n answers: promoters, passives, detractors. */
const mix = (promoters: number, passives: number, detractors: number, row: Answer = {}): Answer[] => [
  ...times(promoters, { ...row, score: 10 }),
  ...times(passives, { ...row, score: 8 }),
  ...times(detractors, { ...row, score: 3 }),
];

async function touchpoint(admin: Caller, key: string): Promise<string> {
  return (await admin.post('/touchpoints', { key, name: key, stage: 'Use', area: 'product' }).expect(201)).body.id;
}

async function customer(admin: Caller, externalId: string, extra: object = {}): Promise<string> {
  return (await admin.put(`/customers/by-external-id/${externalId}`, { email: `${externalId}@example.test`, ...extra }))
    .body.id;
}

describe('GET /insights/nps', () => {
  it('counts promoters, passives and detractors at their boundaries and gives the unrounded score with its interval', async () => {
    const admin = await t.signUp();
    await answers(
      admin,
      [0, 6, 7, 8, 9, 10, 10].map((score) => ({ score })),
    );
    const { body } = await admin.get('/insights/nps?from=2026-06-15&to=2026-06-22').expect(200);
    expect(body.total).toMatchObject({ n: 7, promoters: 3, passives: 2, detractors: 2, tooFew: true });
    expect(body.total.nps).toBeCloseTo(100 / 7, 10);
    expect(body.total.low).toBeLessThan(body.total.nps);
    expect(body.total.high).toBeGreaterThan(body.total.nps);
    expect(body.metrics).toEqual(['nps', 'tnps']);
    expect(body.buckets).toHaveLength(1);
    expect(body.buckets[0]).toMatchObject({
      start: '2026-06-15T00:00:00.000Z',
      date: '2026-06-15',
      n: 7,
      partial: true,
    });
  });

  it('hides the score only below five answers, in total, buckets and groups alike', async () => {
    const admin = await t.signUp();
    await answers(admin, mix(4, 0, 0, { at: '2026-06-02T10:00:00Z' }));
    await answers(admin, mix(5, 0, 0, { at: '2026-06-09T10:00:00Z' }));
    const { body } = await admin.get('/insights/nps?from=2026-06-01&to=2026-06-22&groupBy=touchpoint').expect(200);
    expect(body.buckets.map((b: { n: number; nps: number | null }) => [b.n, b.nps])).toEqual([
      [4, null],
      [5, 100],
      [0, null],
    ]);
    expect(body.buckets[0]).toMatchObject({ promoters: 4, low: null, high: null, tooFew: true });
    expect(body.total).toMatchObject({ n: 9, nps: 100, high: expect.any(Number) });
    expect(body.groups).toHaveLength(1);
    expect(body.groups[0]).toMatchObject({ key: null, n: 9, nps: 100 });
    expect(body.groups[0].buckets.map((b: { nps: number | null }) => b.nps)).toEqual([null, 100, null]);
  });

  it('says "too few" below 30 answers or when the interval is too wide, else not', async () => {
    const admin = await t.signUp();
    await answers(admin, mix(29, 0, 0, { at: '2026-03-01T10:00:00Z' }));
    await answers(admin, mix(15, 0, 15, { at: '2026-04-01T10:00:00Z' }));
    await answers(admin, mix(20, 10, 0, { at: '2026-05-01T10:00:00Z' }));
    const of = async (month: string, next: string) =>
      (await admin.get(`/insights/nps?from=${month}&to=${next}&interval=month`).expect(200)).body.total;
    expect(await of('2026-03-01', '2026-04-01')).toMatchObject({ n: 29, tooFew: true });
    expect(await of('2026-04-01', '2026-05-01')).toMatchObject({ n: 30, tooFew: true });
    expect(await of('2026-05-01', '2026-06-01')).toMatchObject({ n: 30, tooFew: false });
  });

  it('leaves flagged and withdrawn answers out and says how many and why', async () => {
    const admin = await t.signUp();
    await answers(admin, [
      ...mix(6, 0, 0),
      { score: 0, flags: ['scanner'] },
      { score: 0, flags: ['scanner', 'too_fast'] },
      { score: 0, flags: ['staff'] },
      { score: 0, withdrawnAt: '2026-06-16T12:00:00Z' },
      { score: 0, flags: ['staff'], at: '2026-01-01T00:00:00Z' },
    ]);
    const { body } = await admin.get('/insights/nps?from=2026-06-15&to=2026-06-22').expect(200);
    expect(body.total).toMatchObject({ n: 6, nps: 100 });
    expect(body.excluded).toEqual({ total: 4, byReason: { scanner: 2, too_fast: 1, staff: 1, withdrawn: 1 } });
  });

  it('keeps nps and tnps apart when asked, and never mixes in other scales', async () => {
    const admin = await t.signUp();
    await answers(admin, [
      ...mix(5, 0, 0, { metric: 'nps' }),
      ...mix(0, 0, 5, { metric: 'tnps' }),
      ...times(5, { metric: 'csat', score: 1 }),
    ]);
    const of = async (query: string) => (await admin.get(`/insights/nps?from=2026-06-15&to=2026-06-22${query}`)).body;
    expect((await of('')).total).toMatchObject({ n: 10, nps: 0 });
    expect(await of('&metric=nps')).toMatchObject({ metrics: ['nps'], total: { n: 5, nps: 100 } });
    expect(await of('&metric=tnps')).toMatchObject({ metrics: ['tnps'], total: { n: 5, nps: -100 } });
  });

  it.each([
    // The clocks go back: 5 April 2026 in Auckland has 25 hours; 27 September has 23.
    ['Pacific/Auckland', '2026-04-05', '2026-04-04T11:00:00.000Z', '2026-04-05T12:00:00.000Z'],
    ['Pacific/Auckland', '2026-09-27', '2026-09-26T12:00:00.000Z', '2026-09-27T11:00:00.000Z'],
    // 8 March 2026 in New York has 23 hours; 1 November has 25.
    ['America/New_York', '2026-03-08', '2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z'],
    ['America/New_York', '2026-11-01', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
  ])('cuts days by the clocks of %s on %s', async (timeZone, day, start, end) => {
    const admin = await t.signUp();
    await admin.patch('/organization', { timeZone }).expect(200);
    const just = (instant: string, ms: number) => new Date(Date.parse(instant) + ms).toISOString();
    await answers(admin, [
      { score: 3, at: just(start, -1) },
      { score: 10, at: start },
      { score: 10, at: just(end, -1) },
      { score: 3, at: end },
    ]);
    const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
    const { body } = await admin.get(`/insights/nps?from=${day}&to=${next}&interval=day`).expect(200);
    expect(body).toMatchObject({ from: start, to: end, timeZone, total: { n: 2, promoters: 2, detractors: 0 } });
    expect(body.buckets).toMatchObject([{ start, end, date: day, n: 2, promoters: 2 }]);
  });

  it('shows every period between two instants without a gap, and weeks from Monday', async () => {
    const admin = await t.signUp();
    await answers(admin, [{ at: '2026-05-06T00:00:00Z' }, { at: '2026-06-03T00:00:00Z' }]);
    const { body } = await admin.get('/insights/nps?from=2026-05-06T00:00:00Z&to=2026-06-03T00:00:01Z').expect(200);
    expect(body.buckets.map((b: { date: string; n: number; partial: boolean }) => [b.date, b.n, b.partial])).toEqual([
      ['2026-05-04', 1, true],
      ['2026-05-11', 0, false],
      ['2026-05-18', 0, false],
      ['2026-05-25', 0, false],
      ['2026-06-01', 1, true],
    ]);
    const months = await admin.get('/insights/nps?from=2026-01-01&to=2026-07-01&interval=quarter').expect(200);
    expect(months.body.buckets.map((b: { date: string }) => b.date)).toEqual(['2026-01-01', '2026-04-01']);
  });

  it('covers all answers when no range is given, and nothing when there are none', async () => {
    const admin = await t.signUp();
    expect((await admin.get('/insights/nps').expect(200)).body).toMatchObject({
      total: { n: 0, nps: null },
      buckets: [],
    });
    await answers(admin, [{ at: '2024-02-01T00:00:00Z' }, { at: '2026-06-17T11:00:00Z' }]);
    const { body } = await admin.get('/insights/nps?interval=month').expect(200);
    expect(body.total.n).toBe(2);
    expect(body.buckets).toHaveLength(29);
    expect((await admin.get('/insights/nps?to=2025-01-01').expect(200)).body.total.n).toBe(1);
  });

  it('groups by touchpoint in journey order, by segment, survey and account, and filters by them', async () => {
    const admin = await t.signUp();
    const [signUp, delivery] = [await touchpoint(admin, 'sign-up'), await touchpoint(admin, 'delivery')];
    const business = await customer(admin, 'b', { segments: ['business', 'north'], account: 'Acme' });
    await answers(admin, [
      ...mix(5, 0, 0, { touchpointId: delivery, customerId: business }),
      ...mix(0, 0, 6, { touchpointId: signUp }),
    ]);
    const range = 'from=2026-06-15&to=2026-06-22';
    const by = async (group: string) =>
      (await admin.get(`/insights/nps?${range}&groupBy=${group}`).expect(200)).body.groups.map(
        (g: { key: string | null; name: string | null; n: number; nps: number }) => [g.key, g.name, g.n, g.nps],
      );
    expect(await by('touchpoint')).toEqual([
      ['sign-up', 'sign-up', 6, -100],
      ['delivery', 'delivery', 5, 100],
    ]);
    expect(await by('segment')).toEqual([
      ['business', 'business', 5, 100],
      ['north', 'north', 5, 100],
      [null, null, 6, -100],
    ]);
    expect((await by('account'))[0]?.slice(1)).toEqual(['Acme', 5, 100]);
    expect(await by('survey')).toEqual([[null, null, 11, expect.any(Number)]]);
    expect((await admin.get(`/insights/nps?${range}&touchpoint=delivery`)).body.total).toMatchObject({
      n: 5,
      nps: 100,
    });
    expect((await admin.get(`/insights/nps?${range}&segment=north`)).body.total.n).toBe(5);
    expect((await admin.get(`/insights/nps?${range}&segment=none`)).body.total.n).toBe(0);
  });

  it('writes the same figures as CSV and lets no name run as a formula', async () => {
    const admin = await t.signUp();
    const id = await customer(admin, 'c', { segments: ['=1+1'] });
    await answers(admin, mix(5, 0, 0, { customerId: id }));
    const { text, headers } = await admin.get('/insights/nps?from=2026-06-15&to=2026-06-22&groupBy=segment&format=csv');
    expect(headers['content-type']).toContain('text/csv');
    const [head, total, group] = text.replace('\uFEFF', '').split('\r\n');
    expect(head).toBe('group,key,name,date,start,end,n,promoters,passives,detractors,nps,low,high,tooFew,partial');
    expect(total).toMatch(/^total,,,2026-06-15,2026-06-15T00:00:00.000Z,2026-06-22T00:00:00.000Z,5,5,0,0,100,/);
    expect(group).toContain(`'=1+1`);
  });

  it('refuses what cannot be understood, naming the field', async () => {
    const admin = await t.signUp();
    const wrong = async (query: string) => {
      const { status, body } = await admin.get(`/insights/nps?${query}`);
      return [status, body.errors?.[0]?.path];
    };
    expect(await wrong('from=yesterday')).toEqual([422, 'from']);
    expect(await wrong('from=2026-02-30')).toEqual([422, 'from']);
    expect(await wrong('from=2026-06-02&to=2026-06-01')).toEqual([422, 'to']);
    expect(await wrong('interval=hour')).toEqual([422, 'interval']);
    expect(await wrong('touchpoint=nowhere')).toEqual([422, 'touchpoint']);
    expect(await wrong('from=1910-01-01&to=2026-01-01&interval=day')).toEqual([422, 'interval']);
    expect(await wrong(`surveyId=${newId()}`)).toEqual([422, 'surveyId']);
  });

  it('is open to viewers, closed to strangers, and blind to other organizations', async () => {
    const [admin, other] = [await t.signUp(), await t.signUp()];
    await answers(admin, mix(6, 0, 0));
    const viewer = await t.colleague(admin, 'viewer');
    expect((await viewer.get('/insights/nps').expect(200)).body.total.n).toBe(6);
    expect((await other.get('/insights/nps').expect(200)).body).toMatchObject({
      total: { n: 0 },
      excluded: { total: 0 },
    });
    await t.http.get('/api/v1/insights/nps').expect(401);
  });
});

describe('GET /insights/change', () => {
  const A = '2026-01-01..2026-04-01';
  const B = '2026-04-01..2026-07-01';

  it('tells a signal from noise and adds up why: both groups rise while the total falls', async () => {
    const admin = await t.signUp();
    const [good, bad] = [await touchpoint(admin, 'good'), await touchpoint(admin, 'bad')];
    const [a, b] = [{ at: '2026-02-01T00:00:00Z' }, { at: '2026-05-01T00:00:00Z' }];
    await answers(admin, [
      ...mix(60, 20, 20, { ...a, touchpointId: good }),
      ...mix(10, 20, 20, { ...a, touchpointId: bad }),
      ...mix(32, 10, 8, { ...b, touchpointId: good }),
      ...mix(30, 30, 40, { ...b, touchpointId: bad }),
    ]);
    const { body } = await admin.get(`/insights/change?a=${A}&b=${B}`).expect(200);
    expect(body.a).toMatchObject({ n: 150, nps: 20 });
    expect(body.b.nps).toBeCloseTo(100 * (14 / 150), 10);
    expect(body.difference).toBeCloseTo(body.b.nps - body.a.nps, 10);
    expect(body).toMatchObject({ verdict: 'noise', test: 'z' });
    expect(body.decomposition.within).toBeGreaterThan(0);
    expect(body.decomposition.mix).toBeLessThan(0);
    expect(body.decomposition.within + body.decomposition.mix).toBeCloseTo(body.difference, 9);
    expect(body.decomposition.groups.map((g: { key: string }) => g.key).sort()).toEqual(['bad', 'good']);
  });

  it('calls a large change a signal and few answers too few', async () => {
    const admin = await t.signUp();
    await answers(admin, mix(60, 20, 20, { at: '2026-02-01T00:00:00Z' }));
    await answers(admin, mix(20, 20, 60, { at: '2026-05-01T00:00:00Z' }));
    const { body } = await admin.get(`/insights/change?a=${A}&b=${B}`).expect(200);
    expect(body).toMatchObject({ difference: -80, verdict: 'signal', metrics: ['nps', 'tnps'] });
    expect(body.p).toBeLessThan(0.001);
    const none = await admin.get('/insights/change?a=2025-01-01..2025-02-01&b=2026-01-01..2026-04-01').expect(200);
    expect(none.body).toMatchObject({ difference: null, p: null, verdict: 'tooFew', decomposition: null });
  });

  it('pools groups of one to four answers, so that nobody can be told apart', async () => {
    const admin = await t.signUp();
    const [big, small] = [await touchpoint(admin, 'big'), await touchpoint(admin, 'small')];
    for (const at of ['2026-02-01T00:00:00Z', '2026-05-01T00:00:00Z'])
      await answers(admin, [...mix(6, 0, 0, { at, touchpointId: big }), ...mix(0, 0, 3, { at, touchpointId: small })]);
    const { body } = await admin.get(`/insights/change?a=${A}&b=${B}`).expect(200);
    const shown = body.decomposition.groups.map((g: { key: string | null; pooled: boolean }) => [g.key, g.pooled]);
    expect(shown).toContainEqual(['big', false]);
    expect(shown).toContainEqual([null, true]);
    expect(JSON.stringify(body)).not.toContain('small');
  });

  it('finds the period before and the year before by local days', async () => {
    const admin = await t.signUp();
    await admin.patch('/organization', { timeZone: 'America/New_York' }).expect(200);
    // 8 March 2026 has 23 hours: the seven days before 9–16 March begin at midnight all the same.
    const before = await admin.get('/insights/change?from=2026-03-09&to=2026-03-16').expect(200);
    expect(before.body.a).toMatchObject({ from: '2026-03-02T05:00:00.000Z', to: '2026-03-09T04:00:00.000Z' });
    const year = await admin.get('/insights/change?from=2026-03-09&to=2026-03-16&compare=year').expect(200);
    expect(year.body.a).toMatchObject({ from: '2025-03-09T05:00:00.000Z', to: '2025-03-16T04:00:00.000Z' });
    expect((await admin.get('/insights/change?a=x&b=y')).body.errors[0].path).toBe('b');
    expect((await admin.get(`/insights/change?a=${A}`)).body.errors[0].path).toBe('b');
    expect((await admin.get('/insights/change?from=2026-03-09')).body.errors[0].path).toBe('to');
  });
});

async function statement(
  tenant: Caller,
  responseId: string,
  aspect: string | null,
  score: number,
  at: string,
): Promise<void> {
  await t.sql(
    `insert into statements (tenant_id, response_id, position, text, starts_at, ends_at, label, score, aspect, submitted_at)
     values ($1, $2, (select count(*) from statements where response_id = $2), $3, 0, 5, $4, $5, $6, $7)`,
    [tenant.tenantId, responseId, `about ${aspect}`, score > 0 ? 'positive' : 'negative', score, aspect, at],
  );
}

describe('GET /insights/drivers', () => {
  it('finds the aspect that goes along with the score and leaves noise at zero', async () => {
    const admin = await t.signUp();
    const at = '2026-06-16T10:00:00Z';
    const ids = await answers(
      admin,
      Array.from({ length: 80 }, (_, i) => ({ score: i % 2 === 0 ? 10 : 2, comment: 'words', at })),
    );
    for (const [i, id] of ids.entries()) {
      await statement(admin, id, 'delivery', i % 2 === 0 ? 0.8 : -0.8, at);
      if (i < 40) await statement(admin, id, 'price', i % 4 < 2 ? 0.5 : -0.5, at);
    }
    await answers(admin, [{ score: 0, comment: 'words', flags: ['staff'], at }]);
    const { body } = await admin.get('/insights/drivers?from=2026-06-01&to=2026-07-01').expect(200);
    expect(body).toMatchObject({ n: 80, tooFew: false, method: 'lmg' });
    expect(body.drivers.map((d: { key: string }) => d.key)).toEqual(['delivery', 'price']);
    expect(body.drivers[0]).toMatchObject({
      label: 'Delivery',
      n: 80,
      significant: true,
      performance: 0.5,
      tooFew: false,
    });
    expect(body.drivers[0].correlation).toBeCloseTo(1, 6);
    expect(body.drivers[1]).toMatchObject({ n: 40, share: 0, significant: false });
    expect(body.drivers[0].examples).toHaveLength(3);
    expect(ids).toContain(body.drivers[0].examples[0].responseId);
  });

  it('says so when nobody wrote anything', async () => {
    const admin = await t.signUp();
    expect((await admin.get('/insights/drivers').expect(200)).body).toMatchObject({
      n: 0,
      r2: null,
      tooFew: true,
      drivers: [],
    });
  });
});

describe('GET /insights/journey', () => {
  it('lays touchpoints in journey order over weeks, with pain and numbers, and hints at months', async () => {
    const admin = await t.signUp();
    const [first, second] = [await touchpoint(admin, 'first'), await touchpoint(admin, 'second')];
    const weeks = ['2026-05-26', '2026-06-02', '2026-06-09', '2026-06-16'].map((day) => `${day}T10:00:00Z`);
    for (const at of weeks) await answers(admin, mix(40, 5, 5, { at, touchpointId: first, metric: 'tnps' }));
    for (const at of weeks) await answers(admin, mix(10, 0, 0, { at, touchpointId: second, metric: 'tnps' }));
    await answers(admin, mix(3, 0, 0, { at: weeks[0] }));
    const [pained] = await answers(admin, [
      { at: weeks[3], touchpointId: second, metric: 'tnps', score: 2, comment: 'bad' },
    ]);
    await statement(admin, String(pained), 'wait', -0.9, String(weeks[3]));

    const { body } = await admin.get('/insights/journey?from=2026-05-25&to=2026-06-22').expect(200);
    expect(body.columns.map((c: { date: string }) => c.date)).toEqual([
      '2026-05-25',
      '2026-06-01',
      '2026-06-08',
      '2026-06-15',
    ]);
    expect(body.rows.map((r: { touchpoint: { key: string } }) => r.touchpoint.key)).toEqual(['first', 'second']);
    expect(body.rows[0]).toMatchObject({ note: null, total: { n: 200, value: 70, tooFew: false } });
    expect(body.rows[0].cells[0]).toMatchObject({ n: 50, value: 70, tooFew: false });
    expect(body.rows[1].note).toBe('try_month');
    expect(body.rows[1].cells[0]).toMatchObject({ n: 10, value: 100, tooFew: true });
    expect(body.withoutTouchpoint).toBe(3);

    const pain = await admin.get('/insights/journey?from=2026-05-25&to=2026-06-22&measure=pain').expect(200);
    expect(pain.body.rows[1].cells.map((c: { value: number }) => c.value)).toEqual([
      0,
      0,
      0,
      expect.closeTo(100 / 11, 6),
    ]);
    const number = await admin.get('/insights/journey?from=2026-05-25&to=2026-06-22&measure=responses').expect(200);
    expect(number.body.rows[1].cells[3]).toEqual({ n: 11, value: 11, low: null, high: null, tooFew: false });
  });

  it('shows twelve columns by itself and refuses an unknown journey', async () => {
    const admin = await t.signUp();
    const { body } = await admin.get('/insights/journey').expect(200);
    expect(body.columns).toHaveLength(12);
    expect(body.columns.at(-1).date).toBe('2026-06-15');
    expect((await admin.get('/insights/journey?interval=month')).body.columns).toHaveLength(12);
    await admin.get('/insights/journey?journey=nowhere').expect(422);
    const { text } = await admin.get('/insights/journey?format=csv').expect(200);
    expect(text).toContain('stage,touchpointKey,touchpoint,date,measure,n,value,low,high,tooFew');
  });
});

type CaseFacts = Partial<{
  openedAt: string;
  status: string;
  firstRespondedAt: string | null;
  firstResponseDueAt: string | null;
  resolvedAt: string | null;
  resolutionDueAt: string | null;
  mayContact: boolean | null;
  reopened: number;
  resolution: { at: string; mailed: boolean; answer?: string; bounced?: string; state?: string } | null;
}>;
let numbers = 0;

async function openCase(tenant: Caller, customerId: string | null, facts: CaseFacts = {}): Promise<string> {
  const id = newId();
  await t.sql(
    `insert into cases (tenant_id, id, number, status, customer_id, may_contact, created_at, first_response_due_at, first_responded_at, resolved_at, resolution_due_at, reopened_count, promised_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, case when $6::boolean then $8::timestamptz end)`,
    [
      tenant.tenantId,
      id,
      (numbers += 1),
      facts.status ?? (facts.resolvedAt ? 'resolved' : 'assigned'),
      customerId,
      facts.mayContact === undefined ? true : facts.mayContact,
      facts.openedAt ?? '2026-06-01T08:00:00Z',
      facts.firstResponseDueAt ?? null,
      facts.firstRespondedAt ?? null,
      facts.resolvedAt ?? null,
      facts.resolutionDueAt ?? '2026-06-05T08:00:00Z',
      facts.reopened ?? 0,
    ],
  );
  if (facts.resolution) {
    const resolutionId = newId();
    const { at, mailed, answer, bounced, state } = facts.resolution;
    await t.sql(
      `insert into resolutions (tenant_id, id, case_id, root_cause, body, resolved_at, mailed, answer, answered_at) values ($1, $2, $3, 'x', 'x', $4, $5, $6, $7)`,
      [tenant.tenantId, resolutionId, id, at, mailed, answer ?? null, answer ? at : null],
    );
    if (mailed)
      await t.sql(
        `insert into deliveries (tenant_id, kind, subject_id, to_address, state, sent_at, bounce_kind) values ($1, 'resolution', $2, 'x@example.test', $3, $4, $5)`,
        [tenant.tenantId, resolutionId, state ?? 'sent', at, bounced ?? null],
      );
  }
  return id;
}

describe('GET /insights/loop', () => {
  it('follows the customers with a case opened in the period', async () => {
    const admin = await t.signUp();
    const who = (name: string) => customer(admin, `${name}${(numbers += 1)}`);
    const done = '2026-06-02T08:00:00Z';
    const told = (answer?: string): CaseFacts => ({
      resolvedAt: done,
      resolution: { at: done, mailed: true, ...(answer ? { answer } : {}) },
    });
    const twice = await who('twice');
    await openCase(admin, twice, {
      ...told('fixed'),
      firstRespondedAt: '2026-06-01T10:00:00Z',
      firstResponseDueAt: '2026-06-01T12:00:00Z',
    });
    await openCase(admin, twice, {
      ...told('fixed'),
      firstRespondedAt: '2026-06-01T14:00:00Z',
      firstResponseDueAt: '2026-06-01T12:00:00Z',
    });
    await openCase(admin, await who('silent'), told());
    await openCase(admin, await who('not-yet'), { ...told('not_yet'), status: 'reopened', reopened: 1 });
    await openCase(admin, await who('bounced'), {
      resolvedAt: done,
      resolution: { at: done, mailed: true, bounced: 'hard' },
    });
    await openCase(admin, await who('waiting-to-leave'), {
      resolvedAt: done,
      resolution: { at: done, mailed: true, state: 'pending' },
    });
    await openCase(admin, await who('refused'), {
      mayContact: false,
      resolvedAt: done,
      resolution: { at: done, mailed: false },
    });
    await openCase(admin, await who('overdue'), { firstResponseDueAt: '2026-06-01T12:00:00Z' });
    await openCase(admin, await who('in-time'), { resolutionDueAt: '2026-06-30T08:00:00Z' });
    await openCase(admin, await who('waits'), { status: 'waiting' });
    await openCase(admin, await who('quiet'), { ...told(), status: 'closed_silent' });
    await openCase(admin, await who('earlier'), { ...told('fixed'), openedAt: '2026-05-31T23:59:59Z' });
    await openCase(admin, await who('later'), { openedAt: '2026-07-01T00:00:00Z' });
    await openCase(admin, null);

    const { body } = await admin.get('/insights/loop?from=2026-06-01&to=2026-07-01').expect(200);
    // Due: twice, silent, not-yet, bounced, waiting-to-leave, refused, overdue, quiet. Heard: twice, silent, not-yet, quiet.
    expect(body).toMatchObject({
      customers: 10,
      cases: 11,
      heardBack: { n: 8, rate: 0.5 },
      confirmed: { n: 4, rate: 0.25 },
      notYetPercent: 25,
      notReachable: 1,
      notYetDue: 2,
      reopened: 1,
      closedSilent: 1,
      promises: 3,
      brokenPromises: 2,
    });
    // Wilson at 4 of 8.
    expect(body.heardBack.low).toBeCloseTo(0.2152, 3);
    expect(body.heardBack.high).toBeCloseTo(0.7848, 3);
    expect(body.medianHours).toEqual({ firstResponse: 4, resolution: 24 });
    expect(body.hours).toMatchObject({
      firstResponse: { n: 2, median: 4, p90: 6 },
      resolution: { median: 24, p90: 24 },
    });
    expect(body.sla.firstResponse).toMatchObject({ n: 3, rate: 1 / 3 });
    expect(body.sla.teams).toMatchObject([{ teamId: null, cases: body.cases }]);
    // Every number opens its cases.
    const behind = async (loop: string) =>
      (await admin.get(`/cases?from=2026-06-01&to=2026-07-01&loop=${loop}`).expect(200)).body.items.length;
    expect(await behind('promised')).toBe(body.promises);
    expect(await behind('promise_broken')).toBe(body.brokenPromises);
    expect(await behind('reopened')).toBe(body.reopened);
    expect(await behind('silent')).toBe(body.closedSilent);
    expect(await behind('first_response_met')).toBe(1);
    expect(await behind('first_response_missed')).toBe(2);
    // One customer has two cases.
    expect(await behind('heard_back')).toBe(5);
    const csv = (await admin.get('/insights/loop?from=2026-06-01&to=2026-07-01&format=csv').expect(200)).text;
    expect(csv).toContain('brokenPromises,,2');
  });

  it('counts a customer without consent or with a stopped address as not reachable', async () => {
    const admin = await t.signUp();
    await openCase(admin, await customer(admin, 'unasked'), { mayContact: null });
    await openCase(admin, await customer(admin, 'agreed', { consents: [{ purpose: 'follow_up', granted: true }] }), {
      mayContact: null,
    });
    await openCase(admin, (await admin.put('/customers/by-external-id/no-mail', { name: 'No Mail' })).body.id);
    const { body } = await admin.get('/insights/loop').expect(200);
    expect(body).toMatchObject({
      customers: 3,
      notReachable: 2,
      heardBack: { n: 3, rate: 0 },
      confirmed: { n: 0, rate: null },
    });
    expect(body.notYetPercent).toBeNull();
  });

  it('sees nothing of another organization', async () => {
    const [admin, other] = [await t.signUp(), await t.signUp()];
    await openCase(admin, await customer(admin, 'mine'));
    expect((await other.get('/insights/loop').expect(200)).body).toMatchObject({
      customers: 0,
      cases: 0,
      heardBack: { rate: null, n: 0 },
    });
  });
});

describe('GET /insights/funnel', () => {
  it('makes each step a part of the one before', async () => {
    const admin = await t.signUp();
    const survey = (await admin.post('/surveys', { name: 'NPS', metric: 'nps' }).expect(201)).body.id;
    await admin.post(`/surveys/${survey}/publish`, {});
    const invite = async (status: string, extra: { skip?: string; test?: boolean } = {}) => {
      const id = newId();
      await t.sql(
        `insert into invitations (tenant_id, id, survey_id, survey_version, status, skip_reason, sent_at, test, created_at) values ($1, $2, $3, 1, $4, $5, $6, $7, $8)`,
        [
          admin.tenantId,
          id,
          survey,
          status,
          extra.skip ?? null,
          extra.skip ? null : '2026-06-10T08:00:00Z',
          extra.test ?? false,
          '2026-06-10T08:00:00Z',
        ],
      );
      return id;
    };
    await invite('skipped', { skip: 'no_consent' });
    await invite('sent', { test: true });
    await invite('sent');
    await invite('bounced');
    const id = await customer(admin, 'd');
    await answers(admin, [{ score: 10, invitationId: await invite('answered') }]);
    const [sad] = await answers(admin, [{ score: 2, invitationId: await invite('answered'), customerId: id }]);
    const caseId = await openCase(admin, id, {
      resolvedAt: '2026-06-12T08:00:00Z',
      resolution: { at: '2026-06-12T08:00:00Z', mailed: true, answer: 'fixed' },
    });
    await t.sql(`update cases set response_id = $1 where id = $2`, [sad, caseId]);
    const { body } = await admin.get('/insights/funnel?from=2026-06-01&to=2026-07-01').expect(200);
    expect(body.steps.map((s: { key: string; n: number }) => [s.key, s.n])).toEqual([
      ['invited', 5],
      ['sent', 3],
      ['answered', 2],
      ['detractors', 1],
      ['cases', 1],
      ['heardBack', 1],
      ['confirmed', 1],
    ]);
    expect(body).toMatchObject({ skipped: { no_consent: 1 }, bounced: 1 });
    expect(body.steps[2].ofPrevious).toMatchObject({ n: 3, rate: expect.closeTo(2 / 3, 6) });
    const nps = await admin.get('/insights/nps?from=2026-06-01&to=2026-07-01').expect(200);
    expect(nps.body.invitations).toMatchObject({ sent: 4, bounced: 1, answered: 2, responseRate: { n: 3 } });
  });
});

describe('GET /insights/overview', () => {
  it('gives the first screen in one answer, the same figures as its parts', async () => {
    const admin = await t.signUp();
    await answers(admin, mix(60, 20, 20, { at: '2026-06-10T00:00:00Z' }));
    await answers(admin, mix(20, 20, 60, { at: '2026-02-10T00:00:00Z' }));
    await admin.post('/annotations', { day: '2026-06-08', text: 'New installer' }).expect(201);
    await admin.post('/goals', { metric: 'nps', target: 35 }).expect(201);
    const range = 'from=2026-04-01&to=2026-07-01';
    const { body } = await admin.get(`/insights/overview?${range}`).expect(200);
    const nps = (await admin.get(`/insights/nps?${range}`)).body;
    expect(body.tiles.nps).toMatchObject({ n: 100, nps: 40, change: { verdict: 'signal', difference: 80 } });
    expect(body.before).toEqual({ from: '2025-12-31T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' });
    expect(body.buckets).toEqual(nps.buckets);
    expect(body.tiles.responses).toMatchObject({ n: 100, before: 100, excluded: nps.excluded });
    expect(body.tiles.heardBack).toMatchObject({ rate: null, change: { verdict: 'tooFew' } });
    expect(body.annotations).toMatchObject([
      { day: '2026-06-08', text: 'New installer', createdBy: { name: 'Ada Admin' } },
    ]);
    expect(body.goals).toMatchObject([{ metric: 'nps', target: 35 }]);
    const usual = (await admin.get('/insights/overview').expect(200)).body;
    expect([usual.from, usual.to]).toEqual(['2026-03-19T00:00:00.000Z', '2026-06-18T00:00:00.000Z']);
  });
});

describe('annotations, goals, views and digests', () => {
  it('lets everybody but viewers annotate, and pages newest first', async () => {
    const admin = await t.signUp();
    const [agent, viewer] = [await t.colleague(admin, 'agent'), await t.colleague(admin, 'viewer')];
    await viewer.post('/annotations', { day: '2026-06-01', text: 'x' }).expect(403);
    for (const day of ['2026-06-01', '2026-06-03', '2026-06-02'])
      await agent.post('/annotations', { day, text: `on ${day}` }).expect(201);
    const first = (await viewer.get('/annotations?limit=2').expect(200)).body;
    expect(first.items.map((a: { day: string }) => a.day)).toEqual(['2026-06-03', '2026-06-02']);
    const second = (await viewer.get(`/annotations?limit=2&cursor=${first.nextCursor}`).expect(200)).body;
    expect(second).toMatchObject({ items: [{ day: '2026-06-01' }], nextCursor: null });
    expect((await viewer.get('/annotations?from=2026-06-02&to=2026-06-03')).body.items).toHaveLength(1);
    const other = await t.signUp();
    await other.delete(`/annotations/${second.items[0].id}`).expect(404);
    await agent.delete(`/annotations/${second.items[0].id}`).expect(204);
    await agent.delete(`/annotations/${second.items[0].id}`).expect(404);
    await agent.post('/annotations', { day: '2026-02-30', text: 'x' }).expect(422);
    await agent.post('/annotations', { day: '2026-02-03', text: ' ' }).expect(422);
  });

  it('keeps goals of managers, in the unit of the figure', async () => {
    const admin = await t.signUp();
    const [manager, agent] = [await t.colleague(admin, 'manager'), await t.colleague(admin, 'agent')];
    await touchpoint(admin, 'delivery');
    await agent.post('/goals', { metric: 'nps', target: 1 }).expect(403);
    const goal = { metric: 'heardBack', target: 0.9, touchpointKey: 'delivery', dueOn: '2026-12-31' };
    const { body } = await manager.post('/goals', goal).expect(201);
    expect(body).toMatchObject({ ...goal, teamIds: [] });
    expect((await agent.get('/goals').expect(200)).body.items).toEqual([body]);
    for (const bad of [
      { ...goal, target: 90 },
      { ...goal, metric: 'csat' },
      { ...goal, touchpointKey: 'nowhere' },
      { ...goal, teamIds: [newId()] },
    ])
      await manager.post('/goals', bad).expect(422);
    await (await t.signUp()).delete(`/goals/${body.id}`).expect(404);
    await manager.delete(`/goals/${body.id}`).expect(204);
  });

  it('keeps views to their owner', async () => {
    const admin = await t.signUp();
    const viewer = await t.colleague(admin, 'viewer');
    const view = { screen: 'responses', name: 'Angry ones', query: { category: 'detractor', page: 2 } };
    const { body } = await viewer.post('/views', view).expect(201);
    expect(body).toMatchObject(view);
    expect((await viewer.post('/views', view).expect(409)).body.code).toBe('view.name_taken');
    expect((await admin.get('/views').expect(200)).body.items).toEqual([]);
    expect((await viewer.get('/views?screen=cases').expect(200)).body.items).toEqual([]);
    expect((await viewer.get('/views?screen=responses').expect(200)).body.items).toEqual([body]);
    await admin.delete(`/views/${body.id}`).expect(404);
    await viewer.delete(`/views/${body.id}`).expect(204);
    const program = await t.program(admin);
    expect((await program.get('/views').expect(403)).body.code).toBe('access.person');
  });

  it('mails the digest on Monday at seven by the organization’s clocks, once', async () => {
    const admin = await t.signUp('Halden Energy');
    await admin.patch('/organization', { timeZone: 'America/New_York' }).expect(200);
    const viewer = await t.colleague(admin, 'viewer');
    expect((await viewer.get('/digests').expect(200)).body).toEqual({ weekly: false, lastSentAt: null });
    const turnedOn = (await viewer.put('/digests', { weekly: true }).expect(200)).body;
    await viewer.put('/digests', turnedOn).expect(200);
    await answers(admin, mix(60, 20, 20, { at: '2026-06-10T00:00:00Z' }));
    const { Digests } = await import('../src/insights/digests.service.js');
    const mails = async (): Promise<{ subject: string; text: string; html: string }[]> => {
      await t.app.get(Digests).sweep();
      await t.runJobs();
      return (await t.http.get('/dev/mailbox/messages').query({ to: viewer.email }).expect(200)).body.filter(
        (message: { subject: string }) => message.subject.startsWith('NPS'),
      );
    };
    now = new Date('2026-06-15T10:59:00Z');
    expect(await mails()).toHaveLength(0);
    now = new Date('2026-06-15T11:01:00Z');
    expect(await mails()).toHaveLength(1);
    now = new Date('2026-06-15T15:00:00Z');
    const [mail, ...more] = await mails();
    expect(more).toHaveLength(0);
    expect(mail?.subject).toMatch(/^NPS \+40, likely \+\d+ to \+\d+: too few answers before to compare$/);
    expect(mail?.text).toContain('Last week: 100 answers');
    expect(mail?.text).toContain('8 Jun · +40');
    expect(Buffer.byteLength(mail?.html ?? '')).toBeLessThan(60_000);
    expect((await viewer.get('/digests')).body.lastSentAt).not.toBeNull();
  });
});

describe('the counts per local day', () => {
  it('say the same as the answers, whatever becomes of them', async () => {
    const acme = await t.signUp('Days');
    const days = t.app.get(ResponseDays);
    await acme.patch('/organization', { timeZone: 'America/New_York' }).expect(200);
    const keys = ['delivery', 'billing'];
    const touchpoints = await Promise.all(
      keys.map(
        async (key) =>
          (await acme.post('/touchpoints', { key, name: key, stage: 'Use', area: 'process' }).expect(201)).body
            .id as string,
      ),
    );
    // Over both changes of the clocks, with many answers near local midnight (4:00 or 5:00 UTC).
    const some = (from: number, n: number): Answer[] =>
      Array.from({ length: n }, (_, at) => ({
        at: new Date(Date.parse('2025-10-25T03:30:00Z') + (from + at) * 37 * 3600_000).toISOString(),
        score: ((from + at) * 7) % 11,
        metric: at % 3 === 0 ? 'nps' : 'tnps',
        touchpointId: [...touchpoints, null][at % 3] as string | null,
      }));
    const paths = [
      'interval=day&groupBy=touchpoint',
      'interval=week&groupBy=survey&metric=nps',
      'interval=month&from=2025-11-01&to=2026-04-01&touchpoint=billing',
      'interval=quarter&from=2025-12-24&to=2026-02-03',
      'interval=month&from=2025-12-24T10:11:12Z',
    ];
    const read = async () => {
      const read: unknown[] = [];
      for (const path of paths) read.push((await acme.get(`/insights/nps?${path}`).expect(200)).body);
      read.push((await acme.get('/insights/journey?interval=month&measure=nps').expect(200)).body);
      read.push(
        (await acme.get('/insights/change?a=2025-11-01..2026-02-01&b=2026-02-01..2026-05-01').expect(200)).body,
      );
      return read;
    };
    const same = async () => {
      const byDays = await read();
      await t.sql('delete from response_day_zones where tenant_id = $1', [acme.tenantId]);
      expect(byDays).toEqual(await read());
      await days.foldAll();
      expect(byDays).toEqual(await read());
    };

    await answers(acme, some(0, 60));
    await days.foldAll();
    const ids = await answers(acme, some(60, 60));
    await same();
    await t.sql(`update responses set flags = '{scanner}' where id = any($1)`, [ids.slice(0, 10)]);
    await t.sql(
      `update responses set score = 10 - score, submitted_at = submitted_at + interval '9 hours' where id = any($1)`,
      [ids.slice(5, 25)],
    );
    await t.sql(`update responses set withdrawn_at = now() where id = any($1)`, [ids.slice(20, 30)]);
    await t.sql(`update responses set touchpoint_id = $2 where id = any($1)`, [ids.slice(30, 40), touchpoints[0]]);
    await same();
    await t.sql(`update responses set flags = '{}' where id = any($1)`, [ids.slice(0, 5)]);
    await t.sql(`delete from responses where id = any($1)`, [ids.slice(40)]);
    await days.foldAll();
    await answers(acme, some(7, 5));
    await same();

    const total = async () => (await acme.get('/insights/nps?interval=week').expect(200)).body.total.n as number;
    const n = await total();
    await t.sql('update response_days set n10 = n10 + 1000 where tenant_id = $1', [acme.tenantId]);
    expect(await total()).toBeGreaterThan(n + 999);
    await acme.patch('/organization', { timeZone: 'Asia/Kolkata' }).expect(200);
    expect(await total()).toBe(n);
    await days.foldAll();
    await same();
    expect(await total()).toBe(n);
  });
});
