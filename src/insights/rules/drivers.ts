/** Which parts of the experience move with the score. Association, never proof of cause. */
import { benjaminiHochberg } from '../../platform/statistics.js';
import { incompleteBeta, seeded } from '../../platform/statistics.js';

export type DriverSpec = Readonly<{
  key: string;
  /** A value at or above this counts as satisfied, for `performance`. */
  positiveFrom: number;
}>;

/** One response; `values` follows the drivers' order; null = not answered. */
export type DriverRow = Readonly<{ score: number; values: readonly (number | null)[] }>;

export type Driver = Readonly<{
  key: string;
  /** Pearson's r with the score, −1…1; 0 for a driver that never varies. */
  correlation: number;
  /** Share of the explained variance, 0…1; zero unless significant. */
  share: number;
  /** The same before the test of significance; these add up to 1 (or to 0 when nothing is explained). */
  rawShare: number;
  /** 95 % bootstrap interval of `rawShare`. */
  low: number;
  high: number;
  /** Share of satisfied values, 0…1. */
  performance: number;
  /** After Benjamini–Hochberg at 5 % over all drivers. */
  significant: boolean;
}>;

export type DriverReport = Readonly<{
  /** Rows with every value. */
  n: number;
  r2: number;
  method: 'lmg' | 'johnson';
  /** Largest share first. */
  drivers: readonly Driver[];
}>;

const EXACT_UP_TO = 12;

/**
 * Relative importance of the drivers: exact LMG (Shapley of R²) up to 12 drivers, else Johnson's relative weights. Rows with a missing
 * value are left out. Null when fewer than drivers + 2 rows are complete or the score never varies.
 * Sources: Lindeman, Merenda & Gold 1980; Grömping, The American Statistician 61 (2007); Johnson, Multivariate Behavioral Research 35 (2000).
 */
export function drivers(
  specs: readonly DriverSpec[],
  rows: readonly DriverRow[],
  { resamples = specs.length <= 8 ? 200 : 60 }: { resamples?: number } = {},
): DriverReport | null {
  const k = specs.length;
  const complete = rows
    .filter((row) => row.values.length === k && row.values.every((v) => v !== null))
    .map((row) => [...row.values.map((v) => v ?? 0), row.score]);
  const n = complete.length;
  if (k === 0 || n < k + 2) return null;
  const width = k + 1;
  const flat = Float64Array.from(complete.flat());
  const table = correlations(flat, width);
  if (!table) return null;
  const method = k <= EXACT_UP_TO ? 'lmg' : 'johnson';
  const importance = method === 'lmg' ? lmg : johnson;
  const parts = importance(table);
  const r2 = parts.reduce((sum, part) => sum + part, 0);

  const random = seeded(n * 31 + k);
  const samples = specs.map((): number[] => []);
  const picks = new Uint32Array(n);
  for (let i = 0; i < resamples; i++) {
    for (let row = 0; row < n; row++) picks[row] = Math.floor(random() * n);
    const again = correlations(flat, width, picks);
    if (!again) continue;
    const drawn = importance(again);
    const whole = drawn.reduce((sum, part) => sum + part, 0);
    drawn.forEach((part, at) => samples[at]?.push(whole > 0 ? part / whole : 0));
  }
  const quantile = (sorted: readonly number[], at: number) => sorted[Math.round(at * (sorted.length - 1))] ?? 0;

  const last = table[k] ?? [];
  const tests = benjaminiHochberg(specs.map((_, i) => correlationP(last[i] ?? 0, n)));
  const found = specs.map((spec, i) => {
    const rawShare = r2 > 0 ? (parts[i] ?? 0) / r2 : 0;
    const sorted = (samples[i] ?? []).sort((a, b) => a - b);
    const significant = tests[i]?.signal ?? false;
    return {
      key: spec.key,
      correlation: last[i] ?? 0,
      share: significant ? rawShare : 0,
      rawShare,
      low: sorted.length ? quantile(sorted, 0.025) : 0,
      high: sorted.length ? quantile(sorted, 0.975) : 1,
      performance: complete.filter((row) => (row[i] ?? 0) >= spec.positiveFrom).length / n,
      significant,
    };
  });
  return { n, r2, method, drivers: found.sort((a, b) => b.rawShare - a.rawShare || (a.key < b.key ? -1 : 1)) };
}

/** Two-sided p of Pearson's r: Student's t with n − 2 degrees of freedom. */
function correlationP(r: number, n: number): number {
  const df = n - 2;
  return df <= 0 ? 1 : incompleteBeta(Math.max(0, 1 - r * r), df / 2, 0.5);
}

/**
 * Correlation matrix of rows laid end to end, the score last; `picks` chooses rows (with repeats), else all. A column that never varies
 * correlates with nothing. Null when the score never varies.
 */
