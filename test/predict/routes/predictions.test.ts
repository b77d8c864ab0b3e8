import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { searches, startService, type TestService, trainedSearches } from '../support/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService();
  await trainedSearches(service);
  await service.call('PUT', '/predictors/empty', { ...searches, name: 'empty' });
});
afterAll(() => service.stop());

const rows = '/predictors/searches/predictions';
const asYouType = '/predictors/searches/suggestions';
const labora = { query: 'labora' };

async function counted(): Promise<number> {
  return (await service.call('GET', '/predictors/searches')).json.predictions;
}

describe('a row that is answered', () => {
  test('gets suggestions by probability, and is stored and counted once', async () => {
    const before = await counted();
    const { status, json, headers } = await service.call('POST', rows, labora);
    expect(status).toBe(201);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(json).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      predictor: 'searches',
      model: 1,
      suggestions: [
        { label: 'Laboratory', probability: expect.any(Number) },
        { label: 'Imaging', probability: expect.any(Number) },
      ],
      recorded: true,
    });
    expect(await counted()).toBe(before + 1);
    const stored = await service.call('GET', `/predictions/${json.id}`);
    expect(stored.json).toMatchObject({
      id: json.id,
      predictor: 'searches',
      model: 1,
      inputs: { query: 'labora', age: null },
      suggestions: json.suggestions,
      label: null,
      source: null,
      createdAt: expect.any(String),
    });
  });

  test('as it is typed is stored nowhere and counted nowhere', async () => {
    const before = await counted();
    const { status, json } = await service.call('POST', asYouType, labora);
    expect(status).toBe(200);
    expect(Object.keys(json)).toEqual(['predictor', 'model', 'suggestions']);
    expect(await counted()).toBe(before);
  });

  test('among many at once is counted once each', async () => {
    const before = await counted();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => service.call('POST', rows, { query: `scan ${i}` })),
    );
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(60);
    expect(await counted()).toBe(before + 60);
  });
});

