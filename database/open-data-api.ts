import type { RDSDataClient } from '@aws-sdk/client-rds-data';
import { Kysely } from 'kysely';
import type { DataApiClientSettings } from './data-api/client.ts';
import { DataApiDialect } from './data-api/dialect.ts';
import { DatabaseTimeoutError } from './errors.ts';
import type { Tables } from './tables.ts';

/** A database of an Aurora cluster, reached over the RDS Data API. */
export interface DataApiPlace extends DataApiClientSettings {
  readonly resourceArn: string;
  readonly secretArn: string;
  readonly database: string;
  /** For how many milliseconds to wait for a paused cluster; 30,000 unless told otherwise, 0 for not at all. */
  readonly resumeBudget?: number;
  /** A client of the caller's own, which then stays open. */
  readonly client?: RDSDataClient;
}

/** What is open on the Data API: there are no connections, only a client with its sockets. */
export interface OpenDataApi {
  /** Of this place; with `milliseconds`, every call of it is over by then, or a DatabaseTimeoutError. */
  kysely(milliseconds?: number): Kysely<Tables>;
  close(): Promise<void>;
}

export function openDataApi(place: DataApiPlace): OpenDataApi {
  let own: Promise<RDSDataClient> | null = null;
  const open = async () => (await import('./data-api/client.ts')).createDataApiClient(place);
  const client = () => {
    if (place.client !== undefined) return Promise.resolve(place.client);
    own ??= open();
    return own;
  };
  const { resourceArn, secretArn, database, resumeBudget } = place;
  return {
    kysely: (milliseconds) =>
      new Kysely<Tables>({
        dialect: new DataApiDialect({
          client,
          resourceArn,
          secretArn,
          database,
          ...(resumeBudget === undefined ? {} : { resumeBudget }),
          ...(milliseconds === undefined ? {} : { within: milliseconds }),
          timeoutError: (limit, cause) => new DatabaseTimeoutError(limit, cause),
        }),
      }),
    close: async () => (await own)?.destroy(),
  };
}
