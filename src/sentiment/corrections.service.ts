import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../platform/auth.js';
import type { Tx } from '../platform/db.js';
import { newId } from '../platform/ids.js';

export type CorrectionKind =
  'sentiment' | 'aspect' | 'place' | 'rename' | 'status' | 'owner' | 'merge' | 'split' | 'undo';
export type Label = 'negative' | 'neutral' | 'positive';

/** What a person changed. `before` is what an undo brings back. */
export interface NewCorrection {
  kind: CorrectionKind;
  painPointId?: string | null;
  statement?: { id: string; responseId: string; text: string };
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  undoes?: string;
}

export interface Correction {
  id: string;
  batch: string;
  kind: CorrectionKind;
  painPointId: string | null;
  statementId: string | null;
  responseId: string | null;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  userId: string | null;
  at: Date;
}

/** A statement whose sentiment a person judged: what it should have been, beside what the engine said then. */
export interface GoldStatement {
  statementId: string;
  text: string;
  language: string | null;
  label: Label;
  /** What stood there when it was judged; equal to `label` when the person agreed. */
  read: Label | null;
  vector: Uint8Array | null;
  vectorVersion: string | null;
}

/** Statements that a report card or a layer looks at: the newest ones. */
const MOST_GOLD = 1000;

export const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A correction counts until somebody undoes it. */
const STANDS = `not exists (select 1 from corrections u where u.undoes = k.id)`;

/** Each statement `s` that people judged, with the newest standing correction `k` of its sentiment. */
const JUDGED = `(select distinct on (k.response_id, k.text_hash) k.* from corrections k where k.kind = 'sentiment' and ${STANDS}
    order by k.response_id, k.text_hash, k.at desc, k.id desc) k
  join lateral (select s.id, s.text, s.language from statements s where s.response_id = k.response_id and sha256(convert_to(s.text, 'UTF8')) = k.text_hash
    order by s.position limit 1) s on true`;

/** The ledger of what people corrected: only ever added to. */
@Injectable()
export class Corrections {
  /** Writes corrections that belong together; an undo of any takes back all. @returns the batch's id */
  async record(tx: Tx, who: Principal, corrections: readonly NewCorrection[]): Promise<string> {
    const batch = newId();
    await tx.em.query(
      `insert into corrections (id, batch, kind, pain_point_id, statement_id, response_id, text_hash, before, after, undoes, user_id, key_id)
       select n.id, $2, n.kind, n.pain_point_id, n.statement_id, n.response_id, decode(n.text_hash, 'hex'), n.before, n.after, n.undoes, $3, $4
       from jsonb_to_recordset($1::jsonb) as n (id uuid, kind text, pain_point_id uuid, statement_id uuid, response_id uuid, text_hash text, before jsonb, after jsonb, undoes uuid)`,
      [
        JSON.stringify(
          corrections.map((one) => ({
            id: newId(),
            kind: one.kind,
            pain_point_id: one.painPointId ?? null,
            statement_id: one.statement?.id ?? null,
            response_id: one.statement?.responseId ?? null,
            text_hash: one.statement ? hashOf(one.statement.text).toString('hex') : null,
            before: one.before,
            after: one.after,
            undoes: one.undoes ?? null,
          })),
        ),
        batch,
        who.userId,
        who.keyId,
      ],
    );
    return batch;
  }

  /** All corrections of the batch that stand; empty when it is unknown or undone already. */
  async batch(tx: Tx, id: string): Promise<Correction[]> {
    const rows: CorrectionRow[] = await tx.em.query(
      `select ${COLUMNS} from corrections k where (k.batch = $1 or k.batch = (select batch from corrections where id = $1)) and k.kind <> 'undo' and ${STANDS} order by k.id desc`,
      [id],
    );
    return rows.map(correction);
  }

