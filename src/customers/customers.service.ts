import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import type { z } from 'zod';
import { Identity } from '../identity/identity.service.js';
import { type Principal, callerOf } from '../platform/auth.js';
import { Db, type Tx } from '../platform/db.js';
import { invalid, notFound } from '../platform/errors.js';
import { Imports } from '../platform/imports/imports.service.js';
import { Jobs } from '../platform/jobs.js';
import { Mail } from '../platform/mail/mail.js';
import { type Page, decodeCursor, encodeCursor, toPage } from '../platform/page.js';
import { joined } from '../platform/together.js';
import type { CustomerQuery, CustomerView, ExportView, PutCustomer, TimelineEntryView } from './customers.contract.js';
import { type ContactChoices, addChoices, allChoices, currentChoices } from './contact-choices.js';
import { customerCsv } from './customer-csv.js';
import { CustomerErased } from './customers.messages.js';
import {
  type Basis,
  type ConsentFact,
  type ConsentRow,
  type CustomerPatch,
  type CustomerRow,
  type Outcome,
  type Purpose,
  SELECT_CUSTOMERS,
  type SuppressionReason,
  addConsents,
  currentConsents,
  upsertCustomers,
} from './customers.queries.js';
import { addressKey } from './email-address.js';
import { patchOf, phoneProblem } from './patch.js';
import { Suppressions, isWishOnly } from './suppressions.service.js';

export { type ContactChoices, NO_CHOICES } from './contact-choices.js';

/** A person we ask, as other modules see them. */
export interface Customer {
  id: string;
  externalId: string;
  email: string | null;
  phone: string | null;
  name: string | null;
  locale: string | null;
  timeZone: string | null;
  accountId: string | null;
  account: string | null;
  lifetimeValue: number | null;
  segments: string[];
  attributes: Record<string, unknown>;
  version: number;
}

export interface TimelineEntry {
  at: Date;
  /** What happened, e.g. `invitation`, `response`, `case`. */
  kind: string;
  title: string;
  detail?: string | null;
  /** What to open, e.g. `{ kind: 'case', id }`. */
  link?: { kind: string; id: string } | null;
  data?: Record<string, unknown>;
}

/** The newest entries before an instant are enough; a source may give more. */
export interface TimelineWindow {
  /** Exclusive; null: up to now. */
  before: Date | null;
  limit: number;
}

/** What a module holds about customers, so that it can be shown, handed out and erased as a whole. */
export interface PersonalData {
  timeline?(tx: Tx, customerId: string, window: TimelineWindow): Promise<TimelineEntry[]>;
  /** Sections by name, each a list of plain records. */
  export?(tx: Tx, customerId: string): Promise<Record<string, unknown[]>>;
  /** Removes or anonymizes all rows that point at the customer. Called from the module registered last to the first. */
  erase?(tx: Tx, customerId: string): Promise<void>;
}

