import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type pg from 'pg';
import { DatabaseTimeoutError } from './errors.ts';

/**
 * The same pool, with every wait bounded: for a connection and its first statement together, and for each statement
 * after it. A connection whose statement took longer is destroyed, as its answer may come at any time; the server may
 * still carry out what it was asked. Closing stays with the owner of the pool.
 */
export function boundedPool(pool: pg.Pool, milliseconds: number): PostgresPool {
  return {
    options: {},
    async connect() {
      const began = performance.now();
      const client = await inTime(pool.connect(), milliseconds, milliseconds, (late) => late.release());
      return new BoundedClient(client, milliseconds, began);
    },
    end: async () => {},
  };
}

class BoundedClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  readonly #milliseconds: number;
  #began: number;
  #broken = false;

  constructor(client: pg.PoolClient, milliseconds: number, began: number) {
    this.#client = client;
    this.#milliseconds = milliseconds;
    this.#began = began;
  }

  query<R>(statement: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query(): never;
  query<R>(statement?: string, parameters: readonly unknown[] = []): Promise<PostgresQueryResult<R>> {
    if (typeof statement !== 'string') throw new TypeError('a bounded connection has no cursors');
    return this.#run<R>(statement, [...parameters]);
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy === true || this.#broken);
  }

  async #run<R>(statement: string, parameters: unknown[]): Promise<PostgresQueryResult<R>> {
    // The end of the connection rolls back by itself.
    if (this.#broken && statement === 'rollback') return { command: 'ROLLBACK', rowCount: 0, rows: [] };
    if (this.#broken) throw new DatabaseTimeoutError(this.#milliseconds);
    const left = Math.max(1, this.#milliseconds - (performance.now() - this.#began));
    try {
      const result = await inTime(this.#client.query(statement, parameters), left, this.#milliseconds);
      return result as unknown as PostgresQueryResult<R>;
    } catch (error) {
      if (error instanceof DatabaseTimeoutError) this.#broken = true;
      throw error;
    } finally {
      this.#began = performance.now();
    }
  }
}

/** @throws DatabaseTimeoutError after `left` ms; what comes later is given to `late`. */
function inTime<T>(work: Promise<T>, left: number, limit: number, late?: (value: T) => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      reject(new DatabaseTimeoutError(limit));
    }, left);
    work.then(
      (value) => {
        clearTimeout(timer);
        if (over) late?.(value);
        else resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        if (!over) reject(error);
      },
    );
  });
}
