import {
  analyse,
  type CommentReading,
  conclude,
  engineVersion,
  engineVersionWithVectors,
  readsVectorsOf,
  type StatementReading,
  statementsOf,
} from '../engine/index.js';
import { type EmbeddingProvider, EmbeddingUnavailable, vectorVersion } from '../embedding/index.js';

export { httpUnderstanding, type HttpUnderstandingOptions, type Post } from './http.js';

export interface Comment {
  text: string;
  /** Language of the survey, used where the comment is too short to tell. */
  locale?: string | null;
}

/** A reading with the sentence vector of each statement, null where there is none. */
export interface Understood extends CommentReading {
  /** Which engine made this very reading; stored with it. */
  engine: string;
  /** `vectorVersion` of the vectors, or null when there are none. */
  vectorsBy: string | null;
  statements: (StatementReading & { vector: Float32Array | null })[];
}

/** Whatever reads comments: the built-in engine, or a model that an admin switched on. */
export interface TextUnderstanding {
  readonly id: string;
  readonly version: string;
  /** One reading per comment, in order. Never rejects for what a comment holds. */
  read(comments: readonly Comment[], options?: { signal?: AbortSignal }): Promise<Understood[]>;
}

/** The engine that ships with Hearback. Without a provider, or while it is unavailable, it reads by words alone. */
export function builtInUnderstanding(provider: EmbeddingProvider | null): TextUnderstanding {
  const reads = provider !== null && vectorVersion(provider) === readsVectorsOf;
  return {
    id: 'built-in',
    version: reads ? engineVersionWithVectors : engineVersion,
    async read(comments) {
      const analyses = comments.map(({ text, locale }) => analyse(text, locale ? { locale } : {}));
      const asked: { comment: number; text: string }[] = [];
      for (const [comment, analysis] of analyses.entries())
        if (provider?.languages.includes(analysis.language ?? ''))
          for (const text of statementsOf(analysis)) asked.push({ comment, text });
      const found =
        provider && asked.length > 0
          ? await vectorsOrNone(
              provider,
              asked.map(({ text }) => text),
            )
          : null;
      const vectors: Float32Array[][] = analyses.map(() => []);
      for (const [n, { comment }] of asked.entries()) {
        const vector = found?.[n];
        if (vector) vectors[comment]?.push(vector);
      }
      return analyses.map((analysis, comment): Understood => {
        const own = vectors[comment] ?? [];
        const reading = conclude(analysis, reads ? own : []);
        return {
          ...reading,
          engine: reads && own.length > 0 ? engineVersionWithVectors : engineVersion,
          vectorsBy: provider && own.length > 0 ? vectorVersion(provider) : null,
          statements: reading.statements.map((statement, n) => ({ ...statement, vector: own[n] ?? null })),
        };
      });
    },
  };
}

async function vectorsOrNone(provider: EmbeddingProvider, texts: string[]): Promise<Float32Array[] | null> {
  try {
    return await provider.embed(texts);
  } catch (error) {
    if (error instanceof EmbeddingUnavailable) return null;
    throw error;
  }
}
