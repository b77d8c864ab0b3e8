import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DirectoryStore, S3Store } from '../../services/model-store/index.ts';
import { type FaultProxy, startFaultProxy } from '../support/faults/fault-proxy.ts';
import { temporaryFolder } from '../support/folder.ts';
import { describeWhere, s3Server } from '../support/requirement.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';
import { took } from '../support/took.ts';
import { CONTENT, LASTING, limits, NEXT, named, STALLING } from './s3-faults.ts';

// What each comes to, s3-faults.test.ts and directory-store.test.ts hold: here is how long it takes.

describeWhere(s3Server(), 'S3 behind a network that fails', () => {
  const LIMITS = limits(1);
  const BOUND = LIMITS.operation + 200;
  let server: S3Server;
  let proxy: FaultProxy;
  beforeAll(async () => {
    server = await startS3Server();
    proxy = await startFaultProxy(server.endpoint);
  });
  afterAll(async () => {
    await proxy.stop();
    await server.stop();
  });

  async function withBucket(work: (store: S3Store, direct: S3Store) => Promise<void>): Promise<void> {
    const settings = await server.bucket();
    const direct = new S3Store(settings);
    const store = new S3Store({ ...settings, endpoint: proxy.url, limits: LIMITS });
    await direct.put('x', CONTENT);
    await work(store, direct);
    proxy.clear();
    store.close();
    direct.close();
  }

  test.each(named(STALLING))('%s: a read ends in time', (_, fault) =>
    withBucket(async (store) => {
      proxy.always(fault);
      expect(await took(() => store.get('x'))).toBeLessThan(BOUND);
    }),
  );

  test.each(named([...LASTING, { kind: 'half-sent' }, { kind: 'flipped-request' }]))(
    '%s: a write ends in time',
    (_, fault) =>
      withBucket(async (store, direct) => {
        const { etag } = await direct.put('x', CONTENT);
        proxy.always(fault);
        for (const precondition of [undefined, { ifMatch: etag }]) {
          expect(await took(() => store.put('x', NEXT, precondition))).toBeLessThan(BOUND);
        }
      }),
  );

  test('a large body that stops is read again long before it had to be whole', () =>
    withBucket(async (store, direct) => {
      // A megabyte may take four seconds.
      await direct.put('large', Buffer.alloc(1_000_000, 'large'));
      proxy.next({ kind: 'silent-body' });
      expect(await took(() => store.get('large'))).toBeLessThan(2_000);
    }));
});

test('a directory lists without reading folders that the prefix leaves out', async () => {
  const folder = await temporaryFolder();
  const store = new DirectoryStore(folder.path);
  await store.put('models/m', Buffer.from('1'));
  for (let n = 0; n < 3_000; n++) await mkdir(path.join(folder.path, 'spool', `${n}`), { recursive: true });
  const listing = (prefix: string) =>
    took(async () => {
      for await (const key of store.list(prefix)) expect(key).toBe('models/m');
    });
  expect((await listing('models/')) * 5).toBeLessThan(await listing(''));
  await folder.remove();
});
