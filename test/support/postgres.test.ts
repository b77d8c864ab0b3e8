import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function tables(connectionString: string): Promise<string[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')`,
  );
  await client.end();
  return rows.map(({ name }) => name);
}

describe('a test database', () => {
  test('has the migrations applied', async () => {
    expect((await tables(database.connectionString)).length).toBeGreaterThan(3);
  });

  test('is its own: what one holds, another does not', async () => {
    const other = await createTestDatabase();
    const client = new pg.Client({ connectionString: other.connectionString });
    await client.connect();
    await client.query('CREATE TABLE only_here ()');
    await client.end();
    expect(await tables(database.connectionString)).not.toContain('only_here');
    expect(await tables(other.connectionString)).toContain('only_here');
    await other.drop();
  });

  test('tells of a connection that was never closed', async () => {
    const other = await createTestDatabase();
    const forgotten = new pg.Client({ connectionString: other.connectionString });
    forgotten.on('error', () => {});
    await forgotten.connect();
    await forgotten.query('SELECT 42 AS forgotten');
    await expect(other.drop()).rejects.toThrow('SELECT 42 AS forgotten');
    await forgotten.end();
  });
});
