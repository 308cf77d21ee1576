import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import pg from 'pg';
import { migrate } from '../../src/migrate.js';

const MIGRATIONS = new URL('../../migrations/', import.meta.url);

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests with npm test`);
  return value;
}

/** `url` with another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

export interface TestDatabase {
  /** As the app's role. */
  url: string;
  ownerUrl: string;
  /** As a superuser: sees past row security, for assertions only. */
  adminUrl: string;
  drop(): Promise<void>;
}

/** A private database, cloned from a template that is migrated once per content of `migrations/`. */
export async function createDatabase(): Promise<TestDatabase> {
  const [adminUrl, ownerUrl, appUrl] = [
    'HEARBACK_TEST_PG_ADMIN_URL',
    'HEARBACK_TEST_PG_OWNER_URL',
    'HEARBACK_TEST_PG_APP_URL',
  ].map(required) as [string, string, string];
  const name = `test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
  const template = await ensureTemplate(adminUrl, ownerUrl, appUrl);
  await asAdmin(adminUrl, async (client) => {
    // Cloning needs the template to itself for a moment; tests run in parallel.
    await client.query(`select pg_advisory_lock(hashtext('hearback template'))`);
    await client.query(`create database ${name} template ${template} owner "${new URL(ownerUrl).username}"`);
  });
  return {
    url: withDatabase(appUrl, name),
    ownerUrl: withDatabase(ownerUrl, name),
    adminUrl: withDatabase(adminUrl, name),
    drop: () =>
      asAdmin(adminUrl, async (client) => void (await client.query(`drop database if exists ${name} with (force)`))),
  };
}

async function ensureTemplate(adminUrl: string, ownerUrl: string, appUrl: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of readdirSync(MIGRATIONS).sort()) hash.update(file).update(readFileSync(new URL(file, MIGRATIONS)));
  const template = `template_${hash.digest('hex').slice(0, 16)}`;
  await asAdmin(adminUrl, async (client) => {
    await client.query(`select pg_advisory_lock(hashtext('hearback template'))`);
    const { rowCount } = await client.query(`select 1 from pg_database where datname = $1`, [template]);
    if (rowCount) return;
    const half = `${template}_half`;
    await client.query(`drop database if exists ${half} with (force)`);
    await client.query(`create database ${half} owner "${new URL(ownerUrl).username}" template template0`);
    await asAdmin(withDatabase(adminUrl, half), async (inner) => {
      await inner.query(`alter schema public owner to "${new URL(ownerUrl).username}"`);
      await inner.query(`grant usage on schema public to "${new URL(appUrl).username}"`);
    });
    await migrate(withDatabase(ownerUrl, half), new URL(appUrl).username);
    await client.query(`alter database ${half} rename to ${template}`);
  });
  return template;
}

async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
