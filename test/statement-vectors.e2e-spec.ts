import { StatementVectors } from '../src/sentiment/vectors.service.js';
import { type Caller, type TestApp, startApp } from './support/app.js';

const CALLS = [
  'Nobody called me back',
  'I waited two weeks for a return call',
  'The promised call-back never came',
  'They said they would ring me and did not',
  'Still no return phone call after a month',
];
const BILLS = [
  'The invoice was wrong again',
  'My bill is far too high',
  'You charged me twice on the invoice',
  'Wrong amount on my bill',
  'The invoice is impossible to understand, terrible',
];

describe('sentence vectors', () => {
  let t: TestApp;
  let acme: Caller;
  const answer = (id: string, comment: string) => ({
    id,
    externalCustomerId: `c-${id}`,
    touchpointKey: 'support',
    score: 1,
    comment,
  });
  const texts = async (q: string) =>
    (await acme.get(`/statements/search?limit=3&q=${encodeURIComponent(q)}`).expect(200)).body;

  beforeAll(async () => {
    t = await startApp({ SENTENCE_VECTORS: 'on' });
    acme = await t.signUp('Acme');
    await acme.post('/touchpoints', { key: 'support', name: 'Support', stage: 'Help', area: 'process' }).expect(201);
    await acme
      .post(
        '/responses',
        [...CALLS, ...BILLS].map((text, n) => answer(`r${n}`, text)),
      )
      .expect(201);
    await t.runJobs();
  });
  afterAll(() => t.close());

  it('keeps a vector of every English statement, whether it came with it or is given it later', async () => {
    const count = async () =>
      (
        await t.sql<{ n: number }>(
          `select count(*)::int as n from statement_vectors where version like 'use-lite-en@%'`,
        )
      )[0]?.n;
    const all = await count();
    expect(all).toBeGreaterThanOrEqual(CALLS.length + BILLS.length);
    await t.sql(`delete from statement_vectors`);
    await t.sql(`delete from jobs where name in ('sentiment.vectors_due', 'sentiment.embed')`);
    await t.app.get(StatementVectors).promise(acme.tenantId);
    await t.sql(`update jobs set run_at = now() where state = 'queued' and name = 'sentiment.embed'`);
    await t.runJobs();
    expect(await count()).toBe(all);
  });

  it('finds by meaning what shares no word with the question', async () => {
    const found = await texts('overcharged');
    expect(found.byMeaning).toBe(true);
    expect(found.items).toHaveLength(3);
    for (const { text } of found.items) expect(BILLS).toContain(text);
  });

  it('keeps the identity of a pain point when a tenth more is said', async () => {
    const regroup = async () => {
      await t.sql(`update jobs set run_at = now() where name = 'painpoints.regroup' and state = 'queued'`);
      await t.runJobs();
    };
    const points = async () =>
      ((await acme.get('/pain-points').expect(200)).body.items as { id: string; count: number }[]).map(({ id }) => id);
    await regroup();
    const before = await points();
    expect(before.length).toBeGreaterThan(0);
    await acme.post('/responses', [answer('more', 'You promised to call back and never did')]).expect(201);
    await t.runJobs();
    await regroup();
    expect(await points()).toEqual(expect.arrayContaining(before));
  });
});
