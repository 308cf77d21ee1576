import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Identity } from '../identity/identity.service.js';
import { Db, type Tx } from '../platform/db.js';
import { invalid, notFound } from '../platform/errors.js';
import { pageOfAll } from '../platform/page.js';
import { parseBound } from '../platform/zone.js';
import { nearestVectors } from '../sentiment/embedding/index.js';
import { piecesOf, stopWordsOf } from '../sentiment/engine/index.js';
import { sketchOf, StatementVectors } from '../sentiment/vectors.service.js';
import type * as Contract from './painpoints.contract.js';

/** Statements whose sketch is nearest: of these the vectors are read and compared exactly. */
const SKETCHED = 600;
/** Statements that hold a word looked for, the newest. */
const WORDED = 600;
/** Cosine below which a statement does not mean the same at all. */
const LEAST_LIKENESS = 0.35;
/** What all words of the question in a statement are worth beside a cosine. */
const WORDS_BESIDE = 0.35;
/** Without vectors: the share of the words that a statement must hold. */
const LEAST_WORDS = 0.5;

interface Row {
  id: string;
  response_id: string;
  text: string;
  label: 'negative' | 'neutral' | 'positive' | null;
  score: number | null;
  aspect: string | null;
  language: string | null;
  response_score: number;
  touchpoint_name: string | null;
  pain_point_id: string | null;
  pain_point_name: string | null;
  customer_id: string | null;
  customer_name: string | null;
  submitted_at: Date;
}

type Query = z.infer<typeof Contract.StatementSearchQuery>;

/**
 * Finds statements by what they mean (languages with sentence vectors) and by their words (all of them). Costs one pass over the sketches of the
 * organization's statements, 64 bytes each, and one over their texts; both within the filters.
 */
@Injectable()
export class StatementSearch {
  constructor(
    private readonly db: Db,
    private readonly identity: Identity,
    private readonly vectors: StatementVectors,
  ) {}

  async search(tenantId: string, query: Query): Promise<z.infer<typeof Contract.FoundStatements>> {
    const [vector = null] = (await this.vectors.of([query.q])) ?? [];
    const meaning = vector?.some((x) => x !== 0) ? vector : null;
    return this.db.tenant(tenantId, async (tx) => {
      const { where, values } = await this.filter(tx, query);
      const words = contentWords(query.q);
      const near = await this.near(tx, meaning, where, values);
      const worded = await this.worded(tx, words, where, values);
      const likeness = new Map<string, number>(near);
      const rows = await this.rows(tx, [...new Set([...near.keys(), ...worded])]);
      for (const row of rows) {
        const share = shareOf(words, row.text);
        const byMeaning = near.get(row.id) ?? 0;
        // What has no vector competes by its words alone.
        const total =
          byMeaning > 0 ? byMeaning + WORDS_BESIDE * share : share >= LEAST_WORDS ? WORDS_BESIDE + 0.5 * share : 0;
        likeness.set(row.id, total);
      }
      const found = rows
        .filter((row) => (likeness.get(row.id) ?? 0) >= LEAST_LIKENESS)
        .sort((a, b) => (likeness.get(b.id) ?? 0) - (likeness.get(a.id) ?? 0) || (a.id < b.id ? 1 : -1))
        .map((row) => view(row, Math.min(1, likeness.get(row.id) ?? 0), words));
      return { ...pageOfAll(found, query), byMeaning: meaning !== null };
    });
  }

  /** Statements that say much the same as this one, the most alike first. @throws AppError statement.not_found */
  similar(
    tenantId: string,
    id: string,
    query: z.infer<typeof Contract.SimilarQuery>,
  ): Promise<z.infer<typeof Contract.FoundStatements>> {
    return this.db.tenant(tenantId, async (tx) => {
      const [own]: { text: string }[] = await tx.em.query(`select text from statements where id = $1`, [id]);
      if (!own) throw notFound('statement', 'statement');
      const vector = (await this.vectors.load(tx, [id])).get(id) ?? null;
      const words = contentWords(own.text);
      const near = await this.near(tx, vector, [`s.id <> $1`], [id]);
      const ids = vector ? [...near.keys()] : await this.worded(tx, words, [`s.id <> $1`], [id]);
      const rows = await this.rows(tx, ids);
      const likenessOf = (row: Row): number => near.get(row.id) ?? shareOf(words, row.text);
      const found = rows
        .filter((row) => likenessOf(row) >= (vector ? 0.5 : LEAST_WORDS))
        .sort((a, b) => likenessOf(b) - likenessOf(a) || (a.id < b.id ? 1 : -1))
        .map((row) => view(row, likenessOf(row), []));
      return { ...pageOfAll(found, query), byMeaning: vector !== null };
    });
  }

  /** Cosines of the nearest by meaning: sketches are compared first, then the vectors of the best of these. */
  private async near(
    tx: Tx,
    vector: Float32Array | null,
    where: readonly string[],
    values: readonly unknown[],
  ): Promise<Map<string, number>> {
    if (!vector) return new Map();
    const n = values.length;
    const rows: { statement_id: string; vector: Buffer }[] = await tx.em.query(
      `select v.statement_id, v.vector from statement_vectors v
       join (select v.statement_id from statement_vectors v ${where.length > 0 ? 'join statements s on s.tenant_id = v.tenant_id and s.id = v.statement_id' : ''}
             where v.version = $${n + 1} ${where.map((one) => `and ${one}`).join(' ')}
             order by bit_count(v.sketch # $${n + 2}::bit(512)) limit ${SKETCHED}) k on k.statement_id = v.statement_id`,
      [...values, this.vectors.version, sketchOf(vector)],
    );
    const found = nearestVectors(
      vector,
      rows.map((row) => ({ item: row.statement_id, packed: row.vector })),
      SKETCHED,
    );
    return new Map(found.map(({ item, similarity }) => [item, similarity]));
  }

