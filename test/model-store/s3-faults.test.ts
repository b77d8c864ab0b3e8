import { inspect } from 'node:util';
import { crc32 } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  PreconditionFailedError,
  S3Store,
  type S3StoreSettings,
  type StoredObject,
} from '../../services/model-store/index.ts';
import type { Fault } from '../support/faults/fault.ts';
import { type FaultProxy, startFaultProxy } from '../support/faults/fault-proxy.ts';
import { withMorePatience } from '../support/patience.ts';
import { describeWhere, s3Server } from '../support/requirement.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';
import { CONTENT, LASTING, limits, NEXT, named, ON_THE_WAY, refusal, STALLING } from './s3-faults.ts';

const COMING_BACK: readonly Fault[] = [
  { kind: 'answer-lost' },
  { kind: 'truncated' },
  { kind: 'shortened' },
  { kind: 'flipped' },
  { kind: 'silent-body' },
  { kind: 'dripping', milliseconds: 50 },
];
const GOING_THERE: readonly Fault[] = [
  { kind: 'answer-lost' },
  { kind: 'half-sent' },
  { kind: 'flipped-request' },
];
describeWhere(s3Server(), 'S3 behind a network that fails', () => {
  let server: S3Server;
  let proxy: FaultProxy;
  const stores: S3Store[] = [];

  beforeAll(async () => {
    server = await startS3Server();
    proxy = await startFaultProxy(server.endpoint);
  });
  afterEach(() => proxy.clear());
  afterAll(async () => {
    for (const store of stores) store.close();
    await proxy.stop();
    await server.stop();
  });

  function over(settings: S3StoreSettings): S3Store {
    const store = new S3Store(settings);
    stores.push(store);
    return store;
  }

  /** A bucket with one object, through the proxy and past it. Of the former the limits are so many times the shortest. */
  async function bucket(patience = 10) {
    proxy.clear();
    const settings = await server.bucket();
    const direct = over(settings);
    const { etag } = await direct.put('x', CONTENT);
    const store = over({ ...settings, endpoint: proxy.url, limits: limits(patience) });
    return { store, direct, etag };
  }

  /** Where a limit is to be reached, and the rest is to be quicker. */
  const patiently = (attempt: (patience: number) => Promise<void>) => withMorePatience([1, 10], attempt);

  async function present(store: S3Store, key = 'x'): Promise<StoredObject> {
    const object = await store.get(key);
    if (object === null || object === 'unchanged') throw new Error('the object is gone');
    return object;
  }

  const errorOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => null,
      (thrown: unknown) => thrown,
    );

  describe('once', () => {
    test.each(named([...ON_THE_WAY, ...COMING_BACK]))('%s: an object is read on', async (_, fault) => {
      await patiently(async (patience) => {
        const { store, etag } = await bucket(patience);
        proxy.next(fault);
        expect(await store.get('x')).toEqual({ body: CONTENT, etag });
      });
    });

    test.each(named([...ON_THE_WAY, ...GOING_THERE]))('%s: an object is written on', async (_, fault) => {
      await patiently(async (patience) => {
        const { store, direct, etag } = await bucket(patience);
        proxy.next(fault);
        await store.put('plain', CONTENT);
        proxy.next(fault);
        const created = await store.put('created', CONTENT, { ifNoneMatch: '*' });
        proxy.next(fault);
        const swapped = await store.put('x', NEXT, { ifMatch: etag });
        expect((await present(direct, 'plain')).body).toEqual(CONTENT);
        expect(await present(direct, 'created')).toEqual({ body: CONTENT, etag: created.etag });
        expect(await present(direct, 'x')).toEqual({ body: NEXT, etag: swapped.etag });
      });
    });

    test.each(named([...LASTING, { kind: 'answer-lost' }]))(
      '%s: objects are listed, looked at and deleted on',
      async (_, fault) => {
        await patiently(async (patience) => {
          const { store, direct, etag } = await bucket(patience);
          proxy.next(fault);
          const keys: string[] = [];
          for await (const key of store.list('')) keys.push(key);
          expect(keys).toEqual(['x']);
          proxy.next(fault);
          expect(await store.get('x', { ifNoneMatch: etag })).toBe('unchanged');
          proxy.next(fault);
          await store.delete('x');
          expect(await direct.get('x')).toBeNull();
        });
      },
    );
  });

  describe('for good', () => {
    test.each(named(STALLING))('%s: a read ends and says that S3 does not answer', async (_, fault) => {
      const { store } = await bucket(1);
      proxy.always(fault);
      const error = await errorOf(store.get('x'));
      expect(error).toMatchObject({
        code: 'store_unavailable',
        message: expect.stringContaining('Could not read s3:'),
      });
    });

    test.each(named([{ kind: 'shortened' }, { kind: 'flipped' }]))(
      '%s: a read never gives what was not stored',
      async (_, fault) => {
        await patiently(async (patience) => {
          const { store } = await bucket(patience);
          proxy.always(fault);
          await expect(store.get('x')).rejects.toMatchObject({ code: 'store_object_bad' });
        });
      },
    );

    test.each(named([...LASTING, { kind: 'half-sent' }, { kind: 'flipped-request' }]))(
      '%s: a write ends, says so, and the object is the one before',
      async (_, fault) => {
        const { store, direct, etag } = await bucket(1);
        proxy.always(fault);
        for (const precondition of [undefined, { ifMatch: etag }] as const) {
          const error = await errorOf(store.put('x', NEXT, precondition));
          expect(error).toMatchObject({ code: 'store_unavailable' });
        }
        const error = await errorOf(store.put('new', NEXT, { ifNoneMatch: '*' }));
        expect(error).toMatchObject({ code: 'store_unavailable' });
        expect(await present(direct)).toEqual({ body: CONTENT, etag });
        expect(await direct.get('new')).toBeNull();
      },
    );

    test('a large body that stops is read again before it had to be whole', async () => {
      await patiently(async (patience) => {
        const { store, direct } = await bucket(patience);
        // A megabyte may take four seconds.
        const large = Buffer.alloc(1_000_000, 'large');
        await direct.put('large', large);
        proxy.next({ kind: 'silent-body' });
        const { body } = await present(store, 'large');
        expect(large.equals(body)).toBe(true);
      });
    });

    test('every object goes with a checksum that S3 compares and keeps', async () => {
      const { store } = await bucket();
      const sums: unknown[] = [];
      proxy.always({ kind: 'late', milliseconds: 0 }, ({ method, headers }) => {
        if (method === 'PUT') sums.push(headers['x-amz-checksum-crc32']);
        return false;
      });
      await store.put('x', CONTENT);
      const crc = Buffer.alloc(4);
      crc.writeUInt32BE(crc32(CONTENT));
      expect(sums).toEqual([crc.toString('base64')]);
    });

    test('what S3 repeats of a signed request is not kept, since a session’s token is part of it', async () => {
      const { store } = await bucket();
      const said =
        '<Error><Code>SignatureDoesNotMatch</Code><Message>No.</Message><CanonicalRequest>x-amz-security-token:the-token</CanonicalRequest></Error>';
      proxy.always({ kind: 'status', status: 403, body: said });
      const error = await errorOf(store.put('x', NEXT));
      expect(error).toMatchObject({ code: 'store_denied' });
      expect(inspect(error, { depth: 10 })).not.toContain('the-token');
    });

    test('faults that somebody must mend are not tried again', async () => {
      const { store } = await bucket();
      for (const [code, status, expected] of [
        ['AccessDenied', 403, 'store_denied'],
        ['NoSuchBucket', 404, 'store_bucket_unknown'],
        ['PermanentRedirect', 301, 'store_region_wrong'],
        ['QuotaExceeded', 403, 'store_full'],
        ['InvalidArgument', 400, 'store_failed'],
        ['NoSuchUpload', 404, 'store_failed'],
        ['NotImplemented', 501, 'store_failed'],
      ] as const) {
        proxy.clear();
        proxy.always(refusal(code, status));
        const before = proxy.requests;
        expect(await errorOf(store.put('x', NEXT))).toMatchObject({ code: expected });
        expect(proxy.requests - before).toBe(1);
      }
    });
  });

  describe('a conditional write', () => {
    test('whose answers are lost twice over is known again as ours', async () => {
      const { store, direct, etag } = await bucket();
      const isPut = ({ method }: { method?: string | undefined }) => method === 'PUT';
      proxy.next({ kind: 'answer-lost' }, 2, isPut);
      const created = await store.put('new', CONTENT, { ifNoneMatch: '*' });
      expect(await present(direct, 'new')).toEqual({ body: CONTENT, etag: created.etag });
      proxy.next({ kind: 'answer-lost' }, 2, isPut);
      const swapped = await store.put('x', NEXT, { ifMatch: etag });
      expect(await present(direct)).toEqual({ body: NEXT, etag: swapped.etag });
    });

    test('that never arrived does not take somebody else’s equal bytes for its own', async () => {
      await patiently(async (patience) => {
        const { store, direct, etag } = await bucket(patience);
        // The first attempt waits in vain while another writer makes the very object that it was to make.
        proxy.next({ kind: 'silent' });
        const swap = store.put('x', NEXT, { ifMatch: etag });
        await direct.put('x', NEXT, { ifMatch: etag });
        await expect(swap).rejects.toBeInstanceOf(PreconditionFailedError);
        proxy.next({ kind: 'silent' });
        const create = store.put('new', NEXT, { ifNoneMatch: '*' });
        await direct.put('new', NEXT, { ifNoneMatch: '*' });
        await expect(create).rejects.toBeInstanceOf(PreconditionFailedError);
      });
    });

    test('that conflicts with another of the same moment is tried again, and lost in the end', async () => {
      const { store, etag } = await bucket();
      proxy.next(refusal('ConditionalRequestConflict', 409), 5);
      await store.put('x', NEXT, { ifMatch: etag });
      proxy.always(refusal('ConditionalRequestConflict', 409));
      await expect(store.put('x', NEXT, { ifMatch: etag })).rejects.toBeInstanceOf(PreconditionFailedError);
    });

    test('of an object that was deleted meanwhile is lost', async () => {
      const { store, direct, etag } = await bucket();
      await direct.delete('x');
      await expect(store.put('x', NEXT, { ifMatch: etag })).rejects.toBeInstanceOf(PreconditionFailedError);
      expect(await direct.get('x')).toBeNull();
    });
  });
});
