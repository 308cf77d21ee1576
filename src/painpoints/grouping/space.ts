import { latent, type Matrix, matrix, nearestRows, normalizeRows, principal, type Sparse } from './linear.js';
import { communities, type Edge, graphOf } from './louvain.js';
import type { Terms } from './terms.js';

/** What a wording is placed by: its sentence vector (length 1) and its terms. */
export interface Placed {
  vector: Float32Array;
  terms: Terms;
}

const PRINCIPAL = 64;
const LATENT = 100;
/** How much the words count beside the sentence vectors. */
const WORDS = 0.6;
/** The more wordings, the less one more of them changes the directions; from here on a spread sample decides. */
const LATENT_SAMPLE = 8000;
/** Fewer wordings than this say too little about which directions matter; they are compared as they are. */
const FEW = 100;

/**
 * The space in which wordings are grouped, one row of length 1 per wording: the 64 principal components of the sentence vectors beside
 * 0.6 × 100 latent dimensions of the words. Better than either alone: vectors know that "card" and "debit card" are alike, words know
 * that "top-up" and "transfer" are not.
 */
export function spaceOf(items: readonly Placed[]): Matrix {
  const n = items.length;
  const few = n < FEW;
  const width = few ? (items[0]?.vector.length ?? 0) : PRINCIPAL;
  const meaning = matrix(n, width);
  if (few) for (const [r, { vector }] of items.entries()) meaning.data.set(vector, r * width);
  else {
    const { mean, basis } = principal(
      items.map(({ vector }) => vector),
      PRINCIPAL,
    );
    const offsets = basis.map((direction) => direction.reduce((sum, x, c) => sum + x * (mean[c] ?? 0), 0));
    for (const [r, { vector }] of items.entries())
      for (const [d, direction] of basis.entries()) {
        let sum = -(offsets[d] ?? 0);
        for (let c = 0; c < vector.length; c++) sum += (vector[c] as number) * (direction[c] as number);
        meaning.data[r * width + d] = sum;
      }
  }
  normalizeRows(meaning);
  const words = wordsOf(items);
  const space = matrix(n, width + words.width);
  for (let r = 0; r < n; r++) {
    const from = r * space.width;
    space.data.set(meaning.data.subarray(r * width, (r + 1) * width), from);
    for (let d = 0; d < words.width; d++) space.data[from + width + d] = WORDS * (words.data[r * words.width + d] ?? 0);
  }
  normalizeRows(space);
  return space;
}

function wordsOf(items: readonly Placed[]): Matrix {
  const df = new Map<string, number>();
  for (const { terms } of items) for (const term of Object.keys(terms)) df.set(term, (df.get(term) ?? 0) + 1);
  const column = new Map<string, number>();
  for (const [term, count] of df) if (count >= 2) column.set(term, column.size);
  const rows: Sparse['rows'] = items.map(({ terms }) => {
    const at: number[] = [];
    const value: number[] = [];
    let square = 0;
    for (const [term, weight] of Object.entries(terms)) {
      const c = column.get(term);
      if (c === undefined) continue;
      const x = weight * Math.log(items.length / (df.get(term) ?? 1));
      at.push(c);
      value.push(x);
      square += x * x;
    }
    const length = Math.sqrt(square) || 1;
    return { at, value: value.map((x) => x / length) };
  });
  const latentSpace = latent({ width: column.size, rows }, LATENT, LATENT_SAMPLE);
  normalizeRows(latentSpace);
  return latentSpace;
}

/** Neighbours each wording is linked to, and the least likeness that makes a link among few and among many. */
const NEIGHBOURS = 15;
const LINK = 0.05;
const LINK_OF_FEW = 0.5;

/** Links of the exact nearest-neighbour graph, weighted by likeness. */
export function linksOf(space: Matrix): Edge[] {
  const few = space.rows < FEW;
  const count = Math.max(1, Math.min(NEIGHBOURS, space.rows - 1));
  const { near, similarity } = nearestRows(space, count);
  const edges: Edge[] = [];
  for (let r = 0; r < space.rows; r++)
    for (let k = 0; k < count; k++) {
      const other = near[r * count + k] ?? -1;
      const likeness = similarity[r * count + k] ?? 0;
      if (other < 0 || likeness < (few ? LINK_OF_FEW : LINK)) continue;
      // Among few nearly everything is linked to everything: only what stands out above the common likeness should speak.
      edges.push([r, other, few ? (likeness - LINK_OF_FEW + 0.05) * 2 : likeness]);
    }
  return edges;
}

const RESOLUTIONS = [1, 1.5, 2, 3, 4, 6, 8];
/** A coarser grouping is preferred to one that is better by less than this. */
const TOLERANCE = 0.01;
/** Never more groups than one per so many wordings: past that, groups are quotations. */
const LEAST_MEAN_SIZE = 12;
/** Wordings that judge a grouping; more would not change the verdict. */
const JUDGES = 3000;

