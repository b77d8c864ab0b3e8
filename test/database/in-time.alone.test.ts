import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { migrate } from '../../database/index.ts';
import { took } from '../support/took.ts';
import { startBothDrivers } from './data-api/fixture.ts';
import { DRIVERS, openBy } from './drivers.ts';
import { type FreshDatabase, freshDatabase } from './migrations/fresh-database.ts';
import { freePort, startingServer } from './migrations/starting-server.ts';

/** What each comes to in the end is held by the tests of its subject: here is how long it takes. */
describe.each(DRIVERS)('over %s', (driver) => {
  test('a call that is bounded is given up in time', async () => {
    const { database, connectionString, close } = await openBy(driver);
    const client = new pg.Client({ connectionString });
    await client.connect();
    await client.query('begin');
    await client.query('lock table hundredfold.predictors');
    expect(await took(() => database.within(200).predictors.states())).toBeLessThan(1_500);
    await client.end();
    await close();
  });
});

describe('migrating a database that is away', () => {
  let place: FreshDatabase;
  beforeAll(async () => {
    place = await freshDatabase();
  });
  afterAll(() => place.drop());

  test('is refused when its time is up', async () => {
    const server = await startingServer(place.connectionString, 1_000);
    const { connectionString } = server;
    expect(await took(() => migrate({ connectionString, patience: 500 }))).toBeLessThan(2_000);
    await server.close();
  });

  test('is refused at once where nobody listens, and waited for where there is time', async () => {
    const connectionString = `postgresql://hundredfold@127.0.0.1:${await freePort()}/hundredfold`;
    expect(await took(() => migrate({ connectionString }))).toBeLessThan(1_000);
    expect(await took(() => migrate({ connectionString, patience: 400 }))).toBeGreaterThan(300);
  });

  test('is refused at once where the door is the wrong one', async () => {
    const url = new URL(place.connectionString);
    url.pathname = '/there_is_no_such_database';
    expect(await took(() => migrate({ connectionString: url.href, patience: 60_000 }))).toBeLessThan(2_000);
  });
});

test('a database that was paused is given up when the budget is spent, and not before', async () => {
  const both = await startBothDrivers();
  both.api.pause();
  const impatient = both.open({ resumeBudget: 700 });
  const spent = await took(() => impatient.selectFrom('pg_class').select('oid').execute());
  expect(spent).toBeGreaterThan(650);
  expect(spent).toBeLessThan(2_000);
  await both.close();
});
