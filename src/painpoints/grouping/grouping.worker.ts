// Groups on a thread of its own: a night's regrouping computes for seconds, during which the server must answer.
import { parentPort } from 'node:worker_threads';

import { regroup } from './index.js';
import type { RegroupRequest } from './thread.js';

parentPort?.on('message', ({ items, centres, options }: RegroupRequest) => {
  try {
    parentPort?.postMessage({ reply: regroup(items, centres, options) });
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
