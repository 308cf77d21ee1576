import { seeded } from './linear.js';

/** One undirected edge: two node numbers and a positive weight. */
export type Edge = readonly [a: number, b: number, weight: number];

/** An undirected graph by rows: the neighbours of node n are `to[start[n] … start[n+1])`. Self-loops are kept apart, counted once. */
export interface Graph {
  nodes: number;
  start: Int32Array;
  to: Int32Array;
  weight: Float64Array;
  loops: Float64Array;
}

/** Edges given twice add up. */
export function graphOf(nodes: number, edges: readonly Edge[]): Graph {
  const links = edges.filter(([a, b]) => a !== b);
  const start = new Int32Array(nodes + 1);
  for (const [a, b] of links) {
    start[a + 1] = (start[a + 1] ?? 0) + 1;
    start[b + 1] = (start[b + 1] ?? 0) + 1;
  }
  for (let n = 0; n < nodes; n++) start[n + 1] = (start[n + 1] ?? 0) + (start[n] ?? 0);
  const next = start.slice(0, nodes);
  const to = new Int32Array(links.length * 2);
  const weight = new Float64Array(links.length * 2);
  const put = (from: number, other: number, w: number): void => {
    const at = next[from] ?? 0;
    next[from] = at + 1;
    to[at] = other;
    weight[at] = w;
  };
  for (const [a, b, w] of links) {
    put(a, b, w);
    put(b, a, w);
  }
  return { nodes, start, to, weight, loops: new Float64Array(nodes) };
}

/**
 * Communities of a weighted graph by the Louvain method (Blondel et al. 2008); nodes are visited in a seeded order, so that the same graph
 * always gives the same answer. Returns one community number per node, counted from 0.
 * @param resolution above 1 gives more and smaller communities
 */
export function communities(graph: Graph, resolution: number, seed = 1): Int32Array {
  const random = seeded(seed);
  let owner = Int32Array.from({ length: graph.nodes }, (_, n) => n);
  let level = graph;
  for (let round = 0; round < 12; round++) {
    const { community, count, moved } = settle(level, resolution, random);
    if (!moved) break;
    owner = owner.map((node) => community[node] ?? 0);
    level = contract(level, community, count);
  }
  return owner;
}

function settle(
  { nodes, start, to, weight, loops }: Graph,
  resolution: number,
  random: () => number,
): { community: Int32Array; count: number; moved: boolean } {
  const community = Int32Array.from({ length: nodes }, (_, n) => n);
  const degree = new Float64Array(nodes);
  let total = 0;
  for (let n = 0; n < nodes; n++) {
    let sum = 2 * (loops[n] ?? 0);
    for (let e = start[n] ?? 0; e < (start[n + 1] ?? 0); e++) sum += weight[e] ?? 0;
    degree[n] = sum;
    total += sum;
  }
  const mass = degree.slice();
  const order = Int32Array.from({ length: nodes }, (_, n) => n);
  for (let i = nodes - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const held = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = held;
  }
  const toward = new Float64Array(nodes);
  const touched: number[] = [];
  let moved = false;
  for (let round = 0; round < 30 && total > 0; round++) {
    let changes = 0;
    for (const n of order) {
      const home = community[n] ?? n;
      const own = degree[n] ?? 0;
      touched.length = 0;
      for (let e = start[n] ?? 0; e < (start[n + 1] ?? 0); e++) {
        const c = community[to[e] ?? 0] ?? 0;
        if (toward[c] === 0) touched.push(c);
        toward[c] = (toward[c] ?? 0) + (weight[e] ?? 0);
      }
      mass[home] = (mass[home] ?? 0) - own;
      let best = home;
      let gain = (toward[home] ?? 0) - (resolution * own * (mass[home] ?? 0)) / total;
      for (const c of touched) {
        const other = (toward[c] ?? 0) - (resolution * own * (mass[c] ?? 0)) / total;
        if (other > gain + 1e-9) {
          best = c;
          gain = other;
        }
      }
      for (const c of touched) toward[c] = 0;
      mass[best] = (mass[best] ?? 0) + own;
      if (best !== home) {
        community[n] = best;
        changes++;
        moved = true;
      }
    }
    // What still moves after most have settled hardly changes the answer, but costs as much as the start.
    if (changes <= nodes / 2000) break;
  }
  const numbers = new Map<number, number>();
  const compact = community.map((c) => {
    let number = numbers.get(c);
    if (number === undefined) numbers.set(c, (number = numbers.size));
    return number;
  });
  return { community: compact, count: numbers.size, moved };
}

function contract({ nodes, start, to, weight, loops }: Graph, community: Int32Array, count: number): Graph {
  const own = new Float64Array(count);
  const between = new Map<number, number>();
  for (let n = 0; n < nodes; n++) {
    const a = community[n] ?? 0;
    own[a] = (own[a] ?? 0) + (loops[n] ?? 0);
    for (let e = start[n] ?? 0; e < (start[n + 1] ?? 0); e++) {
      const b = community[to[e] ?? 0] ?? 0;
      const w = weight[e] ?? 0;
      if (a === b) own[a] = (own[a] ?? 0) + w / 2;
      else if (a < b) between.set(a * count + b, (between.get(a * count + b) ?? 0) + w);
    }
  }
  const edges = [...between].map(([pair, w]): Edge => [Math.floor(pair / count), pair % count, w]);
  return { ...graphOf(count, edges), loops: own };
}
