/**
 * Trains the English sentiment models and writes `src/sentiment/engine/data/model.json` and `vector-model.json`.
 *   node scripts/train-sentiment.mjs [FOLDER OF SETS, default ../shared/eval]
 * Only sets whose licence lets us ship what is learned from them are read: pros_cons, product_reviews, vader_gt (CREDITS.md). A logistic
 * regression over hashed words, word pairs and lexicon features, fitted by AdaGrad in a fixed order: the same input gives the same file.
 */
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { compileEngine, heldOut, readSet, root, vectorStore } from './language-engine.mjs';

const EPOCHS = 5;
const RATE = 0.1;
const DECAY = 3e-6;
const KEEP = 70_000;
/** How much one row of each set counts. */
const WEIGHT = { pros_cons: 1, product_reviews: 1.5, vader_gt: 3 };

const folder = path.resolve(process.argv[2] ?? path.join(root, '../shared/eval'));
const load = compileEngine();
const { tokenize } = await load('sentiment/engine/tokens');
const { lexiconOf } = await load('sentiment/engine/lexicon');
const { respell, weigh } = await load('sentiment/engine/valence');
const { featuresOf, FEATURE_BITS } = await load('sentiment/engine/features');
const english = lexiconOf('en');

const { analyse, statementsOf } = await load('sentiment/engine/index');

const rows = [];
/** Statements with the mark of their row, for the model over sentence vectors. */
const statements = [];
for (const name of Object.keys(WEIGHT)) {
  const set = readSet(folder, name);
  if (!set) throw new Error(`${name}.jsonl is not in ${folder}`);
  for (const row of set) {
    if (name !== 'vader_gt' && heldOut(row)) continue;
    const target =
      name === 'vader_gt'
        ? 1 / (1 + Math.exp(-1.6 * row.score))
        : row.label === 'positive'
          ? 1
          : row.label === 'negative'
            ? 0
            : 0.5;
    const tokens = respell(
      tokenize(row.text).filter((token) => token.kind !== 'noise' && token.kind !== 'break'),
      english,
    );
    const features = featuresOf(tokens, weigh(tokens, english));
    const undecided = row.label === 'none' || row.label === 'mixed';
    const weight = WEIGHT[name] * (undecided ? 0.6 : 1);
    rows.push({ features, target, weight });
    for (const text of statementsOf(analyse(row.text, { locale: 'en' }))) statements.push({ text, target, weight });
  }
}

let state = 20_240_601;
const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;

const size = 1 << FEATURE_BITS;
const weights = new Float64Array(size);
const squares = new Float64Array(size).fill(1e-2);
let bias = 0;
let biasSquare = 1;
const order = rows.map((_, i) => i);
for (let epoch = 0; epoch < EPOCHS; epoch++) {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  let loss = 0;
  for (const r of order) {
    const { features, target, weight } = rows[r];
    const { places, values } = features;
    let sum = bias;
    for (let k = 0; k < places.length; k++) sum += weights[places[k]] * values[k];
    const p = 1 / (1 + Math.exp(-sum));
    loss -= target * Math.log(p + 1e-9) + (1 - target) * Math.log(1 - p + 1e-9);
    const error = (p - target) * weight;
    for (let k = 0; k < places.length; k++) {
      const at = places[k];
      const gradient = error * values[k] + DECAY * weights[at] * rows.length * 0.01;
      squares[at] += gradient * gradient;
      weights[at] -= (RATE * gradient) / Math.sqrt(squares[at]);
    }
    biasSquare += error * error;
    bias -= (RATE * error * 0.3) / Math.sqrt(biasSquare);
  }
  process.stdout.write(`epoch ${epoch + 1}: loss ${(loss / rows.length).toFixed(4)}\n`);
}

const places = [...weights.keys()]
  .filter((at) => weights[at] !== 0)
  .sort((a, b) => Math.abs(weights[b]) - Math.abs(weights[a]) || a - b)
  .slice(0, KEEP)
  .sort((a, b) => a - b);
