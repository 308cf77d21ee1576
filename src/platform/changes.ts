import { Injectable } from '@nestjs/common';
import type { Tx } from './db.js';

export const CHANGES_CHANNEL = 'hearback_changes';

/** Tells the open screens of an organization that something changed (`GET /stream`). Carries ids only; who hears it reads the thing anew. */
@Injectable()
export class Changes {
  /**
   * Announced when the transaction commits, never when it rolls back; the same notice twice in a transaction is one. `kind` is a word of
   * the vocabulary (`case`, `response`, `pain-point`); `id` null means several. Costs one statement.
   */
  async announce(tx: Tx, kind: string, id: string | null): Promise<void> {
    await tx.em.query(`select pg_notify('${CHANGES_CHANNEL}', $1)`, [
      JSON.stringify({ t: tx.tenantId, k: kind, i: id }),
    ]);
  }
}
