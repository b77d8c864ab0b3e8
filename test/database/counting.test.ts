import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Database } from '../../database/index.ts';
import { DRIVERS, type OpenedByDriver, openBy } from './drivers.ts';
import { answered, counterOf, definition, importLabels } from './fixture.ts';

describe.each(DRIVERS)('over %s', (driver) => {
  let place: OpenedByDriver;
  let database: Database;

  beforeAll(async () => {
    place = await openBy(driver, 32);
    database = place.database;
  });
  afterAll(async () => {
    await place.close();
  });

  async function predictor(name: string, retraining: { every: number; of: 'predictions' | 'labels' }) {
    return (await database.predictors.apply(definition(name, { retraining }), 's')).id;
  }

  describe('counting new predictions', () => {
    test('one statement of 250 rows makes two requests and leaves 50', async () => {
      const id = await predictor('bulk', { every: 100, of: 'predictions' });
      await database.predictions.record(Array.from({ length: 250 }, () => answered(id)));
      expect(await counterOf(database, 'bulk')).toMatchObject({
        newRows: 50,
        requests: 2,
        counted: 250,
        predictions: 250,
      });
    });

    test('32 writers of 16 rows each, one row a transaction, make exactly 5 requests', async () => {
      const id = await predictor('race', { every: 100, of: 'predictions' });
      const writer = async () => {
        for (let row = 0; row < 16; row++) await database.predictions.record([answered(id)]);
      };
      await Promise.all(Array.from({ length: 32 }, writer));
      expect(await counterOf(database, 'race')).toMatchObject({
        newRows: 12,
        requests: 5,
        counted: 512,
        predictions: 512,
      });
    });

    test('rows that are rolled back count nothing, and ask for nothing', async () => {
      const id = await predictor('rollback', { every: 10, of: 'predictions' });
      const failing = database.transaction(async (transaction) => {
        await transaction.predictions.record(Array.from({ length: 25 }, () => answered(id)));
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await counterOf(database, 'rollback')).toMatchObject({
        newRows: 0,
        requests: 0,
        counted: 0,
        predictions: 0,
      });
    });

    test('statements over several predictors in opposite orders never deadlock', async () => {
      const a = await predictor('order-a', { every: 7, of: 'predictions' });
      const b = await predictor('order-b', { every: 7, of: 'predictions' });
      const write = (first: number, second: number) =>
        database.predictions.record([answered(first), answered(second), answered(first)]);
      await Promise.all(Array.from({ length: 60 }, (_, turn) => (turn % 2 ? write(a, b) : write(b, a))));
      const [inA, inB] = [await counterOf(database, 'order-a'), await counterOf(database, 'order-b')];
      expect(inA.counted + inB.counted).toBe(180);
      for (const counter of [inA, inB]) expect(counter.requests * 7 + counter.newRows).toBe(counter.counted);
    });

    test('an erased prediction is one row less, and stays counted', async () => {
      const id = await predictor('erased', { every: 100, of: 'predictions' });
      const rows = Array.from({ length: 5 }, () => answered(id));
      await database.predictions.record(rows);
      expect(await database.predictions.erase(rows[0]?.id ?? '')).toEqual({ flaggedModels: [] });
      expect(await database.predictions.erase(rows[0]?.id ?? '')).toBeNull();
      expect(await counterOf(database, 'erased')).toMatchObject({ newRows: 5, counted: 5, predictions: 4 });
    });

    test('a smaller `every` settles what is counted already', async () => {
      const id = await predictor('smaller', { every: 100, of: 'predictions' });
      await database.predictions.record(Array.from({ length: 60 }, () => answered(id)));
      await predictor('smaller', { every: 25, of: 'predictions' });
      expect(await counterOf(database, 'smaller')).toMatchObject({ newRows: 10, every: 25, requests: 2 });
    });

    test('rows written past the service, in SQL, are counted all the same', async () => {
      const id = await predictor('past', { every: 3, of: 'predictions' });
      const client = new pg.Client({ connectionString: place.connectionString });
      await client.connect();
      await client.query(
        `insert into hundredfold.predictions (id, predictor_id, revision, model, inputs, answer)
       select gen_random_uuid(), $1, 1, 1, '{}', '{}' from generate_series(1, 10)`,
        [id],
      );
      await client.end();
      expect(await counterOf(database, 'past')).toMatchObject({ newRows: 1, requests: 3 });
    });
  });

  describe('counting labels', () => {
    test('a prediction counts when it is first labelled, not when it is answered or labelled again', async () => {
      const id = await predictor('labels', { every: 3, of: 'labels' });
      const rows = Array.from({ length: 4 }, () => answered(id));
      await database.predictions.record(rows);
      expect(await counterOf(database, 'labels')).toMatchObject({ newRows: 0, predictions: 4 });
      for (const { id: row } of rows) await database.predictions.label(row, { label: 'Laboratory' });
      await database.predictions.label(rows[0]?.id ?? '', { label: 'Pharmacy' });
      expect(await counterOf(database, 'labels')).toMatchObject({ newRows: 1, requests: 1, counted: 4 });
    });

    test('imported examples count as labels, and the count asks once for each full hundred', async () => {
      const id = await predictor('imports', { every: 100, of: 'labels' });
      await importLabels(
        database,
        id,
        Array.from({ length: 250 }, (_, row) => `l${row % 5}`),
      );
      expect(await counterOf(database, 'imports')).toMatchObject({ newRows: 50, requests: 2, counted: 250 });
    });
  });
});
