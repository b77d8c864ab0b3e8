import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Database } from '../../database/index.ts';
import { DRIVERS, type OpenedByDriver, openBy } from './drivers.ts';
import { answered, counterOf, definition } from './fixture.ts';
import { waitingForLocks } from './waiting.ts';

describe.each(DRIVERS)('over %s', (driver) => {
  let place: OpenedByDriver;
  let database: Database;
  let client: pg.Client;

  beforeAll(async () => {
    place = await openBy(driver);
    database = place.database;
    client = new pg.Client({ connectionString: place.connectionString });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await place.close();
  });

  const fateOf = async (row: object) => (await database.predictions.record([row as never])).fates[0];

  describe('a prediction that is recorded again under its id', () => {
    test('is one row and counts once, also by 30 at once', async () => {
      const { id } = await database.predictors.apply(definition('once-more'), 's');
      const rows = Array.from({ length: 20 }, () => answered(id));
      const turns = Array.from({ length: 30 }, (_, turn) => (turn % 2 ? rows : rows.toReversed()));
      const all = await Promise.all(turns.map((batch) => database.predictions.record(batch)));
      expect(all.flatMap(({ fates }) => fates).every(({ outcome }) => outcome === 'recorded')).toBe(true);
      expect(await counterOf(database, 'once-more')).toMatchObject({ predictions: 20, counted: 20 });
    });

    test('keeps the time at which it was answered', async () => {
      const { id } = await database.predictors.apply(definition('timed'), 's');
      const row = { ...answered(id), answeredAt: Date.UTC(2026, 0, 2, 3, 4, 5) };
      await database.predictions.record([row]);
      expect(await database.predictions.describe(row.id)).toMatchObject({
        createdAt: expect.stringMatching(/^2026-01-02T03:04:05/),
      });
    });

    test('is not recorded when it was erased', async () => {
      const { id } = await database.predictors.apply(definition('gone'), 's');
      const row = answered(id);
      await database.predictions.record([row]);
      await database.predictions.erase(row.id);
      expect(await fateOf(row)).toMatchObject({ outcome: 'erased' });
      expect(await database.predictions.describe(row.id)).toBeNull();
      expect(await counterOf(database, 'gone')).toMatchObject({ predictions: 0, counted: 1 });
    });

    test('is not recorded when it is erased while it waits for the row', async () => {
      const { id } = await database.predictors.apply(definition('going'), 's');
      const row = answered(id);
      await database.predictions.record([row]);
      await client.query('begin');
      await client.query('select hundredfold.erase_prediction($1)', [row.id]);
      const late = fateOf(row);
      await waitingForLocks(place.connectionString, 1);
      await client.query('commit');
      expect(await late).toMatchObject({ outcome: 'erased' });
      expect(await database.predictions.describe(row.id)).toBeNull();
      expect(await counterOf(database, 'going')).toMatchObject({ predictions: 0, counted: 1 });
    });
  });

  describe('a keyed prediction that is recorded again while it is erased', () => {
    test('leaves no answer under its key', async () => {
      const { id } = await database.predictors.apply(definition('keyed-going'), 's');
      const row = answered(id);
      const idempotency = { scope: 'c', key: row.id, fingerprint: 'f', response: '{"secret":true}' };
      await database.predictions.record([{ ...row, idempotency }]);
      await client.query('begin');
      await client.query('select hundredfold.erase_prediction($1)', [row.id]);
      const late = fateOf({ ...row, idempotency });
      await waitingForLocks(place.connectionString, 1);
      await client.query('commit');
      expect(await late).toMatchObject({ outcome: 'erased', response: null });
      expect(await database.idempotency.find({ scope: 'c', key: row.id })).toBeNull();
    });

    test('waits for an erasure that holds the row and has not come to the key', async () => {
      const { id } = await database.predictors.apply(definition('keyed-held'), 's');
      const row = answered(id);
      const idempotency = { scope: 'c', key: row.id, fingerprint: 'f', response: '{"secret":true}' };
      await database.predictions.record([row]);
      await client.query('begin');
      await client.query('select from hundredfold.predictions where id = $1 for update', [row.id]);
      const late = fateOf({ ...row, idempotency });
      await waitingForLocks(place.connectionString, 1);
      await client.query('select hundredfold.erase_prediction($1)', [row.id]);
      await client.query('commit');
      expect(await late).toMatchObject({ outcome: 'erased', response: null });
      expect(await database.idempotency.find({ scope: 'c', key: row.id })).toBeNull();
    });
  });

  describe('a row whose predictor is gone', () => {
    test('is told so, and its neighbours are recorded', async () => {
      const { id } = await database.predictors.apply(definition('staying'), 's');
      const removed = await database.predictors.apply(definition('removed'), 's');
      await client.query("delete from hundredfold.predictors where name = 'removed'");
      const { fates } = await database.predictions.record([answered(id), answered(removed.id), answered(id)]);
      expect(fates.map(({ outcome }) => outcome)).toEqual(['recorded', 'predictor_unknown', 'recorded']);
    });

    test('goes with it, and is never moved to another', async () => {
      const { id } = await database.predictors.apply(definition('leaving'), 's');
      const row = answered(id);
      await database.predictions.record([row]);
      const move = 'update hundredfold.predictions set predictor_id = 0 where id = $1';
      await expect(client.query(move, [row.id])).rejects.toMatchObject({ code: '23503' });
      await client.query("delete from hundredfold.predictors where name = 'leaving'");
      expect(await database.predictions.describe(row.id)).toBeNull();
      const left = 'select from hundredfold.predictions where predictor_id = $1';
      expect((await client.query(left, [id])).rowCount).toBe(0);
    });

    test('is told so when its number is another predictor’s by now', async () => {
      const { id } = await database.predictors.apply(definition('newcomer'), 's');
      expect(await fateOf({ ...answered(id), predictor: 'former' })).toMatchObject({
        outcome: 'predictor_unknown',
      });
      expect(await fateOf({ ...answered(id), predictor: 'newcomer' })).toMatchObject({ outcome: 'recorded' });
    });
  });

  describe('an idempotency key that was forgotten', () => {
    const keyed = (predictorId: number, id: string, query: string) => ({
      ...answered(predictorId, { id, query }),
      idempotency: {
        scope: 'c',
        key: id,
        fingerprint: query,
        response: JSON.stringify({ id, first: query }),
      },
    });

    test('is remembered by the row itself: the same inputs get its answer, others are refused', async () => {
      const predictor = await database.predictors.apply(definition('remembers'), 's');
      const id = randomUUID();
      await database.predictions.record([keyed(predictor.id, id, 'labora')]);
      await client.query('delete from hundredfold.idempotency_keys');
      const again = await fateOf(keyed(predictor.id, id, 'labora'));
      expect(again?.outcome).toBe('replayed');
      expect(JSON.parse(again?.response ?? '')).toMatchObject({
        id,
        predictor: 'remembers',
        model: 1,
        suggestions: [{ label: 'Laboratory' }, { label: 'Pharmacy' }],
        recorded: true,
      });
      await client.query('delete from hundredfold.idempotency_keys');
      expect(await fateOf(keyed(predictor.id, id, 'other'))).toMatchObject({ outcome: 'reused' });
      expect(await counterOf(database, 'remembers')).toMatchObject({ predictions: 1, counted: 1 });
    });
  });

  describe('a call that is bounded', () => {
    test('is given up while the database hangs, and its connection is not used again', async () => {
      await client.query('begin');
      await client.query('lock table hundredfold.predictors');
      const refused = await database
        .within(200)
        .predictors.states()
        .catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'database_timeout' });
      await client.query('commit');
      expect((await database.within(30_000).predictors.states()).length).toBeGreaterThan(0);
    });

    test('ends a transaction as a whole', async () => {
      await client.query('begin');
      await client.query('lock table hundredfold.settings');
      const refused = await database
        .within(200)
        .transaction(async (transaction) => {
          await transaction.predictors.apply(definition('half'), 's');
          await transaction.retrainings.setTrainFunction('x');
        })
        .catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'database_timeout' });
      await client.query('commit');
      expect(await database.predictors.state('half')).toBeNull();
    });
  });
});
