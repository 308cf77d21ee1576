import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';
import { Config } from '../config.js';
import { Db, type Tx } from '../platform/db.js';
import { newId } from '../platform/ids.js';
import { defineMessage, type Job, Jobs } from '../platform/jobs.js';
import {
  builtInEmbeddings,
  type EmbeddingProvider,
  EmbeddingUnavailable,
  packVector,
  unpackVector,
  vectorVersion,
} from './embedding/index.js';

/** Statements of an organization have no vector yet. Key: the slot of time, or the run of work that it goes on. */
const VectorsDue = defineMessage('sentiment.vectors_due', z.object({}));

/** Statements per job: some seconds of the encoder's work. */
const PIECE = 256;
const LOOK_EVERY_MS = 10 * 60_000;
const AFTER_LOAD_MS = 60_000;
/** Statements from so long ago on are given vectors later; older ones are found by their words. */
const BACK_DAYS = 800;

/** The sentence vectors of statements: made once, kept beside them with the version of who made them. */
@Injectable()
export class StatementVectors implements OnApplicationShutdown {
  /** Null when the installation does without. */
  readonly provider: EmbeddingProvider | null;
  /** What stands beside every vector that may be compared with ours. */
  readonly version: string;

  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
    config: Config,
  ) {
    this.provider = config.sentenceVectors ? builtInEmbeddings() : null;
    this.version = this.provider ? vectorVersion(this.provider) : 'none';
    jobs.on(VectorsDue, 'sentiment.embed', (_, job) => this.embedPiece(job));
    jobs.every('sentiment.embed_look', LOOK_EVERY_MS, z.strictObject({}), () => this.look(), { atStart: true });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.provider?.close();
  }

  /** One vector per text, or null where the encoder is busy, off, or does not know the language. */
  async of(texts: readonly string[]): Promise<Float32Array[] | null> {
    if (!this.provider) return null;
    try {
      return await this.provider.embed(texts);
    } catch (error) {
      if (error instanceof EmbeddingUnavailable) return null;
      throw error;
    }
  }

  /** Keeps vectors of statements; one that has a vector gets the new one. */
  async store(tx: Tx, vectors: readonly { statementId: string; vector: Float32Array }[]): Promise<void> {
    const known = vectors.filter(({ vector }) => vector.some((x) => x !== 0));
    if (known.length === 0) return;
    await tx.em.query(
      `insert into statement_vectors (statement_id, version, sketch, vector)
       select n.id, $4, n.sketch::bit(512), decode(n.vector, 'hex') from unnest($1::uuid[], $2::text[], $3::text[]) as n (id, sketch, vector)
       join statements s on s.id = n.id
       on conflict (tenant_id, statement_id) do update set version = excluded.version, sketch = excluded.sketch, vector = excluded.vector`,
      [
        known.map((one) => one.statementId),
        known.map((one) => sketchOf(one.vector)),
        known.map((one) => packVector(one.vector).toString('hex')),
        this.version,
      ],
    );
  }

  /** Those there are, of our version. */
  async load(tx: Tx, statementIds: readonly string[]): Promise<Map<string, Float32Array>> {
    if (!this.provider || statementIds.length === 0) return new Map();
    const rows: { statement_id: string; vector: Buffer }[] = await tx.em.query(
      `select statement_id, vector from statement_vectors where statement_id = any($1::uuid[]) and version = $2`,
      [statementIds, this.version],
    );
    return new Map(rows.map((row) => [row.statement_id, unpackVector(row.vector)]));
  }

  /** For many statements written at once: their vectors are made when whoever waits for the load has had a first look. */
  async promise(tenantId: string): Promise<void> {
    if (!this.provider) return;
    await this.db.tenant(tenantId, (tx) =>
      this.jobs.send(tx, VectorsDue, newId(), {}, new Date(Date.now() + AFTER_LOAD_MS)),
    );
  }

  /** After an upgrade, a bulk load or a busy encoder there are statements without vectors. */
  private async look(): Promise<void> {
    if (!this.provider) return;
    const slot = String(Math.floor(Date.now() / LOOK_EVERY_MS));
    for (const tenantId of await this.db.tenantIds())
      await this.db.tenant(tenantId, async (tx) => {
        if ((await this.without(tx, 1)).length > 0) await this.jobs.send(tx, VectorsDue, slot, {});
      });
  }

  private without(tx: Tx, limit: number): Promise<{ id: string; text: string }[]> {
    return tx.em.query(
      `select s.id, s.text from statements s where s.language = any($1) and s.submitted_at > now() - make_interval(days => ${BACK_DAYS})
         and s.text ~ '[[:alnum:]]' and not exists (select 1 from statement_vectors v where v.statement_id = s.id and v.version = $2)
       order by s.submitted_at desc, s.id desc limit $3`,
      [this.provider?.languages ?? [], this.version, limit],
    );
  }

  private async embedPiece(job: Job): Promise<void> {
    const rows = await this.db.tenant(job.tenantId, (tx) => this.without(tx, PIECE));
    if (rows.length === 0) return;
    const vectors = await this.of(rows.map((row) => row.text));
    // Busy: the next look finds them again.
    if (!vectors) return;
    const found = rows.flatMap(({ id }, n) => {
      const vector = vectors[n];
      return vector ? [{ statementId: id, vector }] : [];
    });
    await this.db.tenant(job.tenantId, async (tx) => {
      await this.store(tx, found);
      // A text that gives no vector must not be asked for again and again.
      const some = found.some(({ vector }) => vector.some((x) => x !== 0));
      if (rows.length === PIECE && some) await this.jobs.send(tx, VectorsDue, newId(), {});
    });
  }
}

/** The signs of the numbers: vectors that point alike share most of them (Charikar 2002, with the axes as the planes). */
export function sketchOf(vector: Float32Array): string {
  let bits = '';
  for (const x of vector) bits += x > 0 ? '1' : '0';
  return bits;
}
