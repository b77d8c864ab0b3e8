import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ModelPrunedError, UnknownModelError } from '../../database/index.ts';
import { modelKey, type ObjectStore, writePointer } from '../../services/model-store/index.ts';
import { prune } from '../../services/train/index.ts';
import { waitingForLocks } from '../database/waiting.ts';
import { type LearningPlace, openLearningPlace } from './learning-place.ts';

let place: LearningPlace;
beforeAll(async () => {
  place = await openLearningPlace();
});
afterAll(() => place.close());

const SHA256 = 'a'.repeat(64);
/** Whatever is not kept for a reason of its own goes. */
const ALL = { keep: 0, keepDays: 0, rollbackDays: 30 };

const keyOf = (name: string, version: number) => modelKey(name, version, SHA256);

/** A predictor with `count` models that never served, sixty days old, each with its object. */
async function oldModels(name: string, count: number): Promise<number> {
  const id = await place.apply(name);
  await place.client.query(
    `insert into hundredfold.models (predictor_id, version, status, revision, signature, learner, settings, examples,
       metrics, sha256, key, size, fingerprint, learned, code_version, trained_at)
     select p.id, v, 'rejected', 1, p.signature, 'prior', '{}', 10, '{}', $3, format('models/%s/%s/%s.safetensors', p.name, v, $3::text),
       1, 'f', '{}', 'test', now() - interval '60 days'
     from hundredfold.predictors p, generate_series(1, $2::integer) v where p.id = $1`,
    [id, count, SHA256],
  );
  await place.client.query('update hundredfold.predictors set last_version = $2 where id = $1', [id, count]);
  for (let version = 1; version <= count; version++) await store(name, version);
  return id;
}

const store = (name: string, version: number) => place.store.put(keyOf(name, version), Buffer.from('model'));
const query = (sql: string, id: number) => place.client.query(sql, [id]);

/** Model 1 stopped serving so many days ago. */
const retired = (id: number, days: number) =>
  query(
    `update hundredfold.models set retired_at = now() - interval '${days} days' where predictor_id = $1 and version = 1`,
    id,
  );

/** The versions that have an object. */
async function stored(name: string): Promise<number[]> {
  const versions: number[] = [];
  for await (const key of place.store.list(`models/${name}/`)) versions.push(Number(key.split('/')[2]));
  return versions.sort((a, b) => a - b);
}

const versions = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

const run = (rules?: object) =>
  prune({ database: place.database, store: place.store, ...(rules && { rules }) });

