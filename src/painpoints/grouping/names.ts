import { negatorsOf, piecesOf, stopWordsOf } from '../../sentiment/engine/index.js';
import { type Terms, termOf } from './terms.js';
import type { GroupItem } from './types.js';

/**
 * What sets each group apart: weight of every term by c-TF-IDF (Grootendorst 2022), its share of the group's terms × how rare it is over
 * all groups together. Terms in `avoid` weigh nothing.
 */
export function contrast(
  groups: readonly (readonly GroupItem[])[],
  vectors: ReadonlyMap<string, Terms>,
  avoid: ReadonlySet<string>,
): Map<string, number>[] {
  const everywhere = new Map<string, number>();
  let all = 0;
  const counts = groups.map((members) => {
    const own = new Map<string, number>();
    for (const item of members)
      for (const [term, weight] of Object.entries(vectors.get(item.id) ?? {})) {
        own.set(term, (own.get(term) ?? 0) + weight);
        everywhere.set(term, (everywhere.get(term) ?? 0) + weight);
        all += weight;
      }
    return own;
  });
  const average = all / Math.max(1, groups.length);
  return counts.map((own) => {
    const total = [...own.values()].reduce((sum, count) => sum + count, 0) || 1;
    const weights = new Map<string, number>();
    for (const [term, count] of own)
      if (!term.split(' ').some((part) => avoid.has(part)))
        weights.set(term, (count / total) * Math.log(1 + average / (everywhere.get(term) ?? 1)));
    return weights;
  });
}

/** The terms of words that a name should not lean on. */
export const termsOf = (words: readonly string[]): Set<string> =>
  new Set(
    words
      .flatMap((word) => word.toLowerCase().split(/[^\p{L}\p{N}]+/u))
      .flatMap((word) => [word, termOf(word, 'en') ?? word, termOf(word, 'de') ?? word, termOf(word, 'fr') ?? word]),
  );

const KEYPHRASES = 5;
/** A second phrase on words that an earlier one has already must weigh so much more to be worth its place. */
const REPEATS = 0.5;

/** The weightiest words and pairs of a group as its customers wrote them, said by at least two of them, each word in one phrase (MMR). */
export function keyphrasesOf(typical: readonly GroupItem[], weights: ReadonlyMap<string, number>): string[] {
  const surfaces = new Map<string, Map<string, { people: Set<string>; count: number }>>();
  const note = (term: string, surface: string, customer: string): void => {
    if (!weights.has(term)) return;
    const forms = surfaces.get(term) ?? new Map<string, { people: Set<string>; count: number }>();
    surfaces.set(term, forms);
    const form = forms.get(surface) ?? { people: new Set<string>(), count: 0 };
    form.people.add(customer);
    form.count++;
    forms.set(surface, form);
  };
  for (const item of typical.slice(0, PHRASE_SOURCES)) {
    let before: { term: string; start: number } | null = null;
    for (const piece of piecesOf(item.text, item.language)) {
      const term = piece.kind === 'word' ? termOf(piece.norm, item.language) : null;
      if (term === null) {
        if (piece.kind !== 'word') before = null;
        continue;
      }
      note(term, piece.norm, item.customerId);
      if (before && before.term !== term)
        note(`${before.term} ${term}`, item.text.slice(before.start, piece.end).toLowerCase(), item.customerId);
      before = { term, start: piece.start };
    }
  }
  const phrases = [...surfaces].flatMap(([term, forms]) => {
    const people = new Set([...forms.values()].flatMap((form) => [...form.people]));
    const [best] = [...forms].sort((a, b) => b[1].count - a[1].count || (a[0] < b[0] ? -1 : 1));
    if (!best || people.size < 2 || term === '#no') return [];
    return [{ surface: best[0], parts: term.split(' '), weight: weights.get(term) ?? 0 }];
  });
  const chosen: string[] = [];
  const covered = new Set<string>();
  while (chosen.length < KEYPHRASES && phrases.length > 0) {
    const value = ({ parts, weight }: (typeof phrases)[number]): number =>
      weight *
      (parts.some((part) => covered.has(part)) ? REPEATS * (parts.every((part) => covered.has(part)) ? 0.1 : 1) : 1);
    let best = 0;
    for (let k = 1; k < phrases.length; k++) {
      const [one, other] = [phrases[k], phrases[best]];
      if (one && other && value(one) > value(other)) best = k;
    }
    const [taken] = phrases.splice(best, 1);
    if (!taken || taken.weight <= 0) break;
    chosen.push(taken.surface);
    for (const part of taken.parts) covered.add(part);
  }
  return chosen;
}

/** Statements whose words a group's phrases are taken from. */
const PHRASE_SOURCES = 300;
/** How many of the most typical statements a name may be taken from. */
const NAME_SOURCES = 40;
const NAME_WORDS = 6;

