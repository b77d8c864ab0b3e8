import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { searches, searchesCsv, startService, type TestService } from '../support/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService({ importLimit: 2_000_000 });
  await service.call('PUT', '/predictors/searches', { ...searches, inputs: { query: { type: 'text' } } });
});
afterAll(() => service.stop());

const url = '/predictors/searches/examples';
const send = (body: string | Buffer, type: string, query = '', headers: Record<string, string> = {}) =>
  service.call('POST', `${url}${query}`, body, { 'content-type': type, ...headers });
const examples = async () => (await service.call('GET', '/predictors/searches')).json.examples.imported;

interface Warned {
  code: string;
  columns: string[];
  rows: number;
}

describe('an import', () => {
  test('keeps the good rows and names the bad ones and the columns it left out', async () => {
    const { status, json } = await send(
      'id,query,service\n1,labora,Lab\n2,,Lab\n3,scan,Scan,x\n4,scan,Scan\n',
      'text/csv',
    );
    expect(status).toBe(200);
    expect(json).toEqual({
      import: expect.any(Number),
      imported: 2,
      rejected: [
        { line: 3, reason: expect.stringContaining('query is missing') },
        { line: 4, reason: expect.stringContaining('has 4 cells where the header has 3') },
      ],
      rejectedTotal: 2,
      ignoredColumns: ['id'],
      warnings: [expect.objectContaining({ code: 'rare_labels', columns: ['service'], rows: 2 })],
    });
    const { json: list } = await service.call('GET', url);
    expect(list.examples).toMatchObject([
      { inputs: { query: 'scan' }, label: 'Scan', source: 'imported' },
      { inputs: { query: 'labora' }, label: 'Lab', source: 'imported' },
    ]);
  });

  test('takes NDJSON and a JSON array as well, with parameters after the type', async () => {
    const ndjson = '{"query":"labora","service":"Lab"}\n{"query":5}\n';
    expect((await send(ndjson, 'application/x-ndjson; charset=utf-8')).json).toMatchObject({
      imported: 1,
      rejectedTotal: 1,
    });
    const array = '[{"query":"a","service":"Lab"},{"query":"b","service":"Lab"},3]';
    expect((await send(array, 'application/json')).json).toMatchObject({
      imported: 2,
      rejected: [{ line: 3, reason: expect.any(String) }],
    });
  });

  test('unpacks gzip, whether its headers say so or not, and no more of it than a body may have', async () => {
    const packed = gzipSync('query,service\nlabora,Lab\n');
    const gzip = { 'content-encoding': 'gzip' };
    for (const headers of [{}, gzip]) {
      expect((await send(packed, 'text/csv', '', headers)).json).toMatchObject({ imported: 1 });
    }
    expect((await send('query,service\nlabora,Lab\n', 'text/csv', '', gzip)).json.imported).toBe(1);
    const bomb = gzipSync(`query,service\n${'labora,Lab\n'.repeat(200_000)}`);
    expect((await send(bomb, 'text/csv')).json).toMatchObject({
      code: 'body_too_large',
      detail: expect.stringContaining('unpacks to more than the 2000000 bytes'),
    });
    expect((await send(packed.subarray(0, 30), 'text/csv')).json.code).toBe('import_gzip_damaged');
    expect((await send(packed, 'text/csv', '', { 'content-encoding': 'br' })).json).toMatchObject({
      status: 415,
      detail: expect.stringContaining('"br" was sent'),
    });
  });

  test('takes what parts the cells, and the decimal mark, from the query', async () => {
    const number = { ...searches, name: 'prices', inputs: { price: { type: 'number' } } };
    await service.call('PUT', '/predictors/prices', number);
    const prices = '/predictors/prices/examples';
    const post = (body: string, query: string, type = 'text/csv') =>
      service.call('POST', `${prices}${query}`, body, { 'content-type': type });
    const german = 'price;service\n1.234,50;Lab\n';
    for (const separator of [';', '%3B', 'semicolon']) {
      expect((await post(german, `?separator=${separator}&decimal=,`)).json).toMatchObject({ imported: 1 });
    }
    expect(
      (await post(german.replace(';', '\t').replace(';', '\t'), '?decimal=%2C', 'text/tab-separated-values'))
        .json,
    ).toMatchObject({
      imported: 1,
    });
    const { json } = await service.call('GET', prices);
    expect(json.examples.map((one: { inputs: object }) => one.inputs)).toEqual(
      Array(4).fill({ price: 1234.5 }),
    );
    for (const [query, type] of [
      ['?separator=x', 'text/csv'],
      ['?decimal=;', 'text/csv'],
      ['?separator=;', 'application/json'],
      ['?decimal=,', 'application/x-ndjson'],
    ] as const) {
      expect((await post(german, query, type)).json).toMatchObject({ status: 422, code: 'query_invalid' });
    }
  });

  test('names the first hundred rejected rows and counts all', async () => {
    const { json } = await send(`query,service\n${',Lab\n'.repeat(250)}`, 'text/csv');
    expect([json.imported, json.rejected.length, json.rejectedTotal]).toEqual([0, 100, 250]);
  });

  test('that cannot be read as a whole leaves nothing, not even its good rows', async () => {
    const before = await examples();
    const good = 'labora,Lab\n'.repeat(3000);
    const broken = await send(`query,service\n${good}"labora,Lab\n`, 'text/csv');
    expect([broken.status, broken.json.code]).toEqual([400, 'csv_quote_unclosed']);
    expect((await send('query,label\na,b\n', 'text/csv')).json).toMatchObject({
      status: 422,
      code: 'csv_column_missing',
      errors: [{ field: 'service', message: expect.any(String) }],
    });
    expect((await send('{"query":1}', 'application/json')).json.code).toBe('import_not_array');
    expect((await send('', 'text/csv')).json.code).toBe('import_empty');
    expect(await examples()).toBe(before);
  });

  test('says what a person should look at in its rows, and so does the predictor until it is undone', async () => {
    const inputs = { query: { type: 'text' }, age: { type: 'number', optional: true } };
    await service.call('PUT', '/predictors/patients', { ...searches, name: 'patients', inputs });
    const rows = Array.from(
      { length: 60 },
      (_, i) => `pain in part ${i},${20 + (i % 50)},${i % 2 === 0 ? 'Lab' : 'Scan'}`,
    );
    const csv = ['query,age,service', ...rows, 'blood,3900000,lab', 'blood,33,N/A'].join('\n');
    const path = '/predictors/patients/examples';
    const { json } = await service.call('POST', path, csv, { 'content-type': 'text/csv' });
    expect(json.warnings.map(({ code, columns, rows }: Warned) => [code, columns, rows])).toEqual([
      ['near_equal_labels', ['service'], 1],
      ['rare_labels', ['service'], 2],
      ['missing_words', ['service'], 1],
      ['wild_values', ['age'], 1],
    ]);
    const shown = await service.call('GET', '/predictors/patients');
    expect(shown.json.warnings).toEqual(
      json.warnings.map((one: object) => ({ ...one, import: json.import })),
    );
    expect(shown.json.labels).toEqual([
      { label: 'Lab', examples: 30 },
      { label: 'Scan', examples: 30 },
      { label: 'N/A', examples: 1 },
      { label: 'lab', examples: 1 },
    ]);

    const more = await service.call(
      'POST',
      path,
      'query,age,service\nblood,40,Lab\nurine,41,Labs\nurine,42,Xray',
      {
        'content-type': 'text/csv',
      },
    );
    expect(more.json.warnings).toMatchObject([{ code: 'rare_labels', rows: 2 }]);
    await service.call('DELETE', `/predictors/patients/imports/${json.import}`);
    const left = (await service.call('GET', '/predictors/patients')).json.warnings;
    expect(left.every((one: { import: number }) => one.import === more.json.import)).toBe(true);
  });

  test('is 415 in another form, 413 over the limit, 404 for nobody', async () => {
    expect((await send(searchesCsv(), 'text/plain')).json.code).toBe('unsupported_media_type');
    expect((await send(`query,service\n${'labora,Lab\n'.repeat(200_000)}`, 'text/csv')).json.code).toBe(
      'body_too_large',
    );
    const nobody = await service.call('POST', '/predictors/nobody/examples', 'a,b', {
      'content-type': 'text/csv',
    });
    expect(nobody.json.code).toBe('predictor_unknown');
  });

  test('asks for the first training, unless it is told not to', async () => {
    const other = '/predictors/held';
    await service.call('PUT', other, { ...searches, name: 'held', inputs: { query: { type: 'text' } } });
    const post = (query: string) =>
      service.call('POST', `${other}/examples${query}`, searchesCsv(), { 'content-type': 'text/csv' });
    expect((await post('?train=maybe')).json.code).toBe('query_invalid');
    await post('?train=false');
    expect((await service.call('GET', other)).json).toMatchObject({ lastRetraining: null, missing: {} });
    await post('');
    expect((await service.call('GET', other)).json.lastRetraining).toMatchObject({ trigger: 'first' });
    const waiting = await service.call('POST', `${other}/suggestions`, { query: 'labora' });
    expect(waiting.json.detail).toContain('first training is under way');
  });
});
