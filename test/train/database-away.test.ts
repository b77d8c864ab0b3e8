import { expect, test } from '@jest/globals';
import pg from 'pg';
import { openDatabase } from '../../database/index.ts';
import { DirectoryStore } from '../../services/model-store/index.ts';
import { retrain } from '../../services/train/index.ts';
import { definition, importLabels } from '../database/fixture.ts';
import { temporaryFolder } from '../support/folder.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';

test('a training that the database breaks away from is no failed one: it is asked for again', async () => {
  const [place, folder] = await Promise.all([createTestDatabase(), temporaryFolder()]);
  const database = openDatabase({ connectionString: place.connectionString });
  const client = new pg.Client({ connectionString: place.connectionString });
  await client.connect();
  const { id } = await database.predictors.apply(definition('broken-away'), 's');
  await importLabels(database, id, [...Array(10).fill('a'), ...Array(10).fill('b')]);

  // The training stands before its examples when its connection is cut.
  await client.query('begin');
  await client.query('lock table hundredfold.examples in access exclusive mode');
  const training = retrain('broken-away', {
    database,
    store: new DirectoryStore(folder.path),
    codeVersion: 'test',
    leaseSeconds: 1,
  });
  const ended = expect(training).rejects.toThrow();
  let cut = 0;
  while (cut === 0) {
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_locks
       where not granted and relation = 'hundredfold.examples'::regclass`,
    );
    cut = rowCount ?? 0;
  }
  await ended;
  await client.query('rollback');
  // Until its lease has run out.
  await until('it is given back', async () => {
    await database.retrainings.sweep();
    const last = (await database.predictors.describe('broken-away'))?.lastRetraining;
    return last !== null && last !== undefined && JSON.stringify(last).includes('"requested"');
  });
  expect(await database.predictors.describe('broken-away')).toMatchObject({
    lastRetraining: { trigger: 'first', status: 'requested', verdict: null },
  });

  await client.end();
  await database.close();
  await place.drop();
  await folder.remove();
});
