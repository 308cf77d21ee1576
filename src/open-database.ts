import pg from 'pg';
import { DataSource } from 'typeorm';
import { type Config, ConfigError } from './config.js';
import { checkAppRole } from './database-checks.js';
import { migrate, pendingMigrations } from './migrate.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './platform/embedded-postgres.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

/** Embedded or given, migrated, and safe to use; the URL of the app's role. */
export async function openDatabase(config: Config, later: (stop: () => Promise<unknown>) => void): Promise<string> {
  let url = config.databaseUrl;
  let ownerUrl = config.databaseAdminUrl;
  if (url === null) {
    const embedded: EmbeddedPostgres = await startEmbeddedPostgres({
      dataDir: config.dataDir,
      log: { log: say, warn: complain, error: complain },
    });
    later(() => embedded.stop());
    url = embedded.appUrl;
    ownerUrl = embedded.ownerUrl;
  } else await reach(url, 'DATABASE_URL');
  const ds = await new DataSource({ type: 'postgres', url }).initialize();
  try {
    const problems = await checkAppRole(ds);
    if (problems.length > 0) throw new ConfigError(problems);
    if (ownerUrl !== null) {
      if (config.databaseAdminUrl) await reach(ownerUrl, 'DATABASE_ADMIN_URL');
      const ran = await migrate(ownerUrl, decodeURIComponent(new URL(url).username));
      say(`[3/5] Database: ${ran.length > 0 ? `${ran.length} migrations applied` : 'up to date'}`);
    }
    await waitForMigrations(ds);
  } finally {
    await ds.destroy();
  }
  return url;
}

/** Waits up to 30 s for a database that starts beside us. @throws ConfigError when it stays away */
async function reach(url: string, name: string): Promise<void> {
  for (let left = 30; ; left -= 1) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      const starting = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', '57P03'].includes(code);
      if (!starting || left <= 0)
        throw new ConfigError([`${name} cannot be used: ${error instanceof Error ? error.message || code : code}.`]);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

async function waitForMigrations(ds: DataSource): Promise<void> {
  for (let left = 60; (await pendingMigrations(ds)).length > 0; left -= 1) {
    if (left <= 0)
      throw new ConfigError([
        'The database is not migrated; set DATABASE_ADMIN_URL where migrations should run, and start that process first.',
      ]);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
