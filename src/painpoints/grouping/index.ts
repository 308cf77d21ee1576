import { cluster, JOIN, STAY } from './cluster.js';
import { bestPairs } from './identity.js';
import { contrast, keyphrasesOf, nameOf, termsOf } from './names.js';
import { type Terms, vectorize } from './terms.js';
import { themesOf } from './themes.js';
import { type Centre, customersOf, type Group, type GroupItem, type RegroupOptions, type Regrouping } from './types.js';
import { centroid, cosine, itemWeights, reweigh, trimmed, type Weigh } from './weights.js';

export { type Terms, vectorize } from './terms.js';
export type { Centre, Group, GroupItem, RegroupOptions, Regrouping } from './types.js';

/** Cosine of sentence vectors from which a statement joins a centre, and down to which it stays. */
const JOIN_BY_MEANING = 0.5;
const STAY_BY_MEANING = 0.35;
/** Terms alike to this degree are the same complaint whatever the vectors make of it. */
const SURE_BY_TERMS = 0.5;
/** How much the terms count beside the vectors when several centres are near. */
const TERMS_BESIDE = 0.36;
/** Share of common statements (Jaccard), or of the old group, from which a community continues a centre. */
const CONTINUES = 0.3;
const CONTINUES_OLD = 0.5;

/**
 * The centre a statement belongs to, with the cosine between them, or null when none is near enough. Where statement and centres have
 * sentence vectors, these decide, with a nod to the words; else the terms do, of which those that most centres of the touchpoint share
 * ("delivery" at the delivery touchpoint) count little. Linear in the size of the centres.
 */
export function nearest(
  terms: Terms,
  centres: readonly Centre[],
  vector: Float32Array | null = null,
): { id: string; similarity: number } | null {
  const { weigh, lengths } = centreWeights(centres);
  const own = Object.entries(terms).map(([term, weight]): [string, number] => [term, weight * weigh(term)]);
  const length = Math.sqrt(own.reduce((sum, [, weight]) => sum + weight * weight, 0));
  let best: { id: string; similarity: number } | null = null;
  let top = 0;
  for (const [n, centre] of centres.entries()) {
    let dot = 0;
    for (const [term, weight] of own) {
      const theirs = centre.terms[term];
      if (theirs !== undefined) dot += weight * theirs * weigh(term);
    }
    const byTerms = dot === 0 ? 0 : dot / (length * (lengths[n] ?? 1));
    const byMeaning = vector && centre.vector ? cosineOf(vector, centre.vector) : null;
    const similarity = byMeaning ?? byTerms;
    const joins = byMeaning === null ? byTerms >= JOIN : byMeaning >= JOIN_BY_MEANING || byTerms >= SURE_BY_TERMS;
    const rank = byMeaning === null ? byTerms : byMeaning + TERMS_BESIDE * byTerms;
    if (joins && (!best || rank > top)) {
      best = { id: centre.id, similarity };
      top = rank;
    }
  }
  return best;
}

function cosineOf(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += (a[c] as number) * (b[c] as number);
  return sum;
}

/** Incremental grouping: the pain point a new statement joins, or null for the pool. */
export function assign(
  statement: { text: string; language: string | null; vector?: Float32Array | null },
  centres: readonly Centre[],
): string | null {
  return nearest(vectorize(statement.text, statement.language), centres, statement.vector ?? null)?.id ?? null;
}

/** The centre after one more statement joined it; pure, for the service to store. */
export function include(centre: Centre, terms: Terms, vector: Float32Array | null = null): Centre {
  const sum = new Map<string, number>(
    Object.entries(centre.terms).map(([term, weight]) => [term, weight * centre.size]),
  );
  for (const [term, weight] of Object.entries(terms)) sum.set(term, (sum.get(term) ?? 0) + weight);
  const grown = { ...centre, terms: trimmed(sum), size: centre.size + 1 };
  if (!vector) return grown;
  const before = centre.vector;
  return {
    ...grown,
    vector: before ? unitOf(before.map((x, c) => x * centre.size + (vector[c] ?? 0))) : vector,
  };
}

