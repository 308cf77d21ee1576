import { Thread, ThreadUnavailable } from '../../platform/thread.js';

export { cosine, nearestVectors, packVector, unpackVector } from './vectors.js';

/**
 * Turns texts into vectors that lie near each other when the texts mean alike. Vectors of different `id@version` are never compared.
 * Blind to polarity ("I love / I hate the app"): group statements of one sentiment only.
 */
export interface EmbeddingProvider {
  readonly id: string;
  readonly version: string;
  readonly dims: number;
  /** ISO 639-1 codes of the languages it was trained on; texts in others get no vector. */
  readonly languages: readonly string[];
  /**
   * One vector of length 1 per text, in the order of the texts; zeros for a text without letters or digits.
   * @throws EmbeddingUnavailable go on without vectors, or try again later
   */
  embed(texts: readonly string[]): Promise<Float32Array[]>;
  /** Gives its memory back; a later `embed` starts anew. */
  close(): Promise<void>;
}

/** No vectors now: too much is waiting, the encoder died, or it was closed. */
export class EmbeddingUnavailable extends Error {
  override readonly name = 'EmbeddingUnavailable';
}

/** What is stored beside a vector to tell who made it. */
export const vectorVersion = (provider: EmbeddingProvider): string => `${provider.id}@${provider.version}`;

/** A statement says what it says in its first hundred words; this bounds the time for blobs. */
const MOST_CHARACTERS = 600;
/** Texts that may wait: about half a minute of work. */
const MOST_WAITING = 4_000;
/** A request is cut into pieces of this size, between which smaller requests may pass. */
const PIECE = 64;
const IDLE_MS = 5 * 60_000;
const LONGEST_MS = 60_000;
const DIMS = 512;

/** The encoder that ships with Hearback: Universal Sentence Encoder Lite (Cer et al. 2018) on a worker thread. English. */
class BuiltInEmbeddings implements EmbeddingProvider {
  readonly id = 'use-lite-en';
  readonly version = '0.2.0';
  readonly dims = DIMS;
  readonly languages = ['en'];
  private readonly thread = new Thread<string[], Float32Array>(new URL('./embedding.worker.mjs', import.meta.url), {
    mostWaiting: MOST_WAITING,
    idleMs: IDLE_MS,
    longestMs: LONGEST_MS,
  });

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    const vectors = texts.map(() => new Float32Array(0));
    const asked: { at: number; text: string }[] = [];
    for (const [at, text] of texts.entries()) {
      const clean = readable(text);
      if (clean === '') vectors[at] = new Float32Array(DIMS);
      else asked.push({ at, text: clean });
    }
    asked.sort((a, b) => a.text.length - b.text.length);
    for (let from = 0; from < asked.length; from += PIECE) {
      const piece = asked.slice(from, from + PIECE);
      const found = await this.ask(piece.map(({ text }) => text));
      for (const [k, { at }] of piece.entries()) vectors[at] = found.slice(k * DIMS, (k + 1) * DIMS);
    }
    return vectors;
  }

  close(): Promise<void> {
    return this.thread.close();
  }

  private async ask(texts: string[]): Promise<Float32Array> {
    try {
      return await this.thread.run(texts, texts.length);
    } catch (error) {
      if (error instanceof ThreadUnavailable) throw new EmbeddingUnavailable(error.message, { cause: error });
      throw error;
    }
  }
}

/** What of a text reaches the encoder: no control characters or tags, no word longer than any word is, a bounded length. */
export function readable(text: string): string {
  const words = text
    .slice(0, MOST_CHARACTERS * 4)
    .replace(/<[^<>]{0,200}>/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]+/gu, ' ')
    .split(/\s+/)
    .filter((word) => word.length > 0 && word.length <= 40)
    .join(' ')
    .slice(0, MOST_CHARACTERS);
  return /[\p{L}\p{N}]/u.test(words) ? words : '';
}

let shared: EmbeddingProvider | null = null;

/** The one encoder of this process; its thread starts with the first text. */
export const builtInEmbeddings = (): EmbeddingProvider => (shared ??= new BuiltInEmbeddings());
