import { Injectable } from '@nestjs/common';
import { Identity, requireVersion } from '../../identity/identity.service.js';
import type { Principal } from '../../platform/auth.js';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { AppError, notFound } from '../../platform/errors.js';
import { newId } from '../../platform/ids.js';
import { type Page, pageOfAll } from '../../platform/page.js';
import type { ChangeSavedReply, NewSavedReply, SavedReplyQuery, SavedReplyView } from './saved-replies.contract.js';

interface Row {
  id: string;
  name: string;
  texts: Record<string, string>;
  updated_at: Date;
  version: number;
}

const MOST = 500;

/** The organization's own saved replies: managers write them, whoever works cases inserts them. */
@Injectable()
export class SavedReplies {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly identity: Identity,
  ) {}

  list(tenantId: string, query: SavedReplyQuery): Promise<Page<SavedReplyView>> {
    return this.db.tenant(tenantId, async (tx) => {
      const rows: Row[] = await tx.em.query(
        `select id, name, texts, updated_at, version from saved_replies order by lower(name), id`,
      );
      return pageOfAll(rows.map(view), query);
    });
  }

  /** @throws AppError 409 saved_reply.exists, saved_reply.too_many */
  add(who: Principal, { name, texts }: NewSavedReply): Promise<SavedReplyView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      await this.requireFree(tx, name, null);
      const [{ n }] = await tx.em.query(`select count(*)::int as n from saved_replies`);
      if (n >= MOST)
        throw new AppError('conflict', 'saved_reply.too_many', `There can be ${MOST} saved replies. Delete one first.`);
      const id = newId();
      await tx.em.query(`insert into saved_replies (id, name, texts, updated_at) values ($1, $2, $3, $4)`, [
        id,
        name,
        JSON.stringify(texts),
        this.clock.now(),
      ]);
      await this.identity.audit(tx, who, 'saved_reply.created', { kind: 'saved_reply', id });
      return view(await this.lock(tx, id));
    });
  }

  /** @throws AppError 404 saved_reply.not_found, 409 saved_reply.version, saved_reply.exists */
  change(who: Principal, id: string, { name, texts, version }: ChangeSavedReply): Promise<SavedReplyView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.lock(tx, id);
      requireVersion(row, version, 'saved_reply');
      if (name !== undefined) await this.requireFree(tx, name, id);
      await tx.em.query(
        `update saved_replies set name = coalesce($2, name), texts = coalesce($3::jsonb, texts), version = version + 1, updated_at = $4 where id = $1`,
        [id, name ?? null, texts === undefined ? null : JSON.stringify(texts), this.clock.now()],
      );
      await this.identity.audit(tx, who, 'saved_reply.changed', { kind: 'saved_reply', id });
      return view(await this.lock(tx, id));
    });
  }

  /** @throws AppError 404 saved_reply.not_found */
  remove(who: Principal, id: string): Promise<void> {
    return this.db.tenant(who.tenantId, async (tx) => {
      await this.lock(tx, id);
      await tx.em.query(`delete from saved_replies where id = $1`, [id]);
      await this.identity.audit(tx, who, 'saved_reply.deleted', { kind: 'saved_reply', id });
    });
  }

  private async lock(tx: Tx, id: string): Promise<Row> {
    const [row]: Row[] = await tx.em.query(
      `select id, name, texts, updated_at, version from saved_replies where id = $1 for update`,
      [id],
    );
    if (!row) throw notFound('saved_reply', 'saved reply');
    return row;
  }

  private async requireFree(tx: Tx, name: string, id: string | null): Promise<void> {
    const [row] = await tx.em.query(
      `select 1 from saved_replies where lower(name) = lower($1) and id is distinct from $2::uuid`,
      [name, id],
    );
    if (row) throw new AppError('conflict', 'saved_reply.exists', 'There is a saved reply of this name.');
  }
}

const view = (row: Row): SavedReplyView => ({
  id: row.id,
  name: row.name,
  texts: row.texts,
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
});
