import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Tables } from '../../../database/tables.ts';

/** One connection that a caller opened by itself. */
export function kyselyOn(connectionString: string): Kysely<Tables> {
  const pool = new pg.Pool({ connectionString, max: 1 });
  // A pool ends before its connections do, and the database may be dropped between.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}
