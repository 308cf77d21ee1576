/** Of two vectors of length 1; 0 with a vector of zeros or of another width. */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += (a[c] ?? 0) * (b[c] ?? 0);
  return sum;
}

/**
 * One byte per number, for a `bytea` column: each number × 127 ÷ the largest. Reading it back scales to length 1, so the largest need not
 * be kept; the cosine of a vector with its copy stays above 0.999.
 */
export function packVector(vector: Float32Array): Buffer {
  let most = 0;
  for (const x of vector) most = Math.max(most, Math.abs(x));
  const bytes = new Int8Array(vector.length);
  if (most > 0) for (const [c, x] of vector.entries()) bytes[c] = Math.round((x / most) * 127);
  return Buffer.from(bytes.buffer);
}

export function unpackVector(packed: Uint8Array): Float32Array {
  const bytes = new Int8Array(packed.buffer, packed.byteOffset, packed.byteLength);
  const vector = Float32Array.from(bytes);
  let square = 0;
  for (const x of vector) square += x * x;
  if (square > 0) {
    const scale = 1 / Math.sqrt(square);
    for (const [c, x] of vector.entries()) vector[c] = x * scale;
  }
  return vector;
}

/** The `limit` packed vectors nearest to `query` by cosine, nearest first: exact, one pass. Entries of another width are left out. */
export function nearestVectors<T>(
  query: Float32Array,
  entries: Iterable<{ item: T; packed: Uint8Array }>,
  limit: number,
): { item: T; similarity: number }[] {
  const best: { item: T; similarity: number }[] = [];
  for (const { item, packed } of entries) {
    if (packed.byteLength !== query.length) continue;
    const bytes = new Int8Array(packed.buffer, packed.byteOffset, packed.byteLength);
    let dot = 0;
    let square = 0;
    for (let c = 0; c < query.length; c++) {
      const x = bytes[c] ?? 0;
      dot += (query[c] ?? 0) * x;
      square += x * x;
    }
    const similarity = square > 0 ? dot / Math.sqrt(square) : 0;
    const last = best.at(-1);
    if (best.length >= limit && last && similarity <= last.similarity) continue;
    let at = best.length;
    while (at > 0 && (best[at - 1]?.similarity ?? 0) < similarity) at--;
    best.splice(at, 0, { item, similarity });
    if (best.length > limit) best.pop();
  }
  return best;
}
