import type { ConnectionOptions, DatabaseOptions } from '../../../database/index.ts';
import type { S3StoreSettings } from '../../model-store/index.ts';
import { LOG_LEVELS, type LogLevel } from '../../observability/json-log.ts';
import { type Address, readAddress } from '../../process/address.ts';
import { Environment } from '../../settings/environment.ts';
import { readBuckets, readDatabase } from '../../settings/places.ts';
import { VARIABLES } from '../../settings/variables.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What a training runs with, wherever it runs outside of Lambda. */
export interface TaskSettings {
  readonly database: DatabaseOptions;
  readonly models: S3StoreSettings;
  readonly spool: S3StoreSettings;
  readonly logLevel: LogLevel;
}

/** What the training service runs with as a server. */
export interface TrainServerSettings extends TaskSettings {
  readonly database: ConnectionOptions;
  readonly address: Address;
}

/** A training reads, renews and publishes; the pages of its health need none. */
const CONNECTIONS = 4;

/** @throws EnvironmentError naming everything that is missing or wrong */
export function readTaskSettings(variables: Variables): TaskSettings {
  const environment = new Environment(variables);
  const settings = readTask(environment);
  environment.check();
  return settings;
}

/** @throws EnvironmentError naming everything that is missing or wrong */
export function readTrainServerSettings(variables: Variables): TrainServerSettings {
  const environment = new Environment(variables);
  const { database, ...others } = readTask(environment);
  const address = readAddress(environment, 3000);
  if ('dataApi' in database) {
    environment.problem(
      `${VARIABLES.databaseUrl} is missing: a server is told of trainings over a connection, which the Data API does not have.`,
    );
  }
  environment.check();
  const connectionString = 'dataApi' in database ? '' : database.connectionString;
  return { ...others, address, database: { connectionString, connections: CONNECTIONS } };
}

function readTask(environment: Environment): TaskSettings {
  const database = readDatabase(environment);
  return {
    database,
    ...readBuckets(environment),
    logLevel: environment.choice(VARIABLES.logLevel, LOG_LEVELS),
  };
}
