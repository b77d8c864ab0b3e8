import { type DatabaseOptions, migrate, openDataApi } from '../../database/index.ts';
import type { Log } from '../observability/log.ts';

/** Containers start side by side: a database that is not there yet is waited for, in milliseconds. */
const PATIENCE_MS = 60_000;

/** Brings the database up to date before a server opens it. Several may do so at once. @throws what `migrate` throws */
export async function migrateAtStart(place: DatabaseOptions, log: Log): Promise<void> {
  const options = { report: (line: string) => log.info(line), patience: PATIENCE_MS };
  if (!('dataApi' in place)) {
    await migrate({ ...options, connectionString: place.connectionString });
    return;
  }
  const api = openDataApi(place.dataApi);
  try {
    await migrate({ ...options, kysely: api.kysely() });
  } finally {
    await api.close();
  }
}