function unitOf(vector: Float32Array): Float32Array {
  const length = Math.sqrt(cosineOf(vector, vector));
  return length > 0 ? vector.map((x) => x / length) : vector;
}

/** Mean of the vectors there are, length 1; null where there are none. */
function meanVector(items: readonly GroupItem[]): Float32Array | null {
  let sum: Float32Array | null = null;
  for (const { vector } of items) {
    if (!vector) continue;
    sum ??= new Float32Array(vector.length);
    for (let c = 0; c < vector.length; c++) sum[c] = (sum[c] as number) + (vector[c] as number);
  }
  return sum ? unitOf(sum) : null;
}

/**
 * Groups all negative statements of one touchpoint anew and keeps identities. Statements that a person moved stay where they were put;
 * pinned centres keep their members and take in what is near; the rest forms communities of the nearest-neighbour graph, which are then
 * matched with the centres there were. Same input, same output, whatever the order of the items. Identical statements are one node; with
 * sentence vectors up to 8,000 wordings are compared pair by pair (seconds: use `regroupInThread` from a server), without them the cost
 * grows with items × neighbours.
 */
export function regroup(
  items: readonly GroupItem[],
  centres: readonly Centre[],
  options: RegroupOptions = {},
): Regrouping {
  const known = new Map(centres.map((centre) => [centre.id, centre]));
  const ordered = [...items].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const vectors = new Map<string, Terms>();
  for (const item of ordered) vectors.set(item.id, vectorize(item.text, item.language));
  const idf = itemWeights([...vectors.values()]);
  const weighted = new Map<string, Terms>();
  for (const [id, terms] of vectors) weighted.set(id, reweigh(terms, idf));

  const assignments = new Map<string, string | null>();
  const free: GroupItem[] = [];
  const anchors = centres.filter((centre) => centre.pinned);
  for (const item of ordered) {
    if (item.pinnedTo !== null && known.has(item.pinnedTo)) assignments.set(item.id, item.pinnedTo);
    else if (item.currentId !== null && known.get(item.currentId)?.pinned) assignments.set(item.id, item.currentId);
    else {
      const anchor = anchors.length > 0 ? nearest(vectors.get(item.id) ?? {}, anchors, item.vector ?? null) : null;
      // A single anchor has nothing to be weighed against: it must be clearly the same complaint.
      if (anchor && (anchors.length >= 3 || anchor.similarity >= (item.vector ? JOIN_BY_MEANING : JOIN) * 1.3))
        assignments.set(item.id, anchor.id);
      else free.push(item);
    }
  }

  const found = cluster(free, weighted);
  const taken = new Set<string>();
  const keyOf = matchIdentities(found, known, taken);

  for (const [n, members] of found.entries()) {
    const key = keyOf[n] ?? null;
    for (const item of members) assignments.set(item.id, key);
  }
  keepLoyal(free, assignments, known, taken, vectors);

  return describe(ordered, assignments, centres, vectors, weighted, termsOf(options.avoid ?? []));
}

/**
 * Gives each community the centre it continues, or a new key: the pairing that keeps most statements where they were (Hungarian method),
 * among pairs that share enough. An identity is used at most once and never again.
 */
function matchIdentities(
  found: readonly GroupItem[][],
  known: ReadonlyMap<string, Centre>,
  taken: Set<string>,
): string[] {
  const before = new Map<string, number>();
  for (const members of found)
    for (const { currentId } of members)
      if (currentId !== null) before.set(currentId, (before.get(currentId) ?? 0) + 1);
  const columns = [...before.keys()].filter((id) => known.has(id)).sort();
  const columnOf = new Map(columns.map((id, n) => [id, n]));
  const shared = found.map((members) => {
    const counts = new Map<number, number>();
    // What was in no pain point yet cannot speak against an identity, so it is left out of the union.
    let placed = 0;
    for (const { currentId } of members) {
      if (currentId === null) continue;
      placed++;
      const column = columnOf.get(currentId);
      if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
    }
    for (const [column, common] of counts) {
      const old = before.get(columns[column] ?? '') ?? common;
      if (common / (placed + old - common) < CONTINUES && common / old < CONTINUES_OLD) counts.delete(column);
    }
    return counts;
  });
  const pairs = bestPairs(found.length, columns.length, (row, column) => shared[row]?.get(column) ?? 0);
  let next = 1;
  return found.map((_, n) => {
    const id = columns[pairs[n] ?? -1];
    if (id === undefined) return `new:${next++}`;
    taken.add(id);
    return id;
  });
}

