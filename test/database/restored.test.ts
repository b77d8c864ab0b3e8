import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Database, openDatabase } from '../../database/index.ts';
import { DirectoryStore, readPointer, writePointer } from '../../services/model-store/index.ts';
import { temporaryFolder } from '../support/folder.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { definition } from './fixture.ts';

let place: TestDatabase;
let database: Database;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  [place, folder] = await Promise.all([createTestDatabase(), temporaryFolder()]);
  database = openDatabase({ connectionString: place.connectionString });
});
afterAll(async () => {
  await database.close();
  await place.drop();
  await folder.remove();
});

test('the next change in a database that was restored is followed by a store that is newer', async () => {
  const store = new DirectoryStore(folder.path);
  const apply = async (suggestions: number) => {
    await database.predictors.apply(definition('restored', { suggestions }), 's');
    const state = await database.predictors.state('restored');
    if (state === null) throw new Error('there is no such predictor');
    return state;
  };
  const saved = await apply(3);
  for (const suggestions of [4, 5, 6]) await writePointer(store, await apply(suggestions));

  const client = new pg.Client({ connectionString: place.connectionString });
  await client.connect();
  // As a restoration does, past the triggers.
  await client.query('set session_replication_role = replica');
  await client.query('delete from hundredfold.predictor_revisions where revision > 1');
  await client.query('update hundredfold.predictors set change = $1, revision = 1, definition = $2', [
    saved.change,
    saved.definition,
  ]);
  await client.end();

  expect(await writePointer(store, await apply(2))).toBe(true);
  expect(await readPointer(store, 'restored')).toMatchObject({ pointer: { definition: { suggestions: 2 } } });
});
