// NPS by week over two years through the API, beside the best plain GROUP BY over the same rows (PERFORMANCE: at most 1/20 of it).
import pg from 'pg';
import { load, organization, ratio, report, withApp } from './support.mjs';

const ROWS = 500_000;
await withApp(async ({ app, url, postgres }) => {
  const { tenantId, authorization } = await organization(url);
  const admin = new pg.Client({ connectionString: postgres.adminUrl.replace(/\/postgres$/, '/hearback') });
  await admin.connect();
  await admin.query(
    `insert into responses (tenant_id, metric, score, channel, submitted_at, sentiment_state)
     select $1, 'nps', (random() * 10)::int, 'bench', now() - random() * interval '730 days', 'unreadable' from generate_series(1, ${ROWS})`,
    [tenantId],
  );
  await admin.query('vacuum analyze responses');
  // What a job does within half a minute of an organization's first answers.
  const { ResponseDays } = await import('../dist/src/responses/response-days.service.js');
  await app.get(ResponseDays).foldAll();
  const start = performance.now();
  for (let n = 0; n < 5; n += 1)
    await admin.query(
      `select date_trunc('week', submitted_at at time zone 'UTC'), count(*) filter (where score >= 9), count(*) filter (where score <= 6), count(*) from responses
       where tenant_id = $1 and metric = 'nps' and counted group by 1 order by 1`,
      [tenantId],
    );
  const floor = (performance.now() - start) / 5;
  await admin.end();
  const from = new Date(Date.now() - 730 * 86_400_000).toISOString().slice(0, 10);
  const ours = await load(
    { url: `${url}/api/v1/insights/nps?from=${from}&interval=week`, method: 'GET', headers: { authorization } },
    { seconds: 5, connections: 1 },
  );
  report('trend', {
    rows: ROWS,
    p50: ours.p50,
    p99: ours.p99,
    floor,
    ratio: ratio(ours.p50, floor),
    failed: ours.failed,
  });
});
