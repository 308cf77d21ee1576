import { negatorsOf, piecesOf, stopWordsOf } from '../../sentiment/engine/index.js';
import { communities, type Edge, graphOf } from './louvain.js';
import { type Terms, termOf, unit, vectorize } from './terms.js';

export { type Terms, vectorize } from './terms.js';

/** Stored with every vector and centre; vectors of different versions are never compared. */
export const groupingVersion = 'terms-1';

/**
 * What the service keeps of a pain point so that new statements can find it. `terms` is a vector of length 1 (at most 60 terms),
 * `size` the number of statements it is the mean of. `pinned`: a person named or shaped it; it is an anchor and never dissolves.
 */
export interface Centre {
  id: string;
  terms: Terms;
  size: number;
  pinned: boolean;
}

/** One negative statement of a touchpoint. */
export interface GroupItem {
  id: string;
  text: string;
  language: string | null;
  customerId: string;
  /** The pain point it is in now, or null while it waits in the pool. */
  currentId: string | null;
  /** Where a person put it; such a statement never moves by itself. */
  pinnedTo: string | null;
}

export interface Group {
  /** The id of the centre it continues, or `new:1`, `new:2` … for the service to give an id. */
  key: string;
  isNew: boolean;
  /** A suggestion that reads like a customer's words; the service keeps the old name of a group that already has one. */
  name: string;
  terms: Terms;
  size: number;
  customers: number;
  /** Ids of up to three statements that stand for the group, most typical first. */
  exemplars: string[];
}

export interface Regrouping {
  /** Item id → group key, or null: in the pool, because too few customers say alike. Every item has an entry. */
  assignments: Map<string, string | null>;
  groups: Group[];
  /** Centres that no longer stand, and the group that took most of their statements (null: none did). */
  retired: { id: string; into: string | null }[];
}

/** Similarity from which a statement joins a centre. */
const JOIN = 0.3;
/** Similarity down to which a statement stays where it is: leaving takes more than never having come. */
const STAY = 0.15;
/** A group is born when this many customers say alike. */
const MIN_CUSTOMERS = 3;
/** Neighbours each statement is linked to, and the least similarity that makes a link. */
const NEIGHBOURS = 12;
const LINK = 0.18;
/** Added to the link of two statements that share a pain point today: keeps identities through small changes of the data. */
const LOYALTY = 0.15;
const RESOLUTION = 1.5;
/** Up to so many different wordings each can have all others as neighbours; with this share of all links they are one topic. */
const FEW_NODES = 12;
/** Cuts a few wordings that are no single topic. */
const RESOLUTION_OF_FEW = 0.7;
const DENSE = 0.7;
/** So many statements tell half as much about which words are common here as any number of them would. */
const WORDS_TOLD_BY = 20;
/** Two new groups this much alike are one. */
const SAME = 0.75;
const CENTRE_TERMS = 60;
/** Share of common statements (Jaccard), or of the old group, from which a community continues a centre. */
const CONTINUES = 0.3;
const CONTINUES_OLD = 0.5;

/**
 * The centre a statement belongs to, with the cosine between them, or null when none is near enough. Terms that most centres of the
 * touchpoint share ("delivery" at the delivery touchpoint) count little. Linear in the terms of the centres.
 */
export function nearest(terms: Terms, centres: readonly Centre[]): { id: string; similarity: number } | null {
  const { weigh, lengths } = centreWeights(centres);
  const own = Object.entries(terms).map(([term, weight]): [string, number] => [term, weight * weigh(term)]);
  const length = Math.sqrt(own.reduce((sum, [, weight]) => sum + weight * weight, 0));
  let best: { id: string; similarity: number } | null = null;
  for (const [n, centre] of centres.entries()) {
    let dot = 0;
    for (const [term, weight] of own) {
      const theirs = centre.terms[term];
      if (theirs !== undefined) dot += weight * theirs * weigh(term);
    }
    const similarity = dot === 0 ? 0 : dot / (length * (lengths[n] ?? 1));
    if (similarity >= JOIN && (!best || similarity > best.similarity)) best = { id: centre.id, similarity };
  }
  return best;
}

