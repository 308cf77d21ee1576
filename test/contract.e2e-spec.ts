import { type Caller, type TestApp, startApp } from './support/app.js';

/** Promises that hold for every list alike, read off the served OpenAPI document so that no list is forgotten. */
describe('every list', () => {
  let t: TestApp;
  let acme: Caller;
  let lists: string[];
  beforeAll(async () => {
    t = await startApp();
    acme = await t.signUp('Acme');
    const { body: document } = await t.http.get('/api/openapi.json').expect(200);
    lists = Object.entries<{ get?: { parameters?: { name: string }[] } }>(document.paths)
      .filter(([path, { get }]) => !path.includes('{') && get?.parameters?.some(({ name }) => name === 'cursor'))
      .filter(([path]) => !path.endsWith('/export')) // a file with all rows
      .map(([path]) => path.replace('/api/v1', ''));
  });
  afterAll(() => t.close());

  it('is found in the document', () => {
    expect(lists).toEqual(
      expect.arrayContaining(['/teams', '/api-keys', '/customers', '/cases', '/case-rules', '/views']),
    );
    expect(lists.length).toBeGreaterThan(20);
  });

  it('takes 1 to 200 rows and names the field of any other limit and of a cursor that is not its own', async () => {
    const paths = async (url: string) => {
      const { status, body } = await acme.get(url);
      return [url, status, body.errors?.map((e: { path: string }) => e.path)];
    };
    for (const list of lists) {
      // A search is for something.
      const asked = list === '/statements/search' ? `${list}?q=late&` : `${list}?`;
      for (const limit of ['1', '200'])
        expect((await paths(`${asked}limit=${limit}`)).slice(0, 2)).toEqual([`${asked}limit=${limit}`, 200]);
      for (const limit of ['0', '201', '-1', '1.5', 'x', '']) {
        const url = `${asked}limit=${limit}`;
        expect(await paths(url)).toEqual([url, 422, ['limit']]);
      }
      expect(await paths(`${asked}cursor=zzz`)).toEqual([`${asked}cursor=zzz`, 422, ['cursor']]);
    }
  });

  it('goes on where the page before ended, also where it is short', async () => {
    for (const name of ['A', 'B', 'C']) await acme.post('/teams', { name }).expect(201);
    const names: string[] = [];
    let cursor = '';
    do {
      const { body } = await acme.get(`/teams?limit=2${cursor}`).expect(200);
      names.push(...body.items.map((team: { name: string }) => team.name));
      cursor = body.nextCursor === null ? '' : `&cursor=${encodeURIComponent(body.nextCursor)}`;
    } while (cursor !== '');
    expect(names).toEqual(['A', 'B', 'C']);
  });
});

describe('pain points without a filter', () => {
  let t: TestApp;
  let acme: Caller;
  beforeAll(async () => {
    t = await startApp();
    acme = await t.signUp('Acme');
  });
  afterAll(() => t.close());

  it('are those of all time and in every state', async () => {
    await acme
      .post('/touchpoints', { key: 'delivery', name: 'Delivery', stage: 'Receive', area: 'process' })
      .expect(201);
    const words = [
      'The parcel was late',
      'My parcel came late again',
      'Late parcel, terrible',
      'A late parcel, very bad',
    ];
    await acme
      .post(
        '/responses',
        words.map((comment, n) => ({
          touchpointKey: 'delivery',
          score: 1,
          comment,
          externalCustomerId: `c${n}`,
          submittedAt: '2024-02-03T10:00:00Z',
        })),
      )
      .expect(201);
    await t.runJobs();
    await t.sql(`update jobs set run_at = now() where name = 'painpoints.regroup' and state = 'queued'`);
    await t.runJobs();
    const list = async (query = '') => (await acme.get(`/pain-points?${query}`).expect(200)).body.items;
    const [late] = await list();
    expect(late.count).toBe((await acme.get(`/pain-points/${late.id}/statements`).expect(200)).body.items.length);
    expect(late.count).toBeGreaterThan(2);
    expect(await list('from=2026-01-01')).toMatchObject([{ id: late.id, count: 0 }]);

    await acme.patch(`/pain-points/${late.id}`, { status: 'dismissed' }).expect(200);
    expect(await list()).toMatchObject([{ id: late.id, status: 'dismissed' }]);
    expect(await list('dismissed=false')).toEqual([]);
  });
});
