import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  BadObjectError,
  blockOf,
  DirectoryStore,
  placedId,
  Spool,
  type SpooledPrediction,
} from '../../services/model-store/index.ts';
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

  describe('for the rows of one call', () => {
    const call = '019a0000-0000-7000-8000-00000000cafe';
    const at = (place: number, model = 3): SpooledPrediction => ({
      ...row,
      id: placedId(call, place),
      model,
    });
    const block = blockOf(placedId(call, 0)) ?? '';

    test('has one object, in which each is found by its id', async () => {
      const rows = [0, 5, 63].map((place) => at(place));
      expect(await spool.putBlock(block, rows)).toEqual(rows);
      expect([await names(), await spool.count()]).toEqual([[block], 3]);
      for (const one of rows) expect(await spool.get(one.id)).toEqual(one);
      expect(await spool.get(placedId(call, 6))).toBeNull();
      expect(blockOf(placedId(call, 64))).not.toBe(block);
      expect(blockOf(id)).toBeNull();
    });

    test('keeps the first of two of one id beside those that are new, whoever comes at once', async () => {
      const puts = Array.from({ length: 20 }, (_, n) =>
        spool.putBlock(block, [at(1, n + 1), at(n + 10, n + 1)]),
      );
      const lying = await Promise.all(puts);
      expect(new Set(lying.map(([first]) => first?.model)).size).toBe(1);
      expect(lying.map(([, own]) => own?.model)).toEqual(lying.map((_, n) => n + 1));
      expect(await spool.read(block)).toHaveLength(21);
    });

    test('takes them out one by one, and others that came meanwhile stay', async () => {
      await spool.putBlock(
        block,
        [0, 1, 2, 3].map((place) => at(place)),
      );
      const [seen = null] = [await spool.read(block)];
      await spool.putBlock(block, [at(9)]);
      await Promise.all((seen ?? []).map(({ id: one }) => spool.takeOut(block, new Set([one]))));
      expect((await spool.read(block))?.map(({ id: one }) => one)).toEqual([placedId(call, 9)]);
      await spool.erase(placedId(call, 9));
      expect(await names()).toEqual([]);
    });

    test('moves what cannot be recorded aside, each by itself, from where it comes back', async () => {
      await spool.putBlock(block, [at(0), at(1)]);
      await spool.setAsideOf(block, [at(1)]);
      expect((await spool.read(block))?.length).toBe(1);
      expect(await spool.aside(at(1).id)).toEqual(at(1));
      expect(await spool.putBack(at(1).id)).toBe('back');
      expect(await spool.get(at(1).id)).toEqual(at(1));
    });

    test('drops those of a predictor that is deleted, and no others', async () => {
      await spool.putBlock(block, [at(0), { ...at(1), predictorId: 2 }, at(2)]);
      expect(
        await spool.drop(
          ({ predictorId }) => predictorId === 1,
          () => false,
        ),
      ).toBe(2);
      expect((await spool.read(block))?.map(({ id: one }) => one)).toEqual([placedId(call, 1)]);
    });

    test('refuses an object that holds something else', async () => {
      for (const content of [
        '{}',
        '{"format":2,"predictions":[{}]}',
        JSON.stringify({ format: 2, predictions: [row] }),
      ]) {
        await store.put(`spool/${block}.json`, Buffer.from(content));
        await expect(spool.read(block)).rejects.toThrow(BadObjectError);
      }
    });
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

describe('what was set aside', () => {
  const aside = async (after?: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const name of spool.asideNames(after)) found.push(name);
    return found;
  };

  test('is counted and listed in its order, from any place on', async () => {
    const ids = ['3', '1', '2'].map((n) => `${id.slice(0, -1)}${n}`);
    for (const one of ids) {
      await spool.put({ ...row, id: one });
      await spool.setAside(one);
    }
    expect([await spool.countAside(), await aside()]).toEqual([3, [...ids].sort()]);
    expect(await aside(ids[1])).toEqual([ids[2], ids[0]]);
  });

  test('is put back as it was, once and twice, and by many at once', async () => {
    await spool.put(row);
    await spool.setAside(id);
    const done = await Promise.all(Array.from({ length: 20 }, () => spool.putBack(id)));
    expect(done).toContain('back');
    expect(done).not.toContain('stays');
    expect(await spool.putBack(id)).toBe('gone');
    expect([await spool.get(id), await spool.countAside()]).toEqual([row, 0]);
  });

  test('is put back by the next one where one ended in the middle', async () => {
    await spool.put(row);
    await spool.setAside(id);
    const deaf = new Spool({
      get: (key) => store.get(key),
      put: (key, body, condition) => store.put(key, body, condition),
      list: (prefix) => store.list(prefix),
      delete: () => Promise.reject(new Error('ended')),
    });
    await expect(deaf.putBack(id)).rejects.toThrow('ended');
    expect([await names(), await aside()]).toEqual([[id], [id]]);
    // Recorded meanwhile: it goes back once more, and recording it again changes nothing.
    await spool.remove(id);
    expect(await spool.putBack(id)).toBe('back');
    expect([await spool.get(id), await aside()]).toEqual([row, []]);
  });

  test('is not lost where it is set aside again while it is put back', async () => {
    await spool.put(row);
    await spool.setAside(id);
    let isQuick = true;
    const racing = new Spool({
      get: (key) => store.get(key),
      list: (prefix) => store.list(prefix),
      put: async (key, body, condition) => {
        const put = await store.put(key, body, condition);
        // Somebody drains in this very moment, and the row is refused.
        if (isQuick && key === `spool/${id}.json`) await spool.setAside(id);
        isQuick &&= key !== `spool/${id}.json`;
        return put;
      },
      delete: (key, condition) => store.delete(key, condition),
    });
    expect(await racing.putBack(id)).toBe('back');
    expect([await spool.get(id), await aside()]).toEqual([row, []]);
  });

  test('stays where it is no prediction, or another lies in its place', async () => {
    await store.put('spool-refused/notes.json', Buffer.from('{}'));
    await spool.put({ ...row, model: 4 });
    await spool.setAside(id);
    await spool.put(row);
    expect([await spool.putBack('notes'), await spool.putBack(id)]).toEqual(['stays', 'stays']);
    expect((await spool.get(id))?.model).toBe(3);
    expect((await aside()).sort()).toEqual([id, 'notes'].sort());
  });
});
