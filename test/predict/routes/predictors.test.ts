import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { searches, startService, type TestService } from '../support/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const put = (name: string, body: unknown) => service.call('PUT', `/predictors/${name}`, body);

describe('a definition', () => {
  test('is 201 when new and 200 after; only a change makes a revision', async () => {
    const first = await put('searches', searches);
    expect(first.status).toBe(201);
    expect(first.json).toMatchObject({
      name: 'searches',
      revision: 1,
      definition: { ...searches, suggestions: 3, retraining: { every: 100, of: 'predictions' } },
      counter: { newRows: 0, every: 100 },
      examples: { imported: 0, accepted: 0, corrected: 0 },
      predictions: 0,
      champion: null,
      lastRetraining: null,
      missing: { examples: { needed: 10, present: 0 }, labels: { needed: 2, present: 0 } },
      warnings: [],
    });
    expect(await put('searches', searches)).toMatchObject({ status: 200, json: { revision: 1 } });
    expect(await put('searches', { ...searches, suggestions: 5 })).toMatchObject({
      status: 200,
      json: { revision: 2 },
    });
  });

  test('that does not fit is 422 naming each key', async () => {
    const { status, json } = await put('other', { ...searches, colour: 'red', retraining: { every: 0 } });
    expect([status, json.code]).toEqual([422, 'definition_invalid']);
    expect(json.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
      'colour',
      'name',
      'retraining.every',
    ]);
  });

  test('that could be stored and never be read again over the Data API is 422', async () => {
    const inputs = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`${'i'.repeat(55)} ${index}`, { type: 'text' }]),
      );
    const sized = (count: number) => put('sized', { ...searches, name: 'sized', inputs: inputs(count) });
    expect(await sized(700)).toMatchObject({ status: 422, json: { code: 'definition_too_large' } });
    expect(await sized(300)).toMatchObject({ status: 201 });
  });

  test('with two inputs of one name is 422', async () => {
    const text = JSON.stringify(searches).replace('"age":', '"query":');
    const { status, json } = await put('searches', text);
    expect([status, json.errors[0].field]).toEqual([422, 'inputs.query']);
  });

  test.each([['{"name":'], [''], ['query']])('%j is 400', async (text) => {
    expect(await put('searches', text)).toMatchObject({ status: 400, json: { code: 'body_not_json' } });
  });

  test('that learns from its own guesses is taken with a warning', async () => {
    const { json } = await put('guesses', {
      ...searches,
      name: 'guesses',
      learnFrom: ['imported', 'predicted'],
    });
    expect(json.warnings).toEqual([
      {
        code: 'learns_from_guesses',
        detail: expect.stringContaining('own guesses'),
        columns: [],
        rows: 0,
      },
    ]);
    expect((await service.call('GET', '/predictors/guesses')).json.warnings).toEqual(json.warnings);
  });

  test('may hold inputs named as a team names its columns', async () => {
    const inputs = { toString: { type: 'text' }, 'e-mail; drop table': { type: 'text', optional: true } };
    expect((await put('odd', { ...searches, name: 'odd', inputs })).status).toBe(201);
  });
});

describe('the list of predictors', () => {
  test('is paged by name', async () => {
    const names: string[] = [];
    let url: string | null = '/predictors?limit=2';
    while (url !== null) {
      const { json } = await service.call('GET', url);
      expect(json.predictors.length).toBeLessThanOrEqual(2);
      names.push(...json.predictors.map(({ name }: { name: string }) => name));
      url = json.next === null ? null : `/predictors?limit=2&cursor=${json.next}`;
    }
    expect(names).toEqual(['guesses', 'odd', 'searches', 'sized']);
  });

  test.each(['limit=0', 'limit=201', 'limit=1.5', 'limit=x', 'limit=1&limit=2', 'cursor=%00', 'cursor='])(
    '?%s is 422',
    async (query) => {
      const { status, json } = await service.call('GET', `/predictors?${query}`);
      expect([status, json.code]).toEqual([422, 'query_invalid']);
    },
  );

  test('of anything else has numbers as cursors', async () => {
    for (const list of ['examples', 'retrainings', 'models']) {
      const { status, json } = await service.call('GET', `/predictors/searches/${list}`);
      expect([status, json]).toEqual([200, { [list]: [], next: null }]);
      expect((await service.call('GET', `/predictors/searches/${list}?cursor=abc`)).json.code).toBe(
        'query_invalid',
      );
      expect((await service.call('GET', `/predictors/nobody/${list}`)).json.code).toBe('predictor_unknown');
    }
  });
});

test('an unknown predictor is 404', async () => {
  expect((await service.call('GET', '/predictors/nobody')).json.code).toBe('predictor_unknown');
});
