import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Database, openDatabase } from '../../database/index.ts';
import { Dispatcher } from '../../services/recording/dispatcher.ts';
import { definition } from '../database/fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { watched } from '../support/watched.ts';

let place: TestDatabase;
let database: Database;
let client: pg.Client;
const logged: string[] = [];
const counted: string[] = [];

beforeAll(async () => {
  place = await createTestDatabase();
  database = openDatabase({ connectionString: place.connectionString });
  client = new pg.Client({ connectionString: place.connectionString });
  await client.connect();
  await database.retrainings.setTrainFunction('train');
});
afterEach(() => {
  logged.length = 0;
  counted.length = 0;
});
afterAll(async () => {
  await client.end();
  await database.close();
  await place.drop();
});

const dispatcher = (on: Pick<Database, 'within'>) =>
  new Dispatcher(on, { error: (message) => logged.push(message) }, { add: (name) => counted.push(name) });

async function requested(name: string): Promise<void> {
  const { id } = await database.predictors.apply(definition(name), 's');
  await database.retrainings.request(id);
}

const statusOf = async (name: string) =>
  (await database.predictors.describe(name))?.lastRetraining as { status: string; lastError: string | null };

describe('a dispatcher', () => {
  test('sends what is pending on its way, and says nothing of it', async () => {
    await requested('sent');
    const own = dispatcher(database);
    own.poke();
    await own.settled();
    expect(await statusOf('sent')).toMatchObject({ status: 'dispatched' });
    expect([logged, counted]).toEqual([[], []]);
  });

  test('counts an invocation that failed; the database says when to try again', async () => {
    await requested('refused');
    await client.query('alter function aws_lambda.invoke rename to invoke_away');
    const own = dispatcher(database);
    own.poke();
    await own.settled();
    own.poke();
    await own.settled();
    await client.query('alter function aws_lambda.invoke_away rename to invoke');
    expect(await statusOf('refused')).toMatchObject({
      status: 'requested',
      lastError: expect.stringContaining('aws_lambda.invoke'),
    });
    expect(counted).toEqual(['hundredfold_dispatch_failures_total']);
  });

  test('calls once for fifty pokes, and once more for fifty that come meanwhile', async () => {
    let calls = 0;
    const pokeOften = () => {
      for (let n = 0; n < 50; n++) own.poke();
    };
    const own = dispatcher({
      within: (milliseconds) => {
        const bounded = database.within(milliseconds);
        return {
          ...bounded,
          retrainings: watched(bounded.retrainings, () => {
            calls += 1;
            if (calls === 1) pokeOften();
          }),
        };
      },
    });
    pokeOften();
    await own.settled();
    expect(calls).toBe(2);
  });

  test('leaves a database alone that does not answer in time, after one call', async () => {
    await requested('hanging');
    // Whoever dispatches waits for this lock, as it would for a database that hangs.
    await client.query('begin');
    await client.query('lock table hundredfold.settings in access exclusive mode');
    const own = dispatcher({ within: () => database.within(200) });
    for (let n = 0; n < 5; n++) {
      own.poke();
      await own.settled();
    }
    await client.query('rollback');
    expect(counted).toEqual(['hundredfold_dispatch_failures_total']);
    expect(logged).toHaveLength(1);
  });

  /** The database, whose calls are noted in `done`. */
  const noting = (done: string[], of: Pick<Database, 'within'> = database): Pick<Database, 'within'> => ({
    within: (milliseconds) => {
      const bounded = of.within(milliseconds);
      return { ...bounded, retrainings: watched(bounded.retrainings, () => void done.push('call')) };
    },
  });

  test('puts its marker before each call, and calls all the same where the store is away', async () => {
    const done: string[] = [];
    const log = { error: (message: string) => logged.push(message) };
    const marked = async (put: () => Promise<void>) => {
      const own = new Dispatcher(noting(done), log, { add: () => {} }, { put });
      own.poke();
      await own.settled();
    };
    await marked(async () => void done.push('marker'));
    await marked(() => Promise.reject(new Error('away')));
    expect(done).toEqual(['marker', 'call', 'call']);
    expect(logged).toEqual(['the marker of a dispatch could not be put']);
  });

  test('puts its marker also while it leaves the database alone: what waits may be another request', async () => {
    await client.query('begin');
    await client.query('lock table hundredfold.settings in access exclusive mode');
    let markers = 0;
    const put = async () => {
      markers += 1;
    };
    const own = new Dispatcher(
      { within: () => database.within(200) },
      { error: () => {} },
      { add: (name) => counted.push(name) },
      { put },
    );
    for (let n = 0; n < 3; n++) {
      own.poke();
      await own.settled();
    }
    await client.query('rollback');
    expect(counted).toHaveLength(1);
    expect(markers).toBe(3);
  });

  test('asked to look, puts no marker and calls nobody where nothing waits', async () => {
    await client.query(
      "update hundredfold.retrainings set status = 'finished', verdict = 'failed' where status <> 'finished'",
    );
    await client.query('delete from hundredfold.invocation_failures');
    const done: string[] = [];
    const log = { error: (message: string) => void logged.push(message) };
    const put = async () => void done.push('marker');
    const own = new Dispatcher(noting(done), log, { add: () => {} }, { put });
    for (let n = 0; n < 10; n++) {
      own.look();
      await own.settled();
    }
    expect(done).toEqual([]);
    await requested('looked-for');
    own.look();
    await own.settled();
    expect(done).toEqual(['marker', 'call']);
    expect(logged).toEqual([]);
  });
});
