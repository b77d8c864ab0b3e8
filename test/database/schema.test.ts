import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { migrate, NewerDatabaseError } from '../../database/index.ts';
import { describeSchema } from '../../database/schema/describe.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

let place: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  place = await createTestDatabase();
  client = new pg.Client({ connectionString: place.connectionString });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await place.drop();
});

describe('schema.sql', () => {
  test('is what the migrations make (run `npm run schema` after a new migration)', async () => {
    const committed = await readFile(new URL('../../database/schema.sql', import.meta.url), 'utf8');
    expect(await describeSchema(place.connectionString)).toBe(committed);
  });
});

describe('migrating', () => {
  test('again changes nothing', async () => {
    expect(await migrate({ connectionString: place.connectionString })).toEqual({ applied: [] });
  });

  test('by two at once applies each migration once', async () => {
    await client.query('drop schema hundredfold cascade');
    const runs = await Promise.all(
      [1, 2, 3].map(() => migrate({ connectionString: place.connectionString })),
    );
    expect(runs.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
    const committed = await readFile(new URL('../../database/schema.sql', import.meta.url), 'utf8');
    expect(await describeSchema(place.connectionString)).toBe(committed);
  });

  test('a database that a newer version made is refused, and left as it is', async () => {
    await client.query(
      "insert into hundredfold.migrations (id, name, sha256) values (9999, '9999_future.sql', '')",
    );
    await expect(migrate({ connectionString: place.connectionString })).rejects.toThrow(NewerDatabaseError);
    await expect(migrate({ connectionString: place.connectionString })).rejects.toThrow('9999_future.sql');
  });
});