describe('pruning', () => {
  test('keeps the newest twenty and what is younger than thirty days; the registry forgets nothing', async () => {
    const id = await oldModels('usual', 25);
    await query(
      `update hundredfold.models set trained_at = now() - interval '29 days' where predictor_id = $1 and version = 2`,
      id,
    );
    const { pruned } = await run();
    expect(pruned.filter(({ predictor }) => predictor === 'usual').map(({ model }) => model)).toEqual([
      1, 3, 4, 5,
    ]);
    expect(await stored('usual')).toEqual([2, ...versions(6, 25)]);
    const { rows } = await place.database.models.list(id, { limit: 100, cursor: null });
    expect(rows.filter(({ prunedAt }) => prunedAt !== null).map(({ version }) => version)).toEqual([
      5, 4, 3, 1,
    ]);
    expect(rows).toHaveLength(25);
    expect((await run()).pruned.filter(({ predictor }) => predictor === 'usual')).toEqual([]);
    // Those that were given up do not count among the newest.
    await query(
      `update hundredfold.models set pruned_at = now() where predictor_id = $1 and version > 7`,
      id,
    );
    await run({ keep: 2, keepDays: 30 });
    expect(await stored('usual')).toEqual([2, 6, 7]);
    await run({ keep: 1, keepDays: 30 });
    expect(await stored('usual')).toEqual([2, 7]);
  });

  test.each<
    [string, (id: number, name: string) => Promise<unknown>, (id: number, name: string) => Promise<unknown>]
  >([
    [
      'the champion, whatever else is noted of it',
      async (id) => {
        await place.database.models.promote(id, 1);
        await retired(id, 31);
      },
      async (id, name) => {
        await place.apply(name, { inputs: { other: { type: 'text' } } });
        await retired(id, 31);
      },
    ],
    [
      'what served within the time to roll back',
      async (id) => {
        await place.database.models.promote(id, 1);
        await place.database.models.promote(id, 3);
        await retired(id, 29);
      },
      (id) => retired(id, 31),
    ],
    [
      'what waits for an approval that it could still get',
      (id) =>
        query(
          `update hundredfold.models set status = 'awaiting-approval' where predictor_id = $1 and version = 1`,
          id,
        ),
      (_id, name) => place.apply(name, { inputs: { other: { type: 'text' } } }),
    ],
    [
      'what is pinned',
      (id) => place.database.models.pin(id, 1, 'batch 7', new Date(Date.now() + 60_000)),
      (id) => query(`update hundredfold.model_pins set until = now() where predictor_id = $1`, id),
    ],
    [
      'what was pinned twice, until the later time',
      async (id) => {
        await place.database.models.pin(id, 1, 'batch 7', new Date(Date.now() + 60_000));
        await place.database.models.pin(id, 1, 'batch 7', new Date(0));
      },
      (id) => place.database.models.unpin(id, 1, 'batch 7'),
    ],
    [
      'what a pointer in the store still names',
      async (_id, name) => point(name, 1),
      async (_id, name) => point(name, null),
    ],
    [
      'the champion that a running training judges against, also when another has come since',
      async (id, name) => {
        await place.database.models.promote(id, 1);
        await place.database.retrainings.request(id);
        await place.database.training.claim(name, 600);
        await place.database.models.promote(id, 3);
        await query(
          `update hundredfold.retrainings set started_at = now() - interval '40 days' where predictor_id = $1`,
          id,
        );
        await retired(id, 35);
      },
      (id) =>
        query(
          `update hundredfold.retrainings set status = 'finished', verdict = 'failed' where predictor_id = $1`,
          id,
        ),
    ],
    [
      'the champion whose settings an unfinished reproduction needs',
      async (id) => {
        await query(
          `with judged as (
             insert into hundredfold.retrainings (predictor_id, trigger, status, verdict, champion)
             values ($1, 'request', 'finished', 'kept', 1) returning id)
           update hundredfold.models set retraining_id = judged.id from judged where predictor_id = $1 and version = 3`,
          id,
        );
        await place.database.reproductions.request(id, 3);
      },
      (id) =>
        query(
          `update hundredfold.reproductions set status = 'finished', reason = 'done' where predictor_id = $1`,
          id,
        ),
    ],
  ])('never gives up %s', async (what, protect, release) => {
    const name = what.replaceAll(/\W+/g, '-').toLowerCase().slice(0, 60);
    const id = await oldModels(name, 3);
    await protect(id, name);
    await run(ALL);
    expect(await stored(name)).toContain(1);
    expect(await stored(name)).not.toContain(2);
    await release(id, name);
    await run(ALL);
    expect(await stored(name)).not.toContain(1);
  });

  test('removes in the next round what a crash left between the registry and the store', async () => {
    const id = await oldModels('crashed', 2);
    await place.database.models.prune(id, { ...ALL, named: [] });
    expect(await stored('crashed')).toEqual([1, 2]);
    await run();
    expect(await stored('crashed')).toEqual([]);
  });

  test('removes what a trainer stored and never registered, once no training of the predictor runs', async () => {
    const id = await oldModels('orphans', 1);
    await oldModels('orphans-2', 1);
    await place.database.retrainings.request(id);
    const claim = await place.database.training.claim('orphans', 600);
    if (claim === null) throw new Error('nothing to claim');
    const version = await place.database.training.reserveVersion(claim);
    await store('orphans', version);
    // Given out by this database in another life, and not by this one.
    await store('orphans', version + 1);
    await run();
    expect(await stored('orphans')).toEqual([1, 2, 3]);
    await place.database.training.release(claim);
    await run();
    expect(await stored('orphans')).toEqual([1, 3]);
    expect(await stored('orphans-2')).toEqual([1]);
  });

  test('of one predictor that cannot be looked at leaves the others their turn', async () => {
    await oldModels('broken', 1);
    await oldModels('whole', 1);
    const { store: healthy } = place;
    const failing: ObjectStore = {
      get: (key) => (key.includes('broken') ? Promise.reject(new Error('away')) : healthy.get(key)),
      put: (...given) => healthy.put(...given),
      delete: (key) => healthy.delete(key),
      list: (prefix) => healthy.list(prefix),
    };
    await expect(prune({ database: place.database, store: failing, rules: ALL })).rejects.toThrow('away');
    expect(await stored('broken')).toEqual([1]);
    expect(await stored('whole')).toEqual([]);
  });
});