/** Incremental grouping: the pain point a new statement joins, or null for the pool. */
export function assign(
  statement: { text: string; language: string | null },
  centres: readonly Centre[],
): string | null {
  return nearest(vectorize(statement.text, statement.language), centres)?.id ?? null;
}

/** The centre after one more statement joined it; pure, for the service to store. */
export function include(centre: Centre, terms: Terms): Centre {
  const sum = new Map<string, number>(
    Object.entries(centre.terms).map(([term, weight]) => [term, weight * centre.size]),
  );
  for (const [term, weight] of Object.entries(terms)) sum.set(term, (sum.get(term) ?? 0) + weight);
  return { ...centre, terms: trimmed(sum), size: centre.size + 1 };
}

/**
 * Groups all negative statements of one touchpoint anew and keeps identities. Statements that a person moved stay where they were put;
 * pinned centres keep their members and take in what is near; the rest forms communities of the nearest-neighbour graph, which are then
 * matched with the centres there were. Same input, same output, whatever the order of the items. Cost grows with items × neighbours,
 * not with items²; identical statements are one node.
 */
export function regroup(items: readonly GroupItem[], centres: readonly Centre[]): Regrouping {
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
      const anchor = anchors.length > 0 ? nearest(vectors.get(item.id) ?? {}, anchors) : null;
      // A single anchor has nothing to be weighed against: it must be clearly the same complaint.
      if (anchor && anchor.similarity >= (anchors.length < 3 ? JOIN * 1.3 : JOIN)) assignments.set(item.id, anchor.id);
      else free.push(item);
    }
  }

  const found = cluster(free, weighted);
  const taken = new Map<string, string>();
  const keyOf = matchIdentities(found, known, taken);

  for (const [n, members] of found.entries()) {
    const key = keyOf[n] ?? null;
    for (const item of members) assignments.set(item.id, key);
  }
  keepLoyal(free, assignments, known, taken, vectors);

  return describe(ordered, assignments, centres, vectors, weighted);
}

/**
 * Owner of each node. Modularity looks for parts with more links than the whole has on average, so that a few statements that all resemble
 * each other fall apart into single nodes: a small part of the graph that hangs together by nearly all possible links is one topic, and a
 * small part that does not is cut more coarsely.
 */
function topics(nodes: number, edges: readonly Edge[]): number[] {
  const owner = [...communities(graphOf(nodes, edges), RESOLUTION)];
  for (const part of connected(nodes, edges)) {
    if (part.length < 2 || part.length > FEW_NODES) continue;
    const place = new Map(part.map((node, n) => [node, n]));
    const inside = edges.flatMap(([a, b, weight]): Edge[] => {
      const [from, to] = [place.get(a), place.get(b)];
      return from === undefined || to === undefined ? [] : [[from, to, weight]];
    });
    const isOneTopic = inside.length >= (DENSE * part.length * (part.length - 1)) / 2;
    const own = isOneTopic ? part.map(() => 0) : communities(graphOf(part.length, inside), RESOLUTION_OF_FEW);
    // Numbers that no other part uses: each community is called after its first node, behind all others.
    const first = new Map<number, number>();
    for (const [n, node] of part.entries()) {
      const community = own[n] ?? n;
      first.set(community, first.get(community) ?? node);
      owner[node] = nodes + (first.get(community) ?? node);
    }
  }
  return owner;
}

/** Nodes that hang together, part by part. */
function connected(nodes: number, edges: readonly Edge[]): number[][] {
  const root = Array.from({ length: nodes }, (_, n) => n);
  const find = (n: number): number => {
    let at = n;
    while (root[at] !== at) {
      root[at] = root[root[at] ?? at] ?? at;
      at = root[at] ?? at;
    }
    return at;
  };
  for (const [a, b] of edges) root[find(a)] = find(b);
  const parts = new Map<number, number[]>();
  for (let n = 0; n < nodes; n += 1) {
    const part = parts.get(find(n)) ?? [];
    part.push(n);
    parts.set(find(n), part);
  }
  return [...parts.values()];
}

