import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { toCsv } from '../scripts/reviews-to-csv.mjs';
import { type Caller, type TestApp, startApp } from './support/app.js';

const EVAL = fileURLToPath(new URL('../../shared/eval/', import.meta.url));
const there = existsSync(EVAL);
if (!there)
  process.stdout.write('Skipped: tests on real answers, for want of the evaluation data beside the project.\n');

(there ? describe : describe.skip)('real answers', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await startApp();
  });
  afterAll(() => t.close());

  const importFile = async (
    name: string,
  ): Promise<{ caller: Caller; rows: number; report: { read: number; created: number } }> => {
    const caller = await t.signUp(name);
    const made = toCsv(readFileSync(`${EVAL}${name}.jsonl`, 'utf8'), name);
    for (const touchpoint of made.touchpoints)
      await caller.post('/touchpoints', { ...touchpoint, stage: 'Imported', area: 'process' }).expect(201);
    const { body } = await caller
      .post('/responses/import')
      .set('content-type', 'text/csv')
      .send(made.csv as never)
      .expect(200);
    await t.runJobs();
    await t.sql(`update jobs set run_at = now() where state = 'queued'`);
    await t.runJobs();
    return { caller, rows: made.rows, report: body };
  };

  it.each(['nps_verbatims', 'skytrax'])('of %s become scores, statements, pain points and cases', async (name) => {
    const { caller, rows, report } = await importFile(name);
    expect(report).toMatchObject({ read: rows, created: rows });
    expect(rows).toBeGreaterThan(1000);

    const { total } = (await caller.get('/insights/nps?from=2000-01-01&to=2020-01-01&interval=quarter').expect(200))
      .body;
    expect(total.n).toBe(rows);
    expect(total.nps).toBeGreaterThanOrEqual(total.low);

    const { items, waiting } = (await caller.get('/responses?limit=200').expect(200)).body;
    expect(waiting).toBe(0);
    expect(items.filter((r: { statements: unknown[] }) => r.statements.length > 0).length).toBeGreaterThan(150);

    const points = (await caller.get('/pain-points?from=2000-01-01&to=2020-01-01').expect(200)).body.items;
    expect(points.length).toBeGreaterThan(2);
    for (const point of points) expect(point.customers).toBeGreaterThanOrEqual(1);

    const [{ detractors }] = (await t.sql(
      `select count(*)::int as detractors from responses where tenant_id = $1 and score <= 6`,
      [caller.tenantId],
    )) as [{ detractors: number }];
    const [{ cases }] = (await t.sql(`select count(*)::int as cases from cases where tenant_id = $1`, [
      caller.tenantId,
    ])) as [{ cases: number }];
    expect(cases).toBe(detractors);
  });
});
