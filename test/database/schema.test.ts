import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { describeSchema } from '../../database/schema/describe.ts';
import { createTestDatabase } from '../support/postgres.ts';

test('schema.sql is what the migrations make (run `npm run schema` after a new migration)', async () => {
  const place = await createTestDatabase();
  const committed = await readFile(new URL('../../database/schema.sql', import.meta.url), 'utf8');
  expect(await describeSchema(place.connectionString)).toBe(committed);
  await place.drop();
});
