import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  adoptStates,
  BadObjectError,
  DirectoryStore,
  getArtifact,
  type ObjectStore,
  pointerKey,
  putArtifact,
  readPointer,
  writePointer,
} from '../../services/model-store/index.ts';

let root: string;
let store: ObjectStore;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'hundredfold-store-'));
  store = new DirectoryStore(root);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const state = (name: string, change: number) => ({
  id: 1,
  name,
  revision: 1,
  definition: { name },
  change,
  champion: null,
});

describe('a pointer', () => {
  test('of two writers the later state wins, whoever is slower', async () => {
    await Promise.all([5, 3, 9, 1, 7].map((change) => writePointer(store, state('race', change))));
    expect(await readPointer(store, 'race')).toMatchObject({ pointer: { change: 9 } });
    expect(await writePointer(store, state('race', 9))).toBe(false);
    expect(await writePointer(store, state('race', 10))).toBe(true);
  });

  test('is looked at by its tag', async () => {
    await writePointer(store, state('tag', 1));
    const found = await readPointer(store, 'tag');
    if (found === null || found === 'unchanged') throw new Error('not found');
    expect(await readPointer(store, 'tag', found.etag)).toBe('unchanged');
    expect(await readPointer(store, 'nobody')).toBeNull();
  });

  test('that is damaged or another predictor’s is refused, and replaced by the next state', async () => {
    await store.put(pointerKey('bad'), Buffer.from('{"format":1'));
    await expect(readPointer(store, 'bad')).rejects.toBeInstanceOf(BadObjectError);
    await store.put(pointerKey('bad'), Buffer.from(JSON.stringify({ format: 1, ...state('other', 99) })));
    await expect(readPointer(store, 'bad')).rejects.toBeInstanceOf(BadObjectError);
    await store.put(pointerKey('bad'), Buffer.from('nonsense'));
    expect(await writePointer(store, state('bad', 1))).toBe(true);
    expect(await readPointer(store, 'bad')).toMatchObject({ pointer: { name: 'bad' } });
  });
});

describe('an artifact', () => {
  test('comes back as it was stored; storing it again is no error', async () => {
    const bytes = Buffer.from('model');
    const name = await putArtifact(store, 'p', 1, bytes);
    expect(await putArtifact(store, 'p', 1, bytes)).toEqual(name);
    expect(Buffer.from(await getArtifact(store, name)).equals(bytes)).toBe(true);
  });

  test('that is missing, cut short or altered is refused', async () => {
    const name = await putArtifact(store, 'p', 2, Buffer.from('a longer model'));
    await store.put(name.key, Buffer.from('a longer'));
    await expect(getArtifact(store, name)).rejects.toThrow('damaged');
    await store.put(name.key, Buffer.from('a longer modeL'));
    await expect(getArtifact(store, name)).rejects.toThrow('damaged');
    await store.delete(name.key);
    await expect(getArtifact(store, name)).rejects.toThrow('missing');
  });
});

describe('a store that is newer than its database, which was restored from a backup', () => {
  test('says what the database says: the older state, and nothing of predictors that it does not have', async () => {
    await writePointer(store, state('restored', 9));
    await writePointer(store, state('unknown', 2));
    await adoptStates(store, [state('restored', 4)]);
    expect(await readPointer(store, 'restored')).toMatchObject({ pointer: { change: 4 } });
    expect(await readPointer(store, 'unknown')).toBeNull();
  });
});