/** Communities of at least MIN_CUSTOMERS customers, largest first. */
function cluster(items: readonly GroupItem[], weighted: ReadonlyMap<string, Terms>): GroupItem[][] {
  // One node per distinct wording and current group: ten thousand identical comments are one node.
  const nodes = new Map<string, { terms: Terms; members: GroupItem[]; current: string | null }>();
  for (const item of items) {
    const terms = weighted.get(item.id) ?? {};
    const signature = Object.keys(terms).sort().join('\u0001');
    if (signature === '') continue;
    const key = `${item.currentId ?? ''}\u0002${signature}`;
    const node = nodes.get(key);
    if (node) node.members.push(item);
    else nodes.set(key, { terms, members: [item], current: item.currentId });
  }
  const all = [...nodes.values()];
  const owner = topics(all.length, neighbourEdges(all));
  const groups = new Map<number, GroupItem[]>();
  for (const [n, node] of all.entries()) {
    const c = owner[n] ?? n;
    const members = groups.get(c) ?? [];
    members.push(...node.members);
    groups.set(c, members);
  }
  const result: GroupItem[][] = [];
  for (const members of mergeAlike([...groups.values()], weighted)) {
    // Loose threads go back to the pool, so that one community never becomes the place for everything else.
    const mean = centroid(members.map((item) => weighted.get(item.id) ?? {}));
    const close = members.filter((item) => cosine(weighted.get(item.id) ?? {}, mean) >= STAY);
    if (customersOf(close) >= MIN_CUSTOMERS) result.push(close);
  }
  absorb(items, result, weighted);
  return result.sort((a, b) => b.length - a.length || ((a[0]?.id ?? '') < (b[0]?.id ?? '') ? -1 : 1));
}

/** Statements left over join the group they are near to, as a new statement would. */
function absorb(items: readonly GroupItem[], groups: GroupItem[][], weighted: ReadonlyMap<string, Terms>): void {
  const placed = new Set(groups.flat().map((item) => item.id));
  const means = groups.map((members) => centroid(members.map((item) => weighted.get(item.id) ?? {})));
  for (const item of items) {
    if (placed.has(item.id)) continue;
    let best = -1;
    let top = JOIN;
    for (const [n, mean] of means.entries()) {
      const similarity = cosine(weighted.get(item.id) ?? {}, mean);
      if (similarity >= top) {
        best = n;
        top = similarity;
      }
    }
    groups[best]?.push(item);
  }
}

function mergeAlike(groups: GroupItem[][], weighted: ReadonlyMap<string, Terms>): GroupItem[][] {
  const rest = groups
    .filter((members) => customersOf(members) >= MIN_CUSTOMERS)
    .sort((a, b) => b.length - a.length)
    .map((members) => ({ members, mean: centroid(members.map((item) => weighted.get(item.id) ?? {})) }));
  const kept: typeof rest = [];
  for (const group of rest) {
    const twin = kept.find((other) => cosine(group.mean, other.mean) >= SAME);
    if (twin) twin.members.push(...group.members);
    else kept.push(group);
  }
  return kept.map((group) => group.members);
}