function correlations(flat: Float64Array, width: number, picks?: Uint32Array): number[][] | null {
  const n = flat.length / width;
  const means = new Float64Array(width);
  for (let row = 0; row < n; row++) {
    const base = (picks?.[row] ?? row) * width;
    for (let i = 0; i < width; i++) means[i] = (means[i] ?? 0) + (flat[base + i] ?? 0) / n;
  }
  const sums = new Float64Array(width * width);
  const off = new Float64Array(width);
  for (let row = 0; row < n; row++) {
    const base = (picks?.[row] ?? row) * width;
    for (let i = 0; i < width; i++) {
      const di = (flat[base + i] ?? 0) - (means[i] ?? 0);
      off[i] = di;
      const line = i * width;
      for (let j = 0; j <= i; j++) sums[line + j] = (sums[line + j] ?? 0) + di * (off[j] ?? 0);
    }
  }
  const products = Array.from({ length: width }, (_, i) => [...sums.subarray(i * width, (i + 1) * width)]);
  const spread = products.map((line, i) => Math.sqrt(line[i] ?? 0));
  if (!((spread[width - 1] ?? 0) > 1e-12)) return null;
  return products.map((_, i) =>
    products.map((_line, j) => {
      if (i === j) return 1;
      const scale = (spread[i] ?? 0) * (spread[j] ?? 0);
      return scale > 1e-12 ? (products[Math.max(i, j)]?.[Math.min(i, j)] ?? 0) / scale : 0;
    }),
  );
}

/** R² of the score on the drivers in `mask`, by elimination; a driver that the others already determine adds nothing. */
function explained(table: readonly (readonly number[])[], mask: number): number {
  const k = table.length - 1;
  const chosen: number[] = [];
  for (let i = 0; i < k; i++) if (mask & (1 << i)) chosen.push(i);
  const at = [...chosen, k];
  const work = at.map((i) => at.map((j) => table[i]?.[j] ?? 0));
  const m = chosen.length;
  let r2 = 0;
  for (let pivot = 0; pivot < m; pivot++) {
    const line = work[pivot] ?? [];
    const d = line[pivot] ?? 0;
    if (d < 1e-9) continue;
    r2 += (line[m] ?? 0) ** 2 / d;
    for (let i = pivot + 1; i <= m; i++) {
      const target = work[i] ?? [];
      const factor = (target[pivot] ?? 0) / d;
      for (let j = pivot; j <= m; j++) target[j] = (target[j] ?? 0) - factor * (line[j] ?? 0);
    }
  }
  return Math.min(1, r2);
}

function lmg(table: readonly (readonly number[])[]): number[] {
  const k = table.length - 1;
  const size = 2 ** k;
  const r2 = new Float64Array(size);
  const count = new Uint8Array(size);
  for (let mask = 1; mask < size; mask++) {
    r2[mask] = explained(table, mask);
    count[mask] = (count[mask >> 1] ?? 0) + (mask & 1);
  }
  const weights: number[] = [];
  for (let others = 0, weight = 1 / k; others < k; others++) {
    weights.push(weight);
    weight *= (others + 1) / (k - 1 - others);
  }
  return Array.from({ length: k }, (_, i) => {
    let part = 0;
    for (let mask = 0; mask < size; mask++)
      if (!(mask & (1 << i))) part += (weights[count[mask] ?? 0] ?? 0) * ((r2[mask | (1 << i)] ?? 0) - (r2[mask] ?? 0));
    return part;
  });
}

/** Johnson's relative weights: drivers are swapped for their closest uncorrelated set, and the score's R² is traced back. */
function johnson(table: readonly (readonly number[])[]): number[] {
  const k = table.length - 1;
  const { values, vectors } = eigen(table.slice(0, k).map((line) => line.slice(0, k)));
  const root = (power: number) =>
    Array.from({ length: k }, (_, i) =>
      Array.from({ length: k }, (_line, j) =>
        values.reduce(
          (sum, value, e) =>
            value > 1e-9 ? sum + (vectors[i]?.[e] ?? 0) * value ** power * (vectors[j]?.[e] ?? 0) : sum,
          0,
        ),
      ),
    );
  const loading = root(0.5);
  const inverse = root(-0.5);
  const beta = inverse.map((line) => line.reduce((sum, v, j) => sum + v * (table[j]?.[k] ?? 0), 0));
  return loading.map((line) => line.reduce((sum, v, j) => sum + v * v * (beta[j] ?? 0) ** 2, 0));
}

/** Eigenvalues and vectors (columns) of a symmetric matrix by Jacobi rotations. */
function eigen(matrix: readonly (readonly number[])[]): { values: number[]; vectors: number[][] } {
  const k = matrix.length;
  const a = matrix.map((line) => [...line]);
  const v = a.map((_, i) => a.map((_line, j) => Number(i === j)));
  const get = (m: number[][], i: number, j: number) => m[i]?.[j] ?? 0;
  const turn = (m: number[][], i: number, p: number, q: number, c: number, s: number, rows: boolean) => {
    const [x, y] = rows ? [get(m, p, i), get(m, q, i)] : [get(m, i, p), get(m, i, q)];
    const first = rows ? m[p] : m[i];
    const second = rows ? m[q] : m[i];
    if (first) first[rows ? i : p] = c * x - s * y;
    if (second) second[rows ? i : q] = s * x + c * y;
  };
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let p = 0; p < k; p++)
      for (let q = p + 1; q < k; q++) {
        const apq = get(a, p, q);
        off += apq * apq;
        if (Math.abs(apq) < 1e-15) continue;
        const theta = (get(a, q, q) - get(a, p, p)) / (2 * apq);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        for (let i = 0; i < k; i++) turn(a, i, p, q, c, t * c, false);
        for (let i = 0; i < k; i++) turn(a, i, p, q, c, t * c, true);
        for (let i = 0; i < k; i++) turn(v, i, p, q, c, t * c, false);
      }
    if (off < 1e-20) break;
  }
  return { values: a.map((line, i) => line[i] ?? 0), vectors: v };
}
