import { Injectable } from '@nestjs/common';
import type { Principal } from '../platform/auth.js';
import { Db } from '../platform/db.js';
import { AppError, isUniqueViolation, notFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { type Page, decodeCursor, toPage } from '../platform/page.js';
import type * as C from './insights.contract.js';
import { SavedViewRow } from './insights.entity.js';

/** Filters that people keep under a name; everybody sees their own. */
@Injectable()
export class SavedViews {
  constructor(private readonly db: Db) {}

  list(who: Principal, query: C.SavedViewQuery): Promise<Page<C.SavedView>> {
    const after = query.cursor === undefined ? [null, null] : decodeCursor(query.cursor, 2);
    return this.db.tenant(who.tenantId, async (tx) => {
      const rows = await tx.em
        .createQueryBuilder(SavedViewRow, 'v')
        .where('v.userId = :userId', { userId: personOf(who) })
        .andWhere('(:screen::text is null or v.screen = :screen)', { screen: query.screen ?? null })
        .andWhere('(:name::text is null or (v.name, v.id) > (:name, :id::uuid))', { name: after[0], id: after[1] })
        .orderBy({ 'v.name': 'ASC', 'v.id': 'ASC' })
        .limit(query.limit + 1)
        .getMany();
      return toPage(rows, query.limit, (row) => [row.name, row.id], view);
    });
  }

  /** @throws AppError 409 view.name_taken */
  async save(who: Principal, input: C.NewSavedView): Promise<C.SavedView> {
    const userId = personOf(who);
    try {
      return await this.db.tenant(who.tenantId, async (tx) => {
        const id = newId();
        await tx.em.query(`insert into saved_views (id, user_id, screen, name, query) values ($1, $2, $3, $4, $5)`, [
          id,
          userId,
          input.screen,
          input.name,
          JSON.stringify(input.query),
        ]);
        return view(await tx.em.findOneByOrFail(SavedViewRow, { id }));
      });
    } catch (error) {
      if (isUniqueViolation(error, 'saved_views_name_key'))
        throw new AppError('conflict', 'view.name_taken', 'You have a view of this name already. Choose another name.');
      throw error;
    }
  }

  /** @throws AppError 404 view.not_found, also for somebody else's */
  async remove(who: Principal, id: string): Promise<void> {
    await this.db.tenant(who.tenantId, async (tx) => {
      const { affected } = await tx.em.delete(SavedViewRow, { id, userId: personOf(who) });
      if (!affected) throw notFound('view', 'view');
    });
  }
}

/** @throws AppError 403 access.person for a program, which has nothing of its own */
export function personOf(who: Principal): string {
  if (who.userId === null)
    throw new AppError('forbidden', 'access.person', 'This belongs to a person. Sign in instead of using an API key.');
  return who.userId;
}

const view = (row: SavedViewRow): C.SavedView => ({
  id: row.id,
  screen: row.screen,
  name: row.name,
  query: row.query,
  createdAt: row.createdAt.toISOString(),
});