function neighbourEdges(nodes: readonly { terms: Terms; members: GroupItem[]; current: string | null }[]): Edge[] {
  const postings = new Map<string, [number, number][]>();
  for (const [n, node] of nodes.entries())
    for (const [term, weight] of Object.entries(node.terms)) {
      const list = postings.get(term);
      if (list) list.push([n, weight]);
      else postings.set(term, [[n, weight]]);
    }
  // Terms in very many statements cannot tell them apart, and would make the search quadratic.
  const longest = Math.max(400, Math.sqrt(nodes.length) * 12);
  const edges: Edge[] = [];
  const linked = new Set<number>();
  for (const [n, node] of nodes.entries()) {
    const scores = new Map<number, number>();
    for (const [term, weight] of Object.entries(node.terms)) {
      const list = postings.get(term) ?? [];
      if (list.length > longest) continue;
      for (const [other, theirs] of list)
        if (other !== n) scores.set(other, (scores.get(other) ?? 0) + weight * theirs);
    }
    const near = [...scores]
      .filter(([, score]) => score >= LINK)
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, NEIGHBOURS);
    for (const [other, score] of near) {
      const pair = Math.min(n, other) * nodes.length + Math.max(n, other);
      if (linked.has(pair)) continue;
      linked.add(pair);
      const mates = node.current !== null && node.current === nodes[other]?.current;
      // Squared: Louvain should hear one close neighbour over three that share a common word.
      edges.push([n, other, (score + (mates ? LOYALTY : 0)) ** 2]);
    }
  }
  return edges;
}

/** Gives each community the centre it continues, best overlap first, or a new key. An identity is used at most once. */
function matchIdentities(
  found: readonly GroupItem[][],
  known: ReadonlyMap<string, Centre>,
  taken: Map<string, string>,
): string[] {
  const before = new Map<string, number>();
  for (const members of found)
    for (const { currentId } of members)
      if (currentId !== null) before.set(currentId, (before.get(currentId) ?? 0) + 1);
  const pairs: { n: number; id: string; overlap: number; shared: number }[] = [];
  for (const [n, members] of found.entries()) {
    const shared = new Map<string, number>();
    for (const { currentId } of members)
      if (currentId !== null && known.has(currentId)) shared.set(currentId, (shared.get(currentId) ?? 0) + 1);
    // What was in no pain point yet cannot speak against an identity, so it is left out of the union.
    const placed = members.filter((item) => item.currentId !== null).length;
    for (const [id, common] of shared) {
      const old = before.get(id) ?? common;
      const overlap = common / (placed + old - common);
      if (overlap >= CONTINUES || common / old >= CONTINUES_OLD) pairs.push({ n, id, overlap, shared: common });
    }
  }
  pairs.sort((a, b) => b.shared - a.shared || b.overlap - a.overlap || (a.id < b.id ? -1 : 1));
  const keys = found.map(() => '');
  for (const { n, id } of pairs) {
    if (keys[n] !== '' || taken.has(id)) continue;
    keys[n] = id;
    taken.set(id, id);
  }
  let next = 1;
  return keys.map((key) => key || `new:${next++}`);
}

/** Statements that fell into the pool stay in their pain point while it lives and they still resemble it. */
function keepLoyal(
  items: readonly GroupItem[],
  assignments: Map<string, string | null>,
  known: ReadonlyMap<string, Centre>,
  taken: ReadonlyMap<string, string>,
  vectors: ReadonlyMap<string, Terms>,
): void {
  for (const item of items) {
    if (assignments.get(item.id)) continue;
    const centre = item.currentId === null ? undefined : known.get(item.currentId);
    const stays = centre && taken.has(centre.id) && cosine(vectors.get(item.id) ?? {}, centre.terms) >= STAY;
    assignments.set(item.id, stays ? centre.id : null);
  }
}

