// CSV import of responses, validated, beside COPY of the same rows into a bare table.
import pg from 'pg';
import { organization, ratio, report, withApp } from './support.mjs';

const ROWS = 20_000;
await withApp(async ({ url, postgres }) => {
  const rows = Array.from(
    { length: ROWS },
    (_, n) =>
      `r${n},nps,${n % 11},"The technician never came, number ${n}",2026-01-${String((n % 28) + 1).padStart(2, '0')}`,
  );
  const csv = `id,metric,score,comment,submittedAt\n${rows.join('\n')}\n`;
  const admin = new pg.Client({ connectionString: postgres.ownerUrl });
  await admin.connect();
  await admin.query(
    'create table bench_floor (id text primary key, metric text, score int, comment text, submitted_at date)',
  );
  let start = performance.now();
  // pg has no COPY of its own: one unnest insert per 1,000 rows is the floor that a client without it can reach.
  for (let from = 0; from < ROWS; from += 1000) {
    const n = Array.from({ length: 1000 }, (_, i) => from + i);
    await admin.query(
      `insert into bench_floor select * from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::date[])`,
      [
        n.map((i) => `r${i}`),
        n.map(() => 'nps'),
        n.map((i) => i % 11),
        n.map((i) => `The technician never came, number ${i}`),
        n.map((i) => `2026-01-${String((i % 28) + 1).padStart(2, '0')}`),
      ],
    );
  }
  const floor = ROWS / ((performance.now() - start) / 1000);
  const { authorization } = await organization(url);
  start = performance.now();
  const answer = await fetch(`${url}/api/v1/responses/import`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', authorization },
    body: csv,
  });
  const result = await answer.json();
  const ours = ROWS / ((performance.now() - start) / 1000);
  await admin.end();
  report('import', { rowsPerSecond: ours, floor, ratio: ratio(ours, floor), created: result.created });
});
