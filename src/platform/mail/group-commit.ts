/**
 * Joins work that arrives while a batch is under way into the next batch of the same key: alone, work starts at once; under load one
 * transaction serves many. Results come in the order of the items; when `run` throws, all items of that batch throw.
 * With `lingerMs` each batch waits that long for company.
 */
export class GroupCommit<T, R> {
  private readonly groups = new Map<string, Waiting<T, R>[]>();

  constructor(
    private readonly run: (key: string, items: T[]) => Promise<R[]>,
    private readonly options: { most?: number; lingerMs?: number } = {},
  ) {}

  add(key: string, item: T): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      const waiting = { item, resolve, reject };
      const group = this.groups.get(key);
      if (group) group.push(waiting);
      else {
        this.groups.set(key, [waiting]);
        void this.work(key);
      }
    });
  }

  private async work(key: string): Promise<void> {
    const { most = 200, lingerMs } = this.options;
    for (let group = this.groups.get(key); group && group.length > 0; group = this.groups.get(key)) {
      // What comes in the same turn of the event loop joins the batch, even the first.
      await new Promise<void>((resolve) =>
        lingerMs === undefined ? setImmediate(resolve) : setTimeout(resolve, lingerMs),
      );
      const batch = group.splice(0, most);
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
    this.groups.delete(key);
  }
}

interface Waiting<T, R> {
  item: T;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
}
