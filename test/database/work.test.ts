import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Database, openDatabase } from '../../database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { definition } from './fixture.ts';

let place: TestDatabase;
let database: Database;
let client: pg.Client;

beforeAll(async () => {
  place = await createTestDatabase();
  database = openDatabase({ connectionString: place.connectionString });
  client = new pg.Client({ connectionString: place.connectionString });
  await client.connect();
});
beforeEach(async () => {
  await client.query('delete from hundredfold.retrainings');
  await client.query('delete from hundredfold.reproductions');
  await client.query('delete from hundredfold.invocation_failures');
  await database.retrainings.setTrainFunction(null);
  await database.retrainings.switchTraining(true);
});
afterAll(async () => {
  await client.end();
  await database.close();
  await place.drop();
});

async function requested(name: string, changes: Record<string, unknown> = {}): Promise<string> {
  const { id } = await database.predictors.apply(definition(name, changes), 's');
  return String((await database.retrainings.request(id)).id);
}

const statusOf = async (id: string) => {
  const { rows } = await client.query(
    'select status, last_error from hundredfold.retrainings where id = $1',
    [id],
  );
  return rows[0];
};

const aMinuteLater = () =>
  client.query("update hundredfold.retrainings set dispatched_at = dispatched_at - interval '61 s'");

async function handOutAll(): Promise<string[]> {
  const names: string[] = [];
  for (let work = await database.work.handOut(); work !== null; work = await database.work.handOut()) {
    names.push(work.predictor);
  }
  return names;
}

describe('work that somebody outside of the database sends', () => {
  test('is handed out once, and counts as sent', async () => {
    const id = await requested('once');
    const work = await database.work.handOut();
    expect(work).toEqual({ retraining: id, reproduction: null, predictor: 'once' });
    expect(await statusOf(id)).toMatchObject({ status: 'dispatched' });
    expect(await database.work.handOut()).toBeNull();
  });

  test('each piece goes to one of ten who ask at a time', async () => {
    const names = ['ten-a', 'ten-b', 'ten-c', 'ten-d', 'ten-e'];
    for (const name of names) await requested(name);
    const given = await Promise.all(Array.from({ length: 10 }, () => handOutAll()));
    expect(given.flat().sort()).toEqual(names);
  });

  test('is handed out again after a minute where nobody said what became of it', async () => {
    const id = await requested('astray');
    await database.work.handOut();
    await aMinuteLater();
    expect(await database.work.handOut()).toMatchObject({ retraining: id });
  });

  test('that could not be sent is pending with the error beside it, and rests unless one insists', async () => {
    const id = await requested('refused');
    const work = await database.work.handOut();
    if (work === null) throw new Error('nothing was handed out');
    await database.work.handedOver(work, 'the function is throttled');
    expect(await statusOf(id)).toEqual({ status: 'requested', last_error: 'the function is throttled' });
    expect(await database.work.handOut()).toBeNull();
    const again = await database.work.handOut({ force: true });
    if (again === null) throw new Error('nothing was handed out');
    await database.work.handedOver(again, null);
    expect(await statusOf(id)).toEqual({ status: 'dispatched', last_error: null });
    await requested('next');
    expect(await database.work.handOut()).toMatchObject({ predictor: 'next' });
  });

  test('sent from outside does not say that the database can send again', async () => {
    await requested('both-ways');
    await database.retrainings.setTrainFunction('train');
    await client.query(
      "insert into hundredfold.invocation_failures values (true, 3, now() + interval '1 min')",
    );
    const work = await database.work.handOut({ force: true });
    if (work === null) throw new Error('nothing was handed out');
    await database.work.handedOver(work, null);
    const { rows } = await client.query('select failures from hundredfold.invocation_failures');
    expect(rows).toEqual([{ failures: 3 }]);
  });

  test('a late word on a piece that a trainer has by now changes nothing', async () => {
    const id = await requested('late-word');
    const work = await database.work.handOut();
    if (work === null) throw new Error('nothing was handed out');
    await database.training.claim('late-word', 60);
    await database.work.handedOver(work, 'no answer');
    expect(await statusOf(id)).toEqual({ status: 'running', last_error: null });
  });

  test('is not handed out while training is off, a pace holds it back, or its predictor is trained', async () => {
    await requested('off');
    await database.retrainings.switchTraining(false);
    expect(await database.work.handOut()).toBeNull();
    expect(await database.work.left()).toEqual({ pending: false, notBefore: null, waitingSeconds: 0 });
    await database.retrainings.switchTraining(true);
    await database.training.claim('off', 60);
    await requested('off');
    expect(await database.work.handOut()).toBeNull();
    expect(await database.work.left()).toEqual({ pending: true, notBefore: null, waitingSeconds: 0 });
  });

  test('that the database sends itself is not handed out', async () => {
    await requested('sent-inside');
    await database.retrainings.setTrainFunction('train');
    await database.retrainings.dispatch();
    expect(await database.work.handOut({ force: true })).toBeNull();
  });

  test('is a reproduction, too', async () => {
    const { id } = await database.predictors.apply(definition('made-again'), 's');
    await client.query(
      `insert into hundredfold.models (predictor_id, version, status, revision, signature, learner, settings, examples,
         metrics, sha256, key, size, fingerprint, learned, code_version)
       values ($1, 1, 'rejected', 1, 's', 'prior', '{}', 10, '{}', repeat('a', 64), 'k', 1, 'f', '{}', '1')`,
      [id],
    );
    const reproduction = String((await database.reproductions.request(id, 1))?.id);
    const work = await database.work.handOut();
    expect(work).toEqual({ retraining: null, reproduction, predictor: 'made-again' });
    expect(await database.work.handOut()).toBeNull();
    if (work !== null) await database.work.handedOver(work, 'refused');
    expect(await database.work.handOut({ force: true })).toEqual(work);
    expect(await database.work.left()).toMatchObject({ pending: true, notBefore: null });
  });
});

