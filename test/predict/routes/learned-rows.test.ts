import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { reproduce } from '../../../services/train/index.ts';
import {
  type Answered,
  searches,
  startService,
  type TestService,
  trainedSearches,
} from '../support/service.ts';

let service: TestService;
let labelled: string;
let erased: string;

/** Model 1 learned from 40 imported rows, model 2 from two labelled ones too; one of these is erased, one relabelled. */
beforeAll(async () => {
  service = await startService();
  await trainedSearches(service);
  [labelled, erased] = [await answeredAs('dentist', 'Dental'), await answeredAs('molar', 'Dental')];
  await service.call('POST', '/predictors/searches/retrainings', {});
  await service.train('searches');
  await service.call('PUT', `/predictions/${labelled}/label`, { label: 'Something else' });
});
afterAll(() => service.stop());

async function answeredAs(query: string, label: string): Promise<string> {
  const { json } = await service.call('POST', '/predictors/searches/predictions', { query });
  await service.call('PUT', `/predictions/${json.id}/label`, { label });
  return json.id;
}

const learned = (model: number, query = '') =>
  service.call('GET', `/predictors/searches/models/${model}/examples${query}`);

describe('what a model learned from', () => {
  test('is listed with the labels that it had then, newest first', async () => {
    const { status, json } = await learned(2, '?limit=3');
    expect(status).toBe(200);
    expect(json.examples).toEqual([
      row({
        prediction: erased,
        inputs: { query: 'molar', age: null },
        label: 'Dental',
        source: 'corrected',
      }),
      row({
        prediction: labelled,
        inputs: { query: 'dentist', age: null },
        label: 'Dental',
        source: 'corrected',
      }),
      row({
        prediction: null,
        inputs: { query: 'picture 5', age: null },
        label: 'Imaging',
        source: 'imported',
      }),
    ]);
    expect((await learned(1)).json.examples).toHaveLength(40);
  });

  test('is the same in pages of any length', async () => {
    const whole = (await learned(2, '?limit=200')).json;
    expect(whole).toMatchObject({ next: null });
    for (const limit of [1, 7, 42]) {
      const rows: unknown[] = [];
      let next: string | null = '';
      while (next !== null) {
        const from = next === '' ? '' : `&cursor=${next}`;
        const { json }: Answered = await learned(2, `?limit=${limit}${from}`);
        rows.push(...json.examples);
        next = json.next;
      }
      expect(rows).toEqual(whole.examples);
    }
  });

  test('names an erased row by its id alone, and the erasure names the model', async () => {
    const before = (await learned(2)).json.examples;
    expect((await service.call('DELETE', `/predictions/${erased}`)).json).toEqual({
      id: erased,
      erased: true,
      flaggedModels: [2],
    });
    const { json, text } = await learned(2);
    expect(json.examples).toEqual([{ row: before[0].row, erased: true }, ...before.slice(1)]);
    expect(text).not.toContain('molar');
    const { models } = (await service.call('GET', '/predictors/searches/models')).json;
    expect(models.map((model: object) => model)).toMatchObject([
      { model: 2, learnedFromErased: true, erased: 1, pruned: false },
      { model: 1, learnedFromErased: false, erased: 0, pruned: false },
    ]);
  });

  test('of a model or predictor that is not there is 404', async () => {
    expect((await learned(9)).json.code).toBe('model_unknown');
    expect((await service.call('GET', '/predictors/none/models/1/examples')).json.code).toBe(
      'predictor_unknown',
    );
    expect((await learned(1, '?cursor=x')).json.code).toBe('query_invalid');
  });
});

describe('rows of 60 KB', () => {
  const url = '/predictors/documents';
  beforeAll(async () => {
    const inputs = { query: { type: 'text', maxLength: 40_000 } };
    await service.call('PUT', url, { ...searches, name: 'documents', inputs });
    // Every other character takes two bytes in JSON.
    const rows = Array.from({ length: 60 }, (_, n) => {
      return JSON.stringify({ query: `${n} ${'"a'.repeat(15_000)}`, service: n % 2 === 0 ? 'Even' : 'Odd' });
    });
    const type = { 'content-type': 'application/x-ndjson' };
    await service.call('POST', `${url}/examples?train=false`, rows.join('\n'), type);
  });

  test('come in pages of 1 MiB at most', async () => {
    expect(await pagesOf(`${url}/examples`, 'id')).toHaveLength(60);
  });

  test('that a model learned from come in such pages too', async () => {
    await registerModel('documents', await pagesOf(`${url}/examples`, 'id'));
    expect(await pagesOf(`${url}/models/1/examples`, 'row')).toEqual(await pagesOf(`${url}/examples`, 'id'));
  });

  test('are read to be learned from in such pages, in order', async () => {
    const predictorId = (await service.database.predictors.state('documents'))?.id ?? 0;
    const ids: string[] = [];
    const request = { predictorId, revision: 1, champion: null };
    for await (const page of service.database.examples.learnable(request)) {
      expect(JSON.stringify(page.map((one) => JSON.stringify(one))).length).toBeLessThan(1024 * 1024);
      ids.push(...page.map(({ rowId }) => rowId));
    }
    expect(ids.reverse()).toEqual(await pagesOf(`${url}/examples`, 'id'));
  });
});

