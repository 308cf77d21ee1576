import { type Matrix, matrix } from './linear.js';
import { communities, type Edge, graphOf } from './louvain.js';
import { bestCommunities, likeness, linksOf, meansOf, spaceOf } from './space.js';
import type { Terms } from './terms.js';
import { customersOf, type GroupItem } from './types.js';
import { centroid, cosine } from './weights.js';

/** Similarity of terms from which a statement joins a group, and down to which it stays. */
export const JOIN = 0.3;
export const STAY = 0.15;
/** A group is born when this many customers say alike. */
export const MIN_CUSTOMERS = 3;
/** Neighbours each statement is linked to by its terms, and the least similarity that makes a link. */
const NEIGHBOURS = 12;
const LINK = 0.18;
/** Added to the link of two statements that share a pain point today: keeps identities through small changes of the data. */
const LOYALTY = 0.15;
const LOYALTY_IN_SPACE = 0.35;
const RESOLUTION = 1.5;
/** Up to so many different wordings each can have all others as neighbours; with this share of all links they are one topic. */
const FEW_NODES = 12;
/** Cuts a few wordings that are no single topic. */
const RESOLUTION_OF_FEW = 0.7;
const DENSE = 0.7;
/** Two groups this much alike are one. */
const SAME = 0.75;
/** From so many wordings with sentence vectors on, the vectors decide which statements are alike; fewer are told apart by their terms. */
const ENOUGH_VECTORS = 100;
/** Likeness to the mean of a group, in the space of vectors and words, down to which a statement belongs to it, and from which a loose one joins. */
const BELONGS = 0.2;
const JOINS = 0.4;
/** More wordings than this are not compared pair by pair: a spread sample forms the groups, the others join the nearest. */
const MOST_COMPARED = 8000;

/** One distinct wording within one current group: ten thousand identical comments are one node. */
interface Node {
  terms: Terms;
  members: GroupItem[];
  current: string | null;
  vector: Float32Array | null;
}

/** Communities of at least MIN_CUSTOMERS customers, largest first. Items in none of them are left out. */
export function cluster(items: readonly GroupItem[], weighted: ReadonlyMap<string, Terms>): GroupItem[][] {
  const all = nodesOf(items, weighted);
  const placed = all.flatMap((node, n) => (node.vector ? [{ n, vector: node.vector, terms: node.terms }] : []));
  const groups = placed.length >= ENOUGH_VECTORS ? byMeaning(all, placed) : byTerms(all, weighted);
  const result = groups.filter((members) => customersOf(members) >= MIN_CUSTOMERS);
  absorb(items, result, weighted, placed.length >= ENOUGH_VECTORS);
  return result.sort((a, b) => b.length - a.length || ((a[0]?.id ?? '') < (b[0]?.id ?? '') ? -1 : 1));
}

function nodesOf(items: readonly GroupItem[], weighted: ReadonlyMap<string, Terms>): Node[] {
  const nodes = new Map<string, Node>();
  for (const item of items) {
    const terms = weighted.get(item.id) ?? {};
    const signature = Object.keys(terms).sort().join('\u0001');
    if (signature === '') continue;
    const key = `${item.currentId ?? ''}\u0002${signature}`;
    const node = nodes.get(key);
    if (node) {
      node.members.push(item);
      node.vector ??= item.vector ?? null;
    } else nodes.set(key, { terms, members: [item], current: item.currentId, vector: item.vector ?? null });
  }
  return [...nodes.values()];
}

