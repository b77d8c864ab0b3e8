import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { reproduce } from '../../services/train/index.ts';
import {
  answerRows,
  CODE_VERSION,
  importRows,
  type LearningPlace,
  labelRows,
  openLearningPlace,
  searches,
} from './learning-place.ts';

let place: LearningPlace;
beforeAll(async () => {
  place = await openLearningPlace();
});
afterAll(() => place.close());

/** A predictor with two models: the first from imported and labelled rows, the second judged against it. */
async function twoModels(name: string, changes: object = {}): Promise<{ id: number; predictions: string[] }> {
  const { database } = place;
  const id = await place.apply(name, changes);
  await importRows(database, id, searches(30, 1));
  const predictions = await labelRows(database, id, searches(15, 2));
  expect(await place.train(id, name)).toMatchObject({ verdict: 'promoted', model: 1 });
  // Searches come again: what the champion knows of them shapes how its challenger is measured.
  predictions.push(...(await labelRows(database, id, [...searches(10, 3), ...searches(5, 1)])));
  expect(await place.train(id, name)).toMatchObject({ verdict: 'undecided', model: 2 });
  return { id, predictions };
}

const same = (model: number) => ({
  model,
  equal: true,
  reason: expect.stringContaining('same byte for byte'),
});

describe('a model made again from what it learned from is the same byte for byte', () => {
  test('after labels changed, rows came, the champion changed and the definition was revised', async () => {
    const { database } = place;
    const { id, predictions } = await twoModels('everything-moves');
    for (const prediction of predictions.slice(5, 25)) {
      await database.predictions.label(prediction, { label: 'Pharmacy' });
      await database.predictions.label(prediction, { label: 'Something new' });
    }
    await importRows(database, id, searches(60, 4));
    await answerRows(database, id, searches(10, 5));
    await database.models.promote(id, 2);
    await place.apply('everything-moves', {
      inputs: { query: { type: 'text', maxLength: 100 } },
      learnFrom: ['imported'],
      margin: 0.05,
      suggestions: 5,
    });
    expect(await place.again(id, 1)).toMatchObject(same(1));
    expect(await place.again(id, 2)).toMatchObject(same(2));
    // What changed would make other bytes, and not the same by chance.
    expect(await place.train(id, 'everything-moves')).toMatchObject({ model: 3 });
    expect((await database.models.find(id, 3))?.sha256).not.toBe((await database.models.find(id, 2))?.sha256);
  });

  test('where it learned from its own guesses too', async () => {
    const { database } = place;
    const learnFrom = ['imported', 'accepted', 'corrected', 'predicted'];
    const id = await place.apply('guesses', { learnFrom });
    await importRows(database, id, searches(30, 1));
    const guessed = await answerRows(database, id, searches(20, 2), 'Pharmacy');
    await place.train(id, 'guesses');
    await answerRows(database, id, searches(10, 3), 'Eye care');
    await place.train(id, 'guesses');
    for (const prediction of guessed) await database.predictions.label(prediction, { label: 'Dental care' });
    expect(await place.again(id, 1)).toMatchObject(same(1));
    expect(await place.again(id, 2)).toMatchObject(same(2));
  });

  test('where the definition changed, and the champion was lost with it, before the model was trained', async () => {
    const { database } = place;
    const { id } = await twoModels('redefined');
    await place.apply('redefined', { inputs: { query: { type: 'text', optional: true } } });
    await place.train(id, 'redefined');
    await place.apply('redefined');
    expect((await database.models.find(id, 3))?.status).toBe('retired');
    for (const model of [1, 2, 3]) expect(await place.again(id, model)).toMatchObject(same(model));
  });

  test('where its input and its target were called otherwise then, and where they are called otherwise now', async () => {
    const { database } = place;
    const { id } = await twoModels('renamed');
    await place.apply('renamed', {
      inputs: { words: { type: 'text', was: 'query' } },
      target: { name: 'topic', type: 'label', was: 'service' },
    });
    expect(await place.train(id, 'renamed')).toMatchObject({ verdict: 'promoted', model: 3 });
    expect(await database.models.find(id, 3)).toMatchObject({ examples: 60 });
    await place.apply('renamed', {
      inputs: { text: { type: 'text', was: 'words' } },
      target: { name: 'topic', type: 'label' },
    });
    for (const model of [1, 2, 3]) expect(await place.again(id, model)).toMatchObject(same(model));
    const { rows } = await database.examples.learned(id, 1, { limit: 1, cursor: null });
    expect(rows[0]?.inputs).toHaveProperty('query');
  });

  test('where its target is a number', async () => {
    const { database, client } = place;
    const id = await place.apply('ages', { target: { name: 'age', type: 'number' } });
    await importRows(database, id, searches(60, 1));
    await client.query(
      `update hundredfold.examples set value = length(label) + (inputs ->> 'query' like '%1%')::integer, label = null
       where predictor_id = $1`,
      [id],
    );
    await place.train(id, 'ages');
    expect(await place.again(id, 1)).toMatchObject(same(1));
  });
});

