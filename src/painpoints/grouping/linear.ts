/** Dense rows of equal width, one after the other: what the numeric steps of the grouping work on. */
export interface Matrix {
  rows: number;
  width: number;
  data: Float32Array;
}

/** Rows of a sparse matrix; `at` holds column numbers below `width`. */
export interface Sparse {
  width: number;
  rows: readonly { at: readonly number[]; value: readonly number[] }[];
}

export const matrix = (rows: number, width: number): Matrix => ({ rows, width, data: new Float32Array(rows * width) });

/** mulberry32: the same numbers on every machine, so that the same statements always give the same groups. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Scales every row to length 1; rows of zeros stay. */
export function normalizeRows({ rows, width, data }: Matrix): void {
  for (let r = 0; r < rows; r++) {
    let square = 0;
    const from = r * width;
    for (let c = from; c < from + width; c++) square += (data[c] ?? 0) ** 2;
    if (square === 0) continue;
    const scale = 1 / Math.sqrt(square);
    for (let c = from; c < from + width; c++) data[c] = (data[c] ?? 0) * scale;
  }
}

/** Rows of at most this many statements tell the directions in which all of them differ. */
const PCA_SAMPLE = 4000;

/**
 * The `dims` directions in which the rows differ most (principal components, by subspace iteration on the covariance of an evenly spread
 * sample), as rows of the answer; with fewer rows or a narrower space, fewer. `mean` is what to take off before projecting.
 */
export function principal(rows: readonly Float32Array[], dims: number): { mean: Float64Array; basis: Float64Array[] } {
  const width = rows[0]?.length ?? 0;
  const mean = new Float64Array(width);
  if (rows.length === 0) return { mean, basis: [] };
  const step = Math.max(1, rows.length / PCA_SAMPLE);
  const sample: Float32Array[] = [];
  for (let at = 0; at < rows.length; at += step) {
    const row = rows[Math.floor(at)];
    if (row) sample.push(row);
  }
  for (const row of sample) for (let c = 0; c < width; c++) mean[c] = (mean[c] ?? 0) + (row[c] ?? 0) / sample.length;
  const covariance = new Float64Array(width * width);
  const centred = new Float64Array(width);
  for (const row of sample) {
    for (let c = 0; c < width; c++) centred[c] = (row[c] ?? 0) - (mean[c] ?? 0);
    for (let i = 0; i < width; i++) {
      const x = centred[i] ?? 0;
      const from = i * width;
      for (let j = i; j < width; j++) covariance[from + j] = (covariance[from + j] ?? 0) + x * (centred[j] ?? 0);
    }
  }
  for (let i = 0; i < width; i++)
    for (let j = 0; j < i; j++) covariance[i * width + j] = covariance[j * width + i] ?? 0;
  const wanted = Math.min(dims, width, sample.length);
  const apply = (vector: Float64Array): Float64Array => {
    const out = new Float64Array(width);
    for (let i = 0; i < width; i++) {
      let sum = 0;
      const from = i * width;
      for (let j = 0; j < width; j++) sum += (covariance[from + j] ?? 0) * (vector[j] ?? 0);
      out[i] = sum;
    }
    return out;
  };
  return { mean, basis: subspace(width, wanted, apply, 6) };
}

/**
 * Latent semantic analysis: every row in the space of the `dims` strongest singular vectors of the matrix. Width `dims` always; rows of
 * zeros where a matrix has less to tell.
 * @param most rows that decide about the vectors, evenly spread
 */
export function latent(sparse: Sparse, dims: number, most: number): Matrix {
  const out = matrix(sparse.rows.length, dims);
  const wanted = Math.min(dims, sparse.width, sparse.rows.length);
  if (wanted === 0) return out;
  const onRow = ({ at, value }: Sparse['rows'][number], vector: Float64Array): number => {
    let sum = 0;
    for (let k = 0; k < at.length; k++) sum += (value[k] ?? 0) * (vector[at[k] ?? 0] ?? 0);
    return sum;
  };
  const step = Math.max(1, sparse.rows.length / most);
  const sample: Sparse['rows'][number][] = [];
  for (let at = 0; at < sparse.rows.length; at += step) {
    const row = sparse.rows[Math.floor(at)];
    if (row) sample.push(row);
  }
  const apply = (vector: Float64Array): Float64Array => {
    const next = new Float64Array(sparse.width);
    for (const row of sample) {
      const dot = onRow(row, vector);
      if (dot === 0) continue;
      for (let k = 0; k < row.at.length; k++) {
        const c = row.at[k] ?? 0;
        next[c] = (next[c] ?? 0) + dot * (row.value[k] ?? 0);
      }
    }
    return next;
  };
  const basis = subspace(sparse.width, wanted, apply, 5);
  for (const [r, row] of sparse.rows.entries())
    for (const [d, vector] of basis.entries()) out.data[r * dims + d] = onRow(row, vector);
  return out;
}