describe('what waits', () => {
  test('is nothing where nothing was asked for', async () => {
    expect(await database.work.left()).toEqual({ pending: false, notBefore: null, waitingSeconds: 0 });
  });

  test('has waited since the oldest request that no trainer took', async () => {
    await requested('old');
    await requested('young');
    await client.query(
      `update hundredfold.retrainings set requested_at = now() - interval '10 min'
       where predictor_id = (select id from hundredfold.predictors where name = 'old')`,
    );
    const { waitingSeconds } = await database.work.left();
    expect(waitingSeconds).toBeGreaterThan(599);
    expect(waitingSeconds).toBeLessThan(620);
  });

  test('that was asked for while its predictor was trained has waited since that ended', async () => {
    await requested('trained');
    const claim = await database.training.claim('trained', 60);
    if (claim === null) throw new Error('nothing to claim');
    await requested('trained');
    await client.query("update hundredfold.retrainings set requested_at = now() - interval '10 min'");
    expect((await database.work.left()).waitingSeconds).toBe(0);
    await database.training.finish(claim, {
      ...{ verdict: 'failed', reason: 'r', fingerprint: null, judgement: null, champion: null, model: null },
      ...{ learned: '{}', learnedLabels: '{}' },
    });
    const { waitingSeconds } = await database.work.left();
    expect(waitingSeconds).toBeLessThan(30);
  });

  test('and is held back by its pace says until when, and has not waited; what is not held back is looked at at once', async () => {
    const { id } = await database.predictors.apply(
      definition('held', { retraining: { every: 100, of: 'predictions', minInterval: 3600 } }),
      's',
    );
    await client.query(
      `insert into hundredfold.retrainings (predictor_id, trigger, status, verdict, reason, requested_at, started_at, finished_at)
       values ($1, 'import', 'finished', 'kept', 'r', now() - interval '1 h', now() - interval '10 min', now())`,
      [id],
    );
    await client.query(
      "insert into hundredfold.retrainings (predictor_id, trigger, requested_at) values ($1, 'import', now() - interval '1 h')",
      [id],
    );
    const left = await database.work.left();
    expect(left).toMatchObject({ pending: true, waitingSeconds: 0 });
    expect((left.notBefore ?? 0) - Date.now()).toBeGreaterThan(2_900_000);
    expect((left.notBefore ?? 0) - Date.now()).toBeLessThan(3_000_001);
    expect(await database.work.handOut({ force: true })).toBeNull();
    await requested('not-held');
    expect(await database.work.left()).toMatchObject({ pending: true, notBefore: null });
  });

  test('may be something once a pace holds its predictor back, until then: what comes meanwhile is told to nobody', async () => {
    const { id } = await database.predictors.apply(
      definition('paced', { retraining: { every: 100, of: 'predictions', maxPerDay: 1 } }),
      's',
    );
    await client.query(
      `insert into hundredfold.retrainings (predictor_id, trigger, status, verdict, reason, started_at, finished_at)
       values ($1, 'import', 'finished', 'kept', 'r', now() - interval '1 h', now())`,
      [id],
    );
    const { pending, notBefore, waitingSeconds } = await database.work.left();
    expect([pending, waitingSeconds]).toEqual([true, 0]);
    expect(Math.round(((notBefore ?? 0) - Date.now()) / 3_600_000)).toBe(23);
    await client.query("update hundredfold.retrainings set started_at = now() - interval '25 h'");
    expect(await database.work.left()).toMatchObject({ pending: false });
  });

  test('may be something in the pause after a failed invocation, when nobody who records asks for a dispatch', async () => {
    await client.query(
      "insert into hundredfold.invocation_failures values (true, 1, now() + interval '1 min')",
    );
    expect(await database.work.left()).toEqual({ pending: true, notBefore: null, waitingSeconds: 0 });
    await client.query('update hundredfold.invocation_failures set retry_at = now()');
    expect(await database.work.left()).toMatchObject({ pending: false });
  });

  test('of a trainer that died waits since its lease ran out', async () => {
    await requested('dead');
    await database.training.claim('dead', 60);
    await client.query("update hundredfold.retrainings set lease_until = now() - interval '5 min'");
    const { pending, waitingSeconds } = await database.work.left();
    expect(pending).toBe(true);
    expect(waitingSeconds).toBeGreaterThan(299);
  });
});
