import type { DatabaseOptions } from '../../../database/index.ts';
import type { S3StoreSettings } from '../../model-store/index.ts';
import { LOG_LEVELS, type LogLevel } from '../../observability/json-log.ts';
import { type Address, readAddress } from '../../process/address.ts';
import { Environment } from '../../settings/environment.ts';
import { readBuckets, readDatabase } from '../../settings/places.ts';
import { readTraffic } from '../../settings/traffic.ts';
import { VARIABLES } from '../../settings/variables.ts';

/** What the HTTP service runs with as a server. */
export interface ServerSettings {
  readonly address: Address;
  readonly database: DatabaseOptions;
  readonly models: S3StoreSettings;
  readonly spool: S3StoreSettings;
  /** A train function that the database invokes; null where train servers listen. */
  readonly trainFunction: string | null;
  readonly adminKey: string | null;
  readonly adminKeyFile: string | null;
  /** See `AppSettings`. */
  readonly rateLimit: number;
  readonly corsOrigins: readonly string[];
  readonly logLevel: LogLevel;
}

/** Enough for answers, imports and admin calls side by side. */
const CONNECTIONS = 16;

/** @throws EnvironmentError naming everything that is missing or wrong */
export function readServerSettings(variables: Readonly<Record<string, string | undefined>>): ServerSettings {
  const environment = new Environment(variables);
  const database = readDatabase(environment);
  const settings = {
    address: readAddress(environment, 3000),
    database: 'dataApi' in database ? database : { ...database, connections: CONNECTIONS },
    ...readBuckets(environment),
    trainFunction: environment.optional(VARIABLES.trainFunction),
    adminKey: environment.optional(VARIABLES.adminKey),
    adminKeyFile: environment.optional(VARIABLES.adminKeyFile),
    ...readTraffic(environment),
    logLevel: environment.choice(VARIABLES.logLevel, LOG_LEVELS),
  };
  environment.check();
  return settings;
}