/** What stands under `key` in all pages of a list, each of which is looked at. */
async function pagesOf(url: string, key: string): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = await service.call('GET', `${url}?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`);
    expect(page.text.length).toBeLessThan(1024 * 1024);
    expect(page.json.examples.length).toBeGreaterThan(1);
    found.push(...page.json.examples.map((one: Record<string, string>) => one[key] ?? ''));
    cursor = page.json.next;
  }
  return found;
}

/** A model that learned from these rows, without a training of two megabytes. */
async function registerModel(predictor: string, rowIds: readonly string[]): Promise<void> {
  const { training, retrainings, predictors } = service.database;
  await retrainings.request((await predictors.state(predictor))?.id ?? 0);
  const claim = await training.claim(predictor, 60);
  if (claim === null) throw new Error('nothing to claim');
  const version = await training.reserveVersion(claim);
  const ids = rowIds.map(Number);
  const model = {
    version,
    status: 'rejected' as const,
    revision: 1,
    signature: claim.signature,
    learner: 'prior',
    settings: {},
    examples: ids.length,
    metrics: {},
    sha256: 'a'.repeat(64),
    key: `models/${predictor}/${version}/a`,
    size: 1,
    code_version: 'test',
  };
  await training.finish(claim, {
    verdict: 'undecided',
    reason: '',
    fingerprint: 'f',
    judgement: null,
    champion: null,
    model,
    learned: `{[${Math.min(...ids)},${Math.max(...ids) + 1})}`,
    learnedLabels: '{}',
  });
}

function row(shown: object): object {
  return { row: expect.stringMatching(/^\d+$/), erased: false, ...shown };
}

test('the examples of a predictor name the prediction that each was', async () => {
  const { json } = await service.call('GET', '/predictors/searches/examples?limit=2');
  expect(json.examples).toMatchObject([
    { id: expect.any(String), prediction: labelled, label: 'Something else', source: 'corrected' },
    { prediction: null, source: 'imported' },
  ]);
});

describe('a model made again', () => {
  const url = '/predictors/searches/models/1/reproductions';

  test('is asked for, carried out and found equal', async () => {
    const { status, json } = await service.call('POST', url, {});
    expect(status).toBe(202);
    const { sha256 } = (await service.call('GET', '/predictors/searches/models/1')).json;
    expect(json).toMatchObject({
      id: expect.any(Number),
      model: 1,
      status: 'requested',
      equal: null,
      expected: sha256,
    });
    expect((await service.call('GET', `${url}/${json.id}`)).json).toEqual(json);
    const { database, store } = service;
    await reproduce(String(json.id), { database, store, codeVersion: 'test' });
    expect((await service.call('GET', `${url}/${json.id}`)).json).toMatchObject({
      status: 'finished',
      equal: true,
      sha256,
      expected: sha256,
      reason: expect.stringContaining('same byte for byte'),
    });
  });

  test('is one while it is not done, asked for under one key or without', async () => {
    const key = { 'idempotency-key': 'again' };
    const first = await service.call('POST', url, {}, key);
    expect((await service.call('POST', url, {}, key)).json).toEqual(first.json);
    expect((await service.call('POST', url, {})).json.id).toBe(first.json.id);
  });

  test('of another model, or none, is 404', async () => {
    expect((await service.call('POST', '/predictors/searches/models/9/reproductions', {})).json.code).toBe(
      'model_unknown',
    );
    for (const id of ['1', 'x', '99999999999999999999']) {
      const { status, json } = await service.call('GET', `/predictors/searches/models/2/reproductions/${id}`);
      expect([status, json.code]).toEqual([404, 'reproduction_unknown']);
    }
  });
});
