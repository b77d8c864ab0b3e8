import { type IsolationLevel, Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { boundedPool } from './bounded-pool.ts';
import { type DataApiPlace, openDataApi } from './open-data-api.ts';
import { ApiKeyRepository } from './repositories/api-key.repository.ts';
import { ExampleRepository } from './repositories/example.repository.ts';
import { IdempotencyRepository } from './repositories/idempotency.repository.ts';
import { ImportRepository } from './repositories/import.repository.ts';
import { ImportPartRepository } from './repositories/import-part.repository.ts';
import { ModelRepository } from './repositories/model.repository.ts';
import { PredictionRepository } from './repositories/prediction.repository.ts';
import { PredictorRepository } from './repositories/predictor.repository.ts';
import { RemovalRepository } from './repositories/removal.repository.ts';
import { ReproductionRepository } from './repositories/reproduction.repository.ts';
import { RetrainingRepository } from './repositories/retraining.repository.ts';
import { RowKeyRepository } from './repositories/row-key.repository.ts';
import { TrainingRepository } from './repositories/training.repository.ts';
import { WarningRepository } from './repositories/warning.repository.ts';
import { WorkRepository } from './repositories/work.repository.ts';
import type { Tables } from './tables.ts';

/** A connection pool, or one transaction of it, with a repository per table. */
export interface Database {
  readonly predictors: PredictorRepository;
  readonly predictions: PredictionRepository;
  readonly examples: ExampleRepository;
  readonly imports: ImportRepository;
  readonly importParts: ImportPartRepository;
  readonly retrainings: RetrainingRepository;
  readonly training: TrainingRepository;
  readonly models: ModelRepository;
  readonly reproductions: ReproductionRepository;
  readonly removals: RemovalRepository;
  readonly idempotency: IdempotencyRepository;
  readonly rowKeys: RowKeyRepository;
  readonly keys: ApiKeyRepository;
  readonly warnings: WarningRepository;
  readonly work: WorkRepository;
  /** Runs `work` in one transaction: all of it happens, or, when it throws, nothing. */
  transaction<T>(work: (database: Database) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * The same database, every call bounded: it throws DatabaseTimeoutError when no answer comes in time, and what was
   * asked may then still be done.
   */
  within(milliseconds: number): Database;
  /**
   * The same as `within`, over a few connections that nothing else uses: however much is asked of the others, its calls
   * do not stand in that queue. The Data API has no queue.
   */
  apart(milliseconds: number): Database;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** What a transaction sees, and whether it may write; PostgreSQL's defaults where left out. */
export interface TransactionOptions {
  /** `repeatable read`: all of its statements see one instant. */
  readonly isolation?: IsolationLevel;
  readonly readOnly?: boolean;
}

/** Where the database is: a PostgreSQL that is connected to, or one that is reached over the RDS Data API. */
export type DatabaseOptions = ConnectionOptions | { readonly dataApi: DataApiPlace };

/** How to connect, and how many connections to keep at most, beside the two of `apart`. */
export interface ConnectionOptions {
  readonly connectionString: string;
  readonly connections?: number;
  /** Told of connections that broke while idle; the pool replaces them by itself. */
  readonly onIdleError?: (error: Error) => void;
}

/** The connections of `apart`, at most. */
const APART = 2;

type Bounds = Pick<Database, 'within' | 'apart'>;

// bigint as a string by default: row ids and tokens may pass 2^53. Counts are cast in SQL where they cannot.
const INT8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === INT8 ? (text: string) => text : pg.types.getTypeParser(oid, format as 'text'),
};

/** Opens a database that is up to date (see `migrate`). Connections are made when first needed. */
export function openDatabase(options: DatabaseOptions): Database {
  return 'dataApi' in options ? openOverDataApi(options.dataApi) : openPool(options);
}

function openOverDataApi(place: DataApiPlace): Database {
  const api = openDataApi(place);
  const within = (milliseconds: number): Database => assemble(api.kysely(milliseconds), bounds);
  const bounds: Bounds = { within, apart: within };
  return { ...assemble(api.kysely(), bounds), close: () => api.close() };
}

function openPool(options: ConnectionOptions): Database {
  const pool = poolOf(options, options.connections ?? 10);
  let own: pg.Pool | null = null;
  const bounded = (of: pg.Pool, milliseconds: number): Database =>
    assemble(
      new Kysely<Tables>({ dialect: new PostgresDialect({ pool: boundedPool(of, milliseconds) }) }),
      bounds,
    );
  const bounds: Bounds = {
    within: (milliseconds) => bounded(pool, milliseconds),
    apart: (milliseconds) => {
      own ??= poolOf(options, APART);
      return bounded(own, milliseconds);
    },
  };
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  // Kysely ends only a pool that it was asked through; `within` and `apart` ask around it.
  const close = async () => {
    await kysely.destroy();
    for (const one of [pool, own]) if (one !== null && !one.ending) await one.end();
  };
  return { ...assemble(kysely, bounds), close };
}

function poolOf({ connectionString, onIdleError }: ConnectionOptions, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types,
  });
  pool.on('error', (error) => onIdleError?.(error));
  // A connection that breaks while it is used says so twice: to its statement, and here.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

function assemble(kysely: Kysely<Tables>, bounds: Bounds): Database {
  return {
    predictors: new PredictorRepository(kysely),
    predictions: new PredictionRepository(kysely),
    examples: new ExampleRepository(kysely),
    imports: new ImportRepository(kysely),
    importParts: new ImportPartRepository(kysely),
    retrainings: new RetrainingRepository(kysely),
    training: new TrainingRepository(kysely),
    models: new ModelRepository(kysely),
    reproductions: new ReproductionRepository(kysely),
    removals: new RemovalRepository(kysely),
    idempotency: new IdempotencyRepository(kysely),
    rowKeys: new RowKeyRepository(kysely),
    keys: new ApiKeyRepository(kysely),
    warnings: new WarningRepository(kysely),
    work: new WorkRepository(kysely),
    transaction: (work, options) =>
      begin(kysely, options).execute((transaction) => work(assemble(transaction, bounds))),
    ...bounds,
    ping: async () => {
      await sql`select 1`.execute(kysely);
    },
    close: () => kysely.destroy(),
  };
}

function begin(kysely: Kysely<Tables>, { isolation, readOnly }: TransactionOptions = {}) {
  const transaction = kysely.transaction();
  const isolated = isolation === undefined ? transaction : transaction.setIsolationLevel(isolation);
  return readOnly === true ? isolated.setAccessMode('read only') : isolated;
}
