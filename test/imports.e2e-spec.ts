import fc from 'fast-check';
import { type Caller, type TestApp, startApp } from './support/app.js';

let t: TestApp;
let acme: Caller;
let other: Caller;

beforeAll(async () => {
  t = await startApp();
  acme = await t.signUp('Acme');
  other = await t.signUp('Other');
});
afterAll(() => t.close());

const upload = (who: Caller, csv: string | Buffer, fields: Record<string, string> = {}, query = '') => {
  const call = who.post(`/customers/import${query}`);
  for (const [name, value] of Object.entries(fields)) void call.field(name, value);
  return call.attach('file', Buffer.from(csv), { filename: 'customers.csv', contentType: 'text/csv' });
};
const countOf = async (who: Caller) => {
  const [row] = await t.sql<{ n: number }>(`select count(*)::int as n from customers where tenant_id = $1`, [
    who.tenantId,
  ]);
  return row?.n;
};
const rowsOf = (who: Caller) =>
  t.sql(
    `select external_id, email, name, segments, attributes, lifetime_value::float as value, version from customers where tenant_id = $1 order by external_id`,
    [who.tenantId],
  );

describe('a small file', () => {
  it('creates customers from the field names of the API, and a second time changes nothing', async () => {
    const shop = await t.signUp();
    const csv =
      'externalId,email,name,lifetimeValue,segments,attributes,attributes.plan,consents.feedback\r\n' +
      '1,a@x.example,"Ann, ""the\r\nfirst""",12.5,"vip;b2b","{""seats"":3}",pro,yes\r\n' +
      '2,b@x.example,Bob,"7,25",,,free,existing_customer\r\n';
    const first = await upload(shop, csv).expect(200);
    expect(first.body).toMatchObject({ read: 2, created: 2, updated: 0, skipped: 0, errors: [], dryRun: false });
    const rows = await rowsOf(shop);
    expect(rows).toMatchObject([
      {
        external_id: '1',
        name: 'Ann, "the\r\nfirst"',
        value: 12.5,
        segments: ['vip', 'b2b'],
        attributes: { seats: 3, plan: 'pro' },
      },
      { external_id: '2', value: 7.25, attributes: { plan: 'free' } },
    ]);
    const again = await upload(shop, csv).expect(200);
    expect(again.body).toMatchObject({ read: 2, created: 0, updated: 0, skipped: 2, unchanged: 2, errors: [] });
    expect(await rowsOf(shop)).toEqual(rows);
    const consents = await t.sql(`select purpose, basis from consents where tenant_id = $1 order by basis`, [
      shop.tenantId,
    ]);
    expect(consents).toEqual([
      { purpose: 'feedback', basis: 'consent' },
      { purpose: 'feedback', basis: 'existing_customer' },
    ]);
    const third = await upload(shop, 'externalId,name\n1,Anna\n3,Cid\n').expect(200);
    expect(third.body).toMatchObject({ read: 2, created: 1, updated: 1, skipped: 0 });
    expect((await rowsOf(shop))[0]).toMatchObject({ name: 'Anna', email: 'a@x.example' });
  });

  it.each([
    ['semicolons', 'externalId;name\n1;Ä, ö\n'],
    ['tabs', 'externalId\tname\n1\tÄ, ö\n'],
    ['a byte order mark', '\uFEFFexternalId,name\n1,"Ä, ö"\n'],
    ['UTF-16 LE', Buffer.from('\uFEFFexternalId,name\n1,"Ä, ö"\n', 'utf16le')],
    ['UTF-16 BE', Buffer.from('\uFEFFexternalId,name\n1,"Ä, ö"\n', 'utf16le').swap16()],
    ["Excel's sep= line", 'sep=;\r\nexternalId;name\r\n1;Ä, ö\r\n'],
    ['old Mac line ends', 'externalId;name\r1;Ä, ö\r'],
    ['blank lines and empty rows', '\n\nexternalId;name\n\n;\n1;Ä, ö\n\n'],
    ['loose names', 'External ID;Name\n1;Ä, ö\n'],
  ])('reads %s', async (_what, csv) => {
    const shop = await t.signUp();
    await upload(shop, csv).expect(200, /"created":1/);
    expect(await rowsOf(shop)).toMatchObject([{ external_id: '1', name: 'Ä, ö' }]);
  });

  it('takes a text/csv body with the options in the query', async () => {
    const shop = await t.program(await t.signUp());
    const body = 'No;Full name;Colour\n1;Ann;red\n';
    const mapping = encodeURIComponent(JSON.stringify({ No: 'externalId', 'Full name': 'name' }));
    const { body: report } = await shop
      .post(`/customers/import?mapping=${mapping}&onError=skip`)
      .set('content-type', 'text/csv; charset=utf-8')
      .send(body as unknown as object)
      .expect(200);
    expect(report).toMatchObject({ created: 1, ignoredColumns: ['Colour'] });
    expect(await rowsOf(shop)).toMatchObject([{ external_id: '1', name: 'Ann' }]);
  });

  it('changes nothing in a dry run and says what would happen', async () => {
    const shop = await t.signUp();
    await upload(shop, 'externalId,name\n1,Ann\n').expect(200);
    const csv = 'externalId,name\n1,Anna\n2,Bob\n3,Cid\n';
    const { body } = await upload(shop, csv, {}, '?dryRun=true').expect(200);
    expect(body).toMatchObject({ read: 3, created: 2, updated: 1, dryRun: true });
    expect((await upload(shop, csv, { dryRun: 'true' }).expect(200)).body).toMatchObject({ created: 2, dryRun: true });
    expect(await rowsOf(shop)).toMatchObject([{ external_id: '1', name: 'Ann', version: 1 }]);
  });

  it('puts rows about one customer together in their order', async () => {
    const shop = await t.signUp();
    const { body } = await upload(shop, 'externalId,name,email\n1,Ann,\n2,Bob,\n1,,ann@x.example\n').expect(200);
    expect(body).toMatchObject({ read: 3, created: 2, updated: 1, skipped: 0 });
    expect(await rowsOf(shop)).toMatchObject([{ name: 'Ann', email: 'ann@x.example' }, { name: 'Bob' }]);
  });
});