/**
 * Communities at the resolution whose groups are the most compact and the best separated (mean silhouette against the groups' centres),
 * the coarsest of those that are nearly as good as the best. The number of groups is not known beforehand.
 * Among groupings that are nearly as good, one that keeps what was together together comes first.
 * @param nodeOf row of the space → node of the graph, which may have nodes outside of the space
 * @param current of each node, the group it is in now
 */
export function bestCommunities(
  nodes: number,
  edges: readonly Edge[],
  space: Matrix,
  nodeOf: readonly number[],
  current: readonly (string | null)[],
): Int32Array {
  const graph = graphOf(nodes, edges);
  const tried: { owner: Int32Array; silhouette: number }[] = [];
  for (const resolution of RESOLUTIONS) {
    const owner = communities(graph, resolution);
    const own = Int32Array.from(nodeOf, (node) => owner[node] ?? 0);
    const groups = new Set(own).size;
    if (tried.length > 0 && groups > Math.max(2, space.rows / LEAST_MEAN_SIZE)) break;
    tried.push({ owner, silhouette: silhouette(space, own) });
  }
  const best = Math.max(...tried.map((one) => one.silhouette));
  let chosen: { owner: Int32Array; kept: number } | null = null;
  for (const { owner, silhouette: value } of tried) {
    if (value < best - TOLERANCE) continue;
    const kept = keptBy(owner, current);
    if (!chosen || kept > chosen.kept) chosen = { owner, kept };
  }
  return chosen?.owner ?? new Int32Array(nodes);
}

/** Nodes that stay in their group when each community goes on as the group that most of its nodes come from. */
function keptBy(owner: Int32Array, current: readonly (string | null)[]): number {
  const from = new Map<number, Map<string, number>>();
  for (const [n, group] of current.entries()) {
    if (group === null) continue;
    const counts = from.get(owner[n] ?? 0) ?? new Map<string, number>();
    from.set(owner[n] ?? 0, counts.set(group, (counts.get(group) ?? 0) + 1));
  }
  const most = new Map<string, number>();
  for (const counts of from.values()) {
    const [top] = [...counts].sort((a, b) => b[1] - a[1]);
    if (top) most.set(top[0], Math.max(most.get(top[0]) ?? 0, top[1]));
  }
  return [...most.values()].reduce((sum, count) => sum + count, 0);
}

/** Mean over rows of (distance to the nearest other centre − distance to the own) ÷ the larger of the two; −1…1. Own row left out of its centre. */
export function silhouette({ rows, width, data }: Matrix, owner: Int32Array): number {
  const numbers = new Map<number, number>();
  const own = owner.map((o) => {
    let number = numbers.get(o);
    if (number === undefined) numbers.set(o, (number = numbers.size));
    return number;
  });
  const groups = numbers.size;
  if (groups < 2) return 0;
  const centres = new Float32Array(groups * width);
  const size = new Float64Array(groups);
  for (let r = 0; r < rows; r++) {
    const g = own[r] ?? 0;
    size[g] = (size[g] ?? 0) + 1;
    for (let c = 0; c < width; c++)
      centres[g * width + c] = (centres[g * width + c] as number) + (data[r * width + c] as number);
  }
  const square = new Float64Array(groups);
  for (let g = 0; g < groups; g++)
    for (let c = 0; c < width; c++) square[g] = (square[g] ?? 0) + (centres[g * width + c] as number) ** 2;
  const step = Math.max(1, rows / JUDGES);
  let sum = 0;
  let judges = 0;
  for (let at = 0; at < rows; at += step) {
    const r = Math.floor(at);
    const mine = own[r] ?? 0;
    let inside = 0;
    let outside = -1;
    for (let g = 0; g < groups; g++) {
      let dot = 0;
      const from = g * width;
      for (let c = 0; c < width; c++) dot += (centres[from + c] as number) * (data[r * width + c] as number);
      if (g !== mine) outside = Math.max(outside, dot / Math.sqrt(square[g] || 1));
      else if ((size[g] ?? 0) > 1) inside = (dot - 1) / Math.sqrt(Math.max(1e-9, (square[g] ?? 0) - 2 * dot + 1));
    }
    const near = 1 - inside;
    const far = 1 - outside;
    sum += (far - near) / Math.max(near, far, 1e-9);
    judges++;
  }
  return sum / judges;
}

/** Rows of length 1: each row's likeness to the mean of each group (`groups` holds row numbers). */
export function meansOf({ width, data }: Matrix, groups: readonly (readonly number[])[]): Matrix {
  const means = matrix(groups.length, width);
  for (const [g, rows] of groups.entries())
    for (const r of rows)
      for (let c = 0; c < width; c++)
        means.data[g * width + c] = (means.data[g * width + c] as number) + (data[r * width + c] as number);
  normalizeRows(means);
  return means;
}

export function likeness(a: Matrix, rowA: number, b: Matrix, rowB: number): number {
  let sum = 0;
  for (let c = 0; c < a.width; c++)
    sum += (a.data[rowA * a.width + c] as number) * (b.data[rowB * b.width + c] as number);
  return sum;
}