  /** Newest first, one entry per batch with how many corrections it holds. */
  async list(
    tx: Tx,
    {
      painPointId,
      before,
      limit,
    }: { painPointId: string | null; before: readonly [string, string] | null; limit: number },
  ): Promise<(Correction & { count: number; undoneAt: Date | null; atText: string })[]> {
    const rows: (CorrectionRow & { count: number; undone_at: Date | null; at_text: string })[] = await tx.em.query(
      `select ${COLUMNS}, k.at::text as at_text, b.count, (select u.at from corrections u where u.undoes = k.id) as undone_at
       from (select (array_agg(id order by id))[1] as id, count(*)::int as count from corrections
             where kind <> 'undo' and ($1::uuid is null or pain_point_id = $1 or after->>'painPointId' = $1::text or after->>'into' = $1::text) group by batch) b
       join corrections k on k.id = b.id
       where $2::timestamptz is null or (k.at, k.id) < ($2, $3::uuid)
       order by k.at desc, k.id desc limit $4`,
      [painPointId, before?.[0] ?? null, before?.[1] ?? null, limit],
    );
    return rows.map((row) => ({ ...correction(row), count: row.count, undoneAt: row.undone_at, atText: row.at_text }));
  }

  /** What people said about statements of this response, by the hash of the words (hex); the newest word counts. */
  async ofResponse(
    tx: Tx,
    responseId: string,
    kind: 'sentiment' | 'aspect' | 'place',
  ): Promise<Map<string, Record<string, unknown>>> {
    const rows: { hash: string; after: Record<string, unknown> }[] = await tx.em.query(
      `select distinct on (k.text_hash) encode(k.text_hash, 'hex') as hash, k.after from corrections k
       where k.response_id = $1 and k.kind = $2 and ${STANDS} order by k.text_hash, k.at desc, k.id desc`,
      [responseId, kind],
    );
    return new Map(rows.map((row) => [row.hash, row.after]));
  }

  /** Puts what people said about sentiment and aspect back onto statements that were read anew. */
  async reapply(tx: Tx, responseId: string): Promise<boolean> {
    const [labels, aspects] = [
      await this.ofResponse(tx, responseId, 'sentiment'),
      await this.ofResponse(tx, responseId, 'aspect'),
    ];
    if (labels.size + aspects.size === 0) return false;
    const rows: { id: string; text: string; score: number | null }[] = await tx.em.query(
      `select id, text, score from statements where response_id = $1`,
      [responseId],
    );
    for (const row of rows) {
      const hash = hashOf(row.text).toString('hex');
      const label = labels.get(hash)?.['label'] as Label | undefined;
      if (label)
        await tx.em.query(`update statements set label = $2, score = $3, label_by_person = true where id = $1`, [
          row.id,
          label,
          scoreFor(label, row.score),
        ]);
      const aspect = aspects.get(hash);
      if (aspect)
        await tx.em.query(`update statements set aspect = $2, aspect_by_person = true where id = $1`, [
          row.id,
          aspect['aspect'] ?? null,
        ]);
    }
    return labels.size > 0;
  }

  /** Statements that people judged, newest first, each once. */
  async gold(tx: Tx): Promise<GoldStatement[]> {
    return tx.em.query(
      `select s.id as "statementId", s.text, s.language, k.after->>'label' as label, k.before->>'read' as read, v.vector, v.version as "vectorVersion"
       from ${JUDGED} left join statement_vectors v on v.statement_id = s.id order by k.at desc, k.id limit ${MOST_GOLD}`,
    );
  }

  /** How many `gold` finds. */
  async goldCount(tx: Tx): Promise<number> {
    const [{ n }] = await tx.em.query(`select least(count(*), ${MOST_GOLD})::int as n from ${JUDGED}`);
    return n;
  }
}

/** A score that fits a label that a person gave: the engine's own where it agrees, else a plain one. */
export function scoreFor(label: Label, score: number | null): number {
  if (label === 'neutral') return 0;
  const sign = label === 'positive' ? 1 : -1;
  return score !== null && score * sign > 0.25 ? score : 0.6 * sign;
}

const COLUMNS = `k.id, k.batch, k.kind, k.pain_point_id, k.statement_id, k.response_id, k.before, k.after, k.user_id, k.at`;

interface CorrectionRow {
  id: string;
  batch: string;
  kind: CorrectionKind;
  pain_point_id: string | null;
  statement_id: string | null;
  response_id: string | null;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  user_id: string | null;
  at: Date;
}

const correction = (row: CorrectionRow): Correction => ({
  id: row.id,
  batch: row.batch,
  kind: row.kind,
  painPointId: row.pain_point_id,
  statementId: row.statement_id,
  responseId: row.response_id,
  before: row.before,
  after: row.after,
  userId: row.user_id,
  at: row.at,
});
