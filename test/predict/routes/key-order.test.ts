import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { searches, startService, type TestService, trainedSearches } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await trainedSearches(service);
});
afterAll(() => service.stop());

const first = (value: object, keys: number) => Object.keys(value).slice(0, keys);

describe('an answer begins with what a reader looks for', () => {
  test('of a predictor: its name, of its definition and its last retraining likewise', async () => {
    const { json } = await service.call('GET', '/predictors/searches');
    expect(first(json, 4)).toEqual(['name', 'revision', 'definition', 'counter']);
    expect(first(json.definition, 3)).toEqual(['name', 'inputs', 'target']);
    expect(first(json.counter, 2)).toEqual(['newRows', 'every']);
    expect(first(json.lastRetraining, 3)).toEqual(['id', 'trigger', 'status']);
    const { json: list } = await service.call('GET', '/predictors');
    const ofOneAlone = ['labels', 'otherLabels'];
    expect(Object.keys(list.predictors[0])).toEqual(
      Object.keys(json).filter((key) => !ofOneAlone.includes(key)),
    );
  });

  test('of a retraining: its id', async () => {
    const asked = await service.call('POST', '/predictors/searches/retrainings', {});
    const { json } = await service.call('GET', '/predictors/searches/retrainings');
    for (const one of [asked.json, ...json.retrainings])
      expect(first(one, 4)).toEqual(['id', 'trigger', 'status', 'verdict']);
  });

  test('of a prediction: its id', async () => {
    const { json } = await service.call('POST', '/predictors/searches/predictions', { query: 'labora' });
    const stored = await service.call('GET', `/predictions/${json.id}`);
    expect(Object.keys(stored.json)).toEqual([
      ...['id', 'predictor', 'model', 'inputs', 'suggestions', 'label', 'source', 'rank', 'createdAt'],
    ]);
    expect(first(stored.json.suggestions[0], 2)).toEqual(['label', 'probability']);
  });

  test('and holds all that it held', async () => {
    const { json } = await service.call('GET', '/predictors/searches');
    expect(json.definition).toMatchObject(searches);
    expect(json).toHaveProperty('retrainings.counted');
    expect(json).toHaveProperty('counter.counted');
  });
});
