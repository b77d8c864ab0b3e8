import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { KeysInForce } from '../../../database/index.ts';
import { DirectoryStore, type ObjectStore } from '../../../services/model-store/index.ts';
import { adoptKeys, alignKeys, KEYS_OBJECT } from '../../../services/model-store/keys-object.ts';
import { newKey } from '../../../services/predict/access/key.ts';
import { KeyRing } from '../../../services/predict/access/key-ring.ts';
import { SlowStore } from '../../serving/slow-store.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';
import { withMorePatience } from '../../support/patience.ts';

let folder: TemporaryFolder;
let store: SlowStore;
let inForce: KeysInForce;
/** What the copy is made from: the keys of a database, as it gives them. */
const database = { keys: { inForce: async () => inForce } };

const one = newKey('predict').stored;
const two = newKey('admin').stored;

beforeEach(async () => {
  folder = await temporaryFolder();
  store = new SlowStore(new DirectoryStore(folder.path));
  inForce = { change: 0, keys: [] };
});
afterEach(() => folder.remove());

async function written(change: number, keys: KeysInForce['keys'], by = alignKeys): Promise<boolean> {
  inForce = { change, keys };
  return by(database, store);
}

describe('the copy of the keys', () => {
  test('is not made before there ever was a key', async () => {
    expect(await written(0, [])).toBe(false);
    expect(await store.get(KEYS_OBJECT)).toBeNull();
  });

  test('is written by a later change, and by no earlier one, whoever is slower', async () => {
    expect(await written(5, [one])).toBe(true);
    expect(await written(5, [one])).toBe(false);
    expect(await written(4, [two])).toBe(false);
    expect(await written(6, [])).toBe(true);
    const object = await store.get(KEYS_OBJECT);
    const text = object === null || object === 'unchanged' ? '' : Buffer.from(object.body).toString();
    expect(JSON.parse(text)).toEqual({ format: 1, change: 6, keys: [] });
  });

  test('ends as the latest change has it, of many writers at once', async () => {
    const changes = Array.from({ length: 12 }, (_, n) => ({ change: n + 1, keys: n % 2 ? [one] : [two] }));
    await Promise.all(
      changes
        .toSorted((a, b) => Math.sin(a.change) - Math.sin(b.change))
        .map((state) => alignKeys({ keys: { inForce: async () => state } }, store)),
    );
    const ring = new KeyRing({ store });
    await ring.look();
    expect([ring.find(one.id) !== undefined, ring.hasAdmin]).toEqual([true, false]);
  });

  test('that cannot be read is replaced', async () => {
    await store.put(KEYS_OBJECT, Buffer.from('{"format":1,"change":99,"keys":[{"id":"x"}]}'));
    expect(await written(1, [one])).toBe(true);
  });

  test('of a database that was restored from a backup is taken over by who is alone, and by its next change', async () => {
    await written(900, [one, two]);
    expect(await written(700, [one])).toBe(false);
    expect(await written(700, [one], adoptKeys)).toBe(true);
    expect(await written(700, [one], adoptKeys)).toBe(false);
  });
});

describe('the keys in memory', () => {
  const ringOn = (from: ObjectStore, told: unknown[] = [], patience = 60_000) =>
    new KeyRing({ store: from, patience, now: () => 0, onProblem: (error) => told.push(error) });

  test('are none where none were ever made', async () => {
    const ring = ringOn(store);
    expect(ring.isLoaded).toBe(false);
    await ring.look();
    expect([ring.isLoaded, ring.hasAdmin, ring.problems()]).toEqual([true, false, []]);
  });

  test('follow their copy', async () => {
    const ring = ringOn(store);
    await written(1, [one]);
    await ring.look();
    expect(ring.find(one.id)?.caller).toEqual({ name: one.id, role: 'predict' });
    await written(2, [two]);
    await ring.look();
    expect([ring.find(one.id), ring.hasAdmin]).toEqual([undefined, true]);
  });

  test.each([
    ['is damaged', async () => void (await store.put(KEYS_OBJECT, Buffer.from('{')))],
    ['is gone', () => store.delete(KEYS_OBJECT)],
    ['does not come', async () => store.hold(KEYS_OBJECT)],
  ])('stay in force while their copy %s, and the trouble is told once and named', async (_what, harm) => {
    await withMorePatience([60, 1_000, 8_000], async (patience) => {
      store.release();
      const told: unknown[] = [];
      const ring = ringOn(store, told, patience);
      await store.delete(KEYS_OBJECT);
      await written(1, [one]);
      await ring.look();
      await harm();
      await ring.look();
      await ring.look();
      expect(ring.find(one.id)).toBeDefined();
      expect(told).toHaveLength(1);
      expect(ring.problems().join()).toMatch(
        /^keys: .*; for 0 s the keys known before are in force meanwhile$/,
      );
      store.release();
      await store.put(KEYS_OBJECT, Buffer.from('{"format":1,"change":2,"keys":[]}'));
      await ring.refresh();
      expect([ring.find(one.id), ring.problems()]).toEqual([undefined, []]);
    });
  });

  test('are not known while the first look fails: then nobody is let in', async () => {
    await store.put(KEYS_OBJECT, Buffer.from('{"format":2}'));
    const ring = ringOn(store);
    await ring.look();
    expect(ring.isLoaded).toBe(false);
    expect(ring.problems().join()).toContain('nobody is let in meanwhile');
  });

  test('are looked at once by many who ask at a time', async () => {
    await written(1, [one]);
    const ring = ringOn(store);
    const before = store.read.length;
    await Promise.all(Array.from({ length: 20 }, () => ring.look()));
    expect(store.read.length - before).toBe(1);
    // Who refreshes sees what was written before the call: it does not make do with a look that had begun.
    const under = ring.look();
    await Promise.all([under, ring.refresh()]);
    expect(store.read.length - before).toBe(3);
  });
});
