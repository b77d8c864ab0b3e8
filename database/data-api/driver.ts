import {
  type AbortableOperationOptions,
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type TransactionSettings,
} from 'kysely';
import type { DataApiCalls } from './calls.ts';
import { DataApiConnection } from './connection.ts';

/** Kysely's driver over the API's calls. Every acquired connection is new, so that nothing is carried over. */
export class DataApiDriver implements Driver {
  readonly #open: () => Promise<DataApiCalls>;
  #calls: DataApiCalls | null = null;

  constructor(open: () => Promise<DataApiCalls>) {
    this.#open = open;
  }

  async init(): Promise<void> {
    this.#calls = await this.#open();
  }

  async acquireConnection(options?: AbortableOperationOptions): Promise<DatabaseConnection> {
    options?.signal?.throwIfAborted();
    if (this.#calls === null) throw new Error('the driver was not initialised');
    return new DataApiConnection(this.#calls);
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    await ours(connection).begin(settings);
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await ours(connection).commit();
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await ours(connection).rollback();
  }

  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`savepoint ${quoted(name)}`));
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`rollback to ${quoted(name)}`));
    ours(connection).rolledBackToSavepoint();
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`release ${quoted(name)}`));
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    await ours(connection).rollback();
  }

  async destroy(): Promise<void> {}
}

function ours(connection: DatabaseConnection): DataApiConnection {
  if (connection instanceof DataApiConnection) return connection;
  throw new TypeError('not a connection of this driver');
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
