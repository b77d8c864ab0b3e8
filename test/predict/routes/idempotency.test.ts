import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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

const rows = '/predictors/searches/predictions';
const key = (text: string) => ({ 'idempotency-key': text });

describe('a key', () => {
  test('gives the first prediction again, and counts it once, however often and at once it comes', async () => {
    const before = (await service.call('GET', '/predictors/searches')).json.predictions;
    const first = await service.call('POST', rows, { query: 'labora' }, key('a'));
    const again = await Promise.all(
      Array.from({ length: 20 }, () => service.call('POST', rows, { query: 'labora' }, key('a'))),
    );
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    for (const answer of again) {
      expect([answer.status, answer.headers['idempotency-replayed']]).toEqual([201, 'true']);
      expect(answer.json).toEqual(first.json);
    }
    const together = await Promise.all(
      Array.from({ length: 20 }, () => service.call('POST', rows, { query: 'scan' }, key('b'))),
    );
    expect(new Set(together.map(({ json }) => json.id)).size).toBe(1);
    expect((await service.call('GET', '/predictors/searches')).json.predictions).toBe(before + 2);
  });

  test('with another body is refused', async () => {
    await service.call('POST', rows, { query: 'labora' }, key('c'));
    const { status, json } = await service.call('POST', rows, { query: 'scan' }, key('c'));
    expect([status, json.code]).toEqual([422, 'idempotency_key_reused']);
  });

  test('whose row did not fit is not used up', async () => {
    expect((await service.call('POST', rows, { query: 5 }, key('d'))).status).toBe(422);
    expect((await service.call('POST', rows, { query: 'labora' }, key('d'))).status).toBe(201);
  });

  test('of another path is another key', async () => {
    const prediction = await service.call('POST', rows, { query: 'labora' }, key('e'));
    const typed = await service.call('POST', '/predictors/searches/suggestions', { query: 'scan' }, key('e'));
    expect([prediction.status, typed.status]).toEqual([201, 200]);
    const again = await service.call('POST', '/predictors/searches/suggestions', { query: 'scan' }, key('e'));
    expect(again.json).toEqual(typed.json);
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  test('is the same key however its path is written', async () => {
    const first = await service.call('POST', rows, { query: 'labora' }, key('g'));
    for (const url of [`${rows}/`, `${rows}?x=1`, '/predictors/search%65s/predictions']) {
      expect((await service.call('POST', url, { query: 'labora' }, key('g'))).json.id).toBe(first.json.id);
    }
  });

  test('gives the first answer letter for letter', async () => {
    for (const path of ['predictions', 'suggestions']) {
      const ask = () => service.call('POST', `/predictors/searches/${path}`, { query: 'labora' }, key('h'));
      const first = await ask();
      expect((await ask()).text).toBe(first.text);
    }
  });

  test('gives the first answer also when the row would be refused by now', async () => {
    const definition = { ...searches, name: 'redefined' };
    await trainedSearches(service, definition);
    const url = (path: string) => `/predictors/redefined/${path}`;
    const firsts = new Map<string, string>();
    for (const path of ['predictions', 'suggestions']) {
      firsts.set(path, (await service.call('POST', url(path), { query: 'labora' }, key('i'))).text);
    }
    const inputs = { ...searches.inputs, place: { type: 'category' } };
    await service.call('PUT', '/predictors/redefined', { ...definition, inputs });
    for (const [path, first] of firsts) {
      const again = await service.call('POST', url(path), { query: 'labora' }, key('i'));
      expect([again.text, again.headers['idempotency-replayed']]).toEqual([first, 'true']);
      const another = await service.call('POST', url(path), { query: 5 }, key('i'));
      expect([another.status, another.json.code]).toEqual([422, 'idempotency_key_reused']);
      const fresh = await service.call('POST', url(path), { query: 'labora' }, key('j'));
      expect([fresh.status, fresh.json.code]).toEqual([409, 'predictor_not_trained']);
    }
  });

  test('asks for one retraining', async () => {
    const url = '/predictors/searches/retrainings';
    const first = await service.call('POST', url, {}, key('f'));
    expect(first.status).toBe(202);
    expect((await service.call('POST', url, {}, key('f'))).text).toBe(first.text);
    const { json } = await service.call('GET', url);
    expect(json.retrainings.filter(({ trigger }: { trigger: string }) => trigger === 'request')).toHaveLength(
      1,
    );
  });

  test('imports a file once', async () => {
    const url = '/predictors/searches/examples';
    const headers = { ...key('file'), 'content-type': 'text/csv' };
    const csv = searchesCsv().replace('query,', 'age,query,').replaceAll('\n', '\n,');
    const before = (await service.call('GET', '/predictors/searches')).json.examples.imported;
    const first = await service.call('POST', url, csv, headers);
    const again = await service.call('POST', url, csv, headers);
    expect(first.json.imported).toBe(40);
    expect([again.json, again.headers['idempotency-replayed']]).toEqual([first.json, 'true']);
    expect((await service.call('GET', '/predictors/searches')).json.examples.imported).toBe(before + 40);
  });

  test('of a file from which no row was imported is not used up: read otherwise, the same file imports', async () => {
    const url = '/predictors/searches/examples';
    const headers = { ...key('unread'), 'content-type': 'text/csv' };
    const file = 'query,service,age\nlaboratory,Lab,"1,5"\nx-ray,Imaging,"2,5"\n';
    const first = await service.call('POST', url, file, headers);
    expect(first.json).toMatchObject({ imported: 0, rejectedTotal: 2 });
    const again = await service.call('POST', `${url}?decimal=,`, file, headers);
    expect(again.headers['idempotency-replayed']).toBeUndefined();
    expect(again.json).toMatchObject({ imported: 2, rejectedTotal: 0 });
    const third = await service.call('POST', `${url}?decimal=,`, file, headers);
    expect([third.json, third.headers['idempotency-replayed']]).toEqual([again.json, 'true']);
  });

  test.each(['', 'two words', 'x'.repeat(256), 'naïve'])('%j is none', async (text) => {
    const { status, json } = await service.call('POST', rows, { query: 'labora' }, key(text));
    expect([status, json.code]).toEqual([422, 'idempotency_key_invalid']);
  });
});
