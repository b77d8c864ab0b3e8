import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Spool } from '../../../services/model-store/index.ts';
import { newPredictionId } from '../../../services/recording/prediction-id.ts';
import { until } from '../../support/until.ts';
import { searches, startService, type TestService, trainedSearches } from '../support/service.ts';

let service: TestService;
let spool: Spool;
let id: string;

beforeAll(async () => {
  service = await startService();
  spool = new Spool(service.store);
  await trainedSearches(service);
});
afterAll(() => service.stop());

/** As another process leaves it that found the database away. */
beforeEach(async () => {
  id = newPredictionId(Date.now());
  await spool.put({
    id,
    predictorId: 1,
    predictor: 'searches',
    revision: 1,
    model: 1,
    inputs: { query: 'labora', age: null },
    answer: { suggestions: [{ label: 'Laboratory', probability: 0.9 }] },
    answeredAt: Date.now(),
  });
});

describe('a prediction that lies in the spool still', () => {
  test('is read as any other', async () => {
    const { status, json } = await service.call('GET', `/predictions/${id.toUpperCase()}`);
    expect([status, json.id, json.suggestions[0].label]).toEqual([200, id, 'Laboratory']);
    expect(await spool.get(id)).toBeNull();
  });

  test('is labelled as any other', async () => {
    const { status, json } = await service.call('PUT', `/predictions/${id}/label`, { label: 'Laboratory' });
    expect([status, json.source, json.rank]).toEqual([200, 'accepted', 1]);
  });

  test('is erased, and does not come back', async () => {
    const row = await spool.get(id);
    if (row === null) throw new Error('nothing in the spool');
    const { status, json } = await service.call('DELETE', `/predictions/${id}`);
    expect([status, json]).toEqual([200, { id, erased: true, flaggedModels: [] }]);
    expect(await spool.get(id)).toBeNull();
    await spool.put(row);
    expect((await service.call('GET', `/predictions/${id}`)).status).toBe(404);
    expect(await spool.get(id)).toBeNull();
  });

  test('is erased where it was set aside, and where it was recorded meanwhile', async () => {
    const row = await spool.get(id);
    if (row === null) throw new Error('nothing in the spool');
    await service.database.predictions.record([row]);
    expect((await service.call('DELETE', `/predictions/${id}`)).status).toBe(200);
    expect(await spool.get(id)).toBeNull();
    await spool.put(row);
    await spool.setAside(id);
    expect((await service.call('DELETE', `/predictions/${id}`)).status).toBe(404);
    expect(await service.store.get(`spool-refused/${id}.json`)).toBeNull();
  });
});

describe('a file that somebody copied within the spool', () => {
  test('stops nothing, and is named as a problem', async () => {
    const copy = `${id} copy.json`;
    const file = path.join(service.folder, 'spool', copy);
    await writeFile(file, '{}');
    await until('the spool is emptied', async () => {
      await service.call('POST', '/predictors/searches/predictions', { query: 'labora' });
      return (await spool.get(id)) === null;
    });
    const problems = async () => (await service.call('GET', '/ready')).json.problems;
    await until('there is a problem', async () => (await problems()).length > 0);
    expect(await problems()).toEqual([expect.stringContaining(copy)]);
    await rm(file);
  });
});

describe('erasing while the spool does not answer', () => {
  const ask = () => service.call('POST', '/predictors/searches/predictions', { query: 'scan' });

  test('is 503 and erases nothing; the same call again erases all of it', async () => {
    const { json } = await ask();
    const folder = path.join(service.folder, 'spool');
    await rename(folder, `${folder}-away`);
    await symlink(folder, folder);
    const url = `/predictions/${json.id}`;
    const refused = await service.call('DELETE', url);
    expect([refused.status, refused.json.code]).toEqual([503, 'model_store_unavailable']);
    expect((await service.call('GET', url)).status).toBe(200);
    await rm(folder);
    await rename(`${folder}-away`, folder);
    expect((await service.call('DELETE', url)).json).toMatchObject({ erased: true });
    expect((await service.call('GET', url)).status).toBe(404);
  });

  test('or only this row of it, is 503 too, and a row that was recorded stays', async () => {
    const row = await spool.get(id);
    if (row === null) throw new Error('nothing in the spool');
    await service.database.predictions.record([row]);
    const file = path.join(service.folder, 'spool', `${id}.json`);
    await rm(file);
    await symlink(file, file);
    expect((await service.call('DELETE', `/predictions/${id}`)).status).toBe(503);
    expect((await service.call('GET', `/predictions/${id}`)).status).toBe(200);
    await rm(file);
    expect((await service.call('DELETE', `/predictions/${id}`)).status).toBe(200);
  });
});

describe('an Idempotency-Key', () => {
  test('of an erased prediction is 410, and makes no second row', async () => {
    const headers = { 'idempotency-key': 'erased' };
    const ask = () => service.call('POST', '/predictors/searches/predictions', { query: 'scan' }, headers);
    const first = await ask();
    await service.call('DELETE', `/predictions/${first.json.id}`);
    const again = await ask();
    expect([again.status, again.json.code]).toEqual([410, 'prediction_erased']);
  });
});

describe('a row that is too large to be stored', () => {
  const wide = {
    ...searches,
    name: 'wide',
    inputs: {
      query: { type: 'text', maxLength: 100_000 },
      ...Object.fromEntries(
        Array.from({ length: 400 }, (_, n) => [`n${n}`, { type: 'number', optional: true }]),
      ),
    },
  };
  beforeAll(async () => {
    await service.call('PUT', '/predictors/wide', wide);
    const rows = Array.from({ length: 20 }, (_, n) => ({
      query: `word ${n % 4}`,
      service: n % 2 ? 'A' : 'B',
    }));
    await service.call('POST', '/predictors/wide/examples', rows);
    await service.train('wide');
  });

  test.each([
    ['long texts', { query: 'x'.repeat(49_200) }],
    ['texts of long characters', { query: '語'.repeat(16_500) }],
    [
      'numbers that PostgreSQL writes out',
      { query: 'x', ...Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`n${n}`, 1e149])) },
    ],
  ])('for its %s is 422, and stored nowhere', async (_what, row) => {
    const { status, json } = await service.call('POST', '/predictors/wide/predictions', row);
    expect([status, json.code]).toEqual([422, 'row_too_large']);
    expect((await service.call('POST', '/predictors/wide/suggestions', row)).status).toBe(200);
    expect((await service.call('GET', '/predictors/wide')).json.predictions).toBe(0);
  });

  test('is rejected from an import, which takes the others', async () => {
    const rows = [
      { query: 'x'.repeat(49_200), service: 'Laboratory' },
      { query: 'x', service: 'Laboratory' },
    ];
    const { json } = await service.call('POST', '/predictors/wide/examples?train=false', rows);
    expect(json).toMatchObject({ imported: 1, rejectedTotal: 1 });
    expect(json.rejected[0].reason).toContain('49152 can be stored: shorten');
    const csv = `query,service,${Array.from({ length: 400 }, (_, n) => `n${n}`).join(',')}\n${'y'.repeat(49_200)},Lab${','.repeat(400)}\n`;
    const headers = { 'content-type': 'text/csv' };
    const sent = await service.call('POST', '/predictors/wide/examples?train=false', csv, headers);
    expect(sent.json).toMatchObject({ imported: 0, rejectedTotal: 1 });
  });
});