/** Statements that fell into the pool stay in their pain point while it lives and they still resemble it. */
function keepLoyal(
  items: readonly GroupItem[],
  assignments: Map<string, string | null>,
  known: ReadonlyMap<string, Centre>,
  taken: ReadonlySet<string>,
  vectors: ReadonlyMap<string, Terms>,
): void {
  for (const item of items) {
    if (assignments.get(item.id)) continue;
    const centre = item.currentId === null ? undefined : known.get(item.currentId);
    const near =
      centre?.vector && item.vector
        ? cosineOf(item.vector, centre.vector) >= STAY_BY_MEANING
        : cosine(vectors.get(item.id) ?? {}, centre?.terms ?? {}) >= STAY;
    const stays = centre && taken.has(centre.id) && near;
    assignments.set(item.id, stays ? centre.id : null);
  }
}

function describe(
  items: readonly GroupItem[],
  assignments: Map<string, string | null>,
  centres: readonly Centre[],
  vectors: ReadonlyMap<string, Terms>,
  weighted: ReadonlyMap<string, Terms>,
  avoid: ReadonlySet<string>,
): Regrouping {
  const members = new Map<string, GroupItem[]>();
  for (const centre of centres) if (centre.pinned) members.set(centre.id, []);
  for (const item of items) {
    const key = assignments.get(item.id);
    if (!key) continue;
    const list = members.get(key);
    if (list) list.push(item);
    else members.set(key, [item]);
  }
  const known = new Map(centres.map((centre) => [centre.id, centre]));
  const names = new Set<string>();
  const groups: Group[] = [];
  const bySize = [...members].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  const apart = contrast(
    bySize.map(([, list]) => list),
    vectors,
    avoid,
  );
  for (const [n, [key, list]] of bySize.entries()) {
    const weights = apart[n] ?? new Map<string, number>();
    const mean = centroid(list.map((item) => weighted.get(item.id) ?? {}));
    const typical = list
      .map((item) => ({ item, similarity: cosine(weighted.get(item.id) ?? {}, mean) }))
      .sort(
        (a, b) =>
          b.similarity - a.similarity || a.item.text.length - b.item.text.length || (a.item.id < b.item.id ? -1 : 1),
      );
    const people = typical.map(({ item }) => item);
    const name = nameOf(people, weights, names);
    names.add(name.toLowerCase());
    groups.push({
      key,
      isNew: !known.has(key),
      name,
      keyphrases: keyphrasesOf(people, weights),
      vector: list.length > 0 ? meanVector(list) : (known.get(key)?.vector ?? null),
      theme: '',
      terms: list.length > 0 ? centroid(list.map((item) => vectors.get(item.id) ?? {})) : (known.get(key)?.terms ?? {}),
      size: list.length,
      customers: customersOf(list),
      exemplars: distinct(people).slice(0, 3),
    });
  }
  const retired = centres
    .filter((centre) => !members.has(centre.id))
    .map((centre) => {
      const went = new Map<string, number>();
      for (const item of items) {
        const key = item.currentId === centre.id ? assignments.get(item.id) : null;
        if (key) went.set(key, (went.get(key) ?? 0) + 1);
      }
      const into = [...went].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
      return { id: centre.id, into };
    });
  return { assignments, groups, retired, splits: splitsOf(items, assignments, members), themes: giveThemes(groups) };
}

/** A group must take so large a part of a centre's statements, and at least so many, to be called a part split off. */
const SPLIT_SHARE = 0.2;
const SPLIT_LEAST = 3;

