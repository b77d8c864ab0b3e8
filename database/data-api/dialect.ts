import type { RDSDataClient } from '@aws-sdk/client-rds-data';
import {
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  type QueryCompiler,
} from 'kysely';
import { DataApiDriver } from './driver.ts';
import { DataApiUnavailableError, DataApiUnsupportedError } from './errors.ts';
import { DataApiQueryCompiler } from './query-compiler.ts';

/** An `RDSDataClient`, or what sends as one does. */
export type DataApiSender = Pick<RDSDataClient, 'send'>;

export interface DataApiDialectConfig {
  /** Or how to come by one, asked when it is first needed. See `createDataApiClient`; any other will do, its own retries are kept from repeating statements. */
  readonly client: DataApiSender | (() => Promise<DataApiSender>);
  readonly resourceArn: string;
  readonly secretArn: string;
  readonly database: string;
  /**
   * For how many milliseconds a call is tried again that is known not to have begun: the database was paused, the API
   * throttled, nobody listened. 0 for never; 30,000 unless told otherwise, as waking takes about 15 s.
   */
  readonly resumeBudget?: number;
  /** How many milliseconds any one call may take, waiting and trying again included. No limit unless told. */
  readonly within?: number;
  /** What is thrown when that time is over; a DataApiUnavailableError `data_api_timeout` unless told otherwise. */
  readonly timeoutError?: (milliseconds: number, cause: unknown) => Error;
}

/** Aurora PostgreSQL over the RDS Data API, for Kysely: `new Kysely({ dialect: new DataApiDialect({ … }) })`. */
export class DataApiDialect implements Dialect {
  readonly #config: DataApiDialectConfig;

  constructor(config: DataApiDialectConfig) {
    this.#config = config;
  }

  createDriver(): Driver {
    const config = { resumeBudget: 30_000, within: null, timeoutError, ...this.#config };
    return new DataApiDriver(async () => {
      const client = typeof config.client === 'function' ? await config.client() : config.client;
      // The SDK takes 0.1 s to load: only a database that is used needs it.
      const { DataApiCalls } = await import('./calls.ts');
      return new DataApiCalls({ ...config, client });
    });
  }

  createQueryCompiler(): QueryCompiler {
    return new DataApiQueryCompiler();
  }

  createAdapter(): PostgresAdapter {
    return new DataApiAdapter();
  }

  createIntrospector(db: Parameters<Dialect['createIntrospector']>[0]): DatabaseIntrospector {
    return new PostgresIntrospector(db);
  }
}

function timeoutError(milliseconds: number, cause: unknown): Error {
  const message = `The Data API did not answer within ${milliseconds} ms; what it was asked may still be carried out.`;
  return new DataApiUnavailableError('data_api_timeout', 'unknown', message, { cause });
}

class DataApiAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {
    throw new DataApiUnsupportedError(
      "Kysely's Migrator takes a lock for a session, and the API has no sessions; lock in a transaction instead.",
    );
  }
}
