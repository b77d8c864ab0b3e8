import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  DirectoryStore,
  ModelStoreError,
  type PointerState,
  pointerKey,
  putArtifact,
  writePointer,
} from '../../services/model-store/index.ts';
import { Champions } from '../../services/serving/champions.ts';
import { searches, trainedVersion, type Version } from '../fire/versions.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { withMorePatience } from '../support/patience.ts';
import { until } from '../support/until.ts';
import { SlowStore } from './slow-store.ts';

let folder: TemporaryFolder;
let store: SlowStore;
let versions: readonly [Version, Version];

beforeAll(async () => {
  versions = [await trainedVersion('searches', 0), await trainedVersion('searches', 1)];
});
beforeEach(async () => {
  await folder?.remove();
  folder = await temporaryFolder();
  store = new SlowStore(new DirectoryStore(folder.path));
});
afterAll(() => folder.remove());

/** Lets a version of `searches` serve, in the store. */
async function point(version: 1 | 2, changed: Partial<PointerState> = {}): Promise<PointerState> {
  const name = changed.name ?? 'searches';
  const artifact = await putArtifact(store, name, version, versions[version - 1]?.bytes ?? Buffer.from(''));
  const state = {
    ...{ id: 1, name, revision: 1, definition: searches(name), change: version },
    champion: { model: version, ...artifact, promotedAt: '2025-01-01T00:00:00.000Z' },
    ...changed,
  };
  await writePointer(store, state);
  return state;
}

const serving = (champions: Champions) => champions.peek('searches')?.champion?.version;

describe('champions', () => {
  test('look at a pointer by its tag, and fetch nothing that they have', async () => {
    await point(1);
    const champions = new Champions({ store });
    await champions.find('searches');
    store.read.length = 0;
    await champions.refresh('searches');
    expect(store.read).toEqual([{ key: pointerKey('searches'), outcome: 'unchanged' }]);
    // Another definition, the same model.
    await point(1, { revision: 2, change: 5 });
    store.read.length = 0;
    await champions.refresh('searches');
    expect(store.read.map(({ key }) => key)).toEqual([pointerKey('searches')]);
    expect(champions.peek('searches')).toMatchObject({ revision: 2, champion: { version: 1 } });
  });

  test('say for how long a predictor could not be taken over, and who answers meanwhile, until it could', async () => {
    let now = 1_000_000;
    const told: [string, number][] = [];
    const champions = new Champions({
      store,
      now: () => now,
      onProblem: (predictor, _, looks) => told.push([predictor, looks]),
    });
    await point(1);
    await champions.find('searches');
    const { champion } = await point(2);
    const key = champion?.key ?? '';
    const bytes = versions[1].bytes;
    await store.put(key, bytes.subarray(1));
    for (const seconds of [0, 42, 300, 100_000]) {
      now = 1_000_000 + seconds * 1_000;
      await champions.refresh('searches');
    }
    now = 1_000_000;
    const after = (seconds: number) => {
      now = 1_000_000 + seconds * 1_000;
      return champions.problems()[0]?.split('; ')[1];
    };
    expect([0, 42, 300, 100_000].map(after)).toEqual([
      'for 0 s model 1 answers meanwhile',
      'for 42 s model 1 answers meanwhile',
      'for 5 min model 1 answers meanwhile',
      'for 28 h model 1 answers meanwhile',
    ]);
    expect(champions.problems()[0]).toContain(`searches: ${key} is damaged`);
    expect(told).toEqual([1, 2, 3, 4].map((looks) => ['searches', looks]));
    await store.put(key, bytes);
    await champions.refresh('searches');
    expect(champions.problems()).toEqual([]);
    expect(serving(champions)).toBe(2);
  });

  test('have no problem any more once a store that was away finds all unchanged', async () => {
    await point(1);
    await withMorePatience([500, 5_000], async (patience) => {
      store.release();
      const champions = new Champions({ store, patience });
      await champions.find('searches');
      store.hold(pointerKey('searches'));
      await champions.refresh('searches');
      const late = `did not answer within ${patience} ms`;
      expect(champions.problems()).toEqual([expect.stringContaining(late)]);
      store.release();
      await champions.refresh('searches');
      expect(champions.problems()).toEqual([]);
    });
  });

  test('refuse a model that was made for other inputs, and a definition that they cannot read', async () => {
    await point(1);
    const champions = new Champions({ store });
    await champions.find('searches');
    const others = { ...searches('searches'), inputs: { text: { type: 'text' } } };
    await point(2, { definition: others, revision: 2 });
    await champions.refresh('searches');
    expect(champions.problems()).toEqual([expect.stringContaining('made for other inputs')]);
    await point(2, { definition: { name: 'searches', newer: true }, revision: 3, change: 9 });
    await champions.refresh('searches');
    expect(champions.problems()).toEqual([expect.stringContaining('holds a definition that cannot be read')]);
    expect(champions.peek('searches')).toMatchObject({ revision: 1, champion: { version: 1 } });
    await expect(new Champions({ store }).find('searches')).rejects.toMatchObject({
      code: 'store_object_bad',
    });
  });

  test('refuse a model that lies elsewhere than its version says', async () => {
    await point(1);
    const champions = new Champions({ store });
    await champions.find('searches');
    const { champion } = await point(2);
    if (champion === null) throw new Error('no champion');
    await point(2, { change: 9, champion: { ...champion, model: 3 } });
    await champions.refresh('searches');
    expect(champions.problems()[0]).toContain('is not where model 3 of searches lies');
    expect(serving(champions)).toBe(1);
  });
});