/** Has the store's pointer of the predictor name this model, as one that lags behind does. */
async function point(name: string, model: number | null): Promise<void> {
  const state = await place.database.predictors.state(name);
  if (state === null) throw new Error('no predictor');
  const champion = model === null ? null : { model, key: keyOf(name, model), sha256: SHA256, promotedAt: '' };
  await writePointer(place.store, { ...state, champion, change: state.change + (model === null ? 1 : 0) });
}

describe('a pruned model', () => {
  test('is not promoted, and not pinned', async () => {
    const id = await oldModels('late', 2);
    await run(ALL);
    await expect(place.database.models.promote(id, 1)).rejects.toBeInstanceOf(ModelPrunedError);
    await expect(place.database.models.pin(id, 1, 'x', new Date())).rejects.toBeInstanceOf(ModelPrunedError);
    await expect(place.database.models.pin(id, 9, 'x', new Date())).rejects.toBeInstanceOf(UnknownModelError);
  });

  test('and a promotion at the same moment: whoever is second is told, or keeps it', async () => {
    const { client, database } = place;
    const id = await oldModels('moment', 2);
    await client.query('begin');
    await client.query('select hundredfold.promote_model($1, 1)', [id]);
    const pruning = run(ALL);
    await waitingForLocks(place.connectionString, 1);
    await client.query('commit');
    await pruning;
    expect(await stored('moment')).toEqual([1]);

    const other = await oldModels('moment-2', 1);
    await client.query('begin');
    await client.query(`select hundredfold.prune_models($1, '{}', 0, '0', '0')`, [other]);
    const promoting = expect(database.models.promote(other, 1)).rejects.toBeInstanceOf(ModelPrunedError);
    await waitingForLocks(place.connectionString, 1);
    await client.query('commit');
    await promoting;
  });

  test('is never the champion, however promotions and rounds of pruning fall together', async () => {
    const { database } = place;
    const id = await oldModels('race', 40);
    for (let version = 1; version <= 40; version += 2) {
      const promote = (of: number) => database.models.promote(id, of).catch((error: unknown) => error);
      await Promise.all([promote(version), run({ ...ALL, rollbackDays: 0 }), promote(version + 1)]);
      const champion = (await database.predictors.state('race'))?.champion?.model;
      if (champion !== undefined) expect(await stored('race')).toContain(champion);
    }
  });
});

test('a model notes when it stopped serving, whatever ended it, and forgets it when it serves again', async () => {
  const { database } = place;
  const id = await oldModels('retired', 2);
  const retiredAt = async (version: number) => (await database.models.find(id, version))?.retiredAt ?? null;
  await database.models.promote(id, 1);
  expect(await retiredAt(1)).toBeNull();
  await database.models.promote(id, 2);
  expect(await retiredAt(1)).not.toBeNull();
  await database.models.promote(id, 1);
  expect(await retiredAt(1)).toBeNull();
  await place.apply('retired', { inputs: { other: { type: 'text' } } });
  expect(await retiredAt(1)).not.toBeNull();
});
