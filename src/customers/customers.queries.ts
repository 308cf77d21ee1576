import type { Tx } from '../platform/db.js';
import { newId } from '../platform/ids.js';
import type { BASES, PURPOSES, SUPPRESSION_REASONS } from './customers.contract.js';

export type Purpose = (typeof PURPOSES)[number];
export type Basis = (typeof BASES)[number];
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** A word about one purpose. `at` absent: now, and not stored again when the newest word already says the same. */
export interface ConsentFact {
  purpose: Purpose;
  granted: boolean;
  basis: Basis;
  source: string;
  textVersion?: string | null | undefined;
  at?: Date | undefined;
}

/** What to change of one customer: a missing field stays, null clears. */
export interface CustomerPatch {
  externalId: string;
  fields: {
    email?: string | null;
    phone?: string | null;
    name?: string | null;
    locale?: string | null;
    timeZone?: string | null;
    /** An account's name. */
    account?: string | null;
    lifetimeValue?: number | null;
    segments?: string[];
    /** Replaces all attributes. */
    attributes?: Record<string, unknown>;
    /** Sets these attributes and leaves the others. */
    addAttributes?: Record<string, unknown>;
  };
  consents: ConsentFact[];
}

export type Outcome = 'created' | 'updated' | 'unchanged';

export interface CustomerRow {
  id: string;
  external_id: string;
  email: string | null;
  phone: string | null;
  name: string | null;
  locale: string | null;
  time_zone: string | null;
  account_id: string | null;
  account: string | null;
  lifetime_value: string | null;
  segments: string[];
  attributes: Record<string, unknown>;
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** Columns of `CustomerRow`; to be followed by conditions on `c`. */
export const SELECT_CUSTOMERS = `
  select c.id, c.external_id, c.email, c.phone, c.name, c.locale, c.time_zone, c.account_id, a.name as account, c.lifetime_value, c.segments,
    c.attributes, c.version, c.created_at, c.updated_at
  from customers c left join accounts a on a.id = c.account_id`;

/**
 * Creates and updates up to some thousand customers with a handful of statements, whatever their number.
 * `patches` must name each customer once. What changes nothing leaves the version alone, so that doing it again does nothing.
 */
export async function upsertCustomers(
  tx: Tx,
  patches: readonly CustomerPatch[],
): Promise<Map<string, { id: string; outcome: Outcome }>> {
  if (patches.length === 0) return new Map();
  // One order for everybody, or two imports that meet would wait for each other.
  const sorted = [...patches].sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
  const params = [
    sorted.map(() => newId()),
    sorted.map((patch) => patch.externalId),
    sorted.map((patch) => JSON.stringify(patch.fields)),
  ];
  const accounts = [...new Set(sorted.flatMap((patch) => patch.fields.account ?? []))].sort();
  if (accounts.length > 0)
    await tx.em.query(
      `insert into accounts (name) select n.name from unnest($1::text[]) as n (name)
       where not exists (select 1 from accounts a where a.name = n.name) order by n.name on conflict on constraint accounts_name_key do nothing`,
      [accounts],
    );
  const created: { id: string; external_id: string }[] = await tx.em.query(
    `insert into customers (id, external_id, email, phone, name, locale, time_zone, account_id, lifetime_value, segments, attributes)
     select i.id, i.external_id, i.p->>'email', i.p->>'phone', i.p->>'name', i.p->>'locale', i.p->>'timeZone', a.id, (i.p->>'lifetimeValue')::numeric,
       case when i.p ? 'segments' then array(select jsonb_array_elements_text(i.p->'segments')) else '{}' end,
       coalesce(i.p->'attributes', '{}') || coalesce(i.p->'addAttributes', '{}')
     from unnest($1::uuid[], $2::text[], $3::jsonb[]) as i (id, external_id, p)
     left join accounts a on a.name = i.p->>'account'
     order by i.external_id
     on conflict on constraint customers_external_id_key do nothing
     returning id, external_id`,
    params,
  );
  const result = new Map<string, { id: string; outcome: Outcome }>();
  for (const row of created) result.set(row.external_id, { id: row.id, outcome: 'created' });

  const known = sorted.filter((patch) => !result.has(patch.externalId));
  if (known.length > 0) {
    const externalIds = known.map((patch) => patch.externalId);
    // Locked first: the update below compares with what it reads, and must not read what somebody is changing.
    const locked: { id: string; external_id: string }[] = await tx.em.query(
      `select id, external_id from customers where external_id = any($1) order by external_id for update`,
      [externalIds],
    );
    for (const row of locked) result.set(row.external_id, { id: row.id, outcome: 'unchanged' });
    const [updated]: [{ external_id: string }[], number] = await tx.em.query(
      `update customers c set email = n.email, phone = n.phone, name = n.name, locale = n.locale, time_zone = n.time_zone, account_id = n.account_id,
         lifetime_value = n.lifetime_value, segments = n.segments, attributes = n.attributes, version = c.version + 1, updated_at = now()
       from (
         select o.id,
           case when i.p ? 'email' then i.p->>'email' else o.email end as email,
           case when i.p ? 'phone' then i.p->>'phone' else o.phone end as phone,
           case when i.p ? 'name' then i.p->>'name' else o.name end as name,
           case when i.p ? 'locale' then i.p->>'locale' else o.locale end as locale,
           case when i.p ? 'timeZone' then i.p->>'timeZone' else o.time_zone end as time_zone,
           case when i.p ? 'account' then a.id else o.account_id end as account_id,
           case when i.p ? 'lifetimeValue' then (i.p->>'lifetimeValue')::numeric(14, 2) else o.lifetime_value end as lifetime_value,
           case when i.p ? 'segments' then array(select jsonb_array_elements_text(i.p->'segments')) else o.segments end as segments,
           case when i.p ? 'attributes' then i.p->'attributes' else o.attributes end || coalesce(i.p->'addAttributes', '{}') as attributes
         from unnest($1::text[], $2::jsonb[]) as i (external_id, p)
         join customers o on o.external_id = i.external_id
         left join accounts a on a.name = i.p->>'account'
       ) n
       where c.id = n.id and (c.email, c.phone, c.name, c.locale, c.time_zone, c.account_id, c.lifetime_value, c.segments, c.attributes)
         is distinct from (n.email, n.phone, n.name, n.locale, n.time_zone, n.account_id, n.lifetime_value, n.segments, n.attributes)
       returning c.external_id`,
      [externalIds, known.map((patch) => JSON.stringify(patch.fields))],
    );
    for (const row of updated) {
      const entry = result.get(row.external_id);
      if (entry) entry.outcome = 'updated';
    }
  }

  const facts = sorted.flatMap((patch) => {
    const entry = result.get(patch.externalId);
    return entry ? patch.consents.map((consent) => ({ customerId: entry.id, ...consent })) : [];
  });
  const spoken = await addConsents(tx, facts);
  const touched = [...result.values()].filter((entry) => entry.outcome === 'unchanged' && spoken.has(entry.id));
  if (touched.length > 0) {
    await tx.em.query(`update customers set version = version + 1, updated_at = now() where id = any($1)`, [
      touched.map((entry) => entry.id),
    ]);
    for (const entry of touched) entry.outcome = 'updated';
  }
  return result;
}

/** Appends to the consents, which are never changed; returns the customers about whom something new was said. */
export async function addConsents(
  tx: Tx,
  facts: readonly (ConsentFact & { customerId: string })[],
): Promise<Set<string>> {
  if (facts.length === 0) return new Set();
  const now = new Date();
  const rows: { customer_id: string }[] = await tx.em.query(
    `insert into consents (id, customer_id, purpose, granted, basis, source, text_version, at)
     select f.id, f.customer_id, f.purpose, f.granted, f.basis, f.source, f.text_version, f.at
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::boolean[])
       as f (id, customer_id, purpose, granted, basis, source, text_version, at, dated)
     where not exists (
       select 1 from (
         select o.* from consents o
         where o.customer_id = f.customer_id and o.purpose = f.purpose and (not f.dated or o.at = f.at)
         order by o.at desc, o.id desc limit 1) o
       where o.granted = f.granted and o.basis = f.basis and o.source = f.source and o.text_version is not distinct from f.text_version)
     returning customer_id`,
    [
      facts.map(() => newId()),
      facts.map((fact) => fact.customerId),
      facts.map((fact) => fact.purpose),
      facts.map((fact) => fact.granted),
      facts.map((fact) => fact.basis),
      facts.map((fact) => fact.source),
      facts.map((fact) => fact.textVersion ?? null),
      facts.map((fact) => fact.at ?? now),
      facts.map((fact) => fact.at !== undefined),
    ],
  );
  return new Set(rows.map((row) => row.customer_id));
}

export interface ConsentRow {
  customer_id: string;
  purpose: Purpose;
  granted: boolean;
  basis: Basis;
  source: string;
  text_version: string | null;
  at: Date;
}

/** The newest word per customer and purpose: one walk down the index consents_newest. */
export async function currentConsents(tx: Tx, customerIds: readonly string[]): Promise<ConsentRow[]> {
  return tx.em.query(
    `select distinct on (customer_id, purpose) customer_id, purpose, granted, basis, source, text_version, at
     from consents where customer_id = any($1) order by customer_id, purpose, at desc, id desc`,
    [customerIds],
  );
}