describe('a store that hangs', () => {
  test('holds up neither later looks nor those at other predictors', async () => {
    await point(1);
    const others = Array.from({ length: 3 }, (_, n) => `others-${n}`);
    for (const name of others) await point(1, { name, champion: null, definition: searches(name) });
    const champions = new Champions({ store, patience: 2_000 });
    await champions.refreshAll();
    store.hold(pointerKey('searches'));
    champions.start(5);
    await until('a look hangs', () => store.waiting === 1);
    for (const name of others) {
      await point(1, { name, champion: null, definition: searches(name), change: 7 });
      await until('another is seen', () => champions.peek(name)?.change === 7);
    }
    expect([store.waiting, champions.problems()]).toEqual([1, []]);
    await until('the look is given up', () => champions.problems().length === 1);
    await until('the predictor is looked at again', () => store.waiting >= 2);
    store.release();
    await point(2);
    await until('the new model serves', () => serving(champions) === 2);
    expect(champions.problems()).toEqual([]);
    champions.stop();
  });

  test('whose answer comes after its look was given up changes nothing', async () => {
    await point(1);
    const champions = new Champions({ store, patience: 1_000 });
    await champions.find('searches');
    const { champion } = await point(2);
    store.hold(champion?.key ?? '');
    await champions.refresh('searches');
    expect(serving(champions)).toBe(1);
    // Back to the first, while the fetch of the second still waits.
    await point(1, { change: 3 });
    await champions.refresh('searches');
    expect(champions.peek('searches')).toMatchObject({ change: 3, champion: { version: 1 } });
    store.release();
    await store.idle();
    expect(champions.peek('searches')).toMatchObject({ change: 3, champion: { version: 1 } });
  });

  test('is an error in time for who asks first, and no problem of a predictor that nobody knows', async () => {
    const told: string[] = [];
    const champions = new Champions({ store, patience: 30, onProblem: (name) => told.push(name) });
    store.hold(pointerKey('anybody'));
    await expect(champions.find('anybody')).rejects.toBeInstanceOf(ModelStoreError);
    expect([champions.problems(), told]).toEqual([[], []]);
    store.release();
    await until('it is known that there is none', () =>
      champions.find('anybody').then(
        (found) => found === null,
        () => false,
      ),
    );
  });
});

test('a predictor whose first model is bad is looked at again by itself, until it is good', async () => {
  const { champion } = await point(1);
  const key = champion?.key ?? '';
  await store.delete(key);
  const champions = new Champions({ store, now: () => 1_000_000 });
  await expect(champions.find('searches')).rejects.toMatchObject({ code: 'store_object_bad' });
  expect(champions.problems()).toEqual([
    expect.stringMatching(/missing; for 0 s no model answers meanwhile$/),
  ]);
  champions.start(5);
  await store.put(key, versions[0].bytes);
  await until('it serves', () => serving(champions) === 1);
  expect(champions.problems()).toEqual([]);
  champions.stop();
});

test('looks at a predictor whose first model is bad are counted on while the store is away too', async () => {
  const { champion } = await point(1);
  await store.delete(champion?.key ?? '');
  await withMorePatience([30, 500, 5_000], async (patience) => {
    store.release();
    const told: [string, number][] = [];
    const champions = new Champions({
      store,
      patience,
      onProblem: (_, error, looks) => told.push([error instanceof ModelStoreError ? error.code : '', looks]),
    });
    await champions.refreshAll();
    store.hold(pointerKey('searches'));
    await champions.refreshAll();
    await champions.refreshAll();
    store.release();
    expect(told).toEqual([
      ['store_object_bad', 1],
      ['store_unavailable', 2],
      ['store_unavailable', 3],
    ]);
  });
});

test('a round that was stopped does not go on beside the next one', async () => {
  await point(1);
  const champions = new Champions({ store, patience: 5_000 });
  await champions.find('searches');
  store.hold(pointerKey('searches'));
  champions.start(1);
  await until('a look waits', () => store.waiting === 1);
  champions.stop();
  store.release();
  await store.idle();
  const looks = store.read.length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(store.read.length).toBe(looks);
});
