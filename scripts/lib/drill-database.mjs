// A private PostgreSQL for a drill, in its directory.
import pg from 'pg';

const quiet = { log: () => undefined, warn: console.error, error: console.error };

/** Runs `work({ appUrl, query })` on a migrated database; `query` sees past row security and gives the last statement's rows. */
export async function withDrillDatabase(dir, work) {
  const { startEmbeddedPostgres } = await import('../../dist/src/platform/embedded-postgres.js');
  const { migrate } = await import('../../dist/src/migrate.js');
  const postgres = await startEmbeddedPostgres({ dataDir: dir, log: quiet });
  await migrate(postgres.ownerUrl, 'hearback_app');
  const adminUrl = new URL(postgres.adminUrl);
  adminUrl.pathname = '/hearback';
  const admin = new pg.Client({ connectionString: adminUrl.href });
  await admin.connect();
  try {
    return await work({
      appUrl: postgres.appUrl,
      query: async (text) => {
        const answer = await admin.query(text);
        return (Array.isArray(answer) ? answer.at(-1) : answer).rows;
      },
    });
  } finally {
    await admin.end();
    await postgres.stop();
  }
}
