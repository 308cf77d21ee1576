import { matrix, nearestRows } from './linear.js';
import { communities, type Edge, graphOf } from './louvain.js';

/** Coarser than the groups themselves: a handful of themes for a hundred pain points. */
const RESOLUTION = 1;
const NEIGHBOURS = 6;

/** Groups (by their mean vectors, length 1) that belong under one heading: the number of the theme of each. */
export function themesOf(means: readonly Float32Array[]): number[] {
  const width = means[0]?.length ?? 0;
  const rows = matrix(means.length, width);
  const common = new Float32Array(width);
  for (const mean of means)
    for (let c = 0; c < width; c++) common[c] = (common[c] ?? 0) + (mean[c] ?? 0) / means.length;
  for (const [r, mean] of means.entries()) {
    // What all groups of a touchpoint share says nothing about which of them belong together.
    let square = 0;
    for (let c = 0; c < width; c++) square += ((mean[c] ?? 0) - (common[c] ?? 0)) ** 2;
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let c = 0; c < width; c++) rows.data[r * width + c] = ((mean[c] ?? 0) - (common[c] ?? 0)) * scale;
  }
  const count = Math.max(1, Math.min(NEIGHBOURS, means.length - 1));
  const { near, similarity } = nearestRows(rows, count);
  const edges: Edge[] = [];
  for (let r = 0; r < means.length; r++)
    for (let k = 0; k < count; k++) {
      const other = near[r * count + k] ?? -1;
      const likeness = similarity[r * count + k] ?? 0;
      if (other >= 0 && likeness > 0.1) edges.push([r, other, likeness]);
    }
  return [...communities(graphOf(means.length, edges), RESOLUTION)];
}
