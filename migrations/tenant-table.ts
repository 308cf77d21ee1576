import type { QueryRunner } from 'typeorm';

/** The tenant of the current transaction, or null outside `Db.tenant`; the default of every `tenant_id`. */
export const CURRENT_TENANT = `nullif(current_setting('app.tenant_id', true), '')::uuid`;

/** The quoted name of the role that the app signs in with, as the migrating session names it; it owns nothing and cannot escape row security. */
export async function appRole(q: QueryRunner): Promise<string> {
  const [row] = await q.query(
    `select quote_ident(coalesce(nullif(current_setting('hearback.app_role', true), ''), 'hearback_app')) as role`,
  );
  return row.role;
}

/**
 * Opens a tenant table to the app: row security enabled and forced, one policy for reading and writing, and grants.
 * `append` tables can be added to and read, never changed (consents, audit log).
 */
export async function tenantTable(q: QueryRunner, table: string, access: 'full' | 'append' = 'full'): Promise<void> {
  await q.query(`alter table ${table} enable row level security`);
  await q.query(`alter table ${table} force row level security`);
  await q.query(
    `create policy ${table}_tenant on ${table} using (tenant_id = ${CURRENT_TENANT}) with check (tenant_id = ${CURRENT_TENANT})`,
  );
  await q.query(
    `grant ${access === 'full' ? 'select, insert, update, delete' : 'select, insert'} on ${table} to ${await appRole(q)}`,
  );
}

/** Opens a table without row security to the app; its name must stand in `shared-tables.ts`. */
export async function sharedTable(q: QueryRunner, table: string): Promise<void> {
  await q.query(`grant select, insert, update, delete on ${table} to ${await appRole(q)}`);
}

/** `tenant_id` and `id` columns that every tenant table starts with. */
export const TENANT_AND_ID = `tenant_id uuid not null default ${CURRENT_TENANT}, id uuid not null default gen_random_uuid()`;
