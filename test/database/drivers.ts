import { type Database, type DatabaseOptions, openDatabase } from '../../database/index.ts';
import { type DataApi, startDataApi } from '../support/data-api/data-api.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

/** The two ways into a database. What the repositories do, they do over both. */
export const DRIVERS = ['pg', 'the Data API'] as const;
export type DriverName = (typeof DRIVERS)[number];

export interface OpenedByDriver {
  readonly database: Database;
  /** Past the driver, for what a test does behind the service's back. */
  readonly connectionString: string;
  /** The stand-in, where it is the Data API. */
  readonly api: DataApi | null;
  /** Closes it and drops it. */
  close(): Promise<void>;
}

/** A new database with the migrations applied, opened by a driver. */
export async function openBy(driver: DriverName, connections = 20): Promise<OpenedByDriver> {
  const place = await createTestDatabase();
  const { connectionString } = place;
  if (driver === 'pg') return opened(place, { connectionString, connections }, null);
  const api = await startDataApi({ connectionString });
  return opened(place, { dataApi: placeOf(api) }, api);
}

/** Where the stand-in is, as `openDatabase` takes it. */
export function placeOf(api: DataApi) {
  const { endpoint, resourceArn, secretArn, database } = api;
  const credentials = { accessKeyId: 'nobody', secretAccessKey: 'nothing' };
  return { endpoint, region: 'eu-central-1', credentials, resourceArn, secretArn, database, resumeBudget: 0 };
}

function opened(place: TestDatabase, options: DatabaseOptions, api: DataApi | null): OpenedByDriver {
  const database = openDatabase(options);
  return {
    database,
    connectionString: place.connectionString,
    api,
    async close() {
      await database.close();
      await api?.close();
      await place.drop();
    },
  };
}
