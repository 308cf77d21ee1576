import { Thread } from '../../platform/thread.js';
import { regroup } from './index.js';
import type { Centre, GroupItem, RegroupOptions, Regrouping } from './types.js';

export interface RegroupRequest {
  items: readonly GroupItem[];
  centres: readonly Centre[];
  options: RegroupOptions;
}

/** Statements that may wait to be grouped. */
const MOST_WAITING = 200_000;
/** Its heap holds a hundred MB more than it needs when idle; starting anew costs a fraction of a second. */
const IDLE_MS = 20_000;
const LONGEST_MS = 5 * 60_000;

const thread = new Thread<RegroupRequest, Regrouping>(new URL('./grouping.worker.js', import.meta.url), {
  mostWaiting: MOST_WAITING,
  idleMs: IDLE_MS,
  longestMs: LONGEST_MS,
});

/**
 * `regroup` on a worker thread: the same answer, and the event loop stays free. Touchpoints wait for one another, small ones first.
 * @throws ThreadUnavailable when too much waits or the thread died of it twice; the statements stay where they are until the next time
 */
export async function regroupInThread(
  items: readonly GroupItem[],
  centres: readonly Centre[],
  options: RegroupOptions = {},
): Promise<Regrouping> {
  // Specs run from the sources, where there is no compiled thread.
  if (!thread.exists) return regroup(items, centres, options);
  return thread.run({ items, centres, options }, items.length);
}

/** Ends the thread; the next regrouping starts it again. */
export const closeGroupingThread = (): Promise<void> => thread.close();
