import { type Terms, unit } from './terms.js';

export type Weigh = (term: string) => number;

/** So many statements tell half as much about which words are common here as any number of them would. */
const WORDS_TOLD_BY = 20;
const CENTRE_TERMS = 60;

/**
 * Inverse document frequency over the items, 0.1…1; nearer to 1 for few items, where a word that all of them share is rather the complaint
 * itself than the way people talk at this touchpoint.
 */
export function itemWeights(vectors: readonly Terms[]): Weigh {
  const df = new Map<string, number>();
  for (const terms of vectors) for (const term of Object.keys(terms)) df.set(term, (df.get(term) ?? 0) + 1);
  const most = Math.log(1 + vectors.length);
  const trust = vectors.length / (vectors.length + WORDS_TOLD_BY);
  return (term) =>
    1 - trust + trust * Math.max(0.1, Math.log((1 + vectors.length) / (df.get(term) ?? 1)) / (most || 1));
}

export function reweigh(terms: Terms, weigh: Weigh): Terms {
  return unit(Object.entries(terms).map(([term, weight]): [string, number] => [term, weight * weigh(term)]));
}

/** Of two vectors of length 1. */
export function cosine(a: Terms, b: Terms): number {
  let dot = 0;
  for (const [term, weight] of Object.entries(a)) dot += weight * (b[term] ?? 0);
  return dot;
}

export function centroid(vectors: readonly Terms[]): Terms {
  const sum = new Map<string, number>();
  for (const terms of vectors)
    for (const [term, weight] of Object.entries(terms)) sum.set(term, (sum.get(term) ?? 0) + weight);
  return trimmed(sum);
}

export function trimmed(sum: ReadonlyMap<string, number>): Terms {
  return unit([...sum].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, CENTRE_TERMS));
}
