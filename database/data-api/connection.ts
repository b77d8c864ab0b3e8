import { setTimeout as sleep } from 'node:timers/promises';
import type { ColumnMetadata, Field } from '@aws-sdk/client-rds-data';
import {
  type AbortableOperationOptions,
  AbortedTransactionError,
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type { DataApiCalls } from './calls.ts';
import { columnReader } from './column-value.ts';
import { DataApiRefusedError } from './errors.ts';
import { sqlParameters } from './parameters.ts';
import { changesRows } from './statement-command.ts';

/** The API has no connections: this holds at most one transaction, and is thrown away when released. */
export class DataApiConnection implements DatabaseConnection {
  readonly #calls: DataApiCalls;
  #transaction: string | null = null;
  #failed = false;
  #cursors = 0;

  constructor(calls: DataApiCalls) {
    this.#calls = calls;
  }

  async executeQuery<R>(query: CompiledQuery, options?: AbortableOperationOptions): Promise<QueryResult<R>> {
    try {
      const { sql, parameters } = query;
      const answer = await this.#calls.execute(
        sql,
        sqlParameters(parameters),
        this.#transaction,
        options?.signal,
      );
      const rows = readRows(answer.records, answer.columnMetadata) as R[];
      if (!changesRows(query)) return { rows };
      // With `returning`, what the API says was updated is 0.
      const affected = Math.max(answer.numberOfRecordsUpdated ?? 0, rows.length);
      return { rows, numAffectedRows: BigInt(affected) };
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  /** Reads by a cursor in a transaction, `chunkSize` rows a call: choose it so that a chunk stays under 1 MiB. */
  async *streamQuery<R>(
    query: CompiledQuery,
    chunkSize: number,
    options?: AbortableOperationOptions,
  ): AsyncIterableIterator<QueryResult<R>> {
    const own = this.#transaction === null;
    if (own) await this.begin({ accessMode: 'read only' }, options);
    const cursor = `stream_${++this.#cursors}`;
    const run = (sql: string, of = query) => this.executeQuery<R>({ ...of, sql }, options);
    const bare = { ...query, parameters: [] };
    try {
      await run(`declare ${cursor} no scroll cursor for ${query.sql}`);
      for (;;) {
        const { rows } = await run(`fetch forward ${chunkSize} from ${cursor}`, bare);
        if (rows.length === 0) break;
        yield { rows };
      }
    } finally {
      if (own) await this.rollback();
      else if (!this.#failed) await run(`close ${cursor}`, bare);
    }
  }

  async begin(
    { isolationLevel, accessMode }: TransactionSettings,
    options?: AbortableOperationOptions,
  ): Promise<void> {
    this.#transaction = await this.#calls.begin(options?.signal);
    this.#failed = false;
    const modes = [isolationLevel && `isolation level ${isolationLevel}`, accessMode]
      .filter(Boolean)
      .join(', ');
    try {
      if (modes !== '') await this.#tell(`set transaction ${modes}`, options);
      // A statement that we gave up would keep the transaction busy, and its locks with it: it ends soon after.
      const { within } = this.#calls;
      if (within !== null)
        await this.#tell(`set local statement_timeout = ${Math.ceil(within) + 100}`, options);
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  /** @throws AbortedTransactionError when a statement of it failed: PostgreSQL would have rolled back, silently. */
  async commit(): Promise<void> {
    if (this.#failed) {
      await this.rollback();
      throw new AbortedTransactionError();
    }
    const transaction = this.#end();
    if (transaction !== null) await this.#calls.commit(transaction);
  }

  /** Ends the transaction here in any case; where the API cannot be told, it rolls back by itself in three minutes. */
  async rollback(): Promise<void> {
    const transaction = this.#end();
    if (transaction === null) return;
    for (const wait of [50, 100, 200, 400, 800, null]) {
      try {
        await this.#calls.rollback(transaction);
        return;
      } catch (error) {
        if (!(error instanceof DataApiRefusedError)) return;
        if (!isBusy(error)) throw error;
        if (wait !== null) await sleep(wait);
      }
    }
  }

  rolledBackToSavepoint(): void {
    this.#failed = false;
  }

  async #tell(sql: string, options?: AbortableOperationOptions): Promise<void> {
    await this.#calls.execute(sql, [], this.#transaction, options?.signal);
  }

  /** An id is never used again, whatever became of it. */
  #end(): string | null {
    const transaction = this.#transaction;
    this.#transaction = null;
    this.#failed = false;
    return transaction;
  }
}

/** A statement that we no longer wait for is still running. */
function isBusy(error: unknown): boolean {
  return error instanceof DataApiRefusedError && error.message.includes('still running a query');
}

/** The records as objects by column label. Of two columns with one label the last counts, as with `pg`. */
function readRows(
  records: readonly Field[][] | undefined,
  columns: readonly ColumnMetadata[] | undefined,
): Record<string, unknown>[] {
  const readers = (columns ?? []).map(({ label, name, typeName }) => ({
    label: label ?? name ?? '',
    read: columnReader(typeName ?? ''),
  }));
  return (records ?? []).map((record) => {
    const row: Record<string, unknown> = {};
    readers.forEach(({ label, read }, index) => {
      const field = record[index];
      row[label] = field === undefined ? null : read(field);
    });
    return row;
  });
}