describe('a row that does not fit', () => {
  test('is told of each field, and nothing is stored', async () => {
    const before = await counted();
    for (const url of [rows, asYouType]) {
      const { status, json, headers } = await service.call('POST', url, { age: 'old', service: 'Lab', x: 1 });
      expect(status).toBe(422);
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(json).toMatchObject({
        code: 'row_invalid',
        status: 422,
        title: expect.any(String),
        type: expect.any(String),
      });
      expect(json.errors.map(({ field }: { field: string }) => field)).toEqual([
        'age',
        'query',
        'service',
        'x',
      ]);
    }
    expect(await counted()).toBe(before);
  });

  test.each([
    ['"labora"', 422, 'row_invalid'],
    ['null', 422, 'row_invalid'],
    ['{"query":"labora","__proto__":{"x":1}}', 422, 'row_invalid'],
    ['{"query":"labora","constructor":{"prototype":1}}', 422, 'row_invalid'],
    ['{"query":"a\\u0000"}', 422, 'row_invalid'],
    ['{"query":"\\ud800"}', 422, 'row_invalid'],
    ['{"query":"a","age":1e999}', 422, 'row_invalid'],
    ['{"query":"a\\u0001\\t\\n"}', 201, undefined],
    ['{"query":', 400, 'body_not_json'],
    ['query=labora', 400, 'body_not_json'],
    ['', 400, 'body_not_json'],
  ])('%s is %d %s', async (body, status, code) => {
    const answer = await service.call('POST', rows, body);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });

  test('is 400 when it is not UTF-8', async () => {
    const answer = await service.call('POST', rows, Buffer.from('{"query":"na\xefve"}', 'latin1'));
    expect([answer.status, answer.json.code]).toEqual([400, 'body_not_json']);
  });

  test('is 413 above 256 KiB, and still 422 at it', async () => {
    const body = (size: number) => `{"query":"${'x'.repeat(size - 12)}"}`;
    expect((await service.call('POST', rows, body(262_144))).json.code).toBe('row_invalid');
    const { status, json } = await service.call('POST', rows, body(262_145));
    expect([status, json.code]).toEqual([413, 'body_too_large']);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'is 415 as %s, which a browser may send from any site',
    async (type) => {
      const { status, json } = await service.call('POST', rows, '{"query":"labora"}', {
        'content-type': type,
      });
      expect([status, json.code]).toEqual([415, 'unsupported_media_type']);
      expect(json.detail).toContain('application/json');
    },
  );
});

test('a category that the model has not learned is named in the answer, which is stored with it', async () => {
  const definition = {
    name: 'codes',
    inputs: { plan: { type: 'category', optional: true }, x: { type: 'number' } },
    target: { name: 'tier', type: 'label' },
  };
  await service.call('PUT', '/predictors/codes', definition);
  // As pandas writes whole numbers with gaps among them.
  const examples = Array.from(
    { length: 60 },
    (_, n) => `${(n % 3) + 1}.0,${n % 7},${n % 3 === 0 ? 'basic' : 'pro'}`,
  );
  const csv = `plan,x,tier\n${examples.join('\n')}\n`;
  await service.call('POST', '/predictors/codes/examples', csv, { 'content-type': 'text/csv' });
  await service.train('codes');
  const answered = async (row: object) =>
    (await service.call('POST', '/predictors/codes/suggestions', row)).json;
  expect((await answered({ plan: '3', x: 1 })).unknown).toEqual(['plan']);
  for (const plan of ['3.0', ' 3.0\u00a0', null])
    expect(await answered({ plan, x: 1 })).not.toHaveProperty('unknown');
  const { json } = await service.call('POST', '/predictors/codes/predictions', { plan: '4', x: 1 });
  expect(json.unknown).toEqual(['plan']);
  expect((await service.call('GET', `/predictions/${json.id}`)).json.unknown).toEqual(['plan']);
});

describe('a predictor', () => {
  test('that does not exist is 404', async () => {
    for (const name of ['nobody', 'No%20Name', 'x'.repeat(150)]) {
      const { status, json } = await service.call('POST', `/predictors/${name}/predictions`, labora);
      expect([status, json.code]).toEqual([404, 'predictor_unknown']);
    }
  });

  test('without a model is 409 with what is missing', async () => {
    const { status, json } = await service.call('POST', '/predictors/empty/suggestions', labora);
    expect([status, json.code]).toEqual([409, 'predictor_not_trained']);
    expect(json.detail).toContain('needs 10 examples, has 0, and needs 2 different labels, has 0');
  });

  test('whose first training failed, or waits for nobody, is 409 with the reason', async () => {
    const definition = { ...searches, name: 'needy' };
    const csv = { 'content-type': 'text/csv' };
    const detail = async () => (await service.call('POST', '/predictors/needy/suggestions', {})).json.detail;
    await service.call('PUT', '/predictors/needy', definition);
    const examples = `query,age,service\n${'labora,1,Lab\nscan,,Scan\n'.repeat(10)}`;
    await service.call('POST', '/predictors/needy/examples?train=false', examples, csv);
    expect(await detail()).toContain('nothing is missing: ask for a training');
    const inputs = { ...searches.inputs, place: { type: 'category' } };
    await service.call('PUT', '/predictors/needy', { ...definition, inputs });
    expect(await detail()).toContain(
      'needs 10 examples, has 0, and needs 2 different labels, has 0 (20 more do not fit the definition: place is missing (20)).',
    );
    // Whether a text is a date of the form that was declared is known when it is read.
    const query = { type: 'date', format: 'dd/MM/yyyy' };
    await service.call('PUT', '/predictors/needy', { ...definition, inputs: { query } });
    await service.train('needy');
    expect(await detail()).toMatch(
      /its last training failed: Needs 10 examples, has 0 \(20 others do not fit the definition in force: query must be a date that exists, .+ \(20 rows\)\)\./,
    );
  });
});
