import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ModelStoreError, S3Store, type S3StoreSettings } from '../../services/model-store/index.ts';
import { describeWhere, s3Server } from '../support/requirement.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';
import { killInMidPut } from './killed-in-mid-put.ts';
import { anObjectStore } from './object-store.contract.ts';

describeWhere(s3Server(), 'S3', () => {
  let server: S3Server;
  const stores: S3Store[] = [];

  beforeAll(async () => {
    server = await startS3Server();
  });
  afterAll(async () => {
    for (const store of stores) store.close();
    await server.stop();
  });

  function over(settings: S3StoreSettings): S3Store {
    const store = new S3Store(settings);
    stores.push(store);
    return store;
  }

  anObjectStore('a part of a bucket', async () =>
    over({ ...(await server.bucket()), prefix: 'ours/models/' }),
  );

  async function keysOf(store: S3Store, prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const key of store.list(prefix)) keys.push(key);
    return keys;
  }

  test('a store below a prefix sees nothing of the bucket’s other objects', async () => {
    const settings = await server.bucket();
    const [ours, theirs] = [over({ ...settings, prefix: 'ours/' }), over({ ...settings, prefix: 'theirs/' })];
    await ours.put('x', Buffer.from('ours'));
    await theirs.put('x', Buffer.from('theirs'));
    expect(await keysOf(ours, '')).toEqual(['x']);
    expect(await ours.get('x')).toMatchObject({ body: Buffer.from('ours') });
    await ours.delete('x');
    expect(await theirs.get('x')).toMatchObject({ body: Buffer.from('theirs') });
    expect(await keysOf(over(settings), '')).toEqual(['theirs/x']);
  });

  test('a list of 2,500 objects comes whole and in order, page by page', async () => {
    const settings = await server.bucket();
    const folder = path.join(server.folder, settings.bucket, 'spool');
    await mkdir(folder);
    const names = Array.from({ length: 2_500 }, (_, n) => `${String(n).padStart(5, '0')}.json`);
    for (const name of names) await writeFile(path.join(folder, name), '{}');
    expect(await keysOf(over(settings), 'spool/')).toEqual(names.map((name) => `spool/${name}`));
  });

  test('processes that are killed in mid-put leave the object before or the one after, never half of one', async () => {
    const settings = await server.bucket();
    await killInMidPut(over(settings), settings, 2);
  });

  test('an object that was altered or cut where it lies is refused', async () => {
    const settings = await server.bucket();
    const store = over({ ...settings, limits: { attempts: 2 } });
    const file = path.join(server.folder, settings.bucket, 'x');
    await store.put('x', Buffer.from('as it was stored'));
    for (const content of ['as it was storeD', 'as it was']) {
      // Written into the file, which keeps what the server noted about it.
      await writeFile(file, content, { flag: 'r+' });
      if (content.length < 16) await writeFile(file, content);
      await expect(store.get('x')).rejects.toMatchObject({
        code: 'store_object_bad',
        message: expect.stringContaining('not what was stored'),
      });
    }
  });

  test.each<[string, Partial<S3StoreSettings>, string, string]>([
    ['no such bucket', { bucket: 'nobodys' }, 'store_bucket_unknown', 'Create it'],
    [
      'a wrong secret',
      { credentials: { accessKeyId: 'testkey', secretAccessKey: 'a-wrong-secret' } },
      'store_denied',
      'Check the credentials',
    ],
    [
      'an unknown key',
      { credentials: { accessKeyId: 'nobody', secretAccessKey: 'a-wrong-secret' } },
      'store_denied',
      'Check the credentials',
    ],
    ['another region', { region: 'eu-central-1' }, 'store_region_wrong', 'Set the region'],
    ['nobody at the address', { endpoint: 'http://127.0.0.1:9' }, 'store_unavailable', 'Check the endpoint'],
  ])('%s is said with the place and what to do, and without a secret', async (_, wrong, code, advice) => {
    const settings = { ...(await server.bucket()), ...wrong };
    const store = over(settings);
    for (const call of [
      ['read', () => store.get('a/x')],
      ['write', () => store.put('a/x', Buffer.from('1'))],
      ['list', () => keysOf(store, 'a/x')],
      ['delete', () => store.delete('a/x')],
    ] as const) {
      const error: unknown = await call[1]().then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof ModelStoreError)) throw new Error(`${call[0]}: ${error}`);
      expect(error.code).toBe(code);
      expect(error.message).toContain(`Could not ${call[0]} s3://${settings.bucket}/a/x`);
      expect(error.message).toContain(advice);
      const all = `${error.stack} ${JSON.stringify(error.cause)} ${error.cause}`;
      expect(all).not.toMatch(/a-wrong-secret|testsecret/);
    }
  });
});
