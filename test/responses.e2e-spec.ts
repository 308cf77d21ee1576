import { type Caller, type TestApp, startApp } from './support/app.js';

describe('responses', () => {
  let t: TestApp;
  let acme: Caller;
  beforeAll(async () => {
    t = await startApp();
    acme = await t.signUp('Acme');
    await acme
      .post('/touchpoints', { key: 'delivery', name: 'Delivery', stage: 'Receive', area: 'process' })
      .expect(201);
    await acme.put('/customers/by-external-id/c1', { name: 'Ana', email: 'ana@example.test' }).expect(201);
  });
  afterAll(() => t.close());

  const one = (extra: object = {}) => ({
    touchpointKey: 'delivery',
    score: 2,
    comment: 'The courier never came. Terrible waiting time!',
    ...extra,
  });

  it('keeps one response per id, also when both arrive at once, and reads it once', async () => {
    const body = one({ id: 'form-1', externalCustomerId: 'c1' });
    const [a, b] = await Promise.all([
      acme.post('/responses', body).expect(201),
      acme.post('/responses', body).expect(201),
    ]);
    expect(a.body.items[0].id).toBe(b.body.items[0].id);
    expect(a.body.items[0].duplicate).toBe(!b.body.items[0].duplicate);
    expect((await acme.get('/responses').expect(200)).body).toMatchObject({ waiting: 1, items: [{ sentiment: null }] });
    await t.runJobs();
    const { items, waiting } = (await acme.get('/responses').expect(200)).body;
    expect(waiting).toBe(0);
    expect(items).toMatchObject([
      {
        score: 2,
        category: 'detractor',
        metric: 'tnps',
        customer: { name: 'Ana' },
        comment: 'The courier never came. Terrible waiting time!',
        sentiment: { label: 'negative', score: expect.any(Number) },
      },
    ]);
    expect(items[0].statements.map((s: { text: string }) => s.text)).toEqual([
      'The courier never came.',
      'Terrible waiting time!',
    ]);
    expect(items[0].sentiment.score).toBeLessThan(0);
  });

  it('takes a comment back unchanged, whatever is in it', async () => {
    const comment = '  =cmd|\' /C calc\'!A0 <script>alert(1)</script> "quoted" \u202Eleft\u202C 👍🏽\n\tнет  ';
    const { body } = await acme.post('/responses', one({ comment })).expect(201);
    expect((await acme.get(`/responses/${body.items[0].id}`)).body.comment).toBe(comment);
  });

  it('names the field of a missing or wrong value and of a field that does not exist, alone and in an array', async () => {
    const paths = async (body: object) =>
      (await acme.post('/responses', body).expect(422)).body.errors.map((e: { path: string }) => e.path);
    const { score: _, ...unscored } = one();
    expect(await paths(unscored)).toEqual(['score']);
    expect(await paths(one({ score: '9' }))).toEqual(['score']);
    expect(await paths(one({ colour: 'red', metric: 'stars' }))).toEqual(['metric', 'colour']);
    expect(await paths([one(), unscored, one({ colour: 'red' })])).toEqual(['[1].score', '[2].colour']);
  });

  it('says for each row of an array what is wrong with it, and stores none', async () => {
    const before = await t.sql('select count(*) from responses');
    const refused = await acme
      .post('/responses', [one(), one({ score: 11 }), one({ touchpointKey: 'nowhere' })])
      .expect(422);
    expect(refused.body.errors).toEqual([{ path: '[1].score', message: 'Choose a number from 0 to 10' }]);
    const unknown = await acme.post('/responses', [one(), one({ touchpointKey: 'nowhere' })]).expect(422);
    expect(unknown.body.errors).toMatchObject([{ path: '[1].touchpointKey' }]);
    expect(
      (await acme.post('/responses', { touchpointKey: 'nowhere', score: 3 }).expect(422)).body.errors,
    ).toMatchObject([{ path: 'touchpointKey' }]);
    expect(await t.sql('select count(*) from responses')).toEqual(before);
  });

  it('keeps the answers of customers it has not been told about yet', async () => {
    const { body } = await acme.post('/responses', one({ externalCustomerId: 'later' })).expect(201);
    await acme.put('/customers/by-external-id/later', { name: 'Late Larry' }).expect(200);
    expect((await acme.get(`/responses/${body.items[0].id}`)).body.customer).toMatchObject({
      externalId: 'later',
      name: 'Late Larry',
    });
  });

  it('says of an empty comment and of one without words that there was nothing to read', async () => {
    const { body } = await acme.post('/responses', [one({ comment: '' }), one({ comment: '... --- 123' })]).expect(201);
    await t.runJobs();
    const [empty, wordless] = await Promise.all(
      body.items.map(async ({ id }: { id: string }) => (await acme.get(`/responses/${id}`)).body.sentiment),
    );
    expect((await acme.get(`/responses/${body.items[0].id}`)).body.comment).toBe('');
    expect(empty).toEqual({ label: null, score: null, reason: 'empty' });
    expect(wordless).toEqual({ label: null, score: null, reason: 'no_words' });
  });

  it('answers each of many responses that arrive together for itself', async () => {
    const acme = await t.signUp();
    const program = await t.program(acme);
    const sent = Array.from({ length: 60 }, (_, n) =>
      n % 6 === 5
        ? { id: `bad ${n}`, metric: 'nps', score: 5, touchpointKey: 'nowhere' }
        : { id: `once ${n % 20}`, metric: 'nps', score: n % 11 },
    );
    const answers = await Promise.all(sent.map((body) => program.post('/responses', body)));
    expect(answers.map(({ status }) => status)).toEqual(sent.map(({ id }) => (id.startsWith('bad') ? 422 : 201)));
    expect(answers[5]?.body.errors).toEqual([{ path: 'touchpointKey', message: 'There is no touchpoint "nowhere".' }]);
    const good = answers.filter(({ status }) => status === 201).map(({ body }) => body.items[0]);
    const ids = new Set(sent.map(({ id }) => id).filter((id) => !id.startsWith('bad')));
    expect(new Set(good.map(({ id }) => id)).size).toBe(ids.size);
    expect(good.filter(({ duplicate }) => !duplicate)).toHaveLength(ids.size);
    expect((await acme.get('/responses?limit=200').expect(200)).body.items).toHaveLength(ids.size);
  });

  it('leaves flagged answers out, and counts them again when a manager takes the flag away', async () => {
    const { body } = await acme.post('/responses', one({ score: 0 })).expect(201);
    const { id } = body.items[0];
    const flagged = await acme.patch(`/responses/${id}`, { flags: ['staff'] }).expect(200);
    expect(flagged.body).toMatchObject({ counted: false, flags: ['staff'], version: 2 });
    const ids = async (query: string): Promise<string[]> =>
      (await acme.get(`/responses?${query}`).expect(200)).body.items.map((r: { id: string }) => r.id);
    expect(await ids('counted=false')).toEqual([id]);
    expect(await ids('flag=staff')).toEqual([id]);
    expect(await ids('flag=scanner')).toEqual([]);
    expect(await ids('flag=staff&metric=nps,tnps&channel=api')).toEqual([id]);
    expect(await ids('flag=staff&channel=email')).toEqual([]);
    expect(await ids('flag=staff&metric=csat,ces')).toEqual([]);
    await acme.get('/responses?metric=nps,stars').expect(422);
    await acme.patch(`/responses/${id}`, { flags: [], version: 1 }).expect(409);
    expect((await acme.patch(`/responses/${id}`, { flags: [] }).expect(200)).body.counted).toBe(true);
    const agent = await t.colleague(acme, 'agent');
    await agent.patch(`/responses/${id}`, { flags: ['staff'] }).expect(403);
  });

  it('filters by touchpoint, category, sentiment, text and local days', async () => {
    const other = await t.signUp();
    await other.patch('/organization', { timeZone: 'Pacific/Auckland' }).expect(200);
    await other.post('/touchpoints', { key: 'call', name: 'Call', stage: 'Help', area: 'process' }).expect(201);
    const rows = [
      {
        id: 'a',
        touchpointKey: 'call',
        score: 10,
        comment: 'Wonderful and friendly help',
        submittedAt: '2026-03-01T10:59:00Z',
      },
      { id: 'b', touchpointKey: 'call', score: 3, comment: 'Rude and useless', submittedAt: '2026-03-01T11:01:00Z' },
    ];
    await other.post('/responses', rows).expect(201);
    await t.runJobs();
    const ids = async (query: string) =>
      (await other.get(`/responses?${query}`).expect(200)).body.items.map((r: { externalId: string }) => r.externalId);
    expect(await ids('')).toEqual(['b', 'a']);
    expect(await ids('category=promoter')).toEqual(['a']);
    expect(await ids('sentiment=negative')).toEqual(['b']);
    expect(await ids('touchpoint=call&q=FRIENDLY')).toEqual(['a']);
    expect(await ids('from=2026-03-02&to=2026-03-03')).toEqual(['b']);
    expect(await ids('to=2026-03-02')).toEqual(['a']);
    await other.get('/responses?from=yesterday').expect(422);
    await other.get('/responses?colour=red').expect(422);
    const first = (await other.get('/responses?limit=1')).body;
    expect((await other.get(`/responses?limit=1&cursor=${first.nextCursor}`)).body).toMatchObject({
      items: [{ externalId: 'a' }],
      nextCursor: null,
    });
  });

  it('imports exactly the good rows of a CSV, and the same file again not at all', async () => {
    const other = await t.signUp();
    await other.post('/touchpoints', { key: 'order', name: 'Order', stage: 'Buy', area: 'process' }).expect(201);
    const csv =
      'Kunde,touchpointKey,score,comment,submittedAt\nc1,order,9,"Great, thanks",2026-01-02\nc2,order,11,no,2026-01-02\nc3,nowhere,4,bad,2026-01-03\nc4,order,0,"late\nagain",2026-01-03\n';
    const send = (query: string) =>
      other
        .post(`/responses/import?${query}&mapping=${encodeURIComponent('{"Kunde":"externalCustomerId"}')}`)
        .set('content-type', 'text/csv')
        .send(csv as never);
    const dry = await send('dryRun=true').expect(200);
    expect(dry.body).toMatchObject({
      read: 4,
      errors: [
        { row: 3, path: 'score' },
        { row: 4, path: 'touchpointKey' },
      ],
    });
    expect((await send('onError=abort').expect(200)).body).toMatchObject({ created: 0 });
    expect((await other.get('/responses')).body.items).toHaveLength(0);
    expect((await send('onError=skip').expect(200)).body).toMatchObject({ read: 4, created: 2 });
    expect((await send('onError=skip').expect(200)).body).toMatchObject({ created: 0 });
    await t.runJobs();
    expect((await other.get('/responses')).body.items.map((r: { comment: string }) => r.comment)).toEqual([
      'late\nagain',
      'Great, thanks',
    ]);
  });

  it('exports with formulas made harmless', async () => {
    const other = await t.signUp();
    await other.post('/responses', { metric: 'nps', score: 5, comment: '=1+1' }).expect(201);
    const csv = (await other.get('/responses/export').expect(200)).text;
    expect(csv).toContain(`,'=1+1,`);
  });

  it('shows and changes nothing of another organization', async () => {
    const other = await t.signUp();
    const [mine] = (await acme.get('/responses?limit=1')).body.items;
    await other.get(`/responses/${mine.id}`).expect(404);
    await other.patch(`/responses/${mine.id}`, { flags: [] }).expect(404);
    expect((await other.get('/responses')).body.items).toEqual([]);
  });
});
