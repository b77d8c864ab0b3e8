import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { jsonbSize } from '../../database/index.ts';
import { testPostgres } from '../support/postgres.ts';

let client: pg.Client;
beforeAll(async () => {
  client = new pg.Client({ connectionString: (await testPostgres()).connectionString });
  await client.connect();
});
afterAll(() => client.end());

async function measured(value: unknown): Promise<number> {
  const { rows } = await client.query('select octet_length($1::jsonb::text) as bytes', [
    JSON.stringify(value),
  ]);
  return rows[0].bytes;
}

test('the size of a value is what PostgreSQL writes of it', async () => {
  const values = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('\\u0000'));
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      expect(jsonbSize(value)).toBe(await measured(value));
    }),
    { numRuns: 200 },
  );
});

test.each([
  1e300,
  -1e300,
  1.5e21,
  5e-324,
  -1.25e-7,
  1e-7,
  0,
  -0,
  0.1,
  123456789.125,
  'ä\u0001"\\\u007f',
  null,
])('also of %p', async (value) => {
  expect(jsonbSize({ value: [value, value], left: undefined })).toBe(
    await measured({ value: [value, value] }),
  );
});