/** Strongest invariant subspace of a symmetric operator, by seeded subspace iteration. */
function subspace(
  width: number,
  count: number,
  apply: (vector: Float64Array) => Float64Array,
  rounds: number,
): Float64Array[] {
  const random = seeded(7);
  let basis: Float64Array[] = Array.from({ length: count }, () =>
    Float64Array.from({ length: width }, () => random() - 0.5),
  );
  for (let round = 0; round < rounds; round++) {
    basis = basis.map(apply);
    orthonormalize(basis);
  }
  return basis;
}

/** Gram–Schmidt, modified; a vector that depends on the ones before it becomes zero. */
function orthonormalize(basis: readonly Float64Array[]): void {
  for (const [n, vector] of basis.entries()) {
    const before = Math.sqrt(dot(vector, vector));
    for (let m = 0; m < n; m++) {
      const other = basis[m];
      if (!other) continue;
      const share = dot(vector, other);
      for (let c = 0; c < vector.length; c++) vector[c] = (vector[c] ?? 0) - share * (other[c] ?? 0);
    }
    const length = Math.sqrt(dot(vector, vector));
    const scale = length > before * 1e-9 && length > 0 ? 1 / length : 0;
    for (let c = 0; c < vector.length; c++) vector[c] = (vector[c] ?? 0) * scale;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += (a[c] ?? 0) * (b[c] ?? 0);
  return sum;
}

/** Rows of a block that are compared with all others while they are in the processor's cache. */
const BLOCK = 64;

/**
 * The `count` nearest rows of each row by cosine (rows of length 1), exact: `near[r * count + k]` is a row number or −1, `similarity` beside
 * it, nearest first. Work grows with rows²; callers bound the rows.
 */
export function nearestRows(
  { rows, width, data }: Matrix,
  count: number,
): { near: Int32Array; similarity: Float32Array } {
  const near = new Int32Array(rows * count).fill(-1);
  const similarity = new Float32Array(rows * count).fill(-2);
  const offer = (row: number, other: number, value: number): void => {
    const from = row * count;
    const last = from + count - 1;
    if (value <= (similarity[last] ?? 0)) return;
    let at = last;
    while (at > from && (similarity[at - 1] ?? 0) < value) {
      similarity[at] = similarity[at - 1] ?? 0;
      near[at] = near[at - 1] ?? -1;
      at--;
    }
    similarity[at] = value;
    near[at] = other;
  };
  for (let blockA = 0; blockA < rows; blockA += BLOCK) {
    const endA = Math.min(rows, blockA + BLOCK);
    for (let b = blockA; b < rows; b++) {
      const fromB = b * width;
      for (let a = blockA; a < Math.min(endA, b); a++) {
        const fromA = a * width;
        let s0 = 0;
        let s1 = 0;
        let s2 = 0;
        let s3 = 0;
        let c = 0;
        for (; c + 3 < width; c += 4) {
          s0 += (data[fromA + c] as number) * (data[fromB + c] as number);
          s1 += (data[fromA + c + 1] as number) * (data[fromB + c + 1] as number);
          s2 += (data[fromA + c + 2] as number) * (data[fromB + c + 2] as number);
          s3 += (data[fromA + c + 3] as number) * (data[fromB + c + 3] as number);
        }
        for (; c < width; c++) s0 += (data[fromA + c] as number) * (data[fromB + c] as number);
        const value = s0 + s1 + s2 + s3;
        offer(a, b, value);
        offer(b, a, value);
      }
    }
  }
  return { near, similarity };
}
