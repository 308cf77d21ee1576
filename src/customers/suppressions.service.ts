import { Injectable } from '@nestjs/common';
import { Identity } from '../identity/identity.service.js';
import type { Principal } from '../platform/auth.js';
import type { CsvCell } from '../platform/csv/write.js';
import { Db, type Tx } from '../platform/db.js';
import { invalid, notFound } from '../platform/errors.js';
import { Imports } from '../platform/imports/imports.service.js';
import { type BounceKind, type Delivery, Mail } from '../platform/mail/mail.js';
import { type Page, decodeCursor, toPage } from '../platform/page.js';
import { Signer } from '../platform/signing.js';
import type { NewSuppression, SuppressionQuery, SuppressionView } from './customers.contract.js';
import type { SuppressionReason } from './customers.queries.js';
import { addressKey } from './email-address.js';
import { suppressionCsv } from './suppression-csv.js';

/** Only the wish for no surveys, in their own words or a colleague's: what they asked for themselves still goes to them. */
export const isWishOnly = (reason: SuppressionReason): boolean => reason === 'unsubscribed' || reason === 'manual';

/** What is known of a suppression beside its reason. */
export interface SuppressionFacts {
  /** Free again then; default: never. */
  until?: Date | null;
  note?: string | null;
  deliveryId?: string | null;
}

interface Row {
  key: string;
  reason: SuppressionReason;
  source: string;
  created_at: Date;
}

const ADDRESS_HASH = 'suppression';
/** A stronger reason replaces a weaker one, never the other way round. */
const RANK: Record<SuppressionReason, number> = {
  soft_bounce: 0,
  hard_bounce: 1,
  manual: 2,
  unsubscribed: 3,
  complaint: 4,
  erased: 5,
};

const SUPPRESSION_REASONS = Object.keys(RANK) as SuppressionReason[];

/** So many mails that came back "not now" within so many days, without one that arrived, stop mail for so many days. */
export const SOFT_BOUNCES = 3;
export const SOFT_BOUNCE_DAYS = 30;
export const SOFT_STOP_DAYS = 30;
/** A mail that was taken and has not come back for this long has arrived. */
const ARRIVED_DAYS = 3;
const EXPORT_PAGE = 1_000;

/** The addresses that we must not write to. Shared by all sends of an organization; the ledger asks it in the transaction that claims a mail. */
@Injectable()
export class Suppressions {
  constructor(
    private readonly db: Db,
    private readonly signer: Signer,
    private readonly identity: Identity,
    mail: Mail,
    imports: Imports,
  ) {
    mail.registerSuppression(
      async (tx, addresses, isRequested) =>
        new Set(
          [...(await this.reasons(tx, addresses))]
            .filter(([, reason]) => !(isRequested && isWishOnly(reason)))
            .map(([address]) => address),
        ),
      (tx, address, news, delivery) => this.heard(tx, address, news, delivery),
    );
    imports.register('suppressions', {
      ...suppressionCsv((tx, rows, source) => this.addMany(tx, rows, source)),
      finished: (tx, run, { created }) =>
        this.identity.audit(tx, run.who, 'suppressions.imported', undefined, { created }),
    });
  }

  // Ports for the modules to the right.

  /** Stops mail to an address, or to all of a domain (`@example.org`). A person's own wish is not replaced by a weaker reason. */
  async suppress(
    tx: Tx,
    address: string,
    reason: SuppressionReason,
    source: string,
    { until = null, note = null, deliveryId = null }: SuppressionFacts = {},
  ): Promise<boolean> {
    const key = addressKey(address);
    const known = await this.rows(tx, [key], false);
    if (known.some((row) => RANK[row.reason] > RANK[reason] || (row.reason === reason && reason !== 'soft_bounce')))
      return false;
    const [hash, ...older] = this.signer.hashes(ADDRESS_HASH, key);
    // Rows that an older secret made.
    if (older.length > 0) await tx.em.query(`delete from suppressions where address_hash = any($1)`, [older]);
    // The rank is judged again where it is written: a stronger reason may have come in another transaction since the look above.
    const written: unknown[] = await tx.em.query(
      `insert into suppressions (address_hash, address, reason, source, until, note, delivery_id) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (tenant_id, address_hash) do update
         set address = excluded.address, reason = excluded.reason, source = excluded.source, until = excluded.until, note = excluded.note,
           delivery_id = excluded.delivery_id, created_at = now()
         where not suppressions.reason = any($8)
       returning 1`,
      [
        hash,
        reason === 'erased' ? null : key,
        reason,
        source,
        until?.toISOString() ?? null,
        note,
        deliveryId,
        SUPPRESSION_REASONS.filter((other) => RANK[other] > RANK[reason]),
      ],
    );
    return written.length > 0;
  }

