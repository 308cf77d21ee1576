import type { Token } from './tokens.js';
import type { Valence } from './valence.js';

/** Hashed space of the model: word and word-pair features fall into 2^18 places. */
export const FEATURE_BITS = 18;
/** A statement never has more features than this; the model reads its first words. */
const MOST_WORDS = 400;

/** FNV-1a, folded to FEATURE_BITS; stable across machines, so that weights trained here mean the same everywhere. */
export function hash(feature: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < feature.length; i++) {
    h ^= feature.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  h ^= h >>> FEATURE_BITS;
  return (h >>> 0) & ((1 << FEATURE_BITS) - 1);
}

/** A sparse vector: distinct places and their values (L2-normalised word part, then the lexicon part). */
export interface Features {
  places: number[];
  values: number[];
}

/**
 * What the model sees of a clause: words and word pairs, marked when a negation covers them, and what the lexicon makes of it.
 * Word features share a length of 1, so that long and short statements are comparable.
 */
export function featuresOf(tokens: readonly Token[], valence: Valence): Features {
  const { marks, phrases } = valence;
  const seen = new Set<number>();
  let before = '^';
  let words = 0;
  for (let i = 0; i < tokens.length && words < MOST_WORDS; i++) {
    const token = tokens[i];
    if (!token) break;
    if (token.kind === 'pause' || token.kind === 'noise') {
      if (token.kind === 'pause') before = '|';
      continue;
    }
    if (token.kind === 'end') {
      seen.add(hash(token.norm.includes('!') ? '!' : token.norm.includes('?') ? '?' : '.'));
      before = '|';
      continue;
    }
    words++;
    const phrase = phrases.get(i);
    if (phrase?.complete && phrase.value !== 0) {
      // Word by word, "not bad" and "can't fault" look like complaints; the phrase is one word with one meaning.
      const whole = phrase.value > 0 ? '<good phrase>' : '<bad phrase>';
      seen.add(hash(whole));
      seen.add(hash(`${before} ${whole}`));
      before = whole;
      i += phrase.length - 1;
      continue;
    }
    const word = token.kind === 'number' ? '#' : token.norm;
    const marked = marks[i] === true ? `~${word}` : word;
    seen.add(hash(marked));
    seen.add(hash(`${before} ${marked}`));
    before = marked;
  }
  const places = [...seen];
  const value = places.length > 0 ? 1 / Math.sqrt(places.length) : 0;
  const values = places.map(() => value * 2);
  const push = (name: string, amount: number): void => {
    if (amount === 0) return;
    places.push(hash(name));
    values.push(amount);
  };
  push('<lexicon>', valence.score);
  push('<positive>', Math.min(2, valence.positive) / 2);
  push('<negative>', Math.min(2, valence.negative) / 2);
  push(valence.score > 0.15 ? '<says good>' : valence.score < -0.15 ? '<says bad>' : '<says nothing>', 0.5);
  return { places, values };
}
