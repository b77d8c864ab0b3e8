import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import {
  createDataApiClient,
  DataApiDialect,
  type DataApiDialectConfig,
} from '../../../database/data-api/index.ts';
import { type DataApi, type DataApiOptions, startDataApi } from '../../support/data-api/data-api.ts';
import { deafPool } from '../../support/deaf-pool.ts';
import { createTestDatabase } from '../../support/postgres.ts';

/** A table of the tests, as Kysely knows it: whatever they put there. */
export type AnyTables = Record<string, Record<string, unknown>>;

export interface BothDrivers {
  readonly api: DataApi;
  readonly connectionString: string;
  /** Over the Data API's stand-in. */
  readonly dataApi: Kysely<AnyTables>;
  /** Over `pg`, with bigints as strings: what the other must equal. */
  readonly direct: Kysely<AnyTables>;
  /** Another Kysely over the same stand-in. */
  open(settings?: Partial<DataApiDialectConfig>): Kysely<AnyTables>;
  close(): Promise<void>;
}

export const CREDENTIALS = { accessKeyId: 'nobody', secretAccessKey: 'nothing' };

/** One database, reached both ways. */
export async function startBothDrivers(options: Partial<DataApiOptions> = {}): Promise<BothDrivers> {
  const place = await createTestDatabase();
  const api = await startDataApi({ ...options, connectionString: place.connectionString });
  const client = createDataApiClient({
    endpoint: api.endpoint,
    region: 'eu-central-1',
    credentials: CREDENTIALS,
  });
  const { resourceArn, secretArn, database } = api;
  const open = (settings: Partial<DataApiDialectConfig> = {}) =>
    new Kysely<AnyTables>({
      dialect: new DataApiDialect({ client, resourceArn, secretArn, database, resumeBudget: 0, ...settings }),
    });
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === 20 ? (text: string) => text : pg.types.getTypeParser(oid, format as 'text'),
  };
  const pool = deafPool({
    connectionString: place.connectionString,
    max: 4,
    types,
    options: '-c timezone=UTC',
  });
  const direct = new Kysely<AnyTables>({ dialect: new PostgresDialect({ pool }) });
  const dataApi = open();
  return {
    api,
    connectionString: place.connectionString,
    dataApi,
    direct,
    open,
    async close() {
      await dataApi.destroy();
      await direct.destroy();
      client.destroy();
      await api.close();
      await place.drop();
    },
  };
}