  /** Allows mail to the address again; true when it was stopped. */
  async unsuppress(tx: Tx, address: string): Promise<boolean> {
    const [, count]: [unknown[], number] = await tx.em.query(`delete from suppressions where address_hash = any($1)`, [
      this.signer.hashes(ADDRESS_HASH, addressKey(address)),
    ]);
    return count > 0;
  }

  /** Why those of the addresses (as given) that we must not write to are stopped; the others are left out. */
  async reasons(tx: Tx, addresses: readonly string[]): Promise<Map<string, SuppressionReason>> {
    const rows = await this.strongest(tx, addresses);
    return new Map(
      addresses.flatMap((address) => {
        const row = rows.get(addressKey(address));
        return row === undefined ? [] : [[address, row.reason] as const];
      }),
    );
  }

  /** The row that counts for each address, by `addressKey`. */
  async strongest(tx: Tx, addresses: readonly string[]): Promise<Map<string, Row>> {
    const found = new Map<string, Row>();
    for (const row of await this.rows(tx, addresses.map(addressKey), true)) {
      const known = found.get(row.key);
      if (!known || RANK[row.reason] > RANK[known.reason]) found.set(row.key, row);
    }
    return found;
  }

  // What HTTP offers.

  /** Newest first; those whose time is over are left out. */
  list(tenantId: string, query: SuppressionQuery): Promise<Page<SuppressionView>> {
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor, 2);
    if (after && (!isInstant(after[0]) || !isHash(after[1])))
      throw invalid('cursor', 'Use the nextCursor of the page before.');
    return this.db.tenant(tenantId, (tx) => this.page(tx, query, after));
  }

  /** Adds an address by hand; one that is stopped for a stronger reason stays as it is. */
  add(who: Principal, input: NewSuppression): Promise<SuppressionView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const added = await this.suppress(tx, input.address, input.reason, 'staff', { note: input.note });
      if (added) await this.identity.audit(tx, who, 'suppression.added', undefined, { reason: input.reason });
      const { items } = await this.page(tx, { limit: 1, address: input.address }, null);
      const [view] = items;
      if (!view) throw new Error('no suppression was written');
      return view;
    });
  }

  /** Allows mail again, by address or by the id that the list shows; the note says why. @throws AppError 404 suppression.not_found */
  async undo(who: Principal, addressOrId: string, note: string): Promise<void> {
    await this.db.tenant(who.tenantId, async (tx) => {
      const hashes = isHash(addressOrId)
        ? [Buffer.from(addressOrId, 'hex')]
        : this.signer.hashes(ADDRESS_HASH, addressKey(addressOrId));
      const [rows]: [{ reason: SuppressionReason; id: string }[], number] = await tx.em.query(
        `delete from suppressions where address_hash = any($1) returning reason, encode(address_hash, 'hex') as id`,
        [hashes],
      );
      const [removed] = rows;
      if (!removed) throw notFound('suppression', 'suppression');
      await tx.em.query(`delete from soft_bounces where address_hash = any($1)`, [hashes]);
      // The audit log outlives an erasure, so it names the hash and no address.
      await this.identity.audit(tx, who, 'suppression.removed', undefined, {
        reason: removed.reason,
        suppression: removed.id,
        note,
      });
    });
  }

  /** All of the list, for a CSV file. Written down in the audit log. */
  async *exportRows(who: Principal): AsyncGenerator<readonly CsvCell[]> {
    await this.db.tenant(who.tenantId, (tx) => this.identity.audit(tx, who, 'suppressions.exported'));
    let cursor: string | undefined;
    do {
      const page: Page<SuppressionView> = await this.list(who.tenantId, { limit: EXPORT_PAGE, cursor });
      for (const one of page.items)
        yield [one.address ?? '', one.reason, one.createdAt, one.until, one.source, one.mail?.kind, one.note];
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  // What mail servers and providers say.

  private async heard(tx: Tx, address: string, news: BounceKind | 'delivered', delivery: Delivery): Promise<void> {
    const facts = { deliveryId: delivery.id };
    if (news === 'hard') await this.suppress(tx, address, 'hard_bounce', 'bounce', facts);
    else if (news === 'complaint') await this.suppress(tx, address, 'complaint', 'complaint', facts);
    else if (news === 'soft') await this.softBounce(tx, address, delivery);
    else {
      const hashes = this.signer.hashes(ADDRESS_HASH, addressKey(address));
      await tx.em.query(`delete from soft_bounces where address_hash = any($1)`, [hashes]);
      await tx.em.query(`delete from suppressions where address_hash = any($1) and reason = 'soft_bounce'`, [hashes]);
    }
  }

  /** Counts mails, not reports; the newest mail that arrived starts the count anew. */
  private async softBounce(tx: Tx, address: string, delivery: Delivery): Promise<void> {
    const key = addressKey(address);
    const hashes = this.signer.hashes(ADDRESS_HASH, key);
    await tx.em.query(`insert into soft_bounces (address_hash, delivery_id) values ($1, $2) on conflict do nothing`, [
      hashes[0],
      delivery.id,
    ]);
    const [row]: { count: number }[] = await tx.em.query(
      `select count(*)::int as count from soft_bounces where address_hash = any($1)
         and at > greatest(now() - make_interval(days => ${SOFT_BOUNCE_DAYS}), (
           select max(sent_at) from deliveries where customer_id = $2 and lower(to_address) = $3 and state = 'sent' and bounce_kind is null
             and (delivered_at is not null or sent_at < now() - make_interval(days => ${ARRIVED_DAYS}))))`,
      [hashes, delivery.customerId, key],
    );
    if ((row?.count ?? 0) < SOFT_BOUNCES) return;
    await this.suppress(tx, address, 'soft_bounce', 'bounce', {
      until: new Date(Date.now() + SOFT_STOP_DAYS * 86_400_000),
      deliveryId: delivery.id,
    });
    // When the time is over the count starts anew.
    await tx.em.query(`delete from soft_bounces where address_hash = any($1)`, [hashes]);
  }

  private async addMany(
    tx: Tx,
    rows: readonly { address: string; reason: SuppressionReason; note: string | null }[],
    source: string,
  ): Promise<number> {
    let created = 0;
    for (const { address, reason, note } of rows)
      if (await this.suppress(tx, address, reason, source, { note })) created += 1;
    return created;
  }

  private async page(
    tx: Tx,
    query: Pick<SuppressionQuery, 'limit' | 'address' | 'reason' | 'q'>,
    after: readonly unknown[] | null,
  ): Promise<Page<SuppressionView>> {
    const hashes = query.address === undefined ? null : this.signer.hashes(ADDRESS_HASH, addressKey(query.address));
    const rows: {
      id: string;
      address: string | null;
      reason: SuppressionReason;
      source: string;
      until: Date | null;
      note: string | null;
      delivery_id: string | null;
      mail_kind: string | null;
      sent_at: Date | null;
      created_at: Date;
      place: string;
    }[] = await tx.em.query(
      `select encode(s.address_hash, 'hex') as id, s.address, s.reason, s.source, s.until, s.note, s.delivery_id, d.kind as mail_kind, d.sent_at,
         s.created_at, s.created_at::text as place
       from suppressions s left join deliveries d on d.id = s.delivery_id
       where ($1::text is null or s.reason = $1) and ($2::bytea[] is null or s.address_hash = any($2))
         and ($3::timestamptz is null or (s.created_at, s.address_hash) < ($3, decode($4, 'hex')))
         and ($6::text is null or s.address ilike $6) and (s.until is null or s.until > now())
       order by s.created_at desc, s.address_hash desc limit $5`,
      [
        query.reason ?? null,
        hashes,
        after?.[0] ?? null,
        after?.[1] ?? '',
        query.limit + 1,
        query.q ? `%${query.q.replace(/[\\%_]/g, '\\$&')}%` : null,
      ],
    );
    return toPage(
      rows,
      query.limit,
      (row) => [row.place, row.id],
      (row) => ({
        id: row.id,
        address: row.address,
        reason: row.reason,
        source: row.source,
        until: row.until?.toISOString() ?? null,
        note: row.note,
        mail:
          row.delivery_id !== null && row.mail_kind !== null
            ? { deliveryId: row.delivery_id, kind: row.mail_kind, sentAt: row.sent_at?.toISOString() ?? null }
            : null,
        createdAt: row.created_at.toISOString(),
      }),
    );
  }

  /** Rows in force for each key, with `withDomains` those of its domain among them. */
  private async rows(tx: Tx, keys: readonly string[], withDomains: boolean): Promise<Row[]> {
    if (keys.length === 0) return [];
    const keysOf = new Map<string, string[]>();
    const add = (text: string, members: string[]) => {
      for (const hash of this.signer.hashes(ADDRESS_HASH, text)) keysOf.set(hash.toString('hex'), members);
    };
    const byDomain = new Map<string, string[]>();
    for (const key of new Set(keys)) {
      add(key, [key]);
      const domain = key.slice(key.lastIndexOf('@'));
      if (!withDomains || domain === key) continue;
      const members = byDomain.get(domain);
      if (members) members.push(key);
      else byDomain.set(domain, [key]);
    }
    for (const [domain, members] of byDomain) add(domain, members);
    const rows: { hash: string; reason: SuppressionReason; source: string; created_at: Date }[] = await tx.em.query(
      `select encode(address_hash, 'hex') as hash, reason, source, created_at from suppressions
       where address_hash = any($1) and (until is null or until > now())`,
      [[...keysOf.keys()].map((hex) => Buffer.from(hex, 'hex'))],
    );
    return rows.flatMap((row) => (keysOf.get(row.hash) ?? []).map((key) => ({ ...row, key })));
  }
}

const isInstant = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const isHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
