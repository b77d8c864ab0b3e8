import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { Refusal } from './refusal.ts';

interface OpenTransaction {
  readonly client: pg.PoolClient;
  readonly database: string;
  busy: boolean;
  timer: NodeJS.Timeout;
}

/** Transactions by id. One that nobody uses for `idle` ms is rolled back; an id that has ended is never known again. */
export class Transactions {
  readonly #idle: number;
  readonly #open = new Map<string, OpenTransaction>();
  readonly #ended = new Map<string, string>();

  constructor(idle: number) {
    this.#idle = idle;
  }

  async begin(client: pg.PoolClient, database: string): Promise<string> {
    await client.query('begin');
    const id = randomBytes(96).toString('base64');
    this.#open.set(id, { client, database, busy: false, timer: this.#timer(id) });
    return id;
  }

  /** Runs `work` on the transaction's connection. @throws Refusal when it has ended, or is at work already */
  async use<T>(id: string, database: string | null, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const transaction = this.#open.get(id);
    if (transaction === undefined) {
      const why = this.#ended.get(id) ?? 'Transaction may be expired.';
      throw new Refusal('TransactionNotFoundException', `Transaction ${id} is not found. ${why}`);
    }
    if (transaction.busy) throw new Refusal('DatabaseErrorException', 'Transaction is still running a query');
    if (database !== null && database !== transaction.database) {
      throw new Refusal('BadRequestException', 'Database name is not the same as transaction');
    }
    clearTimeout(transaction.timer);
    transaction.busy = true;
    try {
      return await work(transaction.client);
    } finally {
      transaction.busy = false;
      if (this.#open.has(id)) transaction.timer = this.#timer(id);
    }
  }

  async end(id: string, how: 'commit' | 'rollback', why: string): Promise<void> {
    const transaction = this.#open.get(id);
    if (transaction === undefined) return;
    clearTimeout(transaction.timer);
    this.#open.delete(id);
    this.#ended.set(id, why);
    try {
      await transaction.client.query(how);
      transaction.client.release();
    } catch (error) {
      transaction.client.release(true);
      throw error;
    }
  }

  get count(): number {
    return this.#open.size;
  }

  async endAll(): Promise<void> {
    for (const id of [...this.#open.keys()]) await this.end(id, 'rollback', '').catch(() => {});
  }

  #timer(id: string): NodeJS.Timeout {
    const expire = () => void this.end(id, 'rollback', 'Transaction may be expired.').catch(() => {});
    return setTimeout(expire, this.#idle).unref();
  }
}
