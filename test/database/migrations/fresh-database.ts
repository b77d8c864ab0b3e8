import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { applyMigrations } from '../../../database/apply-migrations.ts';
import { type Migration, readMigrations } from '../../../database/migration-files.ts';
import { testPostgres } from '../../support/postgres.ts';
import { databaseOf } from '../../support/postgres-server.ts';
import { kyselyOn } from './kysely-on.ts';

export interface FreshDatabase {
  readonly connectionString: string;
  readonly client: pg.Client;
  drop(): Promise<void>;
}

/** A database in which nothing was done yet, and a connection to it. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const { connectionString: administration } = await testPostgres();
  const name = `test_fresh_${randomBytes(6).toString('hex')}`;
  const administrator = new pg.Client({ connectionString: administration });
  await administrator.connect();
  await administrator.query(`create database ${name}`);
  const connectionString = databaseOf(administration, name);
  const client = new pg.Client({ connectionString });
  await client.connect();
  return {
    connectionString,
    client,
    async drop() {
      await client.end();
      await administrator.query(`drop database ${name} with (force)`);
      await administrator.end();
    },
  };
}

/** Applies the first migrations only, as an earlier version of the software did. */
export async function migrateUpTo(connectionString: string, last: number): Promise<void> {
  await applyThese(
    connectionString,
    (await readMigrations()).filter(({ id }) => id <= last),
  );
}

export async function applyThese(
  connectionString: string,
  migrations: readonly Migration[],
): Promise<string[]> {
  const kysely = kyselyOn(connectionString);
  const done: string[] = [];
  try {
    await applyMigrations(
      kysely,
      migrations,
      () => {},
      (name) => done.push(name),
    );
    return done;
  } finally {
    await kysely.destroy();
  }
}