/** The people who are asked: what we know of them, what they allow, and what we must not do. */
@Injectable()
export class Customers {
  private readonly sources: PersonalData[] = [];
  private readonly releases: ((tx: Tx, customerId: string) => Promise<void>)[] = [];

  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
    private readonly identity: Identity,
    private readonly mail: Mail,
    private readonly suppressions: Suppressions,
    imports: Imports,
  ) {
    jobs.on(CustomerErased, 'customers.forget_replays', (message, job) =>
      this.forgetReplays(job.tenantId, message.customerId),
    );
    imports.register('customers', {
      ...customerCsv,
      finished: (tx, run, { created, updated }) =>
        this.identity.audit(tx, run.who, 'customers.imported', undefined, { created, updated }),
    });
    this.registerPersonalData({
      timeline: (tx, customerId) => this.ownTimeline(tx, customerId),
      export: (tx, customerId) => this.ownExport(tx, customerId),
    });
  }

  // Ports for the modules to the right.

  /** @throws AppError 404 customer.not_found */
  async requireCustomer(tx: Tx, id: string): Promise<Customer> {
    const customer = isUuid(id) ? (await this.contacts(tx, [id])).get(id) : undefined;
    if (!customer) throw notFound('customer', 'customer');
    return customer;
  }

  async byExternalId(tx: Tx, externalId: string): Promise<Customer | null> {
    const [row]: CustomerRow[] = await tx.em.query(`${SELECT_CUSTOMERS} where c.external_id = $1`, [externalId]);
    return row ? customerOf(row) : null;
  }

  /** Ids by external id; unknown ones are left out. */
  async idsByExternalId(tx: Tx, externalIds: readonly string[]): Promise<Map<string, string>> {
    const rows: { id: string; external_id: string }[] = await tx.em.query(
      `select id, external_id from customers where external_id = any($1)`,
      [externalIds],
    );
    return new Map(rows.map((row) => [row.external_id, row.id]));
  }

  /** Customers by id; unknown ones are left out. */
  async contacts(tx: Tx, ids: readonly string[]): Promise<Map<string, Customer>> {
    return joined(tx, 'customers.contacts', ids, async (all) => {
      const rows: CustomerRow[] = await tx.em.query(`${SELECT_CUSTOMERS} where c.id = any($1)`, [all]);
      return new Map(rows.map((row) => [row.id, customerOf(row)]));
    });
  }

  /** Creates and updates customers as `PUT` does, in a handful of statements; each external id once. */
  async upsert(tx: Tx, patches: readonly CustomerPatch[]): Promise<Map<string, { id: string; outcome: Outcome }>> {
    return upsertCustomers(tx, patches);
  }

  /** The customer is not asked until `release` with the same reason. */
  async hold(tx: Tx, customerId: string, reason: string): Promise<void> {
    await tx.em.query(
      `insert into customer_holds (customer_id, reason) values ($1, $2) on conflict (tenant_id, customer_id, reason) do nothing`,
      [customerId, reason],
    );
  }

  /** Takes a hold back. With the last one, those who wait for it are told in the same transaction. */
  async release(tx: Tx, customerId: string, reason: string): Promise<void> {
    const [, count]: [unknown[], number] = await tx.em.query(
      `delete from customer_holds where customer_id = $1 and reason = $2`,
      [customerId, reason],
    );
    if (count === 0 || (await this.heldReasons(tx, [customerId])).size > 0) return;
    for (const tell of this.releases) await tell(tx, customerId);
  }

  /** What to do when nothing holds a customer any more. */
  registerRelease(tell: (tx: Tx, customerId: string) => Promise<void>): void {
    this.releases.push(tell);
  }

  /** Reasons per held customer; the others are left out. */
  async heldReasons(tx: Tx, customerIds: readonly string[]): Promise<Map<string, string[]>> {
    return joined(tx, 'customers.held', customerIds, async (all) => {
      const rows: { customer_id: string; reasons: string[] }[] = await tx.em.query(
        `select customer_id, array_agg(reason order by reason) as reasons from customer_holds where customer_id = any($1) group by customer_id`,
        [all],
      );
      return new Map(rows.map((row) => [row.customer_id, row.reasons]));
    });
  }

  /** Appends a consent or its withdrawal, unless the newest word already says the same. */
  async recordConsent(tx: Tx, customerId: string, consent: ConsentFact): Promise<void> {
    const said = await addConsents(tx, [{ ...consent, customerId }]);
    if (said.size > 0)
      await tx.em.query(`update customers set version = version + 1, updated_at = now() where id = $1`, [customerId]);
  }

  /** The newest word of each customer for the purpose; null where none was given. */
  async consents(
    tx: Tx,
    customerIds: readonly string[],
    purpose: Purpose,
  ): Promise<Map<string, { granted: boolean; basis: Basis; at: Date } | null>> {
    return joined(tx, `customers.consents ${purpose}`, customerIds, async (all) => {
      const rows: ConsentRow[] = await tx.em.query(
        `select distinct on (customer_id) customer_id, granted, basis, at from consents
         where customer_id = any($1) and purpose = $2 order by customer_id, at desc, id desc`,
        [all, purpose],
      );
      const found = new Map<string, { granted: boolean; basis: Basis; at: Date } | null>(all.map((id) => [id, null]));
      for (const { customer_id: id, granted, basis, at } of rows) found.set(id, { granted, basis, at });
      return found;
    });
  }

  /** Stops mail to the address, or to a domain (`@example.org`). A person's own wish is not replaced by a weaker reason. */
  async suppress(tx: Tx, address: string, reason: SuppressionReason, source: string): Promise<void> {
    await this.suppressions.suppress(tx, address, reason, source);
  }

  /** Allows mail to the address again; true when it was stopped. */
  unsuppress(tx: Tx, address: string): Promise<boolean> {
    return this.suppressions.unsuppress(tx, address);
  }

  /** Those of the addresses (as given) that we must not write to. */
  async suppressed(tx: Tx, addresses: readonly string[]): Promise<Set<string>> {
    return new Set((await this.stopReasons(tx, addresses)).keys());
  }

  /** Why those of the addresses (as given) that we must not write to are stopped; the others are left out. */
  stopReasons(tx: Tx, addresses: readonly string[]): Promise<Map<string, SuppressionReason>> {
    return this.suppressions.reasons(tx, addresses);
  }

  /** Those of the addresses (as given) that take not even what their owners asked for: stopped for more than that they want no surveys. */
  async unreachable(tx: Tx, addresses: readonly string[]): Promise<Set<string>> {
    const reasons = await this.stopReasons(tx, addresses);
    return new Set([...reasons].filter(([, reason]) => !isWishOnly(reason)).map(([address]) => address));
  }

  /** What customers chose about which surveys they get and how often; `NO_CHOICES` holds for those who are left out. */
  choices(tx: Tx, customerIds: readonly string[]): Promise<Map<string, ContactChoices>> {
    return currentChoices(tx, customerIds);
  }

  /** Appends what a customer chose, unless it says the same as before. */
  async choose(
    tx: Tx,
    customerId: string,
    choices: ContactChoices,
    source: string,
    textVersion: string,
  ): Promise<void> {
    await addChoices(tx, customerId, choices, source, textVersion);
  }

  /** A module's part of the single customer view. */
  registerPersonalData(source: PersonalData): void {
    this.sources.push(source);
  }

  // What HTTP offers.

  /** Creates or updates: a missing field stays, null clears, consents are appended. @throws AppError input.invalid */
  async put(
    who: Principal,
    externalId: string,
    input: PutCustomer,
  ): Promise<{ created: boolean; customer: CustomerView }> {
    const problem = phoneProblem(input.phone);
    if (problem !== null) throw invalid('phone', problem);
    return this.db.tenant(who.tenantId, async (tx) => {
      const entry = (await upsertCustomers(tx, [patchOf(externalId, input, callerOf(who))])).get(externalId);
      if (!entry) throw new Error('customer vanished while being put');
      return { created: entry.outcome === 'created', customer: await this.view(tx, entry.id) };
    });
  }

  /** Newest first. */
  async list(tenantId: string, query: CustomerQuery): Promise<Page<CustomerView>> {
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor, 2);
    if (after && !isPlace(after)) throw invalid('cursor', 'Use the nextCursor of the page before.');
    return this.db.tenant(tenantId, async (tx) => {
      const params: unknown[] = [];
      const param = (value: unknown) => `$${params.push(value)}`;
      const where: string[] = ['true'];
      if (query.q) {
        const like = param(`%${query.q.replace(/[\\%_]/g, '\\$&')}%`);
        where.push(`(c.name ilike ${like} or c.email ilike ${like} or c.external_id ilike ${like})`);
      }
      if (query.segment !== undefined) where.push(`c.segments @> array[${param(query.segment)}]`);
      if (query.account !== undefined) where.push(`a.name = ${param(query.account)}`);
      if (query.accountId !== undefined) where.push(`c.account_id = ${param(query.accountId)}`);
      if (after) where.push(`(c.created_at, c.id) < (${param(after[0])}::timestamptz, ${param(after[1])}::uuid)`);
      const rows: (CustomerRow & { place: string })[] = await tx.em.query(
        // The place keeps the microseconds that a Date would lose, or rows of one instant would be shown twice or never.
        `${SELECT_CUSTOMERS.replace('select ', 'select c.created_at::text as place, ')} where ${where.join(' and ')}
         order by c.created_at desc, c.id desc limit ${param(query.limit + 1)}`,
        params,
      );
      const views = await this.views(tx, rows);
      const page = toPage(
        rows,
        query.limit,
        (row) => [row.place, row.id],
        (row) => row,
      );
      return { items: views.slice(0, page.items.length), nextCursor: page.nextCursor };
    });
  }

  /** @throws AppError 404 customer.not_found */
  async get(tenantId: string, id: string): Promise<CustomerView> {
    return this.db.tenant(tenantId, (tx) => this.view(tx, id));
  }

  /** All that happened with the customer, newest first. @throws AppError 404 customer.not_found */
  async timeline(
    tenantId: string,
    id: string,
    query: { limit: number; cursor?: string | undefined },
  ): Promise<Page<z.infer<typeof TimelineEntryView>>> {
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor, 2);
    const [lastAt, seen] = after ?? [null, 0];
    if (
      (lastAt !== null && (typeof lastAt !== 'string' || Number.isNaN(Date.parse(lastAt)))) ||
      typeof seen !== 'number'
    )
      throw invalid('cursor', 'Use the nextCursor of the page before.');
    return this.db.tenant(tenantId, async (tx) => {
      await this.requireCustomer(tx, id);
      // Entries of the cursor's own millisecond come again; `seen` says how many of them the pages before had.
      const before = lastAt === null ? null : new Date(Date.parse(lastAt) + 1);
      const limit = query.limit + 1 + seen;
      const entries: TimelineEntry[] = [];
      for (const source of this.sources)
        if (source.timeline) entries.push(...(await source.timeline(tx, id, { before, limit })));
      const rest = entries
        .filter((entry) => before === null || entry.at < before)
        .sort((a, b) => b.at.getTime() - a.at.getTime())
        .slice(seen);
      const items = rest.slice(0, query.limit);
      const last = items.at(-1)?.at;
      const tied = last ? items.filter((entry) => entry.at.getTime() === last.getTime()).length : 0;
      const again = last && lastAt !== null && last.getTime() === Date.parse(lastAt) ? seen : 0;
      return {
        items: items.map((entry) => ({
          at: entry.at.toISOString(),
          kind: entry.kind,
          title: entry.title,
          detail: entry.detail ?? null,
          link: entry.link ?? null,
          data: entry.data ?? {},
        })),
        nextCursor: rest.length > query.limit && last ? encodeCursor([last.toISOString(), tied + again]) : null,
      };
    });
  }

  /** Everything held about the customer. Written down in the audit log. @throws AppError 404 customer.not_found */
  async export(who: Principal, id: string): Promise<z.infer<typeof ExportView>> {
    return this.db.tenant(who.tenantId, (tx) => this.exportIn(tx, who, id));
  }

  /** `export` within a transaction; `system` when the customer asked for it on their own page. */
  async exportIn(tx: Tx, who: Principal | 'system', id: string): Promise<z.infer<typeof ExportView>> {
    const customer = await this.view(tx, id);
    const sections: Record<string, unknown[]> = {};
    for (const source of this.sources) if (source.export) Object.assign(sections, await source.export(tx, id));
    await this.identity.audit(tx, who, 'customer.exported', { kind: 'customer', id });
    return { exportedAt: new Date().toISOString(), customer, sections };
  }

  /**
   * Forgets the customer: every module erases its part, and of the address only a keyed hash stays, so that it is not written to again.
   * @throws AppError 404 customer.not_found
   */
  async erase(who: Principal, id: string): Promise<void> {
    await this.db.tenant(who.tenantId, async (tx) => this.eraseIn(tx, who, id));
  }

  /** `erase` within a transaction; `system` when the customer asked for it on their own page. */
  async eraseIn(tx: Tx, who: Principal | 'system', id: string): Promise<void> {
    const { email, accountId } = await this.requireCustomer(tx, id);
    const [locked]: { id: string }[] = await tx.em.query(`select id from customers where id = $1 for update`, [id]);
    if (!locked) throw notFound('customer', 'customer');
    for (const source of this.sources.toReversed()) await source.erase?.(tx, id);
    await this.mail.forget(tx, id);
    if (email !== null) await this.suppress(tx, email, 'erased', 'erasure');
    await tx.em.query(`delete from customers where id = $1`, [id]);
    // An account without customers may be the person's own name.
    if (accountId !== null)
      await tx.em.query(
        `delete from accounts where id = $1 and not exists (select 1 from customers where account_id = $1)`,
        [accountId],
      );
    await this.identity.audit(tx, who, 'customer.erased', { kind: 'customer', id });
    await this.jobs.send(tx, CustomerErased, id, { customerId: id });
  }

  private async view(tx: Tx, id: string): Promise<CustomerView> {
    const rows: CustomerRow[] = isUuid(id) ? await tx.em.query(`${SELECT_CUSTOMERS} where c.id = $1`, [id]) : [];
    const [view] = await this.views(tx, rows);
    if (!view) throw notFound('customer', 'customer');
    return view;
  }

  private async views(tx: Tx, rows: readonly CustomerRow[]): Promise<CustomerView[]> {
    const ids = rows.map((row) => row.id);
    const consents = new Map<string, ConsentRow[]>(ids.map((id) => [id, []]));
    for (const consent of await currentConsents(tx, ids)) consents.get(consent.customer_id)?.push(consent);
    const holds = await this.heldReasons(tx, ids);
    const stopped = await this.suppressions.strongest(
      tx,
      rows.flatMap((row) => (row.email === null ? [] : [row.email])),
    );
    return rows.map((row) => {
      const suppression = row.email === null ? undefined : stopped.get(addressKey(row.email));
      return {
        ...customerOf(row),
        consents: (consents.get(row.id) ?? []).map(consentView),
        suppression: suppression
          ? { reason: suppression.reason, source: suppression.source, at: suppression.created_at.toISOString() }
          : null,
        holds: holds.get(row.id) ?? [],
        createdAt: row.created_at.toISOString(),
        updatedAt: row.updated_at.toISOString(),
      };
    });
  }

  private async ownTimeline(tx: Tx, customerId: string): Promise<TimelineEntry[]> {
    const [created]: { created_at: Date }[] = await tx.em.query(`select created_at from customers where id = $1`, [
      customerId,
    ]);
    const consents = await this.allConsents(tx, customerId);
    const choices = await allChoices(tx, customerId);
    return [
      ...(created ? [{ at: created.created_at, kind: 'customer', title: 'Added as a customer' }] : []),
      ...consents.map((row) => ({
        at: row.at,
        kind: 'consent',
        title: `${row.granted ? 'Allowed' : 'Refused'}: ${row.purpose.replace('_', ' ')}`,
        detail: row.basis === 'existing_customer' ? 'As an existing customer' : null,
        data: { purpose: row.purpose, granted: row.granted, basis: row.basis, source: row.source },
      })),
      ...choices.map(({ at, source, ...chosen }) => ({
        at,
        kind: 'choices',
        title: choicesTitle(chosen),
        data: { source },
      })),
    ];
  }

  private async ownExport(tx: Tx, customerId: string): Promise<Record<string, unknown[]>> {
    return {
      consents: (await this.allConsents(tx, customerId)).map(consentView),
      contactChoices: (await allChoices(tx, customerId)).map((row) => ({ ...row, at: row.at.toISOString() })),
    };
  }

  private async allConsents(tx: Tx, customerId: string): Promise<ConsentRow[]> {
    return tx.em.query(
      `select customer_id, purpose, granted, basis, source, text_version, at from consents where customer_id = $1 order by at desc, id desc`,
      [customerId],
    );
  }

  /** Kept answers of earlier requests may show the customer; they are only a convenience for retries. */
  private async forgetReplays(tenantId: string, customerId: string): Promise<void> {
    await this.db.tenant(tenantId, (tx) =>
      tx.em.query(`delete from idempotency_keys where status is not null and position($1 in body::text) > 0`, [
        customerId,
      ]),
    );
  }
}

function customerOf(row: CustomerRow): Customer {
  return {
    id: row.id,
    externalId: row.external_id,
    email: row.email,
    phone: row.phone,
    name: row.name,
    locale: row.locale,
    timeZone: row.time_zone,
    accountId: row.account_id,
    account: row.account,
    lifetimeValue: row.lifetime_value === null ? null : Number(row.lifetime_value),
    segments: row.segments,
    attributes: row.attributes,
    version: row.version,
  };
}

function choicesTitle({ relationship, transactional, minDaysBetween }: ContactChoices): string {
  const kinds = [relationship ? 'surveys now and then' : '', transactional ? 'surveys after an experience' : '']
    .filter(Boolean)
    .join(' and ');
  return `Chose ${kinds || 'no surveys'}${minDaysBetween === null ? '' : `, at most every ${minDaysBetween} days`}`;
}

function consentView(row: ConsentRow) {
  return {
    purpose: row.purpose,
    granted: row.granted,
    basis: row.basis,
    source: row.source,
    textVersion: row.text_version,
    at: row.at.toISOString(),
  };
}

const isInstant = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const isPlace = (values: readonly unknown[]): boolean => isInstant(values[0]) && isUuid(values[1]);
