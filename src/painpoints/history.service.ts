import { Injectable } from '@nestjs/common';
import { Db, type Tx } from '../platform/db.js';
import { notFound } from '../platform/errors.js';
import { type Page, decodeCursor, toPage } from '../platform/page.js';
import { type Correction, Corrections } from '../sentiment/corrections.service.js';
import type * as Contract from './painpoints.contract.js';
import { PainPoints } from './painpoints.service.js';

/** Machine's events of one pain point that its history shows, the newest. */
const MOST_EVENTS = 50;

/** What people and the grouping did, newest first. */
@Injectable()
export class History {
  constructor(
    private readonly db: Db,
    private readonly corrections: Corrections,
    private readonly painPoints: PainPoints,
  ) {}

  /** What people corrected anywhere. */
  list(tenantId: string, query: { limit: number; cursor?: string | undefined }): Promise<Page<Contract.HistoryEntry>> {
    return this.db.tenant(tenantId, (tx) => this.page(tx, null, query));
  }

  /** One pain point's; its first page also holds what the grouping did. @throws AppError painpoint.not_found */
  async of(
    tenantId: string,
    painPointId: string,
    query: { limit: number; cursor?: string | undefined },
  ): Promise<Page<Contract.HistoryEntry>> {
    return this.db.tenant(tenantId, async (tx) => {
      const heir = (await this.painPoints.names(tx, [painPointId])).get(painPointId)?.id;
      if (!heir) throw notFound('painpoint', 'pain point');
      const page = await this.page(tx, heir, query);
      if (query.cursor !== undefined) return page;
      const events: { kind: Contract.HistoryEntry['kind']; other_id: string | null; statements: number; at: Date }[] =
        await tx.em.query(
          `select kind, other_id, statements, at from pain_point_events where pain_point_id = $1 order by at desc, id desc limit ${MOST_EVENTS}`,
          [heir],
        );
      const names = await this.painPoints.names(
        tx,
        events.flatMap((one) => one.other_id ?? []),
      );
      const machine = events.map((one): Contract.HistoryEntry => ({
        correctionId: null,
        kind: one.kind,
        by: 'machine',
        userId: null,
        at: one.at.toISOString(),
        undoneAt: null,
        statements: one.statements,
        painPoint: null,
        other: one.other_id ? (names.get(one.other_id) ?? null) : null,
        before: null,
        after: null,
      }));
      return { ...page, items: [...page.items, ...machine].sort((a, b) => b.at.localeCompare(a.at)) };
    });
  }

  private async page(
    tx: Tx,
    painPointId: string | null,
    query: { limit: number; cursor?: string | undefined },
  ): Promise<Page<Contract.HistoryEntry>> {
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor, 2);
    const rows = await this.corrections.list(tx, {
      painPointId,
      before: after ? [String(after[0]), String(after[1])] : null,
      limit: query.limit + 1,
    });
    const names = await this.painPoints.names(tx, [
      ...new Set(rows.flatMap((row) => [row.painPointId, otherOf(row)]).filter((id) => id !== null)),
    ]);
    return toPage(
      rows,
      query.limit,
      (row) => [row.atText, row.id],
      (row): Contract.HistoryEntry => {
        const other = otherOf(row);
        return {
          correctionId: row.batch,
          kind: row.kind === 'undo' ? 'status' : row.kind,
          by: row.userId ? 'person' : 'program',
          userId: row.userId,
          at: row.at.toISOString(),
          undoneAt: row.undoneAt?.toISOString() ?? null,
          statements: row.count,
          painPoint: row.painPointId ? (names.get(row.painPointId) ?? null) : null,
          other: other ? (names.get(other) ?? null) : null,
          before: wordOf(row.before, row.kind),
          after: wordOf(row.after, row.kind),
        };
      },
    );
  }
}

const otherOf = ({ after }: Correction): string | null => {
  const other = after['into'] ?? after['painPointId'];
  return typeof other === 'string' ? other : null;
};

/** What was changed, as it stood before or after. */
function wordOf(state: Record<string, unknown>, kind: Correction['kind']): string | null {
  const key = { rename: 'name', status: 'status', sentiment: 'label', aspect: 'aspect', owner: 'ownerId' }[
    kind as string
  ];
  const value = key === undefined ? null : state[key];
  return typeof value === 'string' ? value : null;
}
