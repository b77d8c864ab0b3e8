import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  ModelStoreError,
  type ObjectStore,
  PreconditionFailedError,
} from '../../services/model-store/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

async function collect(keys: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const key of keys) all.push(key);
  return all;
}

/** What every store must do, whatever it is made of. `open` gives an empty one. */
export function anObjectStore(name: string, open: () => Promise<ObjectStore>): void {
  describe(name, () => {
    test('gives back what was put, byte for byte, under a tag that changes with it', async () => {
      const store = await open();
      const body = new Uint8Array([0, 255, 10, 13, 0, 128]);
      const { etag } = await store.put('a/b.bin', body);
      const found = await store.get('a/b.bin');
      if (found === null || found === 'unchanged') throw new Error('not found');
      expect(Buffer.from(found.body).equals(Buffer.from(body))).toBe(true);
      expect(found.etag).toBe(etag);
      expect((await store.put('a/b.bin', bytes('other'))).etag).not.toBe(etag);
    });

    test('says null for what is not there, and "unchanged" for a tag that still holds', async () => {
      const store = await open();
      expect(await store.get('nothing')).toBeNull();
      const { etag } = await store.put('x', bytes('1'));
      expect(await store.get('x', { ifNoneMatch: etag })).toBe('unchanged');
      await store.put('x', bytes('2'));
      expect(await store.get('x', { ifNoneMatch: etag })).toMatchObject({ body: expect.anything() });
    });

    test('one of 32 that create the same object at once wins, and the object is the winner’s', async () => {
      const store = await open();
      const puts = Array.from({ length: 32 }, (_, n) =>
        store.put('race', bytes(`writer ${n}`), { ifNoneMatch: '*' }).then(
          () => n,
          (error: unknown) => {
            expect(error).toBeInstanceOf(PreconditionFailedError);
            return null;
          },
        ),
      );
      const winners = (await Promise.all(puts)).filter((winner) => winner !== null);
      expect(winners).toHaveLength(1);
      const found = await store.get('race');
      if (found === null || found === 'unchanged') throw new Error('not found');
      expect(Buffer.from(found.body).toString()).toBe(`writer ${winners[0]}`);
    });

    test('a counter raised 80 times by 8 writers that swap by tag ends at 80', async () => {
      const store = await open();
      await store.put('counter', bytes('0'));
      const raise = async () => {
        for (let done = 0; done < 10; ) {
          const found = await store.get('counter');
          if (found === null || found === 'unchanged') throw new Error('not found');
          const next = Number(Buffer.from(found.body).toString()) + 1;
          await store.put('counter', bytes(String(next)), { ifMatch: found.etag }).then(
            () => {
              done += 1;
            },
            (error: unknown) => expect(error).toBeInstanceOf(PreconditionFailedError),
          );
        }
      };
      await Promise.all(Array.from({ length: 8 }, raise));
      const end = await store.get('counter');
      if (end === null || end === 'unchanged') throw new Error('not found');
      expect(Buffer.from(end.body).toString()).toBe('80');
    });

    test('one of 32 that swap the same object at once wins', async () => {
      const store = await open();
      const { etag } = await store.put('swap', bytes('before'));
      const puts = Array.from({ length: 32 }, (_, n) =>
        store.put('swap', bytes(`writer ${n}`), { ifMatch: etag }).then(
          (put) => [{ n, etag: put.etag }],
          (error: unknown) => {
            expect(error).toBeInstanceOf(PreconditionFailedError);
            return [];
          },
        ),
      );
      const [winner, ...others] = (await Promise.all(puts)).flat();
      expect(others).toEqual([]);
      const found = await store.get('swap');
      if (found === null || found === 'unchanged') throw new Error('not found');
      expect(Buffer.from(found.body).toString()).toBe(`writer ${winner?.n}`);
      expect(found.etag).toBe(winner?.etag);
    });

    test('keeps objects of no byte and of two million', async () => {
      const store = await open();
      for (const body of [new Uint8Array(), randomBytes(2_000_000)]) {
        await store.put('sized', body);
        const found = await store.get('sized');
        if (found === null || found === 'unchanged') throw new Error('not found');
        expect(Buffer.compare(found.body, body)).toBe(0);
      }
    });

    test('refuses to swap an object that is not there', async () => {
      const store = await open();
      await expect(store.put('none', bytes('1'), { ifMatch: '"x"' })).rejects.toBeInstanceOf(
        PreconditionFailedError,
      );
      expect(await store.get('none')).toBeNull();
    });

    test('lists keys by prefix, in key order, and none of its own making', async () => {
      const store = await open();
      for (const key of ['p/2.json', 'q/1.json', 'p/10.json', 'p/1.json']) await store.put(key, bytes(key));
      await store.put('p/1.json', bytes('again'), {
        ifMatch: (await store.put('p/1.json', bytes('x'))).etag,
      });
      expect(await collect(store.list('p/'))).toEqual(['p/1.json', 'p/10.json', 'p/2.json']);
      expect(await collect(store.list('nothing/'))).toEqual([]);
    });

    test('lists in the order of whole keys, folders and all, also below part of a name', async () => {
      const store = await open();
      const keys = ['m/a-b/1', 'm/a.b/1', 'm/a/1', 'm/a/b/1', 'm/a0', 'm/b/1', 'n'];
      for (const key of [...keys].reverse()) await store.put(key, bytes(key));
      expect(await collect(store.list(''))).toEqual(keys);
      expect(await collect(store.list('m/a'))).toEqual(keys.slice(0, 5));
      expect(await collect(store.list('m/a/'))).toEqual(['m/a/1', 'm/a/b/1']);
      expect(await collect(store.list('m/a/b/1'))).toEqual(['m/a/b/1']);
    });

    test.each(['../', '/', 'a//', 'a/../'])('refuses to list below %j', async (prefix) => {
      const store = await open();
      await expect(collect(store.list(prefix))).rejects.toMatchObject({ code: 'store_key_invalid' });
    });

    test('deletes, and deletes again without complaint', async () => {
      const store = await open();
      await store.put('gone', bytes('1'));
      await store.delete('gone');
      await store.delete('gone');
      expect(await store.get('gone')).toBeNull();
    });

    test('deletes under a condition only the object that was read', async () => {
      const store = await open();
      const { etag } = await store.put('mark', bytes('1'));
      await store.put('mark', bytes('2'));
      await expect(store.delete('mark', { ifMatch: etag })).rejects.toBeInstanceOf(PreconditionFailedError);
      const found = await store.get('mark');
      if (found === null || found === 'unchanged') throw new Error('not found');
      await store.delete('mark', { ifMatch: found.etag });
      expect(await store.get('mark')).toBeNull();
      await store.delete('mark', { ifMatch: found.etag });
    });

    test.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', 'a/./b', '.partial', 'a\u0000b', 'ü'])(
      'refuses the key %j',
      async (key) => {
        const store = await open();
        await expect(store.put(key, bytes('1'))).rejects.toBeInstanceOf(ModelStoreError);
        await expect(store.get(key)).rejects.toBeInstanceOf(ModelStoreError);
      },
    );
  });
}
