import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { searches, startService, type TestService, trainedSearches } from '../support/service.ts';

let service: TestService;
let id: string;

beforeAll(async () => {
  service = await startService();
  await trainedSearches(service);
  id = (await service.call('POST', '/predictors/searches/predictions', { query: 'labora' })).json.id;
});
afterAll(() => service.stop());

const label = (body: unknown, of = id) => service.call('PUT', `/predictions/${of}/label`, body);

describe('a label', () => {
  test('that was among the suggestions is accepted, with its rank', async () => {
    const { status, json } = await label({ label: 'Imaging' });
    expect(status).toBe(200);
    expect(json).toEqual({ id, predictor: 'searches', label: 'Imaging', source: 'accepted', rank: 2 });
    const { json: predictor } = await service.call('GET', '/predictors/searches');
    expect(predictor.examples).toEqual({ imported: 40, accepted: 1, corrected: 0 });
  });

  test('is taken in its clean spelling, in which it was suggested', async () => {
    expect((await label({ label: ' Imaging\u00a0\u200b' })).json).toMatchObject({
      label: 'Imaging',
      source: 'accepted',
      rank: 2,
    });
  });

  test('that the definition declares as missing is refused', async () => {
    const target = { ...searches.target, missing: ['N/A', -1] };
    await service.call('PUT', '/predictors/searches', { ...searches, target });
    const row = await service.call('POST', '/predictors/searches/predictions', { query: 'scan' });
    const { status, json } = await label({ label: 'N/A ' }, row.json.id);
    expect([status, json.code]).toEqual([422, 'label_invalid']);
    expect(json.detail).toContain('declares this label as missing: send what was right');
    await service.call('PUT', '/predictors/searches', searches);
  });

  test('may be changed: another one corrects', async () => {
    expect((await label({ label: 'Pharmacy' })).json).toMatchObject({ source: 'corrected', rank: null });
    expect((await service.call('GET', `/predictions/${id}`)).json).toMatchObject({
      label: 'Pharmacy',
      source: 'corrected',
    });
    const { json } = await service.call('GET', '/predictors/searches/examples?limit=1');
    expect(json.examples).toEqual([
      {
        id: expect.any(String),
        prediction: expect.any(String),
        inputs: { query: 'labora', age: null },
        label: 'Pharmacy',
        source: 'corrected',
        createdAt: expect.any(String),
      },
    ]);
  });

  test.each([
    [{ label: '' }],
    [{ label: ' \u00a0\u200b' }],
    [{ value: 1e150 }],
    ['{"label":"Imaging","label":"Laboratory"}'],
    [{ label: 5 }],
    [{ label: 'x'.repeat(256) }],
    [{ label: 'a\0' }],
    [{ value: 5 }],
    [{ value: '5' }],
    [{}],
    [[]],
    [{ label: 'Imaging', note: 1 }],
  ])('%j does not fit', async (body) => {
    const { status, json } = await label(body);
    expect([status, json.code]).toEqual([422, 'label_invalid']);
  });

  test('of a prediction that is not there is 404', async () => {
    for (const unknown of ['01a1fb87-aa01-78ff-86e8-6ed9f28efa25', 'nothing', '..%2f..']) {
      expect((await label({ label: 'Imaging' }, unknown)).json.code).toBe('prediction_unknown');
    }
  });
});

test('an erased prediction is gone, and is 404 the second time', async () => {
  const { json } = await service.call('POST', '/predictors/searches/predictions', { query: 'scan' });
  const url = `/predictions/${json.id}`;
  expect(await service.call('DELETE', url)).toMatchObject({
    status: 200,
    json: { id: json.id, erased: true, flaggedModels: [] },
  });
  expect((await service.call('DELETE', url)).status).toBe(404);
  expect((await service.call('GET', url)).json.code).toBe('prediction_unknown');
});

test('a number is predicted with its interval, and labelled with a value', async () => {
  const ages = {
    ...searches,
    name: 'ages',
    inputs: { size: { type: 'number' } },
    target: { name: 'age', type: 'number' },
  };
  await service.call('PUT', '/predictors/ages', ages);
  const csv = ['size,age', ...Array.from({ length: 60 }, (_, i) => `${i},${2 * i + (i % 3)}`)].join('\n');
  await service.call('POST', '/predictors/ages/examples', csv, { 'content-type': 'text/csv' });
  await service.train('ages');
  const { status, json } = await service.call('POST', '/predictors/ages/predictions', { size: 30 });
  expect(status).toBe(201);
  expect(json).toMatchObject({
    value: expect.any(Number),
    interval: { low: expect.any(Number), high: expect.any(Number), coverage: 0.9 },
  });
  expect(json).not.toHaveProperty('suggestions');
  expect((await label({ value: 61 }, json.id)).json).toMatchObject({ value: 61, source: 'corrected' });
  expect((await label({ label: 'old' }, json.id)).json.code).toBe('label_invalid');
  expect((await service.call('GET', `/predictions/${json.id}`)).json.label).toBe(61);
});
