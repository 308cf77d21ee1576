// Response ingestion over HTTP, everything included, beside a bare node:http server that inserts one row per request with pg: with few callers,
// where round trips count, and with many, as when the systems of several departments send at once.
import { createServer } from 'node:http';
import pg from 'pg';
import { load, organization, ratio, report, withApp } from './support.mjs';

await withApp(async ({ url, postgres }) => {
  const admin = new pg.Client({ connectionString: postgres.ownerUrl });
  await admin.connect();
  await admin.query(
    'create table bench_floor (id bigint generated always as identity primary key, score int, comment text)',
  );
  await admin.query('grant all on bench_floor to hearback_app');
  const pool = new pg.Pool({ connectionString: postgres.appUrl, max: 16 });
  const floorServer = createServer((request, reply) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', async () => {
      const { score, comment } = JSON.parse(text);
      await pool.query('insert into bench_floor (score, comment) values ($1, $2)', [score, comment]);
      reply.writeHead(201).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => floorServer.once('listening', resolve));
  const { authorization } = await organization(url);
  for (const connections of [16, 96]) {
    const body = `{"id":"${connections} {n}","metric":"nps","score":3,"comment":"The technician never came and nobody called back."}`;
    const headers = { 'content-type': 'application/json', authorization };
    const ask = (to) => load({ url: to, method: 'POST', headers, body }, { connections });
    const floor = await ask(`http://127.0.0.1:${floorServer.address().port}/`);
    const ours = await ask(`${url}/api/v1/responses`);
    report('ingest', {
      connections,
      perSecond: ours.perSecond,
      floor: floor.perSecond,
      ratio: ratio(ours.perSecond, floor.perSecond),
      p99: ours.p99,
      p99Ratio: ratio(ours.p99, floor.p99),
      failed: ours.failed,
    });
  }
  floorServer.close();
  await pool.end();
  await admin.end();
});
