import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildApp } from '../../../services/predict/service/app.ts';
import { Champions } from '../../../services/serving/champions.ts';
import { retrain } from '../../../services/train/index.ts';
import {
  searches,
  searchesCsv,
  startService,
  type TestService,
  trainedSearches,
} from '../support/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService();
  await trainedSearches(service);
});
afterAll(() => service.stop());

const importOne = () =>
  service.call('POST', '/predictors/searches/examples?train=false', [{ query: 'sonar', service: 'Imaging' }]);

const promote = (body: unknown) => service.call('PUT', '/predictors/searches/champion', body);

describe('a model', () => {
  test('is shown with its metrics, alone and in the list', async () => {
    const { json: list } = await service.call('GET', '/predictors/searches/models');
    const { json: model } = await service.call('GET', '/predictors/searches/models/1');
    expect(list).toEqual({ models: [model], next: null });
    expect(model).toMatchObject({
      model: 1,
      status: 'champion',
      learner: expect.any(String),
      examples: 40,
      metrics: {
        accuracy: expect.any(Number),
        top3: expect.any(Number),
        logLoss: expect.any(Number),
        macroF1: expect.any(Number),
        ece: expect.any(Number),
      },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      trainedAt: expect.any(String),
      learnedFromErased: false,
    });
  });

  test('that is not there is 404', async () => {
    for (const version of ['2', 'x', '99999999999', '1.0']) {
      expect((await service.call('GET', `/predictors/searches/models/${version}`)).json.code).toBe(
        'model_unknown',
      );
    }
  });
});

describe('the champion', () => {
  test('may be promoted again, at once', async () => {
    const { status, json } = await promote({ model: 1 });
    expect(status).toBe(200);
    expect(json).toEqual({ predictor: 'searches', model: 1, promotedAt: expect.any(String) });
  });

  test.each([[{ model: 0 }], [{ model: '1' }], [{}], [[]], [{ model: 1, force: true }]])(
    '%j names none',
    async (body) => {
      expect((await promote(body)).json.code).toBe('champion_invalid');
    },
  );

  test('cannot be a model that is not there, nor one whose bytes are gone', async () => {
    expect((await promote({ model: 7 })).json.code).toBe('model_unknown');
    const { key = '' } = (await service.database.models.find(1, 1)) ?? {};
    const bytes = await service.store.get(key);
    await service.store.delete(key);
    expect(await promote({ model: 1 })).toMatchObject({ status: 409, json: { code: 'model_damaged' } });
    if (bytes !== null && bytes !== 'unchanged') await service.store.put(key, bytes.body);
  });

  test('cannot be a model that was pruned, whether that is known at first or only when its bytes are looked for', async () => {
    const { database, store } = service;
    const id = (await database.predictors.state('searches'))?.id ?? 0;
    await database.retrainings.request(id);
    await importOne();
    await service.train('searches');
    const { key = '' } = (await database.models.find(id, 2)) ?? {};
    const rules = { keep: 0, keepDays: 0, rollbackDays: 0, named: [] };
    const pruned = { status: 409, json: { code: 'model_pruned' } };
    // The round comes between the look into the registry and the look into the store.
    const get = store.get.bind(store);
    store.get = async (wanted, condition) => {
      if (wanted === key) {
        expect(await database.models.prune(id, rules)).toEqual([2]);
        await store.delete(key);
      }
      return get(wanted, condition);
    };
    expect(await promote({ model: 2 })).toMatchObject(pruned);
    store.get = get;
    expect(await promote({ model: 2 })).toMatchObject(pruned);
    expect((await service.call('GET', '/predictors/searches/models/2')).json).toMatchObject({ pruned: true });
    expect((await service.call('GET', '/predictors/searches')).json.champion.model).toBe(1);
  });

  test('is lost with a change of inputs, which says so, and its model cannot come back', async () => {
    const changed = {
      ...searches,
      inputs: { ...searches.inputs, place: { type: 'category', optional: true } },
    };
    const { json } = await service.call('PUT', '/predictors/searches', changed);
    expect(json.champion).toBeNull();
    expect(json.warnings).toEqual([
      expect.objectContaining({
        code: 'models_lost',
        detail: expect.stringContaining('cannot answer any more'),
      }),
    ]);
    const answer = await service.call('POST', '/predictors/searches/suggestions', { query: 'labora' });
    expect(answer.json.code).toBe('predictor_not_trained');
    expect((await promote({ model: 1 })).json.code).toBe('model_outdated');
  });
});

test('a first champion that cannot be read is named as such, by this process and by one that starts', async () => {
  await service.call('PUT', '/predictors/broken', { ...searches, name: 'broken' });
  const csv = searchesCsv().replace('query,', 'age,query,').replaceAll('\n', '\n,');
  await service.call('POST', '/predictors/broken/examples', csv, { 'content-type': 'text/csv' });
  await retrain('broken', { database: service.database, store: service.store, codeVersion: 'test' });
  const state = await service.database.predictors.state('broken');
  const key = state?.champion?.key ?? '';
  const ask = async () => {
    const { status, json } = await service.call('POST', '/predictors/broken/predictions', {
      query: 'labora',
    });
    return [status, json.code];
  };
  await service.store.delete(key);
  expect(await ask()).toEqual([409, 'model_damaged']);

  const bytes = Buffer.from('no model at all');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await service.store.put(key, bytes);
  const pointer = { ...state, format: 1, champion: { ...state?.champion, sha256 } };
  await service.store.put('pointers/broken.json', Buffer.from(JSON.stringify(pointer)));
  const starting = buildApp({ ...service, champions: new Champions({ store: service.store }) });
  const answer = await starting.inject({
    method: 'POST',
    url: '/predictors/broken/predictions',
    payload: { query: 'labora' },
  });
  expect([answer.statusCode, answer.json().code]).toEqual([409, 'model_damaged']);
  await starting.close();
});

test('a retraining that is asked for is listed, and answered when it is done', async () => {
  await service.call('PUT', '/predictors/second', {
    ...searches,
    name: 'second',
    inputs: { query: { type: 'text' } },
  });
  await service.call('POST', '/predictors/second/examples', searchesCsv(), { 'content-type': 'text/csv' });
  await service.train('second');
  const asked = await service.call('POST', '/predictors/second/retrainings');
  expect(asked).toMatchObject({
    status: 202,
    json: { trigger: 'request', status: 'requested', verdict: null },
  });
  await service.train('second');
  const { json } = await service.call('GET', '/predictors/second/retrainings?limit=1');
  expect(json.retrainings).toEqual([
    expect.objectContaining({
      id: asked.json.id,
      status: 'finished',
      verdict: 'unchanged',
      reason: expect.any(String),
    }),
  ]);
  const rest = await service.call('GET', `/predictors/second/retrainings?cursor=${json.next}`);
  expect(rest.json.retrainings).toMatchObject([{ trigger: 'first', verdict: 'promoted' }]);
  expect((await service.call('POST', '/predictors/nobody/retrainings', {})).status).toBe(404);
});
