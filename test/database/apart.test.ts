import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

let place: TestDatabase;
let database: Database;

beforeAll(async () => {
  place = await createTestDatabase();
  database = openDatabase({ connectionString: place.connectionString, connections: 1 });
});
afterAll(async () => {
  await database.close();
  await place.drop();
});

test('a call apart does not wait where all other connections are in use', async () => {
  let end = () => {};
  const inUse = database.transaction(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  await expect(database.within(200).ping()).rejects.toMatchObject({ code: 'database_timeout' });
  await expect(database.apart(5_000).ping()).resolves.toBeUndefined();
  end();
  await inUse;
});
