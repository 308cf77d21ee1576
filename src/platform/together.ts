import type { Tx } from './db.js';

/**
 * Lets many pieces of work in one transaction read what they need in common statements, each written as if it were alone:
 *
 *   await together(tx, mails.map((mail) => () => render(tx, mail)));          // runs them side by side
 *   joined(tx, 'contacts', ids, (all) => query(all))                          // in `render`: one query for all that ask at that moment
 *   once(tx, 'policy', () => query())                                         // in `render`: read by the first, shared by the rest
 *
 * Outside `together` both simply call their function. Reads that came together are as old as the first of them, so what a piece of work
 * writes is not seen by `once` of the others.
 */
export async function together<T>(tx: Tx, work: readonly (() => Promise<T>)[]): Promise<T[]> {
  running.set(tx.em, new Reads());
  const inLine = oneByOne(tx);
  try {
    // All come to their end before the transaction does.
    const results = await Promise.allSettled(work.map((one) => one()));
    return results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  } finally {
    inLine.end();
    running.delete(tx.em);
  }
}

/** A connection answers one statement after the other, and pg wants to be asked so. */
function oneByOne(tx: Tx): { end: () => void } {
  const runner = tx.em.queryRunner;
  if (!runner) throw new Error('not in a transaction');
  const query = runner.query.bind(runner);
  let last: Promise<unknown> = Promise.resolve();
  const queued = (...args: Parameters<typeof query>): Promise<unknown> => {
    const next = last.then(() => query(...args));
    last = next.catch(() => undefined);
    return next;
  };
  Object.assign(runner, { query: queued });
  return { end: () => void Reflect.deleteProperty(runner, 'query') };
}

/** `load` answers for any number of keys; keys without an answer are left out. */
export function joined<V>(
  tx: Tx,
  name: string,
  keys: readonly string[],
  load: (keys: string[]) => Promise<Map<string, V>>,
): Promise<Map<string, V>> {
  const reads = running.get(tx.em);
  return reads ? reads.join(name, keys, load) : load([...keys]);
}

export function once<V>(tx: Tx, key: string, load: () => Promise<V>): Promise<V> {
  const reads = running.get(tx.em);
  return reads ? reads.once(key, load) : load();
}

const running = new WeakMap<Tx['em'], Reads>();

class Reads {
  private readonly shared = new Map<string, Promise<unknown>>();
  private readonly waiting = new Map<string, { keys: Set<string>; answer: Promise<Map<string, unknown>> }>();

  once<V>(key: string, load: () => Promise<V>): Promise<V> {
    let found = this.shared.get(key) as Promise<V> | undefined;
    if (!found) this.shared.set(key, (found = load()));
    return found;
  }

  async join<V>(
    name: string,
    keys: readonly string[],
    load: (keys: string[]) => Promise<Map<string, V>>,
  ): Promise<Map<string, V>> {
    let group = this.waiting.get(name);
    if (!group) {
      const wanted = new Set<string>();
      // All that are at the same point have asked by the end of this turn of the event loop.
      const answer = new Promise((resolve) => setImmediate(resolve)).then(() => {
        this.waiting.delete(name);
        return load([...wanted]);
      });
      this.waiting.set(name, (group = { keys: wanted, answer }));
    }
    for (const key of keys) group.keys.add(key);
    const all = (await group.answer) as Map<string, V>;
    return new Map(keys.flatMap((key) => (all.has(key) ? [[key, all.get(key) as V] as const] : [])));
  }
}
