import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { until } from '../../support/until.ts';
import { startService, type TestService, trainedSearches } from '../support/service.ts';

let place: TestDatabase;
let service: TestService;
let client: pg.Client;
beforeAll(async () => {
  place = await createTestDatabase();
  service = await startService({ connectionString: place.connectionString });
  await trainedSearches(service);
  client = new pg.Client({ connectionString: place.connectionString });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await service.stop();
  await place.drop();
});

const predict = () => service.call('POST', '/predictors/searches/predictions', { query: 'labora' });
const problems = async (): Promise<string[]> => (await service.call('GET', '/ready')).json.problems;

describe('a table that is missing', () => {
  test('loses no prediction, and is said loudly until predictions are recorded again', async () => {
    await client.query('alter table hundredfold.predictions rename to predictions_away');
    const first = await predict();
    expect([first.status, first.json.recorded]).toEqual([201, 'deferred']);
    let rows = 1;
    await until('it was tried again, in vain', async () => {
      rows++;
      expect((await predict()).json.recorded).toBe('deferred');
      const { text } = await service.call('GET', '/metrics');
      return Number(/recording_faults_total (\d+)/.exec(text)?.[1]) > 1;
    });
    const ready = await service.call('GET', '/ready');
    expect([ready.status, ready.json.database]).toEqual([200, 'answers']);
    expect(ready.json.problems[0]).toMatch(/refuses to record: .*hundredfold\.predictions" does not exist/);
    expect(service.logged.filter((line) => line.includes('refuses to record'))).toHaveLength(1);
    expect(service.logged.filter((line) => line.includes('the database is away'))).toEqual([]);

    await client.query('alter table hundredfold.predictions_away rename to predictions');
    await until('nothing is complained of', async () => (await problems()).length === 0);
    expect((await service.call('GET', `/predictions/${first.json.id}`)).status).toBe(200);
    expect((await service.call('GET', '/predictors/searches')).json.predictions).toBe(rows);
  });
});