function describe(
  items: readonly GroupItem[],
  assignments: Map<string, string | null>,
  centres: readonly Centre[],
  vectors: ReadonlyMap<string, Terms>,
  weighted: ReadonlyMap<string, Terms>,
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
  for (const [key, list] of [...members].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))) {
    const mean = centroid(list.map((item) => weighted.get(item.id) ?? {}));
    const typical = list
      .map((item) => ({ item, similarity: cosine(weighted.get(item.id) ?? {}, mean) }))
      .sort(
        (a, b) =>
          b.similarity - a.similarity || a.item.text.length - b.item.text.length || (a.item.id < b.item.id ? -1 : 1),
      );
    const name = nameOf(
      typical.map(({ item }) => item),
      mean,
      names,
    );
    names.add(name.toLowerCase());
    groups.push({
      key,
      isNew: !known.has(key),
      name,
      terms: list.length > 0 ? centroid(list.map((item) => vectors.get(item.id) ?? {})) : (known.get(key)?.terms ?? {}),
      size: list.length,
      customers: customersOf(list),
      exemplars: distinct(typical.map(({ item }) => item)).slice(0, 3),
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
  return { assignments, groups, retired };
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

const customersOf = (items: readonly GroupItem[]): number => new Set(items.map((item) => item.customerId)).size;

/** How many of the most typical statements a name may be taken from. */
const NAME_SOURCES = 40;
const NAME_WORDS = 6;

/**
 * A name in the customers' own words: the stretch of at most six words from a typical statement that covers the group's weightiest
 * terms best, without a leading article or pronoun. Every word with content must have been said by at least two customers, so that no
 * name, number or address of one person becomes a heading.
 */
function nameOf(typical: readonly GroupItem[], mean: Terms, used: ReadonlySet<string>): string {
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
          score += mean[term] ?? 0;
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
  mean: Terms,
  saidBy: ReadonlyMap<string, ReadonlySet<string>>,
  used: ReadonlySet<string>,
): string {
  const best = new Map<string, { word: string; people: number }>();
  for (const { item, pieces } of read)
    for (const piece of pieces) {
      const term = piece.kind === 'word' ? termOf(piece.norm, item.language) : null;
      if (term === null || term === '#no' || mean[term] === undefined) continue;
      const people = saidBy.get(piece.norm)?.size ?? 0;
      if (people >= 2 && people > (best.get(term)?.people ?? 0)) best.set(term, { word: piece.norm, people });
    }
  const words = [...best]
    .sort((a, b) => (mean[b[0]] ?? 0) - (mean[a[0]] ?? 0) || (a[0] < b[0] ? -1 : 1))
    .map(([, { word }]) => word);
  for (const length of [2, 3, 4]) {
    const name = heading(words.slice(0, length).join(', '));
    if (name !== '' && !used.has(name.toLowerCase())) return name;
  }
  let n = 1;
  while (used.has(`other problem ${n}`)) n++;
  return `Other problem ${n}`;
}

type Weigh = (term: string) => number;

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

/**
 * Inverse document frequency over the items, 0.1…1; nearer to 1 for few items, where a word that all of them share is rather the complaint
 * itself than the way people talk at this touchpoint.
 */
function itemWeights(vectors: readonly Terms[]): Weigh {
  const df = new Map<string, number>();
  for (const terms of vectors) for (const term of Object.keys(terms)) df.set(term, (df.get(term) ?? 0) + 1);
  const most = Math.log(1 + vectors.length);
  const trust = vectors.length / (vectors.length + WORDS_TOLD_BY);
  return (term) =>
    1 - trust + trust * Math.max(0.1, Math.log((1 + vectors.length) / (df.get(term) ?? 1)) / (most || 1));
}

function reweigh(terms: Terms, weigh: Weigh): Terms {
  return unit(Object.entries(terms).map(([term, weight]): [string, number] => [term, weight * weigh(term)]));
}

/** Of two vectors of length 1. */
function cosine(a: Terms, b: Terms): number {
  let dot = 0;
  for (const [term, weight] of Object.entries(a)) dot += weight * (b[term] ?? 0);
  return dot;
}

function centroid(vectors: readonly Terms[]): Terms {
  const sum = new Map<string, number>();
  for (const terms of vectors)
    for (const [term, weight] of Object.entries(terms)) sum.set(term, (sum.get(term) ?? 0) + weight);
  return trimmed(sum);
}

function trimmed(sum: ReadonlyMap<string, number>): Terms {
  return unit([...sum].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, CENTRE_TERMS));
}
