import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  DirectoryStore,
  DispatchMarks,
  type ObjectStore,
  S3Store,
} from '../../services/model-store/index.ts';
import { DISPATCH_MARK } from '../../services/model-store/keys.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { describeWhere, s3Server } from '../support/requirement.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';

/** What may happen at a time: whoever sends work, and whoever finds that none is left. */
type Actor = 'sender' | 'finisher';

/** Every order of the first `sent` steps of the one and the first `finished` of the other: each may die after any. */
function orders(sent: number, finished: number): Actor[][] {
  if (sent === 0 && finished === 0) return [[]];
  return [
    ...(sent > 0 ? orders(sent - 1, finished).map((order): Actor[] => [...order, 'sender']) : []),
    ...(finished > 0 ? orders(sent, finished - 1).map((order): Actor[] => [...order, 'finisher']) : []),
  ];
}

const ALL = [0, 1, 2].flatMap((sent) => [0, 1, 2, 3].flatMap((finished) => orders(sent, finished)));

/** Plays an order; tells what stands in the end. The marker of earlier work lies there at first. */
async function play(store: ObjectStore, order: readonly Actor[]) {
  const marks = new DispatchMarks(store);
  await marks.put();
  let isPending = false;
  let isMarked = false;
  let seen: Awaited<ReturnType<DispatchMarks['look']>> = null;
  let left = false;
  const steps = {
    sender: [
      async () => {
        isPending = true;
      },
      async () => {
        await marks.put();
        isMarked = true;
      },
    ],
    finisher: [
      async () => {
        seen = await marks.look();
      },
      async () => {
        left = isPending;
      },
      () => marks.settle(seen, { pending: left, notBefore: null }),
    ],
  };
  for (const actor of order) await steps[actor].shift()?.();
  return { isPending, isMarked, mark: await marks.look() };
}

function aMarker(open: () => Promise<ObjectStore>): void {
  test(`in none of ${ALL.length} orders of steps and deaths is sent work left without its marker`, async () => {
    const store = await open();
    for (const order of ALL) {
      const { isPending, isMarked, mark } = await play(store, order);
      if (isPending && isMarked && mark === null) throw new Error(`no marker after ${order.join(', ')}`);
    }
    expect(ALL.length).toBeGreaterThan(30);
  });

  test('is gone once nothing is pending', async () => {
    const store = await open();
    expect(await play(store, ['finisher', 'finisher', 'finisher'])).toMatchObject({ mark: null });
  });

  test('says until when everything is held back, until something else is put', async () => {
    const marks = new DispatchMarks(await open());
    await marks.put();
    const first = await marks.look();
    await marks.settle(first, { pending: true, notBefore: 1_800_000_000_000 });
    expect(await marks.look()).toMatchObject({ notBefore: 1_800_000_000_000 });
    await marks.put();
    expect(await marks.look()).toMatchObject({ notBefore: null });
    // What was put since is not put off by who looked before.
    await marks.settle(first, { pending: true, notBefore: 1_800_000_000_000 });
    expect(await marks.look()).toMatchObject({ notBefore: null });
  });

  test('is put where the database knows of work and there is none', async () => {
    const marks = new DispatchMarks(await open());
    await marks.settle(null, { pending: false, notBefore: null });
    expect(await marks.look()).toBeNull();
    await marks.settle(null, { pending: true, notBefore: null });
    expect(await marks.look()).toMatchObject({ notBefore: null });
  });

  test('that cannot be read is a marker all the same', async () => {
    const store = await open();
    await store.put(DISPATCH_MARK, Buffer.from('{"notBefore":"soon"'));
    expect(await new DispatchMarks(store).look()).toMatchObject({ notBefore: null });
  });
}

describe('the marker of a dispatch, in a folder', () => {
  const folders: TemporaryFolder[] = [];
  afterAll(() => Promise.all(folders.map((folder) => folder.remove())));
  aMarker(async () => {
    const folder = await temporaryFolder();
    folders.push(folder);
    return new DirectoryStore(folder.path);
  });
});

describeWhere(s3Server(), 'the marker of a dispatch, in a bucket', () => {
  let server: S3Server;
  const stores: S3Store[] = [];
  beforeAll(async () => {
    server = await startS3Server();
  });
  afterAll(async () => {
    for (const store of stores) store.close();
    await server.stop();
  });
  aMarker(async () => {
    const store = new S3Store(await server.bucket());
    stores.push(store);
    return store;
  });
});