  private async worded(
    tx: Tx,
    words: readonly string[],
    where: readonly string[],
    values: readonly unknown[],
  ): Promise<string[]> {
    if (words.length === 0) return [];
    const n = values.length;
    // The statements with most of the words first, so that a common word does not push out the rare one.
    const hits = words.map((_, k) => `(s.text ilike $${n + 1 + k})::int`).join(' + ');
    const rows: { id: string }[] = await tx.em.query(
      `select s.id from statements s where (${words.map((_, k) => `s.text ilike $${n + 1 + k}`).join(' or ')}) ${where.map((one) => `and ${one}`).join(' ')}
       order by ${hits} desc, s.submitted_at desc limit ${WORDED}`,
      [...values, ...words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`)],
    );
    return rows.map((row) => row.id);
  }

  private rows(tx: Tx, ids: readonly string[]): Promise<Row[]> {
    return tx.em.query(
      `select s.id, s.response_id, s.text, s.label, s.score, s.aspect, s.language, s.submitted_at, r.score as response_score, t.name as touchpoint_name,
         p.id as pain_point_id, p.name as pain_point_name, c.id as customer_id, c.name as customer_name
       from statements s join responses r on r.tenant_id = s.tenant_id and r.id = s.response_id
         left join touchpoints t on t.tenant_id = s.tenant_id and t.id = s.touchpoint_id
         left join pain_points p on p.tenant_id = s.tenant_id and p.id = s.pain_point_id
         left join customers c on c.tenant_id = s.tenant_id and c.id = s.customer_id
       where s.id = any($1::uuid[])`,
      [ids],
    );
  }

  private async filter(tx: Tx, query: Query): Promise<{ where: string[]; values: unknown[] }> {
    const where: string[] = [];
    const values: unknown[] = [];
    const add = (condition: (at: string) => string, value: unknown): void => {
      values.push(value);
      where.push(condition(`$${values.length}`));
    };
    const { timeZone } = await this.identity.tenant(tx);
    if (query.touchpoint)
      add(
        (at) =>
          `exists (select 1 from touchpoints wt where wt.tenant_id = s.tenant_id and wt.id = s.touchpoint_id and wt.key = ${at})`,
        query.touchpoint,
      );
    if (query.painPointId) add((at) => `s.pain_point_id = ${at}`, query.painPointId);
    if (query.sentiment) add((at) => `s.label = ${at}`, query.sentiment);
    if (query.language) add((at) => `s.language = ${at}`, query.language);
    if (query.from) add((at) => `s.submitted_at >= ${at}`, bound('from', query.from, timeZone));
    if (query.to) add((at) => `s.submitted_at < ${at}`, bound('to', query.to, timeZone));
    return { where, values };
  }
}

const MOST_WORDS = 8;

/** The words of a question that say what it is about, cut so that their other forms are found too. */
function contentWords(text: string): string[] {
  const words = piecesOf(text.slice(0, 1000), 'en')
    .filter((piece) => piece.kind === 'word')
    .map((piece) => piece.norm);
  const stop = stopWordsOf('en');
  const telling = words.filter((word) => word.length > 1 && !stop.has(word) && !VAGUE.has(word));
  const kept = telling.length > 0 ? telling : words.length > 0 ? words : [text.trim().toLowerCase()];
  return [...new Set(kept.map((word) => (word.length > 5 ? word.slice(0, Math.max(5, word.length - 2)) : word)))].slice(
    0,
    MOST_WORDS,
  );
}

/** Who said it, not what they said. */
const VAGUE = new Set(['people', 'person', 'customer', 'customers', 'someone', 'somebody']);

function shareOf(words: readonly string[], text: string): number {
  if (words.length === 0) return 0;
  const low = text.toLowerCase();
  return words.filter((word) => low.includes(word)).length / words.length;
}

/** Where the words stand, with the rest of the word that each begins. */
function marksOf(words: readonly string[], text: string): [number, number][] {
  const low = text.toLowerCase();
  // Lower case of a few letters is longer: then offsets would not fit, and nothing is marked.
  if (low.length !== text.length) return [];
  const marks: [number, number][] = [];
  for (const word of words)
    for (let at = low.indexOf(word); at >= 0 && marks.length < 100; at = low.indexOf(word, at + word.length)) {
      let end = at + word.length;
      while (end < low.length && end - at < 40 && /[\p{L}\p{N}]/u.test(low[end] ?? '')) end++;
      marks.push([at, end]);
    }
  marks.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  return marks.filter(([start], n) => n === 0 || start >= (marks[n - 1]?.[1] ?? 0));
}

function view(row: Row, likeness: number, words: readonly string[]): Contract.FoundStatement {
  return {
    id: row.id,
    responseId: row.response_id,
    text: row.text,
    marks: marksOf(words, row.text),
    likeness,
    sentiment: { label: row.label, score: row.score },
    aspect: row.aspect,
    language: row.language,
    score: row.response_score,
    touchpointName: row.touchpoint_name,
    painPoint: row.pain_point_id && row.pain_point_name ? { id: row.pain_point_id, name: row.pain_point_name } : null,
    customer: row.customer_id ? { id: row.customer_id, name: row.customer_name } : null,
    submittedAt: row.submitted_at.toISOString(),
  };
}

function bound(path: string, text: string, timeZone: string): Date {
  try {
    return parseBound(text, timeZone);
  } catch {
    throw invalid(path, 'Enter a date such as 2026-11-21, or a time with zone.');
  }
}
