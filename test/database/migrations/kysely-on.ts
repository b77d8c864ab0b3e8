import { Kysely, PostgresDialect } from 'kysely';
import type { Tables } from '../../../database/tables.ts';
import { deafPool } from '../../support/deaf-pool.ts';

/** One connection that a caller opened by itself. */
export function kyselyOn(connectionString: string): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: deafPool({ connectionString, max: 1 }) }),
  });
}