/** Groups in the space of sentence vectors and words; statements without a vector hang on by the terms that languages share. */
function byMeaning(
  all: readonly Node[],
  everything: readonly { n: number; vector: Float32Array; terms: Terms }[],
): GroupItem[][] {
  const wholeSpace = spaceOf(everything);
  const step = Math.max(1, everything.length / MOST_COMPARED);
  const rows: number[] = [];
  for (let at = 0; at < everything.length; at += step) rows.push(Math.floor(at));
  const space = step === 1 ? wholeSpace : pick(wholeSpace, rows);
  const nodeOf = rows.map((row) => everything[row]?.n ?? 0);
  const mates = (a: number, b: number): boolean => {
    const current = all[a]?.current ?? null;
    return current !== null && current === all[b]?.current;
  };
  const edges = linksOf(space).map(([a, b, weight]): Edge => {
    const [from, to] = [nodeOf[a] ?? 0, nodeOf[b] ?? 0];
    return [from, to, weight + (mates(from, to) ? LOYALTY_IN_SPACE : 0)];
  });
  if (everything.length < all.length)
    for (const [a, b, weight] of neighbourEdges(all))
      if (!all[a]?.vector || !all[b]?.vector) edges.push([a, b, weight]);
  const owner = bestCommunities(
    all.length,
    edges,
    space,
    nodeOf,
    all.map((node) => node.current),
  );

  const rowsOf = new Map<number, number[]>();
  const inSpace = new Set(nodeOf);
  for (const [row, node] of nodeOf.entries()) {
    const own = owner[node] ?? 0;
    const list = rowsOf.get(own);
    if (list) list.push(row);
    else rowsOf.set(own, [row]);
  }
  const keys = [...rowsOf.keys()].filter(
    (key) =>
      customersOf((rowsOf.get(key) ?? []).flatMap((row) => all[nodeOf[row] ?? 0]?.members ?? [])) >= MIN_CUSTOMERS,
  );
  const means = meansOf(
    space,
    keys.map((key) => rowsOf.get(key) ?? []),
  );
  const groups = new Map<number, GroupItem[]>(keys.map((key) => [key, []]));
  const numberOf = new Map(keys.map((key, k) => [key, k]));
  for (const [row, { n }] of everything.entries()) {
    const home = inSpace.has(n) ? numberOf.get(owner[n] ?? -1) : undefined;
    let best = home ?? -1;
    let top = home === undefined ? -1 : likeness(wholeSpace, row, means, home);
    if (home === undefined || top < BELONGS) {
      best = -1;
      top = JOINS;
      for (let k = 0; k < keys.length; k++) {
        const near = likeness(wholeSpace, row, means, k);
        if (near >= top) {
          best = k;
          top = near;
        }
      }
    }
    groups.get(keys[best] ?? -1)?.push(...(all[n]?.members ?? []));
  }
  for (const [n, node] of all.entries())
    if (!node.vector) {
      const own = owner[n] ?? -1;
      const list = groups.get(own);
      if (list) list.push(...node.members);
      else groups.set(own, [...node.members]);
    }
  return [...groups.values()];
}

function pick(space: Matrix, rows: readonly number[]): Matrix {
  const some = matrix(rows.length, space.width);
  for (const [to, from] of rows.entries())
    some.data.set(space.data.subarray(from * space.width, (from + 1) * space.width), to * space.width);
  return some;
}

/** Groups by shared terms alone. */
function byTerms(all: readonly Node[], weighted: ReadonlyMap<string, Terms>): GroupItem[][] {
  const owner = topics(all.length, neighbourEdges(all));
  const groups = new Map<number, GroupItem[]>();
  for (const [n, node] of all.entries()) {
    const c = owner[n] ?? n;
    const members = groups.get(c) ?? [];
    members.push(...node.members);
    groups.set(c, members);
  }
  return mergeAlike([...groups.values()], weighted).map((members) => {
    // Loose threads go back to the pool, so that one community never becomes the place for everything else.
    const mean = centroid(members.map((item) => weighted.get(item.id) ?? {}));
    return members.filter((item) => cosine(weighted.get(item.id) ?? {}, mean) >= STAY);
  });
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

/** Statements left over join the group they are near to, as a new statement would. */
function absorb(
  items: readonly GroupItem[],
  groups: GroupItem[][],
  weighted: ReadonlyMap<string, Terms>,
  vectorsDecided: boolean,
): void {
  const placed = new Set(groups.flat().map((item) => item.id));
  const means = groups.map((members) => centroid(members.map((item) => weighted.get(item.id) ?? {})));
  for (const item of items) {
    // Where vectors decide, they have decided; only what has none is left to its terms.
    if (placed.has(item.id) || (vectorsDecided && item.vector)) continue;
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

function mergeAlike(groups: readonly GroupItem[][], weighted: ReadonlyMap<string, Terms>): GroupItem[][] {
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

function neighbourEdges(nodes: readonly Node[]): Edge[] {
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
