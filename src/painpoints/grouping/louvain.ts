/** One undirected edge: two node numbers and a positive weight. */
export type Edge = readonly [a: number, b: number, weight: number];

/**
 * Communities of a weighted graph by the Louvain method (Blondel et al. 2008), visiting nodes in their order, so that the same graph
 * always gives the same answer. Returns one community number per node.
 * @param resolution above 1 gives more and smaller communities
 */
export function communities(nodes: number, edges: readonly Edge[], resolution: number): number[] {
  let owner = Array.from({ length: nodes }, (_, i) => i);
  let graph = adjacency(nodes, edges);
  for (let level = 0; level < 12; level++) {
    const { community, moved } = settle(graph, resolution);
    if (!moved) break;
    const numbers = new Map<number, number>();
    const compact = community.map((c) => {
      let n = numbers.get(c);
      if (n === undefined) numbers.set(c, (n = numbers.size));
      return n;
    });
    owner = owner.map((o) => compact[o] ?? 0);
    graph = contract(graph, compact, numbers.size);
  }
  return owner;
}

interface Graph {
  links: Map<number, number>[];
  /** Weight of a node's edge to itself, counted once. */
  loops: number[];
}

function adjacency(nodes: number, edges: readonly Edge[]): Graph {
  const links = Array.from({ length: nodes }, () => new Map<number, number>());
  for (const [a, b, weight] of edges) {
    if (a === b) continue;
    links[a]?.set(b, (links[a]?.get(b) ?? 0) + weight);
    links[b]?.set(a, (links[b]?.get(a) ?? 0) + weight);
  }
  return { links, loops: links.map(() => 0) };
}

function settle({ links, loops }: Graph, resolution: number): { community: number[]; moved: boolean } {
  const n = links.length;
  const community = Array.from({ length: n }, (_, i) => i);
  const degree = links.map((own, i) => [...own.values()].reduce((sum, w) => sum + w, 0) + 2 * (loops[i] ?? 0));
  const total = degree.reduce((sum, d) => sum + d, 0);
  const mass = [...degree];
  let moved = false;
  if (total === 0) return { community, moved };
  for (let round = 0; round < 30; round++) {
    let changes = 0;
    for (let i = 0; i < n; i++) {
      const home = community[i] ?? i;
      const k = degree[i] ?? 0;
      const toward = new Map<number, number>([[home, 0]]);
      for (const [j, w] of links[i] ?? []) {
        const c = community[j] ?? j;
        toward.set(c, (toward.get(c) ?? 0) + w);
      }
      mass[home] = (mass[home] ?? 0) - k;
      let best = home;
      let gain = (toward.get(home) ?? 0) - (resolution * k * (mass[home] ?? 0)) / total;
      for (const [c, w] of toward) {
        const other = w - (resolution * k * (mass[c] ?? 0)) / total;
        if (other > gain + 1e-9) {
          best = c;
          gain = other;
        }
      }
      mass[best] = (mass[best] ?? 0) + k;
      if (best !== home) {
        community[i] = best;
        changes++;
        moved = true;
      }
    }
    if (changes === 0) break;
  }
  return { community, moved };
}

function contract({ links, loops }: Graph, community: readonly number[], size: number): Graph {
  const joined: Graph = {
    links: Array.from({ length: size }, () => new Map<number, number>()),
    loops: Array.from({ length: size }, () => 0),
  };
  for (const [i, own] of links.entries()) {
    const a = community[i] ?? 0;
    joined.loops[a] = (joined.loops[a] ?? 0) + (loops[i] ?? 0);
    for (const [j, w] of own) {
      const b = community[j] ?? 0;
      if (a === b) joined.loops[a] = (joined.loops[a] ?? 0) + w / 2;
      else joined.links[a]?.set(b, (joined.links[a]?.get(b) ?? 0) + w);
    }
  }
  return joined;
}
