import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DirectoryStore, Spool, type SpooledPrediction } from '../../services/model-store/index.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';

let folder: TemporaryFolder;
let store: DirectoryStore;
let spool: Spool;
beforeEach(async () => {
  folder = await temporaryFolder();
  store = new DirectoryStore(folder.path);
  spool = new Spool(store);
});
afterEach(() => folder.remove());

const id = '019a0000-0000-7000-8000-000000000001';
const row: SpooledPrediction = {
  id,
  predictorId: 1,
  predictor: 'searches',
  revision: 2,
  model: 3,
  inputs: { query: 'labora', age: null },
  answer: { suggestions: [{ label: 'Laboratory', probability: 0.5 }] },
  answeredAt: 1_763_000_000_000,
  idempotency: { scope: 'anonymous POST /p', key: 'a', fingerprint: 'f', response: '{"recorded":true}' },
};

async function names(): Promise<string[]> {
  const found: string[] = [];
  for await (const name of spool.names()) found.push(name);
  return found;
}

describe('the spool', () => {
  test('gives back what was put in, word for word, until it is taken out', async () => {
    expect(await spool.get(id)).toBeNull();
    expect(await spool.put(row)).toBe(row);
    expect(await spool.get(id)).toEqual(row);
    expect(await names()).toEqual([id]);
    await spool.remove(id);
    await spool.remove(id);
    expect([await spool.get(id), await names()]).toEqual([null, []]);
  });

  test('keeps the first of two of one id, and tells the second of it', async () => {
    await spool.put(row);
    expect(await spool.put({ ...row, model: 4 })).toEqual(row);
    expect(await spool.get(id)).toEqual(row);
  });

  test('of fifty at once of one id keeps one, and all are told of that one', async () => {
    const puts = Array.from({ length: 50 }, (_, n) => spool.put({ ...row, model: n + 1 }));
    const models = new Set((await Promise.all(puts)).map(({ model }) => model));
    expect(models.size).toBe(1);
    expect([...models]).toEqual([(await spool.get(id))?.model]);
  });

  test.each([
    ['no JSON', '{'],
    ['a later format', JSON.stringify({ ...row, format: 2 })],
    ['a field of another type', JSON.stringify({ ...row, format: 1, model: 'three' })],
    ['a missing field', JSON.stringify({ ...row, format: 1, inputs: undefined })],
    ['another id', JSON.stringify({ ...row, format: 1, id: id.replace('1', '2') })],
  ])('refuses %s', async (_what, text) => {
    await store.put(`spool/${id}.json`, Buffer.from(text));
    await expect(spool.get(id)).rejects.toMatchObject({ code: 'store_object_bad' });
  });

  test('passes over what lies under a name that no store takes, and names it until it is gone', async () => {
    await spool.put(row);
    const strangers = ['._x.json', 'a b.json', `${id} copy.json`];
    for (const name of strangers) await writeFile(path.join(folder.path, 'spool', name), '{}');
    expect(await names()).toEqual([id]);
    expect(spool.strangers).toEqual(new Set(strangers.map((name) => `spool/${name}`)));
    for (const name of strangers) await rm(path.join(folder.path, 'spool', name));
    expect(await names()).toEqual([id]);
    expect(spool.strangers.size).toBe(0);
  });

  test('is checked where predictions are put, which leaves nothing behind', async () => {
    await store.put('spool/check', Buffer.from('{}'));
    expect(await names()).toEqual([]);
    expect(spool.strangers.size).toBe(0);
    await spool.check();
    expect(await readdir(path.join(folder.path, 'spool'))).toEqual([]);
    await rm(path.join(folder.path, 'spool'), { recursive: true });
    await writeFile(path.join(folder.path, 'spool'), '');
    await expect(spool.put(row)).rejects.toMatchObject({ code: 'store_failed' });
    await expect(spool.check()).rejects.toMatchObject({ code: 'store_failed' });
  });

  test('sets aside what cannot be recorded, byte for byte', async () => {
    await store.put(`spool/${id}.json`, Buffer.from('{'));
    await spool.setAside(id);
    await spool.setAside(id);
    expect(await names()).toEqual([]);
    const aside = await store.get(`spool-refused/${id}.json`);
    expect(aside !== null && aside !== 'unchanged' && Buffer.from(aside.body).toString()).toBe('{');
    await spool.erase(id);
    expect(await store.get(`spool-refused/${id}.json`)).toBeNull();
  });
});
