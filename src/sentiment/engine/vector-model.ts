import packed from './data/vector-model.json' with { type: 'json' };

/**
 * A logistic regression over sentence vectors, trained like the model over words (`scripts/train-sentiment.mjs`). It knows vectors of one
 * provider only. `data` is base64 of int8 weights.
 */
interface PackedModel {
  version: string;
  /** `id@version` of the provider whose vectors it reads. */
  vectors: string;
  bias: number;
  scale: number;
  data: string;
}

const model: PackedModel = packed;
let weights: Float32Array | null = null;

export const vectorModelVersion: string = model.version;
/** The `vectorVersion` of the provider whose vectors this model reads. */
export const readsVectorsOf: string = model.vectors;

/** Log-odds that a statement with this vector is positive; null for a vector of zeros or of another width. */
export function vectorLogit(vector: Float32Array): number | null {
  weights ??= Float32Array.from(new Int8Array(Buffer.from(model.data, 'base64')), (byte) => byte * model.scale);
  if (vector.length !== weights.length) return null;
  let sum = model.bias;
  let square = 0;
  for (let c = 0; c < vector.length; c++) {
    const x = vector[c] ?? 0;
    sum += x * (weights[c] ?? 0);
    square += x * x;
  }
  return square > 0 ? sum : null;
}
