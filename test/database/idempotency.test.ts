import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from '../../database/index.ts';
import { DRIVERS, type OpenedByDriver, openBy } from './drivers.ts';
import { answered, counterOf, definition } from './fixture.ts';

describe.each(DRIVERS)('over %s', (driver) => {
  let place: OpenedByDriver;
  let database: Database;

  beforeAll(async () => {
    place = await openBy(driver);
    database = place.database;
  });
  afterAll(async () => {
    await place.close();
  });

  function keyed(predictorId: number, key: string, fingerprint: string) {
    const row = answered(predictorId);
    return {
      ...row,
      idempotency: {
        scope: `somebody ${predictorId}`,
        key,
        fingerprint,
        response: JSON.stringify({ id: row.id }),
      },
    };
  }

  describe('a prediction with an idempotency key', () => {
    test('is recorded once by 50 concurrent requests, and all get the first answer', async () => {
      const { id } = await database.predictors.apply(definition('once'), 's');
      const fates = await Promise.all(
        Array.from({ length: 50 }, async () => {
          const row = keyed(id, 'k', 'f');
          const [fate] = (await database.predictions.record([row])).fates;
          return fate?.outcome === 'recorded' ? row.id : JSON.parse(fate?.response ?? '{}').id;
        }),
      );
      expect(new Set(fates).size).toBe(1);
      expect(await counterOf(database, 'once')).toMatchObject({ predictions: 1, counted: 1 });
    });

    test('is refused with another body', async () => {
      const { id } = await database.predictors.apply(definition('other-body'), 's');
      await database.predictions.record([keyed(id, 'k', 'one')]);
      const { fates } = await database.predictions.record([keyed(id, 'k', 'two')]);
      expect(fates).toMatchObject([{ outcome: 'reused', response: null }]);
    });

    test('twice in one batch is recorded once', async () => {
      const { id } = await database.predictors.apply(definition('one-batch'), 's');
      const { fates } = await database.predictions.record([
        keyed(id, 'a', 'f'),
        keyed(id, 'a', 'f'),
        keyed(id, 'b', 'f'),
      ]);
      expect(fates.map(({ outcome }) => outcome).sort()).toEqual(['recorded', 'recorded', 'replayed']);
      expect(await counterOf(database, 'one-batch')).toMatchObject({ predictions: 2 });
    });

    test('batches with the same keys in opposite orders never deadlock', async () => {
      const { id } = await database.predictors.apply(definition('cross'), 's');
      const keys = Array.from({ length: 20 }, (_, index) => `x${index}`);
      const batch = (order: string[]) => database.predictions.record(order.map((key) => keyed(id, key, 'f')));
      await Promise.all(
        Array.from({ length: 12 }, (_, turn) => batch(turn % 2 ? keys : [...keys].reverse())),
      );
      expect(await counterOf(database, 'cross')).toMatchObject({ predictions: 20 });
    });

    test('is free again once it is erased', async () => {
      const { id } = await database.predictors.apply(definition('again'), 's');
      const first = keyed(id, 'k', 'f');
      await database.predictions.record([first]);
      await database.predictions.erase(first.id);
      expect((await database.predictions.record([keyed(id, 'k', 'f')])).fates).toMatchObject([
        { outcome: 'recorded' },
      ]);
    });
  });

  describe('any other request with a key', () => {
    test('waits for the one under way and gets its answer', async () => {
      const key = { scope: 's', key: randomUUID(), fingerprint: 'f' };
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      let claimed = () => {};
      const ours = new Promise<void>((resolve) => {
        claimed = resolve;
      });
      const first = database.transaction(async (transaction) => {
        expect(await transaction.idempotency.claim(key)).toBeNull();
        claimed();
        await held;
        await transaction.idempotency.keep(key, 202, { n: 1 });
      });
      await ours;
      const second = database.transaction((transaction) => transaction.idempotency.claim(key));
      const early = await Promise.race([
        second,
        new Promise((resolve) => setTimeout(resolve, 100, 'waiting')),
      ]);
      expect(early).toBe('waiting');
      release();
      await first;
      expect(await second).toEqual({ fingerprint: 'f', status: 202, response: { n: 1 } });
    });

    test('is free again when the one under way fails', async () => {
      const key = { scope: 's', key: randomUUID(), fingerprint: 'f' };
      const failing = database.transaction(async (transaction) => {
        await transaction.idempotency.claim(key);
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await database.transaction((transaction) => transaction.idempotency.claim(key))).toBeNull();
    });
  });
});
