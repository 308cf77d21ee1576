import pg from 'pg';
import { DataSource } from 'typeorm';
import { migrations } from '../migrations/index.js';

/**
 * Brings the schema up to date as its owner and grants the app's role what it needs. Several processes may start at once: one migrates,
 * the others wait. Returns the names of the migrations that ran.
 */
export async function migrate(ownerUrl: string, appRole: string): Promise<string[]> {
  const guard = new pg.Client({ connectionString: ownerUrl });
  await guard.connect();
  try {
    await guard.query(`select pg_advisory_lock(hashtext('hearback migrations'))`);
    // tenantTable() grants to the role that this session names.
    const ds = new DataSource({
      type: 'postgres',
      url: ownerUrl,
      migrations,
      extra: { max: 1, options: `-c hearback.app_role=${appRole}` },
    });
    await ds.initialize();
    try {
      const ran = await ds.runMigrations({ transaction: 'all' });
      await ds.query(`grant select on migrations to "${appRole.replaceAll('"', '""')}"`);
      return ran.map((migration) => migration.name);
    } finally {
      await ds.destroy();
    }
  } finally {
    await guard.end();
  }
}

/** Names of migrations that this build has and the database lacks, asked as the app's role. */
export async function pendingMigrations(ds: DataSource): Promise<string[]> {
  const wanted = migrations.map((migration) => migration.name);
  const [table] = await ds.query(`select to_regclass('public.migrations') is not null as exists`);
  if (!table.exists) return wanted;
  const done: { name: string }[] = await ds.query(`select name from migrations`);
  return wanted.filter((name) => !done.some((row) => row.name === name));
}
