import type { DatabaseOptions } from '../../../database/index.ts';
import type { S3StoreSettings } from '../../model-store/index.ts';
import { type ObservabilitySettings, readObservability } from '../../observability/lambda-observability.ts';
import { Environment } from '../../settings/environment.ts';
import { readBuckets, readDatabase } from '../../settings/places.ts';
import { readTraffic } from '../../settings/traffic.ts';
import type { AppSettings } from '../context/app.settings.ts';
import { PART_LIMIT } from '../imports/import-part.ts';
import { ANSWER_LIMIT } from './answer.ts';

/**
 * Times of a call, each shorter than the one around it, in milliseconds. Around them all API Gateway waits 29 s, the
 * function runs for less, and a call is answered `answer_overdue` before that is over.
 */
export const TIMES = Object.freeze({
  /** Before the function's end: for the answer that says so. */
  margin: 1_000,
  /** The SDK's wait for one answer of the Data API. */
  sdk: 20_000,
  /** One call of the database, imports' statements included. */
  database: 15_000,
  /** A database that is paused takes longer to wake than anybody waits: tried once more, then said. */
  resume: 300,
  /** Rows are taken out of the spool while a call waits: the sweep has more time for it. */
  drain: 500,
});

/** Where everything is, and how long it may take, for a function behind API Gateway. */
export interface LambdaSettings {
  readonly database: DatabaseOptions;
  readonly models: S3StoreSettings;
  readonly spool: S3StoreSettings;
  /** Where they differ from those of every service. */
  readonly app: Partial<AppSettings>;
  readonly observability: ObservabilitySettings;
}

/** @throws EnvironmentError naming every variable that is missing or wrong */
export function readLambdaSettings(variables: Readonly<Record<string, string | undefined>>): LambdaSettings {
  const environment = new Environment(variables);
  const database = readDatabase(environment);
  const { models, spool } = readBuckets(environment);
  const observability = readObservability(environment, 'predict');
  const { corsOrigins } = readTraffic(environment);
  environment.check();
  return {
    observability,
    database: bounded(database),
    models: { ...models, limits: { connect: 1_000, answer: 3_000, silence: 3_000, operation: 8_000 } },
    spool,
    app: {
      // A part that is as long as one may be still fits an event: of it Lambda takes 6 MB, the body as base64 or escaped.
      importLimit: PART_LIMIT,
      rowsLimit: PART_LIMIT,
      // Beside the answers stand brackets, and the names of a hundred columns that were ignored.
      answerLimit: ANSWER_LIMIT - 65_536,
      drainTime: TIMES.drain,
      databaseSleeps: true,
      // API Gateway throttles, for all environments of the function together.
      rateLimit: 0,
      corsOrigins,
      docs: false,
    },
  };
}

function bounded(database: DatabaseOptions): DatabaseOptions {
  if (!('dataApi' in database)) return { ...database, connections: 2 };
  return { dataApi: { ...database.dataApi, resumeBudget: TIMES.resume, requestTimeout: TIMES.sdk } };
}