describe('a file with bad rows', () => {
  const thousand = Array.from({ length: 1000 }, (_, n) => `c${n},${n === 700 ? 'not an address' : `c${n}@x.example`}`);
  const csv = `externalId,email\n${thousand.join('\n')}\n`;

  it('imports nothing by default and names the row and the field', async () => {
    const shop = await t.signUp();
    const { body } = await upload(shop, csv).expect(200);
    expect(body).toMatchObject({
      read: 1000,
      created: 0,
      updated: 0,
      skipped: 1000,
      errorCount: 1,
      errors: [{ row: 702, path: 'email', message: 'Enter one e-mail address, such as ana@example.org' }],
    });
    expect(await countOf(shop)).toBe(0);
  });

  it('imports exactly the others when told to skip', async () => {
    const shop = await t.signUp();
    const { body } = await upload(shop, csv, { onError: 'skip' }).expect(200);
    expect(body).toMatchObject({
      read: 1000,
      created: 999,
      updated: 0,
      skipped: 1,
      errors: [{ row: 702, path: 'email' }],
    });
    expect(await countOf(shop)).toBe(999);
    expect(
      await t.sql(`select 1 from customers where tenant_id = $1 and external_id = 'c700'`, [shop.tenantId]),
    ).toEqual([]);
  });

  it('names ragged rows, NUL characters and every bad field', async () => {
    const shop = await t.signUp();
    const bad =
      'externalId,email,timeZone\nok,,\n1,a@x.example\n2,b,Nowhere\n3,a\0b,\n,c@x.example,\n4,d@x.example,,,\n5,e@x.example,,more\n';
    const { body } = await upload(shop, bad, { onError: 'skip' }).expect(200);
    expect(body).toMatchObject({ read: 7, created: 2, skipped: 5, errorCount: 6 });
    expect(body.errors.map((error: { row: number; path: string }) => `${error.row} ${error.path}`)).toEqual([
      '3 ',
      '4 email',
      '4 timeZone',
      '5 ',
      '6 externalId',
      '8 ',
    ]);
  });

  it('lists at most 1,000 errors and counts all', async () => {
    const shop = await t.signUp();
    const lines = Array.from({ length: 1500 }, (_, n) => `${n},x`).join('\n');
    const { body } = await upload(shop, `externalId,email\n${lines}`).expect(200);
    expect(body.errors).toHaveLength(1000);
    expect(body.errorCount).toBe(1500);
  });

  it('skip imports exactly the good rows of any file', async () => {
    const shop = await t.signUp();
    let file = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ name: fc.string({ unit: 'grapheme', maxLength: 20 }), good: fc.boolean() }), {
          minLength: 1,
          maxLength: 40,
        }),
        async (rows) => {
          file += 1;
          const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const lines = rows.map(
            ({ name, good }, n) => `f${file}-${n},${good ? 'a@x.example' : 'nope'},${quoted(name)}`,
          );
          const { body } = await upload(shop, `externalId,email,name\n${lines.join('\n')}\n`, {
            onError: 'skip',
          }).expect(200);
          const goodRows = rows.flatMap(({ name, good }, n) =>
            good && !name.includes('\0') ? [[`f${file}-${n}`, name.trim() || null]] : [],
          );
          expect(body).toMatchObject({
            read: rows.length,
            created: goodRows.length,
            skipped: rows.length - goodRows.length,
          });
          const stored = await t.sql(
            `select external_id, name from customers where tenant_id = $1 and external_id like $2`,
            [shop.tenantId, `f${file}-%`],
          );
          expect(new Map(stored.map((row) => [row['external_id'], row['name']]))).toEqual(
            new Map(goodRows as [string, string | null][]),
          );
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('a file that cannot be read', () => {
  it.each([
    [
      'Windows-1252',
      Buffer.from('externalId,name\n1,Ann\n2,J\xfcrgen\n', 'latin1'),
      /Line 3 is not UTF-8.*0xFC.*"ü".*CSV UTF-8/,
    ],
    ['UTF-16 without a mark', Buffer.from('externalId,name\n1,Ann\n', 'utf16le'), /UTF-16 without a byte order mark/],
    [
      'half a UTF-8 character at the end',
      Buffer.from([...Buffer.from('externalId,name\n1,A'), 0xc3]),
      /Line 2 is not UTF-8/,
    ],
    ['a workbook', Buffer.from('PK\x03\x04...........', 'latin1'), /workbook/],
    ['nothing', '', /empty/],
    ['only blank lines', '\n\n\n', /no header row/],
    ['a missing column', 'email,name\na@x.example,Ann\n', /no column "externalId".*"email", "name".*mapping/],
    ['two columns of one field', 'externalId,name,Name\n1,a,b\n', /Two columns are name/],
    ['an open quotation mark', 'externalId,name\n1,Ann\n2,"Bob\n3,Cid\n', /Row 3 does not end/],
  ])('refuses %s and imports nothing', async (_what, csv, message) => {
    const shop = await t.signUp();
    for (const onError of ['abort', 'skip']) {
      const { body } = await upload(shop, csv, { onError }).expect(422);
      expect(body).toMatchObject({
        code: 'import.unreadable',
        read: 0,
        created: 0,
        errors: [{ message: expect.stringMatching(message) }],
      });
    }
    expect(await countOf(shop)).toBe(0);
  });

  it('refuses mappings that do not fit', async () => {
    const csv = 'No,name\n1,Ann\n';
    const unknown = await upload(acme, csv, { mapping: '{"Nummer":"externalId"}' }).expect(422);
    expect(unknown.body.errors[0]).toMatchObject({ path: 'mapping', message: expect.stringContaining('"Nummer"') });
    const field = await upload(acme, csv, { mapping: '{"No":"number"}' }).expect(422);
    expect(field.body.errors[0]).toMatchObject({ path: 'mapping', message: expect.stringContaining('"number"') });
    await upload(acme, csv, { mapping: 'No=externalId' }).expect(422);
    await upload(acme, csv, { onError: 'ignore' }).expect(422);
    await upload(acme, csv, {}, '?dryRun=maybe').expect(422);
  });

  it('refuses requests without a file', async () => {
    await acme.post('/customers/import', { file: 'x' }).expect(415);
    await acme.post('/customers/import').field('onError', 'skip').expect(422);
    await acme.post('/customers/import').attach('other', Buffer.from('externalId\n1\n'), 'x.csv').expect(422);
  });
});

describe('a large file', () => {
  const lines = 6_000;
  const big = (bad: number[]) =>
    `externalId,email,attributes.note\n${Array.from({ length: lines }, (_, n) => `big-${n},${bad.includes(n) ? 'nope' : `big${n}@x.example`},${'Long notes make a large file of few rows. '.repeat(23)}${n}`).join('\n')}\n`;

  it('is imported by a job, to the last good row, and again without a change', async () => {
    const shop = await t.signUp();
    const csv = big([7, 5_999]);
    const accepted = await upload(shop, csv, { onError: 'skip' }).expect(202);
    const path = String(accepted.headers['location']).replace('/api/v1', '');
    expect(path).toBe(`/imports/${accepted.body.id}`);
    expect((await shop.get(path).expect(200)).body).toMatchObject({ state: 'queued', progress: 0, read: 0 });
    await other.get(path).expect(404);
    await t.runJobs();
    const { body } = await shop.get(path).expect(200);
    expect(body).toMatchObject({
      state: 'done',
      progress: 1,
      read: lines,
      created: lines - 2,
      updated: 0,
      skipped: 2,
      errorCount: 2,
    });
    expect(body.errors.map((error: { row: number }) => error.row)).toEqual([9, 6_001]);
    expect(await countOf(shop)).toBe(lines - 2);
    expect(await t.sql(`select 1 from import_chunks where tenant_id = $1`, [shop.tenantId])).toEqual([]);

    const again = await upload(shop, csv, { onError: 'skip' }).expect(202);
    await t.runJobs();
    expect((await shop.get(`/imports/${again.body.id}`)).body).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: lines - 2,
    });
  });

  it('imports nothing when one row is bad and it may not be skipped', async () => {
    const shop = await t.signUp();
    const { body } = await upload(shop, big([5_000])).expect(202);
    await t.runJobs();
    expect((await shop.get(`/imports/${body.id}`)).body).toMatchObject({
      state: 'failed',
      read: lines,
      created: 0,
      skipped: lines,
      errors: [{ row: 5_002, path: 'email' }],
    });
    expect(await countOf(shop)).toBe(0);
  });

  it('goes on after a crash without repeating or losing a row', async () => {
    const shop = await t.signUp();
    const { body } = await upload(shop, big([3]), { onError: 'skip' }).expect(202);
    // As a worker leaves it that is killed after some batches: their rows and the count are committed, the job is not done.
    await t.sql(`create function fail_late() returns trigger language plpgsql as $$ begin
      if new.external_id = 'big-3500' then raise exception 'killed'; end if; return new; end $$`);
    await t.sql(`create trigger fail_late before insert on customers for each row execute function fail_late()`);
    await t.runJobs();
    const half = await countOf(shop);
    expect(half).toBeGreaterThan(900);
    expect(half).toBeLessThan(3_500);
    expect((await shop.get(`/imports/${body.id}`)).body).toMatchObject({ state: 'running', created: half });
    await t.sql(`drop trigger fail_late on customers`);
    await t.sql(`update jobs set run_at = now() where state = 'queued' and name = 'imports.run'`);
    await t.runJobs();
    expect((await shop.get(`/imports/${body.id}`)).body).toMatchObject({
      state: 'done',
      read: lines,
      created: lines - 1,
      skipped: 1,
    });
    expect(await countOf(shop)).toBe(lines - 1);
  });

  it('refuses a wrong header or encoding at once and keeps nothing', async () => {
    const shop = await t.signUp();
    const csv = big([]);
    await upload(shop, csv.replace('externalId', 'number')).expect(422, /no column/);
    const broken = Buffer.from(csv);
    broken[broken.length - 20] = 0xff;
    await upload(shop, broken, { onError: 'skip' }).expect(422, /Line 6001 is not UTF-8/);
    expect(await t.sql(`select 1 from imports where tenant_id = $1`, [shop.tenantId])).toEqual([]);
    expect(await t.sql(`select 1 from import_chunks where tenant_id = $1`, [shop.tenantId])).toEqual([]);
  });

  it('imports nothing, even when skipping, if the file breaks off within a quoted cell', async () => {
    const shop = await t.signUp();
    const { body } = await upload(shop, `${big([])}x,"never closed`, { onError: 'skip' }).expect(202);
    await t.runJobs();
    expect((await shop.get(`/imports/${body.id}`)).body).toMatchObject({
      state: 'failed',
      created: 0,
      errors: [{ row: 6_002 }],
    });
    expect(await countOf(shop)).toBe(0);
  });
});

it('is for managers, and stays within the organization', async () => {
  const csv = 'externalId\nmine\n';
  for (const role of ['viewer', 'agent'] as const) await upload(await t.colleague(acme, role), csv).expect(403);
  await upload(await t.colleague(acme, 'manager'), csv).expect(200);
  await t.http.post('/api/v1/customers/import').attach('file', Buffer.from(csv), 'x.csv').expect(401);
  expect(await t.sql(`select 1 from customers where tenant_id = $1`, [other.tenantId])).toEqual([]);
  await acme.get('/imports/nothing').expect(404);
});