const largest = places.reduce((most, at) => Math.max(most, Math.abs(weights[at])), 0);
const scale = largest / 127;
const kept = places.filter((at) => Math.round(weights[at] / scale) !== 0);
const steps = [];
let previous = 0;
for (const at of kept) {
  let step = at - previous;
  previous = at;
  while (step >= 128) {
    steps.push((step & 127) | 128);
    step >>>= 7;
  }
  steps.push(step);
}
const values = Int8Array.from(kept, (at) => Math.round(weights[at] / scale));
const data = gzipSync(Buffer.concat([Buffer.from(steps), Buffer.from(values.buffer)]), { level: 9 }).toString('base64');
const file = path.join(root, 'src/sentiment/engine/data/model.json');
const model = {
  version: 'lr-2',
  bias: Number(bias.toFixed(6)),
  scale: Number(scale.toPrecision(8)),
  kept: kept.length,
  data,
};
fs.writeFileSync(file, `${JSON.stringify(model, null, 2)}\n`);
process.stdout.write(`${rows.length} rows, ${kept.length} weights, ${(data.length / 1024).toFixed(0)} KiB\n`);

// The model over sentence vectors: the same method, all places filled.
const store = await vectorStore(load);
const { vectorVersion } = await load('sentiment/embedding/index');
const vectors = await store.embed(statements.map(({ text }) => text));
const { dims } = store.provider;
const VECTOR_EPOCHS = 8;
const VECTOR_RATE = 0.05;
const VECTOR_DECAY = 1e-4;
/** Numbers of a unit vector are small; this brings them to the size that the rate was chosen for. */
const STRETCH = 10;
const own = new Float64Array(dims);
const ownSquares = new Float64Array(dims).fill(1e-3);
let ownBias = 0;
let ownBiasSquare = 1;
const turns = statements.map((_, i) => i);
for (let epoch = 0; epoch < VECTOR_EPOCHS; epoch++) {
  for (let i = turns.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [turns[i], turns[j]] = [turns[j], turns[i]];
  }
  let loss = 0;
  for (const t of turns) {
    const { target, weight } = statements[t];
    const vector = vectors[t];
    let sum = ownBias;
    for (let k = 0; k < dims; k++) sum += own[k] * vector[k] * STRETCH;
    const p = 1 / (1 + Math.exp(-sum));
    loss -= target * Math.log(p + 1e-9) + (1 - target) * Math.log(1 - p + 1e-9);
    const error = (p - target) * weight;
    for (let k = 0; k < dims; k++) {
      const gradient = error * vector[k] * STRETCH + VECTOR_DECAY * own[k];
      ownSquares[k] += gradient * gradient;
      own[k] -= (VECTOR_RATE * gradient) / Math.sqrt(ownSquares[k]);
    }
    ownBiasSquare += error * error;
    ownBias -= (VECTOR_RATE * error) / Math.sqrt(ownBiasSquare);
  }
  process.stdout.write(`vectors, epoch ${epoch + 1}: loss ${(loss / statements.length).toFixed(4)}\n`);
}
const stretched = own.map((weight) => weight * STRETCH);
const step = stretched.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / 127;
const vectorModel = {
  version: 'vlr-1',
  vectors: vectorVersion(store.provider),
  bias: Number(ownBias.toFixed(6)),
  scale: Number(step.toPrecision(8)),
  data: Buffer.from(Int8Array.from(stretched, (weight) => Math.round(weight / step)).buffer).toString('base64'),
};
fs.writeFileSync(
  path.join(root, 'src/sentiment/engine/data/vector-model.json'),
  `${JSON.stringify(vectorModel, null, 2)}\n`,
);
process.stdout.write(`${statements.length} statements, ${dims} weights over vectors\n`);
await store.provider.close();
