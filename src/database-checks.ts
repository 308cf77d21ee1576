import type { DataSource } from 'typeorm';

/** What makes a role unfit to be the app's: anything that would let it look past row security. One sentence each; empty when fit. */
export async function checkAppRole(ds: DataSource): Promise<string[]> {
  const [row] =
    await ds.query(`select rolname as name, rolsuper as super, rolbypassrls as bypass, current_setting('server_version_num')::int as version,
      exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname not in ('pg_catalog', 'information_schema') and c.relkind in ('r', 'p') and pg_has_role(current_user, c.relowner, 'member')) as owns
    from pg_roles where rolname = current_user`);
  const problems: string[] = [];
  if (row.version < 150_000)
    problems.push('DATABASE_URL leads to a PostgreSQL older than 15; Hearback needs 15 or newer.');
  if (row.super)
    problems.push(
      `DATABASE_URL signs in as ${row.name}, a superuser, which could see past row security; use a plain role.`,
    );
  if (row.bypass && !row.super)
    problems.push(`DATABASE_URL signs in as ${row.name}, which has BYPASSRLS; take it away.`);
  if (row.owns && !row.super)
    problems.push(
      `DATABASE_URL signs in as ${row.name}, which owns tables (or is a member of their owner); use a role that owns nothing.`,
    );
  return problems;
}