describe('a reproduction', () => {
  test('is refused, with the number, once rows that the model learned from were erased', async () => {
    const { database } = place;
    const { id, predictions } = await twoModels('erased');
    for (const prediction of predictions.slice(0, 3)) await database.predictions.erase(prediction);
    const report = await place.again(id, 2);
    expect(report).toMatchObject({ equal: null, reason: expect.stringContaining('3 of the 60 rows') });
    await database.predictions.erase(predictions.at(-1) ?? '');
    expect(await place.again(id, 1)).toMatchObject({ reason: expect.stringContaining('3 of the 45 rows') });
    expect(await database.reproductions.find(id, 2, report?.reproduction ?? '')).toMatchObject({
      status: 'finished',
      equal: null,
      sha256: null,
      reason: report?.reason,
    });
  });

  test('says that the bytes differ when what was learned from is not what is there', async () => {
    const { id } = await twoModels('tampered');
    await place.client.query(
      `update hundredfold.examples set label = 'Other' where row_id =
       (select min(row_id) from hundredfold.examples where predictor_id = $1)`,
      [id],
    );
    expect(await place.again(id, 1)).toMatchObject({
      equal: false,
      reason: expect.stringContaining('comes out otherwise'),
    });
  });

  test('by another version of the code says so, and whether it came out the same', async () => {
    const { id } = await twoModels('version');
    expect(await place.again(id, 1, '0.2.0')).toMatchObject({
      equal: true,
      reason: expect.stringContaining(`made by version ${CODE_VERSION} of Hundredfold, and now by 0.2.0`),
    });
  });

  test('of a model whose champion cannot be read says which', async () => {
    const { database, store } = place;
    const { id } = await twoModels('champion-gone');
    const champion = await database.models.find(id, 1);
    await store.delete(champion?.key ?? '');
    const reason = expect.stringContaining(
      'Model 1, the champion whose settings model 2 goes on with, cannot',
    );
    expect(await place.again(id, 2)).toMatchObject({ equal: null, reason });
    await place.client.query(
      'update hundredfold.models set pruned_at = now() where predictor_id = $1 and version = 1',
      [id],
    );
    expect(await place.again(id, 2)).toMatchObject({ reason: expect.stringContaining('was pruned') });
    // Its own artifact need not be there.
    expect(await place.again(id, 1)).toMatchObject(same(1));
  });

  test('of a model that was trained before labels were kept with it is refused', async () => {
    const { id } = await twoModels('older');
    await place.client.query('update hundredfold.models set learned_labels = null where predictor_id = $1', [
      id,
    ]);
    expect(await place.again(id, 1)).toMatchObject({
      equal: null,
      reason: expect.stringContaining('before the labels'),
    });
  });

  test('publishes nothing and changes no verdict', async () => {
    const { database, store } = place;
    const { id } = await twoModels('quiet');
    const look = async () => {
      const objects: string[] = [];
      for await (const key of store.list('')) objects.push(key);
      const models = await database.models.list(id, { limit: 10, cursor: null });
      const retrainings = await database.retrainings.list(id, { limit: 10, cursor: null });
      return { objects, models, retrainings, state: await database.predictors.state('quiet') };
    };
    const before = await look();
    await place.again(id, 2);
    expect(await look()).toEqual(before);
  });

  test('asked for twice is one while it is not done; its event five times at once is one as well', async () => {
    const { database, store } = place;
    const { id } = await twoModels('twice');
    const [one, two] = [
      await database.reproductions.request(id, 1),
      await database.reproductions.request(id, 1),
    ];
    expect(two?.id).toBe(one?.id);
    const options = { database, store, codeVersion: CODE_VERSION };
    const runs = await Promise.all([1, 2, 3, 4, 5].map(() => reproduce(String(one?.id), options)));
    expect(runs.filter((run) => run !== null)).toHaveLength(1);
    expect(await reproduce(String(one?.id), options)).toBeNull();
    expect((await database.reproductions.request(id, 1))?.id).not.toBe(one?.id);
    expect(await database.reproductions.request(id, 9)).toBeNull();
  });

  test('whose trainer died is invoked again, and given up the third time', async () => {
    const { database, store, client } = place;
    const { id } = await twoModels('dies');
    await database.retrainings.setTrainFunction('local');
    const heard: unknown[] = [];
    client.on('notification', ({ payload }) => heard.push(JSON.parse(payload ?? '').payload));
    await client.query('listen aws_lambda');
    const asked = await database.reproductions.request(id, 1);
    const event = { predictor: 'dies', reproduction: asked?.id };
    await Promise.all([1, 2, 3].map(() => database.reproductions.dispatch()));
    for (let death = 1; death <= 3; death++) {
      await client.query('select 1');
      expect(heard.splice(0).filter((one) => JSON.stringify(one) === JSON.stringify(event))).toHaveLength(1);
      const dead = await database.reproductions.claim(String(asked?.id), 0);
      await database.reproductions.dispatch();
      const late = database.reproductions.finish(dead ?? { id: '0', token: '0' }, 'a'.repeat(64), 'late');
      await expect(late).rejects.toMatchObject({ code: 'lease_lost' });
    }
    await client.query('select 1');
    expect(heard).toEqual([]);
    expect(await database.reproductions.find(id, 1, String(asked?.id))).toMatchObject({
      status: 'finished',
      equal: null,
      reason: expect.stringContaining('died 3 times'),
    });
    expect(await reproduce(String(asked?.id), { database, store, codeVersion: '' })).toBeNull();
  });

  test('waits while training is switched off, and is given back when that happens in the middle', async () => {
    const { database, store } = place;
    const { id } = await twoModels('off');
    await database.retrainings.switchTraining(false);
    try {
      expect(await place.again(id, 1)).toBeNull();
      await database.retrainings.switchTraining(true);
      const asked = await database.reproductions.request(id, 1);
      const options = { database, store, codeVersion: CODE_VERSION, leaseSeconds: 1.2 };
      const pause = async () => {
        await database.retrainings.switchTraining(false);
        // It is renewed, and hears of it, after four tenths of a second: there are more than ten pauses.
        await new Promise((resolve) => setTimeout(resolve, 50));
      };
      expect(await reproduce(String(asked?.id), { ...options, pause })).toBeNull();
      expect(await database.reproductions.find(id, 1, String(asked?.id))).toMatchObject({
        status: 'requested',
      });
    } finally {
      await database.retrainings.switchTraining(true);
    }
    expect(await place.again(id, 1)).toMatchObject(same(1));
  });
});
