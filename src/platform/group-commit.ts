/**
 * Joins work that arrives while batches are under way into the next batch of the same key: alone, work starts at once; under load one
 * transaction serves many. Results come in the order of the items; when `run` throws, all items of that batch throw.
 * `lanes` batches of a key may run side by side (default 1), which shortens the wait where answers are far away. With `lingerMs` each batch
 * waits that long for company. (`together` joins the reads of one transaction; this joins transactions.)
 */
export class GroupCommit<T, R> {
  private readonly groups = new Map<string, { waiting: Waiting<T, R>[]; lanes: number }>();

  constructor(
    private readonly run: (key: string, items: T[]) => Promise<R[]>,
    private readonly options: { most?: number; lingerMs?: number; lanes?: number } = {},
  ) {}

  add(key: string, item: T): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      let group = this.groups.get(key);
      if (!group) this.groups.set(key, (group = { waiting: [], lanes: 0 }));
      group.waiting.push({ item, resolve, reject });
      // A lane that is still gathering takes this one along, so that not every item has a batch of its own.
      if (group.lanes < (this.options.lanes ?? 1) && group.waiting.length === 1) {
        group.lanes++;
        void this.work(key, group);
      }
    });
  }

  private async work(key: string, group: { waiting: Waiting<T, R>[]; lanes: number }): Promise<void> {
    const { most = 200, lingerMs } = this.options;
    while (group.waiting.length > 0) {
      // What comes in the same turn of the event loop joins the batch, even the first.
      await new Promise<void>((resolve) =>
        lingerMs === undefined ? setImmediate(resolve) : setTimeout(resolve, lingerMs),
      );
      const batch = group.waiting.splice(0, most);
      // Another lane was quicker.
      if (batch.length === 0) continue;
      try {
        const results = await this.run(
          key,
          batch.map(({ item }) => item),
        );
        batch.forEach(({ resolve }, at) => resolve(results[at] as R));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    group.lanes--;
    if (group.lanes === 0) this.groups.delete(key);
  }
}

interface Waiting<T, R> {
  item: T;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
}
