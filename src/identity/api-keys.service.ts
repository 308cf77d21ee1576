import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { Principal } from '../platform/auth.js';
import { Db } from '../platform/db.js';
import { notFound } from '../platform/errors.js';
import { GroupCommit } from '../platform/group-commit.js';
import { newId } from '../platform/ids.js';
import { type Page, pageOfAll } from '../platform/page.js';
import type * as Contract from './identity.contract.js';
import { ApiKey } from './identity.entity.js';
import { Identity } from './identity.service.js';

type View<T extends z.ZodType> = z.infer<T>;

/** A program behind a key. */
export type Program = Principal & { scopes: string[] };

/** Keys with which programs call the API. */
@Injectable()
export class ApiKeys {
  private readonly presented = new GroupCommit<{ id: string; bearer: string }, Program | null>(
    (tenantId, keys) => this.lookUp(tenantId, keys),
    { lanes: 2 },
  );

  constructor(
    private readonly db: Db,
    private readonly identity: Identity,
  ) {}

  list(tenantId: string, page: View<typeof Contract.ListQuery>): Promise<Page<View<typeof Contract.ApiKeyView>>> {
    return this.db.tenant(tenantId, async (tx) => {
      const rows = await tx.em
        .createQueryBuilder(ApiKey, 'k')
        .where('k.revoked_at is null')
        .orderBy('k.created_at')
        .addOrderBy('k.id')
        .getMany();
      return pageOfAll(rows.map(keyView), page);
    });
  }

  /** The secret is in this answer and nowhere else. */
  add(who: Principal, input: View<typeof Contract.NewApiKey>): Promise<View<typeof Contract.ApiKeyCreated>> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const id = newId();
      const ids = Buffer.from(`${tx.tenantId}${id}`.replaceAll('-', ''), 'hex').toString('base64url');
      const secret = `hbk.${ids}.${randomBytes(32).toString('base64url')}`;
      await tx.em.insert(ApiKey, {
        id,
        name: input.name,
        scopes: input.scopes,
        secretHash: sha256(secret),
        prefix: secret.slice(0, 12),
        createdBy: who.userId,
        expiresAt: input.expiresAt ? new Date(input.expiresAt) : null,
      });
      await this.identity.audit(tx, who, 'api_key.created', { kind: 'api_key', id }, { scopes: input.scopes });
      return { ...keyView(await tx.em.findOneByOrFail(ApiKey, { id })), secret };
    });
  }

  /** @throws AppError api_key.not_found */
  revoke(who: Principal, id: string): Promise<void> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const [, count]: [unknown[], number] = await tx.em.query(
        `update api_keys set revoked_at = now() where id = $1 and revoked_at is null`,
        [id],
      );
      if (count === 0) throw notFound('api_key', 'API key');
      await this.identity.audit(tx, who, 'api_key.revoked', { kind: 'api_key', id });
    });
  }

  /**
   * The program behind a bearer key, or null. The key itself names its tenant, so the look-up runs under row security.
   * A key with `*` or `admin` acts as an admin, any other as a manager within its scopes.
   */
  async byKey(bearer: string): Promise<Program | null> {
    const match = /^hbk\.([A-Za-z0-9_-]{43})\.[A-Za-z0-9_-]{43}$/.exec(bearer);
    if (!match?.[1]) return null;
    const hex = Buffer.from(match[1], 'base64url').toString('hex');
    return this.presented.add(hex.slice(0, 32), { id: hex.slice(32), bearer });
  }

  /** Keys that were presented while a look-up was under way share the next one. */
  private async lookUp(tenantId: string, presented: { id: string; bearer: string }[]): Promise<(Program | null)[]> {
    const rows = await this.db.routine<{
      id: string;
      secret_hash: Buffer;
      scopes: string[];
      stale: boolean;
      tenant_id: string;
    }>('keys_presented', [tenantId, [...new Set(presented.map(({ id }) => id))]]);
    const known = new Map(rows.map((row) => [row.id.replaceAll('-', ''), row]));
    const used = new Set<string>();
    const found = presented.map(({ id, bearer }) => {
      const row = known.get(id);
      if (!row || !timingSafeEqual(row.secret_hash, sha256(bearer))) return null;
      if (row.stale) used.add(row.id);
      const admin = row.scopes.some((scope) => scope === '*' || scope === 'admin');
      return {
        tenantId: row.tenant_id,
        userId: null,
        keyId: row.id,
        role: admin ? ('admin' as const) : ('manager' as const),
        scopes: row.scopes,
      };
    });
    if (used.size > 0)
      await this.db.tenant(tenantId, (tx) =>
        tx.em.query(`update api_keys set last_used_at = now() where id = any($1)`, [[...used]]),
      );
    return found;
  }
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

function keyView(key: ApiKey): View<typeof Contract.ApiKeyView> {
  return {
    id: key.id,
    name: key.name,
    scopes: key.scopes,
    prefix: key.prefix,
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    expiresAt: key.expiresAt?.toISOString() ?? null,
  };
}
