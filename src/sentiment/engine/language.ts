import { eld } from 'eld/small';

import { type Language, LANGUAGES, isLanguage, lexiconOf } from './lexicon.js';
import type { Token } from './tokens.js';

/** How many words decide; more would not change the answer, and it bounds the work on long comments. */
const ENOUGH_WORDS = 80;

/**
 * The ISO 639-1 code of the language a comment is written in, or null when its words belong to none we can tell.
 * Letter statistics alone fail on the one to four words that most comments have, so they are one vote beside the stop words
 * and weighed words of the seven lexicons and `locale` (the survey's language), whose weight shrinks as the text grows.
 */
export function detectLanguage(tokens: readonly Token[], locale?: string): string | null {
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'word')
      // Drawn-out words ("slooow") are in no dictionary until they are shortened.
      words.push(token.end - token.start > token.norm.length ? token.norm.replace(/(\p{L})\1/gu, '$1') : token.norm);
    if (words.length >= ENOUGH_WORDS) break;
  }
  if (words.length === 0) return null;
  const hint = locale?.slice(0, 2).toLowerCase();

  const scores = new Map<string, number>();
  const guess = eld.detect(words.join(' '));
  for (const [code, score] of Object.entries(guess.getScores())) scores.set(code, score);

  let known = 0;
  for (const language of LANGUAGES) {
    const share = familiarity(words, language);
    known = Math.max(known, share);
    // Letters of a related language score high too; own words are the better witness.
    scores.set(language, (scores.get(language) ?? 0) + share * 1.2);
  }
  if (hint) {
    const trust = words.length <= 3 ? 0.5 : words.length <= 8 ? 0.25 : 0.1;
    scores.set(hint, (scores.get(hint) ?? 0) + trust);
  }
  let best: string | null = null;
  let top = 0;
  for (const [code, score] of scores) {
    if (score > top) {
      best = code;
      top = score;
    }
  }
  // A lone word in some exotic language is more often a name or a misspelling in the survey's own language.
  if (best !== null && !isLanguage(best) && best !== hint && words.length <= 3 && isLatin(words))
    return isLanguage(hint) ? hint : known > 0 ? closest(scores) : top >= 0.8 ? 'en' : null;
  return top >= 0.45 ? best : null;
}

function familiarity(words: readonly string[], language: Language): number {
  const { stop, words: weighed, negators } = lexiconOf(language);
  let hits = 0;
  for (const word of words) {
    const cut = word.indexOf("'");
    if (stop.has(word) || negators.has(word)) hits += 1;
    else if (cut > 0 && cut < 3 && stop.has(word.slice(0, cut + 1))) hits += 1;
    else if (weighed.has(word)) hits += 0.7;
  }
  return hits / words.length;
}

function closest(scores: ReadonlyMap<string, number>): Language {
  let best: Language = 'en';
  for (const language of LANGUAGES) if ((scores.get(language) ?? 0) > (scores.get(best) ?? 0)) best = language;
  return best;
}

const isLatin = (words: readonly string[]): boolean =>
  words.every((word) => /^[\p{Script=Latin}\p{M}'-]+$/u.test(word));
