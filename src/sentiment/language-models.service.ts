import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { Db, type Tx } from '../platform/db.js';
import { Outbound } from '../platform/outbound.js';
import { Vault } from '../platform/vault.js';
import { Corrections, type GoldStatement } from './corrections.service.js';
import { unpackVector } from './embedding/index.js';
import { sentimentLabel } from './engine/index.js';
import { adjust, type Example, likenessOf, type LayerOptions } from './tenant-layer.js';
import {
  builtInUnderstanding,
  type Comment,
  httpUnderstanding,
  type TextUnderstanding,
  type Understood,
} from './understanding/index.js';
import { StatementVectors } from './vectors.service.js';

const KEY_PURPOSE = 'language model key';
const TIMEOUT_MS = 14_000;
/** What an organization's settings and corrections say is looked up again after so long. */
const KEEP_MS = 30_000;
const MOST_KEPT = 200;

/** Options of the layer in use, or null while it has not won. */
const StoredLayer = z.object({ options: z.object({ from: z.number(), weight: z.number() }).nullable() });

export interface ProviderSettings {
  url: string;
  model: string;
  sealedKey: string | null;
}

interface Known {
  at: number;
  layer: { options: LayerOptions; examples: Example[] } | null;
  provider: ProviderSettings | null;
}

/** Which engine reads an organization's comments: the built-in one, drawn by what its people corrected, or a model that an admin switched on. */
@Injectable()
export class LanguageModels {
  private readonly log = new Logger('Language');
  readonly builtIn: TextUnderstanding;
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly db: Db,
    private readonly vault: Vault,
    private readonly outbound: Outbound,
    private readonly corrections: Corrections,
    private readonly vectors: StatementVectors,
  ) {
    this.builtIn = builtInUnderstanding(vectors.provider);
  }

  /** One comment as this organization's engine reads it. Never rejects for what a comment holds, nor for a model that fails. */
  async read(tenantId: string, comment: Comment): Promise<Understood> {
    const known = await this.of(tenantId);
    const engine = known.provider
      ? this.outside(known.provider, (reason) => void this.failed(tenantId, reason))
      : this.builtIn;
    const [reading] = await engine.read([comment]);
    if (!reading) throw new Error('an engine gave no reading');
    return known.layer ? layered(reading, known.layer) : reading;
  }

  /** The outside model behind the guard for addresses; `onFallback` hears why the built-in engine read in its place. */
  outside(settings: ProviderSettings, onFallback: (reason: string) => void): TextUnderstanding {
    return httpUnderstanding({
      url: settings.url,
      model: settings.model,
      apiKey: settings.sealedKey === null ? null : this.vault.open(KEY_PURPOSE, settings.sealedKey),
      timeoutMs: TIMEOUT_MS,
      fallback: this.builtIn,
      onFallback,
      post: async (address, headers, body, signal) => {
        signal.throwIfAborted();
        return this.outbound.exchange(address, headers, body, async () => undefined);
      },
    });
  }

  seal = (key: string): string => this.vault.seal(KEY_PURPOSE, key);

  /** Null when the address may be called as far as can be told now, else why not. */
  refusal = (url: string): string | null => this.outbound.refusal(url);

  /** Settings or corrections changed: the next comment sees it. Other processes see it within half a minute. */
  forget(tenantId: string): void {
    this.known.delete(tenantId);
  }

  /** Judged statements as the layer compares them, each with the built-in engine's score of now. */
  async examples(gold: readonly GoldStatement[]): Promise<Example[]> {
    const examples: Example[] = [];
    for (let from = 0; from < gold.length; from += 25) {
      const piece = gold.slice(from, from + 25);
      const readings = await this.builtIn.read(piece.map(({ text, language }) => ({ text, locale: language })));
      for (const [n, one] of piece.entries())
        examples.push({
          text: one.text,
          language: one.language,
          label: one.label,
          score: readings[n]?.score ?? null,
          vector: this.vectorOf(one),
        });
      await new Promise((resolve) => setImmediate(resolve));
    }
    return examples;
  }

  private vectorOf(one: GoldStatement): Float32Array | null {
    return one.vector && one.vectorVersion === this.vectors.version ? unpackVector(one.vector) : null;
  }

  private async of(tenantId: string): Promise<Known> {
    const before = this.known.get(tenantId);
    if (before && Date.now() - before.at < KEEP_MS) return before;
    const found = await this.db.tenant(tenantId, (tx) => this.load(tx));
    if (this.known.size >= MOST_KEPT) this.known.clear();
    this.known.set(tenantId, found);
    return found;
  }

  private async load(tx: Tx): Promise<Known> {
    const [row]: {
      layer: unknown;
      url: string | null;
      model: string | null;
      sealed_key: string | null;
      enabled: boolean;
    }[] = await tx.em.query(`select layer, url, model, sealed_key, enabled from language_settings`);
    const options = StoredLayer.safeParse(row?.layer).data?.options ?? null;
    const gold = options ? await this.corrections.gold(tx) : [];
    return {
      at: Date.now(),
      layer: options
        ? {
            options,
            examples: gold.map((one) => ({
              text: one.text,
              language: one.language,
              label: one.label,
              score: null,
              vector: this.vectorOf(one),
            })),
          }
        : null,
      provider:
        row?.enabled && row.url && row.model ? { url: row.url, model: row.model, sealedKey: row.sealed_key } : null,
    };
  }

  /** Kept for the screen: what failed last, without any of a comment's words. */
  private async failed(tenantId: string, reason: string): Promise<void> {
    try {
      await this.db.tenant(tenantId, (tx) =>
        tx.em.query(`update language_settings set last_failure = $1`, [
          JSON.stringify({ at: new Date().toISOString(), reason }),
        ]),
      );
    } catch (error) {
      this.log.warn(`a model's failure was not noted: ${String(error)}`);
    }
  }
}

function layered(reading: Understood, { options, examples }: NonNullable<Known['layer']>): Understood {
  let changed = false;
  const statements = reading.statements.map((statement) => {
    if (statement.score === null) return statement;
    const likeness = likenessOf({ text: statement.text, language: reading.language, vector: statement.vector });
    const score = adjust(
      statement.score,
      examples.map((example) => ({ likeness: likeness(example), label: example.label })),
      options,
    );
    if (score === statement.score) return statement;
    changed = true;
    return { ...statement, score, label: sentimentLabel(score) };
  });
  if (!changed) return reading;
  const weights = statements.map(({ text, score }) => (score === null ? 0 : Math.sqrt(Math.min(text.length, 150))));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const score = statements.reduce((sum, one, n) => sum + (one.score ?? 0) * (weights[n] ?? 0), 0) / total;
  return { ...reading, engine: `${reading.engine}+own`, statements, score, label: sentimentLabel(score) };
}
