import { createRequire } from 'node:module';

import { negatorsOf, stopWordsOf, wordsOf } from '../../sentiment/engine/index.js';
import concepts from './data/concepts.json' with { type: 'json' };
import generic from './data/generic.json' with { type: 'json' };

/** A sparse vector that can be stored as JSON: term → weight. Terms with `#` are concepts shared by all languages. */
export type Terms = Record<string, number>;

const CONCEPT = 1.4;
const PAIR = 0.5;
const FAINT = 0.35;
const NEGATION = '#no';
/** More words than this are not one statement; it bounds the size of a stored vector. */
const MOST_WORDS = 60;

const exact = new Map<string, string>();
const prefixes = new Map<string, string>();
for (const [concept, members] of Object.entries(concepts))
  for (const word of members.split(' '))
    if (word.endsWith('*')) prefixes.set(word.slice(0, -1), prefixes.get(word.slice(0, -1)) ?? concept);
    else exact.set(word, exact.get(word) ?? concept);
const faint = new Set(generic.faint.split(' '));

const require = createRequire(import.meta.url);
interface Stemmer {
  stem(word: string): string;
}
const STEMMERS: Record<string, string> = {
  en: 'porter_stemmer',
  de: 'porter_stemmer_de',
  fr: 'porter_stemmer_fr',
  es: 'porter_stemmer_es',
  pt: 'porter_stemmer_pt',
  it: 'porter_stemmer_it',
  nl: 'porter_stemmer_nl',
};
const stemmers = new Map<string, Stemmer>();
/** Stemming is the slow step and words repeat; forgotten as a whole when it grows past a few megabytes. */
const stems = new Map<string, string>();

function stem(word: string, language: string): string {
  const file = STEMMERS[language];
  if (!file || word.length < 4) return word;
  const key = `${language} ${word}`;
  let known = stems.get(key);
  if (known === undefined) {
    let stemmer = stemmers.get(language);
    if (!stemmer) stemmers.set(language, (stemmer = require(`natural/lib/natural/stemmers/${file}.js`) as Stemmer));
    if (stems.size > 50_000) stems.clear();
    stems.set(key, (known = stemmer.stem(word)));
  }
  return known;
}

function conceptOf(word: string): string | null {
  const whole = exact.get(word);
  if (whole !== undefined) return whole;
  for (let length = Math.min(word.length, 14); length >= 3; length--) {
    const found = prefixes.get(word.slice(0, length));
    if (found !== undefined) return found;
  }
  return null;
}

/**
 * The term a word stands for: a concept (`#late` for "late", "verspätet", "retard"), else its stem; null for words without content.
 * Negations all are `#no`: "never came" and "kam nicht" are the same complaint, "came" is none.
 */
export function termOf(word: string, language: string | null): string | null {
  const negators = negatorsOf(language);
  if (negators.has(word) || word.endsWith("n't")) return NEGATION;
  const concept = conceptOf(word);
  if (concept !== null) return `#${concept}`;
  if (stopWordsOf(language).has(word) || word.length < 2) return null;
  return stem(word, language ?? '');
}

/**
 * The vector of one statement, of length 1: concepts, stems and pairs of neighbours, words that every complaint has made faint.
 * Empty when the statement has no content word.
 */
export function vectorize(text: string, language: string | null): Terms {
  const weights = new Map<string, number>();
  const put = (term: string, weight: number): void => {
    weights.set(term, Math.max(weights.get(term) ?? 0, weight));
  };
  let before: string | null = null;
  for (const word of wordsOf(text, language).slice(0, MOST_WORDS)) {
    const term = termOf(word, language);
    if (term === null) continue;
    put(term, term === NEGATION ? 0.5 : term.startsWith('#') ? CONCEPT : faint.has(word) ? FAINT : 1);
    if (before !== null && before !== term && !(faint.has(word) && !term.startsWith('#')))
      put(`${before} ${term}`, PAIR);
    before = term;
  }
  if (weights.size === 1 && weights.has(NEGATION)) return {};
  return unit(weights);
}

/** Scales to length 1 and rounds to four digits, which is what is stored. */
export function unit(weights: Iterable<[string, number]>): Terms {
  const entries = [...weights];
  let square = 0;
  for (const [, weight] of entries) square += weight * weight;
  const length = Math.sqrt(square);
  const terms: Terms = {};
  if (length === 0) return terms;
  for (const [term, weight] of entries) terms[term] = Math.round((weight / length) * 1e4) / 1e4;
  return terms;
}
