import pg from 'pg';
import { until } from './until.ts';

/** Waits until so many transactions are open in a service's database: each import has one. */
export async function importsUnderWay(connectionString: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const open = `select from pg_stat_activity
    where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()`;
  try {
    await until(`${count} imports`, async () => (await client.query(open)).rowCount === count);
  } finally {
    await client.end();
  }
}
