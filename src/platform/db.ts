import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, Logger } from '@nestjs/common';
import { escapeLiteral } from 'pg';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';

/** One open transaction of one tenant. `tenant_id` is filled and filtered by the database, so code neither passes nor filters it. */
export type Tx = Readonly<{ em: EntityManager; tenantId: string; afterCommit: (() => Promise<void>)[] }>;

/** The only door to PostgreSQL. */
@Injectable()
export class Db {
  private readonly open = new AsyncLocalStorage<true>();
  private readonly log = new Logger('Db');

  constructor(private readonly ds: DataSource) {}

  /**
   * Runs `work` in one transaction that sees and writes only `tenantId`'s rows (row-level security).
   * Commits when `work` resolves, rolls back when it throws; then starts `afterCommit`, whose failures are only logged.
   * @throws Error when called inside another transaction: pass the `tx` you have
   */
  async tenant<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transaction((em, afterCommit) => work({ em, tenantId, afterCommit }), enter(tenantId));
  }

  /**
   * Calls a database function that enters the tenant itself (its first argument): one statement, one transaction, one round trip. For work that
   * comes thousands of times a second.
   */
  async routine<R>(
    name: 'mail_progress' | 'keys_presented',
    args: readonly [tenantId: string, ...unknown[]],
  ): Promise<R[]> {
    return this.ds.query(`select * from ${name}(${args.map((_, at) => `$${at + 1}`).join(', ')})`, [...args]);
  }

  /** A transaction over the tables without row security (`migrations/shared-tables.ts`); tenant tables look empty in it. */
  async system<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.transaction((em) => work(em));
  }

  /**
   * A transaction that starts without a tenant and enters one it has just created (sign-up, set-up, demo).
   * `enter` may be called once.
   */
  async systemThenTenant<T>(
    work: (em: EntityManager, enter: (tenantId: string) => Promise<Tx>) => Promise<T>,
  ): Promise<T> {
    return this.transaction((em, afterCommit) =>
      work(em, async (tenantId) => {
        await em.query(enter(tenantId));
        return { em, tenantId, afterCommit };
      }),
    );
  }

  /** All tenants, for sweeps that visit each of them in a transaction of its own. */
  async tenantIds(): Promise<string[]> {
    const rows: { id: string }[] = await this.ds.query(`select id from tenants order by id`);
    return rows.map((row) => row.id);
  }

  /** @param first a statement that travels with the start of the transaction: where answers are short, round trips are what costs */
  private async transaction<T>(
    work: (em: EntityManager, afterCommit: Tx['afterCommit']) => Promise<T>,
    first?: string,
  ): Promise<T> {
    if (this.open.getStore()) throw new Error('nested transaction: pass tx down');
    const afterCommit: Tx['afterCommit'] = [];
    const result = await this.open.run(true, async () => {
      const runner = this.ds.createQueryRunner();
      try {
        if (first !== undefined) startWith(runner, first);
        await runner.startTransaction();
        const done = await work(runner.manager, afterCommit);
        await runner.commitTransaction();
        return done;
      } catch (error) {
        // The connection may be gone, and with it the transaction.
        if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
        throw error;
      } finally {
        await runner.release();
      }
    });
    // Never awaited: a hook may talk to Redis, and Redis may hang.
    for (const hook of afterCommit)
      void hook().catch((error: unknown) => this.log.warn(`after commit: ${String(error)}`));
    return result;
  }
}

const enter = (tenantId: string): string => `select set_config('app.tenant_id', ${escapeLiteral(tenantId)}, true)`;

/** TypeORM's first statement is START TRANSACTION, without values; PostgreSQL takes several such at once. */
function startWith(runner: QueryRunner, first: string): void {
  const query = runner.query.bind(runner);
  const start = (statement: string): Promise<unknown> => {
    Reflect.deleteProperty(runner, 'query');
    return query(`${statement}; ${first}`);
  };
  Object.assign(runner, { query: start });
}
