import { gunzipSync } from 'node:zlib';

import packed from './data/model.json' with { type: 'json' };
import { FEATURE_BITS, type Features } from './features.js';

/**
 * The shipped weights. `data` is base64 of gzip of: for each kept place, its distance to the one before as a varint, then all weights
 * as int8. Built by `scripts/train-sentiment.mjs` from the sets named in CREDITS.md.
 */
interface PackedModel {
  version: string;
  bias: number;
  scale: number;
  kept: number;
  data: string;
}

let weights: Float32Array | null = null;

function load(): Float32Array {
  const { data, kept, scale }: PackedModel = packed;
  const bytes = gunzipSync(Buffer.from(data, 'base64'));
  const places: number[] = [];
  let at = 0;
  let place = 0;
  for (let k = 0; k < kept; k++) {
    let step = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      step |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    place += step;
    places.push(place);
  }
  const all = new Float32Array(1 << FEATURE_BITS);
  for (const [k, p] of places.entries()) all[p] = bytes.readInt8(at + k) * scale;
  return all;
}

export const modelVersion: string = packed.version;

/** Log-odds that a clause with these features is positive; 0 is undecided. */
export function logit({ places, values }: Features): number {
  weights ??= load();
  let sum = packed.bias;
  for (let i = 0; i < places.length; i++) sum += (weights[places[i] ?? 0] ?? 0) * (values[i] ?? 0);
  return sum;
}
