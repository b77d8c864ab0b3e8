import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Database, rowKey } from '../../database/index.ts';
import { DRIVERS, type OpenedByDriver, openBy } from './drivers.ts';
import { answered, counterOf, definition } from './fixture.ts';
import { waitingForLocks } from './waiting.ts';

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

  describe('a key of many rows', () => {
    const key = (name: string, fingerprint = 'f') => ({
      scope: 'somebody POST /rows',
      key: name,
      fingerprint,
    });
    const outcomes = (kept: { fates: readonly { outcome: string }[] }) =>
      kept.fates.map(({ outcome }) => outcome);

    test('is taken once, by whoever comes first, and says for how many rows', async () => {
      const claims = await Promise.all(
        Array.from({ length: 10 }, (_, n) => database.rowKeys.claim(key('race', `f${n}`), n + 1)),
      );
      const first = claims.find(({ isRepeated }) => !isRepeated);
      expect(claims.filter(({ isRepeated }) => !isRepeated)).toHaveLength(1);
      expect(new Set(claims.map(({ fingerprint }) => fingerprint)).size).toBe(1);
      expect(await database.rowKeys.find(key('race'))).toEqual({ ...first, isRepeated: true });
      expect(await database.rowKeys.find(key('never'))).toBeNull();
    });

    test('gives what its rows were answered, more than one answer of the database holds', async () => {
      const { id } = await database.predictors.apply(definition('many-rows'), 's');
      const call = key('long');
      await database.rowKeys.claim(call, 40);
      const rows = Array.from({ length: 40 }, (_, n) => ({
        ...answered(id),
        idempotency: { ...rowKey(call, n), response: JSON.stringify({ n, text: '"'.repeat(20_000) }) },
      }));
      expect(outcomes(await database.predictions.record(rows))).toEqual(Array(40).fill('recorded'));
      const answers = await database.rowKeys.answers(call);
      expect([...answers.keys()]).toEqual(rows.map((_, n) => n));
      expect(answers.get(39)).toMatchObject({ n: 39 });
      expect((await database.rowKeys.answers(key('lon'))).size).toBe(0);
    });

    test('whose rows came from the spool is the key of their body', async () => {
      const { id } = await database.predictors.apply(definition('spooled-rows'), 's');
      const row = { ...answered(id), idempotency: { ...rowKey(key('s', 'one'), 3), response: '{"n":3}' } };
      await database.predictions.record([row]);
      expect(await database.rowKeys.claim(key('s', 'two'), 2)).toMatchObject({ fingerprint: 'one' });
      expect(await database.rowKeys.claim(key('s', 'one'), 5)).toMatchObject({
        fingerprint: 'one',
        isRepeated: true,
      });
    });
  });

  test('an answer of any length is kept under a key, and given again letter for letter', async () => {
    const key = { scope: 'somebody POST /long', key: 'k', fingerprint: 'f' };
    for (const text of ['\u{1F9B4}"'.repeat(300_000), 'x'.repeat(40_000), 'short']) {
      await database.transaction(async ({ idempotency }) => {
        await idempotency.claim(key);
        await idempotency.keep(key, 200, { text });
      });
      expect((await database.idempotency.find(key))?.response.text === text).toBe(true);
    }
  });

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
      await waitingForLocks(place.connectionString, 1);
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
