// The load generator: runs in its own process, so that it does not measure itself.
import { Pool } from 'undici';

process.once('message', async ({ request, seconds, connections }) => {
  const { origin, pathname, search } = new URL(request.url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const times = [];
  let failed = 0;
  let n = 0;
  const run = async (until, keep) => {
    while (performance.now() < until) {
      const body = request.body?.replaceAll('{n}', String((n += 1)));
      const start = performance.now();
      const answer = await pool.request({
        path: pathname + search,
        method: request.method,
        headers: request.headers,
        body,
      });
      await answer.body.dump();
      if (answer.statusCode >= 300) failed += 1;
      if (keep) times.push(performance.now() - start);
    }
  };
  const all = (ms, keep) => Promise.all(Array.from({ length: connections }, () => run(performance.now() + ms, keep)));
  await all(1000, false);
  const start = performance.now();
  await all(seconds * 1000, true);
  const elapsed = (performance.now() - start) / 1000;
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  process.send({ perSecond: times.length / elapsed, p50: at(0.5), p99: at(0.99), failed });
  await pool.close();
  process.disconnect();
});
