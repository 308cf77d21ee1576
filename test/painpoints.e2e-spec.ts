import { type Caller, type TestApp, startApp } from './support/app.js';

const LATE = [
  'The parcel arrived five days late',
  'Delivery was far too late again',
  'My delivery came late, terrible',
  'Late delivery and nobody told me',
  'The parcel was late, very bad',
];
const RUDE = [
  'The agent on the phone was rude',
  'Very rude agent on the phone',
  'Rude phone agent, awful manners',
  'Phone agent was rude and hung up',
  'Such a rude agent on the phone',
];

describe('pain points', () => {
  let t: TestApp;
  let acme: Caller;
  const list = async (query = '') => (await acme.get(`/pain-points?${query}`).expect(200)).body;

  beforeAll(async () => {
    t = await startApp();
    acme = await t.signUp('Acme');
    await acme
      .post('/touchpoints', { key: 'delivery', name: 'Delivery', stage: 'Receive', area: 'process' })
      .expect(201);
    await acme.post('/touchpoints', { key: 'support', name: 'Support', stage: 'Help', area: 'process' }).expect(201);
    const answers = [
      ...LATE.map((comment) => ({ touchpointKey: 'delivery', comment })),
      ...RUDE.map((comment) => ({ touchpointKey: 'support', comment })),
    ];
    await acme
      .post(
        '/responses',
        answers.map((answer, n) => ({ ...answer, id: `r${n}`, externalCustomerId: `c${n}`, score: 1 })),
      )
      .expect(201);
    await acme
      .post(
        '/responses',
        Array.from({ length: 20 }, (_, n) => ({ touchpointKey: 'delivery', score: 9, id: `p${n}` })),
      )
      .expect(201);
    await t.runJobs();
    await t.sql(`update jobs set run_at = now() where name = 'painpoints.regroup' and state = 'queued'`);
    await t.runJobs();
  });
  afterAll(() => t.close());

  it('groups what several customers say alike, per touchpoint, and says what it costs', async () => {
    const { items } = await list();
    expect(items.map((p: { touchpointKey: string }) => p.touchpointKey).sort()).toEqual(['delivery', 'support']);
    for (const point of items) {
      expect(point).toMatchObject({ status: 'new', count: 5, customers: 5 });
      expect(point.name.length).toBeGreaterThan(3);
      expect(point.impact).toBeLessThan(0);
      expect(point.exemplars.length).toBeGreaterThan(0);
    }
    const delivery = await list('touchpoint=delivery');
    expect(delivery.items).toHaveLength(1);
    // 20 promoters and 5 detractors: without the five, the score would be 100.
    expect(delivery.score).toBeCloseTo(60);
    expect(delivery.items[0].impact).toBeCloseTo(-40);
  });

  it('puts a new statement where it belongs, and shows it on the response', async () => {
    const [late] = (await list('touchpoint=delivery')).items;
    const { body } = await acme
      .post('/responses', {
        touchpointKey: 'delivery',
        score: 0,
        comment: 'Delivery much too late, bad',
        externalCustomerId: 'c77',
      })
      .expect(201);
    await t.runJobs();
    const response = (await acme.get(`/responses/${body.items[0].id}`)).body;
    expect(response.statements.map((s: { painPointId: string }) => s.painPointId)).toContain(late.id);
    const { items } = (await acme.get(`/pain-points/${late.id}/statements`).expect(200)).body;
    expect(items).toHaveLength(6);
    expect(items[0]).toMatchObject({
      customer: { id: expect.any(String) },
      score: 0,
      sentiment: { label: 'negative' },
    });
  });

  it('keeps the name that a person gave through a new grouping', async () => {
    const [late] = (await list('touchpoint=delivery')).items;
    const agent = await t.colleague(acme, 'agent');
    await agent.patch(`/pain-points/${late.id}`, { name: 'Mine' }).expect(403);
    await acme
      .patch(`/pain-points/${late.id}`, { name: 'Parcels come late', status: 'investigating', version: late.version })
      .expect(200);
    await acme.patch(`/pain-points/${late.id}`, { name: 'Older', version: late.version }).expect(409);
    await t.sql(`update jobs set run_at = now(), state = 'queued', attempts = 0 where name = 'painpoints.regroup'`);
    await t.runJobs();
    expect((await list('touchpoint=delivery')).items).toMatchObject([
      { id: late.id, name: 'Parcels come late', status: 'investigating' },
    ]);
  });

  it('splits, merges, and answers for the merged one with its heir', async () => {
    const [rude] = (await list('touchpoint=support')).items;
    const { items } = (await acme.get(`/pain-points/${rude.id}/statements`)).body;
    const half = items.slice(0, 2).map((s: { id: string }) => s.id);
    const made = (
      await acme.post(`/pain-points/${rude.id}/split`, { statementIds: half, name: 'Hangs up' }).expect(201)
    ).body;
    expect(made).toMatchObject({ name: 'Hangs up', count: 2 });
    expect((await acme.get(`/pain-points/${rude.id}`)).body.count).toBe(3);
    expect((await acme.post(`/pain-points/${made.id}/merge`, { intoId: rude.id }).expect(200)).body).toMatchObject({
      id: rude.id,
      count: 5,
    });
    expect((await acme.get(`/pain-points/${made.id}`).expect(200)).body.id).toBe(rude.id);
    await acme.post(`/pain-points/${made.id}/merge`, { intoId: rude.id }).expect(409);
    const [late] = (await list('touchpoint=delivery')).items;
    expect(
      (await acme.post(`/pain-points/${rude.id}/merge`, { intoId: late.id }).expect(422)).body.errors[0].path,
    ).toBe('intoId');
  });

  it('forgets the words of a customer who is erased, and the name that was made of them', async () => {
    const gamma = await t.signUp('Gamma');
    await gamma.post('/touchpoints', { key: 'g', name: 'G', stage: 'Help', area: 'process' }).expect(201);
    const answers = [...RUDE, ...RUDE].map((comment, n) => ({
      touchpointKey: 'g',
      score: 1,
      comment: n < 5 ? `${comment} Zqxolt` : comment,
      externalCustomerId: n < 5 ? 'one' : `g${n}`,
    }));
    await gamma.post('/responses', answers).expect(201);
    await t.runJobs();
    await t.sql(`update jobs set run_at = now() where name = 'painpoints.regroup' and state = 'queued'`);
    await t.runJobs();
    const words = () =>
      t.sql(`select id from pain_points where tenant_id = $1 and lower(to_jsonb(pain_points)::text) like '%zqxolt%'`, [
        gamma.tenantId,
      ]);
    expect(await words()).not.toEqual([]);
    const one = (await gamma.get('/customers?q=one').expect(200)).body.items[0];
    await gamma.delete(`/customers/${one.id}`).expect(204);
    expect(await words()).toEqual([]);
  });

  it('refuses nothing by a deadlock while people move and merge what is being grouped', async () => {
    const beta = await t.signUp('Beta');
    await beta.post('/touchpoints', { key: 'd', name: 'D', stage: 'Receive', area: 'process' }).expect(201);
    const answers = [...LATE, ...RUDE].map((comment, n) => ({
      touchpointKey: 'd',
      comment,
      score: 1,
      externalCustomerId: `b${n}`,
    }));
    await beta.post('/responses', answers).expect(201);
    const group = async () => {
      await t.sql(
        `update jobs set run_at = now(), state = 'queued', attempts = 0 where name = 'painpoints.regroup' and tenant_id = $1`,
        [beta.tenantId],
      );
      await t.runJobs();
    };
    await t.runJobs();
    await group();
    const points = async (): Promise<string[]> =>
      (await beta.get('/pain-points').expect(200)).body.items.map((p: { id: string }) => p.id);
    const statements = await t.sql<{ id: string }>(
      `select id from statements where tenant_id = $1 and label = 'negative'`,
      [beta.tenantId],
    );
    expect((await points()).length).toBeGreaterThan(1);
    const answersSeen: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const [a = '', b = a] = await points();
      const calls = await Promise.all([
        ...statements.map(({ id }, n) => beta.patch(`/statements/${id}`, { painPointId: n % 2 ? a : b })),
        beta.post(`/pain-points/${a}/merge`, { intoId: b }),
        beta.post(`/pain-points/${b}/merge`, { intoId: a }),
        group(),
      ]);
      answersSeen.push(...calls.flatMap((call) => (call ? [call.status] : [])));
    }
    expect(answersSeen.filter((status) => status >= 500)).toEqual([]);
    expect(await t.sql(`select name, last_error from jobs where last_error is not null`)).toEqual([]);
  });

  it('leaves a statement out for good once a person has thrown it out', async () => {
    const [rude] = (await list('touchpoint=support')).items;
    const { items } = (await acme.get(`/pain-points/${rude.id}/statements`)).body;
    await acme.patch(`/statements/${items[0].id}`, { painPointId: null }).expect(200);
    await t.sql(`update jobs set run_at = now(), state = 'queued', attempts = 0 where name = 'painpoints.regroup'`);
    await t.runJobs();
    expect((await acme.get(`/pain-points/${rude.id}`)).body.count).toBe(4);
  });

  it('holds what people corrected through a new grouping and a new reading, and takes it back on undo', async () => {
    const delta = await t.signUp('Delta');
    const neighbour = await t.signUp();
    await delta.post('/touchpoints', { key: 'd', name: 'Desk', stage: 'Receive', area: 'process' }).expect(201);
    await delta
      .post(
        '/responses',
        [...LATE, ...RUDE].map((comment, n) => ({
          touchpointKey: 'd',
          comment,
          score: 1,
          id: `d${n}`,
          externalCustomerId: `d${n}`,
        })),
      )
      .expect(201);
    const work = async () => {
      await t.runJobs();
      await t.sql(
        `update jobs set run_at = now(), state = 'queued', attempts = 0 where name = 'painpoints.regroup' and tenant_id = $1`,
        [delta.tenantId],
      );
      await t.runJobs();
    };
    await work();
    const points = (await delta.get('/pain-points').expect(200)).body.items;
    expect(points).toHaveLength(2);
    const where = async (id: string) =>
      (
        await t.sql<{ pain_point_id: string | null; label: string; label_by_person: boolean }>(
          `select pain_point_id, label, label_by_person from statements where id = $1`,
          [id],
        )
      )[0];
    const [from, into] = points as [{ id: string }, { id: string }];
    const statements = (await delta.get(`/pain-points/${from.id}/statements`).expect(200)).body.items;
    const [moved, thrown, judged] = statements.map((one: { id: string }) => one.id);

    const move = (await delta.patch(`/statements/${moved}`, { painPointId: into.id }).expect(200)).body;
    const bulk = (await delta.post('/statements/correct', { statementIds: [thrown], painPointId: null }).expect(200))
      .body;
    const label = (await delta.patch(`/statements/${judged}`, { sentiment: 'positive' }).expect(200)).body;
    await delta.patch(`/statements/${judged}`, { sentiment: 'positive', aspect: 'price' }).expect(422);
    await neighbour.post(`/corrections/${move.correctionId}/undo`).expect(404);
    await work();
    expect(await where(moved)).toMatchObject({ pain_point_id: into.id });
    expect(await where(thrown)).toMatchObject({ pain_point_id: null });
    expect(await where(judged)).toMatchObject({ pain_point_id: null, label: 'positive', label_by_person: true });

    // The engine reads the comments anew, as after an upgrade: other statements, the same words.
    await t.sql(`delete from statements where tenant_id = $1`, [delta.tenantId]);
    await t.sql(`update responses set sentiment_state = 'pending' where tenant_id = $1`, [delta.tenantId]);
    for (const name of ['sentiment.tag', 'painpoints.match']) {
      await t.sql(`update jobs set run_at = now(), state = 'queued', attempts = 0 where tenant_id = $1 and name = $2`, [
        delta.tenantId,
        name,
      ]);
      await t.runJobs();
    }
    await work();
    const again = await t.sql<{ text: string; pain_point_id: string | null; label: string }>(
      `select text, pain_point_id, label from statements where tenant_id = $1`,
      [delta.tenantId],
    );
    const now = (id: string) => {
      const words = statements.find((one: { id: string }) => one.id === id).text;
      return again.find((one) => one.text === words);
    };
    expect(now(judged)).toMatchObject({ label: 'positive' });
    expect(now(moved)).toMatchObject({ pain_point_id: into.id });
    expect(now(thrown)).toMatchObject({ pain_point_id: null });

    const { items } = (await delta.get('/corrections').expect(200)).body;
    expect(items.map((one: { kind: string }) => one.kind)).toEqual(['sentiment', 'place', 'place']);
    for (const { correctionId } of [bulk, label]) expect(correctionId).toEqual(expect.any(String));
    expect((await delta.get('/language').expect(200)).body.corrections).toBe(1);
    expect((await neighbour.get('/corrections').expect(200)).body.items).toEqual([]);
  });

  it('undoes a rename, a merge and a correction of sentiment, once each', async () => {
    const [rude] = (await list('touchpoint=support')).items;
    await acme.patch(`/pain-points/${rude.id}`, { name: 'Rough tone' }).expect(200);
    const last = async () => (await acme.get('/corrections').expect(200)).body.items[0];
    const rename = await last();
    expect(rename).toMatchObject({ kind: 'rename', before: rude.name, after: 'Rough tone', by: 'person' });
    const agent = await t.colleague(acme, 'agent');
    await agent.post(`/corrections/${rename.correctionId}/undo`).expect(403);
    await acme.post(`/corrections/${rename.correctionId}/undo`).expect(204);
    await acme.post(`/corrections/${rename.correctionId}/undo`).expect(409);
    expect((await acme.get(`/pain-points/${rude.id}`)).body.name).toBe(rude.name);

    const { items } = (await acme.get(`/pain-points/${rude.id}/statements`)).body;
    const count = (await acme.get(`/pain-points/${rude.id}`)).body.count;
    const part = (
      await acme.post(`/pain-points/${rude.id}/split`, { statementIds: [items[0].id], name: 'One' }).expect(201)
    ).body;
    await acme.post(`/pain-points/${part.id}/merge`, { intoId: rude.id }).expect(200);
    await acme.post(`/corrections/${(await last()).correctionId}/undo`).expect(204);
    expect((await acme.get(`/pain-points/${part.id}`).expect(200)).body).toMatchObject({ id: part.id, count: 1 });
    expect((await acme.get(`/pain-points/${rude.id}`)).body.count).toBe(count - 1);

    const judged = (await acme.patch(`/statements/${items[1].id}`, { sentiment: 'neutral' }).expect(200)).body;
    expect((await acme.get(`/pain-points/${rude.id}`)).body.count).toBe(count - 2);
    await acme.post(`/corrections/${judged.correctionId}/undo`).expect(204);
    expect((await acme.get(`/pain-points/${rude.id}`)).body.count).toBe(count - 1);
    const history = (await acme.get(`/pain-points/${rude.id}/history`).expect(200)).body.items;
    expect(history.map((one: { kind: string }) => one.kind)).toEqual(
      expect.arrayContaining(['found', 'rename', 'sentiment']),
    );
  });

  it('searches statements by words, marks them, and never those of another organization', async () => {
    const { items } = (await acme.get('/statements/search?q=people whose parcel came late').expect(200)).body;
    expect(items[0].text).toMatch(/late/i);
    const [start, end] = items[0].marks[0];
    expect(items[0].text.slice(start, end).toLowerCase()).toMatch(/^(parcel|late|came)/);
    expect((await acme.get('/statements/search?q=late&sentiment=positive').expect(200)).body.items).toEqual([]);
    const other = await t.signUp();
    expect((await other.get('/statements/search?q=late').expect(200)).body.items).toEqual([]);
    await other.get(`/statements/${items[0].id}/similar`).expect(404);
    await acme.get('/statements/search?q=').expect(422);
    expect((await list('q=nothing%20of%20the%20kind')).items).toEqual([]);
    expect((await list('segment=nobody')).items).toEqual([]);
  });

  it('keeps whatever customers write, unchanged, and reads it in bounded time', async () => {
    const odd = await t.signUp('Odd');
    const comments = [
      '😡😡😡',
      '\u200b\u200d\u2060',
      'الخدمة سيئة جدا ولم يتصل بي أحد',
      '<script>alert(1)</script><b>bad service</b>',
      Buffer.alloc(20_000, 7).toString('base64'),
      'Sehr schlechter Service, the parcel never arrived, jamais encore',
      `${'The delivery was late and nobody called me back. '.repeat(60)}`,
    ];
    await odd
      .post(
        '/responses',
        [...comments, ...Array.from({ length: 60 }, () => 'The parcel was late')].map((comment, n) => ({
          score: 2,
          metric: 'nps',
          comment,
          id: `o${n}`,
          externalCustomerId: `o${n}`,
        })),
      )
      .expect(201);
    await t.runJobs();
    const { items, waiting } = (await odd.get('/responses?limit=200&sentiment=none').expect(200)).body;
    expect(waiting).toBe(0);
    expect(items.length).toBeGreaterThan(0);
    const kept = await t.sql<{ comment: string }>(`select comment from responses where tenant_id = $1`, [odd.tenantId]);
    expect(kept.map((row) => row.comment)).toEqual(expect.arrayContaining(comments.slice(0, 1)));
    for (const comment of comments) expect(kept.some((row) => row.comment === comment)).toBe(true);
    await t.sql(`update jobs set run_at = now() where name = 'painpoints.regroup' and state = 'queued'`);
    await t.runJobs();
    expect((await odd.get('/pain-points').expect(200)).body.items[0].count).toBeGreaterThanOrEqual(60);
    await odd.get(`/statements/search?q=${encodeURIComponent('😡')}`).expect(200);
  });

  it('asks no model elsewhere before an admin tried it, and calls no private address', async () => {
    const { body } = await acme.patch('/language/model', { url: 'http://127.0.0.1/v1', model: 'm' });
    expect(body.errors[0]).toMatchObject({ path: 'url', message: 'The address is not public.' });
    await acme
      .patch('/language/model', { url: 'https://models.example.com/v1', model: 'm', key: 'k-secret' })
      .expect(200);
    await acme.patch('/language/model', { enabled: true }).expect(409);
    await acme.post('/language/model/trial').expect(409);
    const seen = (await acme.get('/language/model').expect(200)).body;
    expect(seen).toMatchObject({ hasKey: true, enabled: false, trial: null });
    expect(JSON.stringify(seen)).not.toContain('k-secret');
    const [row] = await t.sql(`select sealed_key from language_settings where tenant_id = $1`, [acme.tenantId]);
    expect(String(row?.['sealed_key'])).toMatch(/^v1\./);
  });

  it('shows and changes nothing of another organization', async () => {
    const other = await t.signUp();
    const [late] = (await list('touchpoint=delivery')).items;
    expect((await other.get('/pain-points')).body.items).toEqual([]);
    await other.get(`/pain-points/${late.id}`).expect(404);
    await other.get(`/pain-points/${late.id}/statements`).expect(404);
    await other.patch(`/pain-points/${late.id}`, { name: 'X' }).expect(404);
    await other.post(`/pain-points/${late.id}/split`, { statementIds: [late.id], name: 'X' }).expect(404);
  });
});
