import { DataSource } from 'typeorm';
import { SHARED_TABLES } from '../migrations/shared-tables.js';
import { checkAppRole } from '../src/database-checks.js';
import { dataSourceOptions } from '../src/data-source.js';
import { type TestDatabase, createDatabase } from './support/database.js';

describe('the schema', () => {
  let database: TestDatabase;
  let owner: DataSource;
  let app: DataSource;
  beforeAll(async () => {
    database = await createDatabase();
    owner = await new DataSource({ type: 'postgres', url: database.adminUrl }).initialize();
    app = await new DataSource(dataSourceOptions(database.url)).initialize();
  });
  afterAll(async () => {
    await app.destroy();
    await owner.destroy();
    await database.drop();
  });

  it('forces row security with a policy for reading and writing on every table that is not on the shared list', async () => {
    const tables: { name: string; secured: boolean; checked: boolean }[] = await owner.query(`
      select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as secured,
        exists (select 1 from pg_policies p where p.schemaname = 'public' and p.tablename = c.relname and p.qual is not null and p.with_check is not null) as checked
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p') order by 1`);
    expect(tables.length).toBeGreaterThan(30);
    const open = tables.filter((table) => !table.secured || !table.checked).map((table) => table.name);
    expect(open.sort()).toEqual(Object.keys(SHARED_TABLES).sort());
  });

  it('starts every primary and unique key of a tenant table with tenant_id', async () => {
    const keys: { table: string; name: string; first: string }[] = await owner.query(
      `
      select t.relname as table, i.relname as name, a.attname as first from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
      join pg_namespace n on n.oid = t.relnamespace left join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]
      where n.nspname = 'public' and x.indisunique and not t.relname = any($1)`,
      [Object.keys(SHARED_TABLES)],
    );
    expect(keys.filter((key) => key.first !== 'tenant_id')).toEqual([]);
  });

  it('lets no foreign key between tenant tables look past the tenant', async () => {
    const keys: { name: string; columns: string[] }[] = await owner.query(
      `
      select k.conname as name, (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any(k.conkey)) as columns
      from pg_constraint k join pg_class t on t.oid = k.conrelid join pg_class f on f.oid = k.confrelid where k.contype = 'f' and not t.relname = any($1)`,
      [Object.keys(SHARED_TABLES)],
    );
    expect(keys.length).toBeGreaterThan(20);
    expect(keys.filter((key) => !key.columns.includes('tenant_id'))).toEqual([]);
  });

  it('fits its entities: none adds or retypes a column', async () => {
    // TypeORM looks up generated columns in a table of its own, which only its own schema builder would make.
    await owner.query(
      `create table typeorm_metadata (type text, database text, schema text, "table" text, name text, value text)`,
    );
    await owner.query('grant select on typeorm_metadata to public');
    const { upQueries } = await app.driver.createSchemaBuilder().log();
    await owner.query('drop table typeorm_metadata');
    const claims = upQueries
      .map(({ query }) => query)
      .filter((query) => /\b(CREATE TABLE|ADD|TYPE)\b/.test(query) && !/ADD CONSTRAINT|DROP CONSTRAINT/.test(query));
    expect(claims).toEqual([]);
  });

  it('gives the app a role that cannot escape', async () => {
    expect(await checkAppRole(app)).toEqual([]);
    await expect(app.query('truncate customers')).rejects.toThrow(/permission denied/);
    await expect(app.query('alter table customers disable row level security')).rejects.toThrow(/must be owner/);
    await expect(app.query('update consents set granted = true')).rejects.toThrow(/permission denied/);
  });

  it('says so when the role could escape', async () => {
    expect(await checkAppRole(owner)).toHaveLength(1);
  });

  it('shows no tenant row outside a tenant transaction', async () => {
    await owner.query(`insert into tenants (id, name) values ('00000000-0000-4000-8000-000000000001', 'A')`);
    await owner.query(`insert into teams (tenant_id, name) values ('00000000-0000-4000-8000-000000000001', 'Care')`);
    expect(await app.query('select * from teams')).toEqual([]);
    await expect(
      app.query(`insert into teams (tenant_id, name) values ('00000000-0000-4000-8000-000000000001', 'Mine')`),
    ).rejects.toThrow(/row-level security/);
  });
});