function splitsOf(
  items: readonly GroupItem[],
  assignments: ReadonlyMap<string, string | null>,
  members: ReadonlyMap<string, readonly GroupItem[]>,
): Regrouping['splits'] {
  const went = new Map<string, Map<string, number>>();
  for (const { id, currentId } of items) {
    const key = assignments.get(id);
    if (currentId === null || !key) continue;
    const counts = went.get(currentId) ?? new Map<string, number>();
    counts.set(key, (counts.get(key) ?? 0) + 1);
    went.set(currentId, counts);
  }
  const splits: Regrouping['splits'] = [];
  for (const [from, counts] of went) {
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const parts = [...counts]
      .filter(([, count]) => count >= SPLIT_LEAST && count >= SPLIT_SHARE * all)
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .map(([key]) => key);
    // Statements that left for a group which stood already have moved; a group that was not there before is a part of the old one.
    const parted = parts.some((key) => key !== from && key.startsWith('new:') && members.has(key));
    if (parts.length > 1 && parted) splits.push({ from, into: parts });
  }
  return splits.sort((a, b) => (a.from < b.from ? -1 : 1));
}

/** Puts each group under a theme, named after its largest group until a person names it. */
function giveThemes(groups: readonly Group[]): Regrouping['themes'] {
  const meaningful = groups.flatMap((group) => (group.vector ? [{ group, vector: group.vector }] : []));
  const numbers = themesOf(meaningful.map(({ vector }) => vector));
  const themes = new Map<string, Group[]>();
  for (const [n, { group }] of meaningful.entries()) {
    const list = themes.get(`m${numbers[n] ?? n}`) ?? [];
    list.push(group);
    themes.set(`m${numbers[n] ?? n}`, list);
  }
  // Without vectors a group is a theme of its own.
  for (const group of groups) if (!group.vector) themes.set(`t${group.key}`, [group]);
  const size = (list: readonly Group[]): number => list.reduce((sum, group) => sum + group.size, 0);
  return [...themes.values()]
    .sort((a, b) => size(b) - size(a) || ((a[0]?.key ?? '') < (b[0]?.key ?? '') ? -1 : 1))
    .map((list, n) => {
      const key = `theme:${n + 1}`;
      for (const group of list) group.theme = key;
      return { key, name: list[0]?.name ?? '', groups: list.map((group) => group.key) };
    });
}

function distinct(items: readonly GroupItem[]): string[] {
  const seen = new Set<string>();
  const ids: string[] = [];
  for (const item of items) {
    const words = item.text.toLowerCase();
    if (seen.has(words) || seen.has(item.customerId)) continue;
    seen.add(words);
    seen.add(item.customerId);
    ids.push(item.id);
  }
  return ids;
}

interface CentreWeights {
  weigh: Weigh;
  /** Weighted length of each centre's vector, in the order of the centres. */
  lengths: number[];
}

const weightsOf = new WeakMap<readonly Centre[], CentreWeights>();

/** Computed once per list of centres: a batch of statements is asked against the same list. */
function centreWeights(centres: readonly Centre[]): CentreWeights {
  const known = weightsOf.get(centres);
  if (known) return known;
  const spread = new Map<string, number>();
  for (const centre of centres)
    for (const [term, weight] of Object.entries(centre.terms))
      if (weight >= 0.12) spread.set(term, (spread.get(term) ?? 0) + 1);
  const most = Math.log(centres.length + 1);
  const weights = new Map<string, number>();
  if (centres.length >= 4)
    for (const [term, n] of spread) weights.set(term, Math.max(0.2, Math.log((centres.length + 1) / (n + 0.5)) / most));
  const weigh: Weigh = (term) => weights.get(term) ?? 1;
  const lengths = centres.map(({ terms }) =>
    Math.sqrt(Object.entries(terms).reduce((sum, [term, weight]) => sum + (weight * weigh(term)) ** 2, 0)),
  );
  const made = { weigh, lengths };
  weightsOf.set(centres, made);
  return made;
}
