import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../support/until.ts';
import { openServingPlace, type ServingPlace, type ServingProcess, type StoreKind } from './serving-place.ts';
import { Pointing, QUERIES, searches, trainedVersion, type Version } from './versions.ts';

/** Each gives the bytes that lie there afterwards, or null for none. `other` is another predictor's model. */
const DAMAGES: Readonly<Record<string, (bytes: Buffer, other: Version) => Buffer | null>> = {
  'cut short': (bytes) => bytes.subarray(0, bytes.length - 1_000),
  'cut to nothing': () => Buffer.alloc(0),
  'with one bit flipped': (bytes) => {
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(flipped.length - 9) ^ 4, flipped.length - 9);
    return flipped;
  },
  missing: () => null,
  'replaced by another predictor’s': (_, other) => Buffer.from(other.bytes),
};

/** In place: what an S3 server noted about the object stays as it was. */
async function overwrite(file: string, bytes: Uint8Array): Promise<void> {
  await truncate(file, bytes.length);
  await writeFile(file, bytes, { flag: 'r+' });
}

export function damagedIn(kind: StoreKind): void {
  let place: ServingPlace;
  let process: ServingProcess;
  let pointing: Pointing;
  let first: Version;
  let second: Version;
  let other: Version;
  /** The model that serves, under this version. */
  let current: Version;
  let version = 1;

  beforeAll(async () => {
    place = await openServingPlace(kind);
    process = await place.serve();
    [first, second, other] = await Promise.all([
      trainedVersion('searches', 0),
      trainedVersion('searches', 1),
      trainedVersion('others', 2),
    ]);
    current = first;
    await process.http.put('/predictors/searches', searches('searches'));
    pointing = await Pointing.at(place.database, place.store, 'searches');
    await pointing.name(1, await pointing.put(1, first.bytes));
    await until('the first model serves', () => served() === 1);
  }, 60_000);
  afterAll(() => place.close());

  const served = (by = process) => by.champions.peek('searches')?.champion?.version;

  /** Asks while `work` goes on; every answer has to be the model's own. */
  async function answering(model: number, { model: expected }: Version, work: () => Promise<void>) {
    const before = process.http;
    let done = false;
    let asked = 0;
    const client = async () => {
      while (!done || asked < 50) {
        const query = QUERIES[asked++ % QUERIES.length] ?? '';
        const isRecorded = asked % 7 === 0;
        const what = isRecorded ? 'predictions' : 'suggestions';
        const answer = await before.post(`/predictors/searches/${what}`, { query });
        expect(answer).toMatchObject({
          status: isRecorded ? 201 : 200,
          json: { model, ...expected.answer({ query }, 3) },
        });
      }
    };
    const working = work().finally(() => {
      done = true;
    });
    await Promise.all([working, client(), client()]);
  }

  /** What a process says that has nothing good in memory. */
  async function firstLoad() {
    const fresh = await place.serve();
    const codes = new Set<string>();
    for (const what of ['suggestions', 'predictions']) {
      const { status, json } = await fresh.http.post(`/predictors/searches/${what}`, { query: 'blood' });
      codes.add(`${status} ${json.code}`);
    }
    return { fresh, codes: [...codes] };
  }

  test.each(Object.keys(DAMAGES))(
    'an artifact that is %s is refused; the model before answers on, until it is whole again',
    async (how) => {
      const [good, next] = [current, current === first ? second : first];
      const [now, following] = [version, version + 1];
      const artifact = await pointing.put(following, next.bytes);
      const file = place.file(artifact.key);
      const whole = await readFile(file);
      const damaged = DAMAGES[how]?.(whole, other) ?? null;

      await answering(now, good, async () => {
        if (damaged === null) await rm(file);
        else await overwrite(file, damaged);
        await pointing.name(following, artifact);
        await until('the problem is told', () => process.champions.problems().length === 1);
        expect(process.champions.problems()[0]).toMatch(
          new RegExp(`^searches: .*${artifact.key}.* for \\d+ s model ${now} answers meanwhile$`),
        );
        const { json } = await process.http.get('/ready');
        expect(json).toMatchObject({ status: 'ready', problems: [expect.stringContaining('searches: ')] });
      });
      expect(served()).toBe(now);

      const { fresh, codes } = await firstLoad();
      expect(codes).toEqual(['409 model_damaged']);
      expect(fresh.champions.problems()).toEqual([expect.stringContaining('no model answers meanwhile')]);

      if (damaged === null) await place.store.put(artifact.key, whole);
      else await overwrite(file, whole);
      await until('the new model serves', () => served() === following && served(fresh) === following);
      expect([...process.champions.problems(), ...fresh.champions.problems()]).toEqual([]);
      version = following;
      current = next;
      await answering(following, next, async () => {});
      await fresh.close();
    },
  );

  test('a pointer that names another predictor’s model under its right hash is refused', async () => {
    const [good, next] = [current, current === first ? second : first];
    const artifact = await pointing.put(version + 1, other.bytes);
    await answering(version, good, async () => {
      await pointing.name(version + 1, artifact);
      await until('the problem is told', () => process.champions.problems().length === 1);
      expect(process.champions.problems()[0]).toContain('is a model of others, not of searches');
    });
    const { fresh, codes } = await firstLoad();
    expect(codes).toEqual(['409 model_damaged']);
    await fresh.close();
    current = next;
    version += 2;
    await pointing.name(version, await pointing.put(version, next.bytes));
    await until('a right model serves', () => served() === version);
  });

  test.each(['{"format":1', '{}', '"no pointer"', null])(
    'a pointer that reads %j is refused; the model before answers on',
    async (content) => {
      const key = 'pointers/searches.json';
      const before = await place.store.get(key);
      if (before === null || before === 'unchanged') throw new Error('no pointer');
      await answering(version, current, async () => {
        if (content === null) await place.store.delete(key);
        else await place.store.put(key, Buffer.from(content));
        await until('the problem is told', () => process.champions.problems().length === 1);
      });
      await place.store.put(key, before.body);
      await until('all is well', () => process.champions.problems().length === 0);
      expect(served()).toBe(version);
    },
  );
}
