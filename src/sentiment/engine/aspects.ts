import keywords from './data/aspects.json' with { type: 'json' };
import type { Token } from './tokens.js';

/** The closed list of what a statement can be about; keys are stable and stored. */
export const ASPECTS = Object.keys(keywords);

const exact = new Map<string, string>();
const prefixes = new Map<string, string>();
for (const [aspect, members] of Object.entries(keywords))
  for (const word of members.split(' '))
    if (word.endsWith('*')) prefixes.set(word.slice(0, -1), prefixes.get(word.slice(0, -1)) ?? aspect);
    else exact.set(word, exact.get(word) ?? aspect);

/**
 * What a statement is about: the aspect named most often, the first one named on a tie; null when it names none.
 * Keywords of all languages lie in one table, as their collisions mean the same thing.
 */
export function aspectOf(tokens: readonly Token[]): string | null {
  const hits = new Map<string, number>();
  for (const token of tokens) {
    if (token.kind !== 'word') continue;
    const aspect = lookUp(token.norm);
    // "Service" alone is the vaguest of them: anything else that is named wins.
    if (aspect !== null) hits.set(aspect, (hits.get(aspect) ?? 0) + (VAGUE.has(token.norm) ? 0.4 : 1));
  }
  let best: string | null = null;
  let most = 0;
  for (const [aspect, n] of hits) {
    if (n > most) {
      best = aspect;
      most = n;
    }
  }
  return best;
}

const VAGUE = new Set(['service', 'product', 'produkt', 'produit', 'producto', 'easy', 'facile', 'einfach']);

function lookUp(word: string): string | null {
  const whole = exact.get(word);
  if (whole !== undefined) return whole;
  for (let length = Math.min(word.length, 14); length >= 3; length--) {
    const found = prefixes.get(word.slice(0, length));
    if (found !== undefined) return found;
  }
  return null;
}