/**
 * A name in the customers' own words: the stretch of at most six words from a typical statement that covers the group's weightiest
 * terms best, without a leading article or pronoun. Every word with content must have been said by at least two customers, so that no
 * name, number or address of one person becomes a heading.
 */
export function nameOf(
  typical: readonly GroupItem[],
  mean: ReadonlyMap<string, number>,
  used: ReadonlySet<string>,
): string {
  const sources = typical.slice(0, NAME_SOURCES);
  const saidBy = new Map<string, Set<string>>();
  const languages = new Map<string | null, number>();
  const read = sources.map((item) => {
    languages.set(item.language, (languages.get(item.language) ?? 0) + 1);
    const pieces = piecesOf(item.text, item.language);
    for (const piece of pieces) {
      if (piece.kind !== 'word') continue;
      const people = saidBy.get(piece.norm) ?? new Set<string>();
      people.add(item.customerId);
      saidBy.set(piece.norm, people);
    }
    return { item, pieces };
  });
  const common = [...languages].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
  const asked = (languages.get('en') ?? 0) * 3 >= sources.length ? 'en' : common;

  const candidates: { text: string; score: number }[] = [];
  for (const { item, pieces } of read) {
    if (item.language !== asked) continue;
    const stop = stopWordsOf(item.language);
    const negators = negatorsOf(item.language);
    const negates = (word: string): boolean => negators.has(word) || word.endsWith("n't");
    for (let from = 0; from < pieces.length; from++) {
      const first = pieces[from];
      if (!first || first.kind !== 'word' || (stop.has(first.norm) && !negates(first.norm))) continue;
      const covered = new Set<string>();
      let score = 0;
      for (let to = from; to < Math.min(pieces.length, from + NAME_WORDS); to++) {
        const piece = pieces[to];
        if (!piece || piece.kind !== 'word') break;
        const term = termOf(piece.norm, item.language);
        if (term !== null && !negates(piece.norm) && (saidBy.get(piece.norm)?.size ?? 0) < 2) break;
        if (term !== null && !covered.has(term)) {
          covered.add(term);
          score += mean.get(term) ?? 0;
        }
        const words = to - from + 1;
        const closes = !stop.has(piece.norm) || negates(piece.norm) || TAILS.has(piece.norm);
        if (words < 2 || covered.size < 2 || !closes) continue;
        const whole = to === pieces.length - 1 || pieces[to + 1]?.kind !== 'word' ? 1.1 : 1;
        candidates.push({ text: item.text.slice(first.start, piece.end), score: (score * whole) / (1 + 0.1 * words) });
      }
    }
  }
  candidates.sort((a, b) => b.score - a.score || a.text.length - b.text.length || (a.text < b.text ? -1 : 1));
  for (const { text } of candidates) {
    const name = heading(text);
    if (name.length <= 60 && !used.has(name.toLowerCase())) return name;
  }
  return keywordName(read, mean, saidBy, used);
}

/** Small words that may end a name. */
const TAILS = new Set(['back', 'up', 'off', 'out', 'down', 'mehr', 'an', 'ab', 'auf', 'plus', 'again']);

const heading = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  const calm = line === line.toUpperCase() ? line.toLowerCase() : line;
  return calm.charAt(0).toUpperCase() + calm.slice(1);
};

/** For groups without a common phrase: the words behind their weightiest terms. */
function keywordName(
  read: readonly { item: GroupItem; pieces: readonly { kind: string; norm: string }[] }[],
  mean: ReadonlyMap<string, number>,
  saidBy: ReadonlyMap<string, ReadonlySet<string>>,
  used: ReadonlySet<string>,
): string {
  const best = new Map<string, { word: string; people: number }>();
  for (const { item, pieces } of read)
    for (const piece of pieces) {
      const term = piece.kind === 'word' ? termOf(piece.norm, item.language) : null;
      if (term === null || term === '#no' || mean.get(term) === undefined) continue;
      const people = saidBy.get(piece.norm)?.size ?? 0;
      if (people >= 2 && people > (best.get(term)?.people ?? 0)) best.set(term, { word: piece.norm, people });
    }
  const words = [...best]
    .sort((a, b) => (mean.get(b[0]) ?? 0) - (mean.get(a[0]) ?? 0) || (a[0] < b[0] ? -1 : 1))
    .map(([, { word }]) => word);
  for (const length of [2, 3, 4]) {
    const name = heading(words.slice(0, length).join(', '));
    if (name !== '' && !used.has(name.toLowerCase())) return name;
  }
  let n = 1;
  while (used.has(`other problem ${n}`)) n++;
  return `Other problem ${n}`;
}
