import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { searches, startService, type TestService, trainedSearches } from '../support/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService({ answerLimit: 400_000 });
  await trainedSearches(service);
  await service.call('PUT', '/predictors/empty', { ...searches, name: 'empty' });
});
afterAll(() => service.stop());

const rows = '/predictors/searches/predictions';
const asYouType = '/predictors/searches/suggestions';
const ndjson = { 'content-type': 'application/x-ndjson' };
const key = (text: string) => ({ 'idempotency-key': text });

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
type Answer = any;

async function counted(name = 'searches'): Promise<number> {
  return (await service.call('GET', `/predictors/${name}`)).json.predictions;
}

async function inputsOf(id: string): Promise<unknown> {
  return (await service.call('GET', `/predictions/${id}`)).json?.inputs.query;
}

function manyQueries(count: number, word = 'scan'): { query: string }[] {
  return Array.from({ length: count }, (_, place) => ({ query: `${word} ${place}` }));
}

describe('an array of rows', () => {
  test('is answered row by row in its order, and each is stored and counted once', async () => {
    const before = await counted();
    const sent = ['labora', 'x-ray 1', 'blood'].map((query) => ({ query }));
    const { status, json } = await service.call('POST', rows, sent);
    expect([status, Object.keys(json)]).toEqual([200, ['answers']]);
    const alone = await Promise.all(sent.map((row) => service.call('POST', asYouType, row)));
    expect(json.answers).toEqual(
      alone.map((answer) => ({
        status: 201,
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        ...answer.json,
        recorded: true,
      })),
    );
    expect(Object.keys(json.answers[0])).toEqual([
      'status',
      'id',
      'predictor',
      'model',
      'suggestions',
      'recorded',
    ]);
    expect(await Promise.all(json.answers.map(({ id }: Answer) => inputsOf(id)))).toEqual([
      'labora',
      'x-ray 1',
      'blood',
    ]);
    expect(await counted()).toBe(before + 3);
  });

  test('for suggestions is stored nowhere and counted nowhere', async () => {
    const before = await counted();
    const { status, json } = await service.call('POST', asYouType, [{ query: 'labora' }, { query: 'scan' }]);
    expect(status).toBe(200);
    expect(json.answers.map((answer: Answer) => Object.keys(answer))).toEqual(
      Array(2).fill(['status', 'predictor', 'model', 'suggestions']),
    );
    expect(json.answers.map((answer: Answer) => [answer.status, answer.suggestions[0].label])).toEqual([
      [200, 'Laboratory'],
      [200, 'Imaging'],
    ]);
    expect(await counted()).toBe(before);
  });

  test('gives each row its own fate: one that does not fit stops no other', async () => {
    const before = await counted();
    const sent = [
      { query: 'labora' },
      { quer: 'x' },
      ['labora'],
      7,
      null,
      { query: 'a\u0000' },
      { query: 'scan', age: 3 },
    ];
    for (const [url, good] of [
      [rows, 201],
      [asYouType, 200],
    ] as const) {
      const { status, json } = await service.call('POST', url, sent);
      expect(status).toBe(200);
      expect(json.answers.map((answer: Answer) => answer.status)).toEqual([
        good,
        422,
        422,
        422,
        422,
        422,
        good,
      ]);
      expect(json.answers[1]).toEqual({
        status: 422,
        code: 'row_invalid',
        detail: 'The row does not fit the inputs of searches: see errors.',
        errors: [
          { field: 'query', message: expect.stringContaining('is missing') },
          { field: 'quer', message: expect.stringContaining('is not an input') },
        ],
      });
    }
    expect(await counted()).toBe(before + 2);
  });

  test('of which no row fits is 422, and says why of each', async () => {
    for (const url of [rows, asYouType]) {
      const { status, json, headers } = await service.call('POST', url, [{ query: 5 }, {}]);
      expect([status, json.code]).toEqual([422, 'rows_invalid']);
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(json).toMatchObject({ type: expect.any(String), title: expect.any(String), status: 422 });
      expect(json.answers.map(({ code, errors }: Answer) => [code, errors[0].field])).toEqual([
        ['row_invalid', 'query'],
        ['row_invalid', 'query'],
      ]);
    }
  });

  test('of one row is answered as many are', async () => {
    const { status, json } = await service.call('POST', rows, ' \n[{"query":"labora"}]');
    expect([status, json.answers.length]).toEqual([200, 1]);
  });

  test('holds a thousand rows at most', async () => {
    const before = await counted();
    const thousand = await service.call('POST', rows, manyQueries(1_000));
    expect(thousand.status).toBe(200);
    expect(new Set(thousand.json.answers.map(({ id }: Answer) => id)).size).toBe(1_000);
    expect(
      thousand.json.answers.every((answer: Answer) => answer.status === 201 && answer.recorded === true),
    ).toBe(true);
    for (const place of [0, 199, 200, 999]) {
      expect(await inputsOf(thousand.json.answers[place].id)).toBe(`scan ${place}`);
    }
    for (const url of [rows, asYouType]) {
      const { status, json } = await service.call('POST', url, manyQueries(1_001));
      expect([status, json.code]).toEqual([413, 'too_many_rows']);
      expect(json.detail).toContain('1,000 rows');
    }
    expect(await counted()).toBe(before + 1_000);
  });

  test('lies in the order in which it was sent', async () => {
    const { json } = await service.call('POST', rows, manyQueries(20, 'mri'));
    const ids = json.answers.map(({ id }: Answer) => id);
    expect([...ids].sort()).toEqual(ids);
  });

  test.each([
    ['[]', 422, 'rows_empty'],
    ['[{"query":"labora"}', 400, 'body_not_json'],
    ['[{"query":"labora"},]', 400, 'body_not_json'],
    ['[{"query":"labora"}] x', 400, 'body_not_json'],
    ['[{"query":"labora"},{"query":}]', 400, 'body_not_json'],
  ])('%s is %d %s, and nothing of it is stored', async (body, status, code) => {
    const before = await counted();
    for (const url of [rows, asYouType]) {
      const answer = await service.call('POST', url, body);
      expect([answer.status, answer.json.code]).toEqual([status, code]);
    }
    expect(await counted()).toBe(before);
  });

  test('that cannot be read says which row', async () => {
    const { json } = await service.call('POST', rows, '[{"query":"labora"},{"query":nothing}]');
    expect(json.detail).toContain('in row 2');
  });

  test('may have 5 MiB, where a single row has 256 KiB', async () => {
    const row = JSON.stringify({ query: 'x'.repeat(5_200) });
    const large = `[${Array(1_000).fill(row).join(',')}`;
    const body = (size: number) => `${large}${' '.repeat(size - large.length - 1)}]`;
    expect((await service.call('POST', rows, body(5_242_880))).json.code).toBe('rows_invalid');
    expect((await service.call('POST', rows, body(5_242_881))).json.code).toBe('body_too_large');
    const single = await service.call('POST', rows, { query: 'x'.repeat(262_144) });
    expect([single.status, single.json.code]).toEqual([413, 'body_too_large']);
    expect(single.json.detail).toMatch(/many rows/i);
    const within = await service.call('POST', rows, [{ query: 'x'.repeat(262_144) }, { query: 'labora' }]);
    expect(within.json.answers.map((answer: Answer) => [answer.status, answer.code])).toEqual([
      [422, 'row_invalid'],
      [201, undefined],
    ]);
  });

  test('whose answer could not be sent is refused before anything is stored', async () => {
    const definition = { ...searches, name: 'wordy', suggestions: 20 };
    await service.call('PUT', '/predictors/wordy', definition);
    const examples = Array.from({ length: 40 }, (_, n) => ({
      query: `word ${n % 20}`,
      service: `${n % 20} ${'"'.repeat(200)}`,
    }));
    await service.call('POST', '/predictors/wordy/examples', examples);
    await service.train('wordy');
    for (const path of ['predictions', 'suggestions']) {
      const { status, json } = await service.call('POST', `/predictors/wordy/${path}`, manyQueries(100));
      expect([status, json.code]).toEqual([422, 'answer_too_large']);
      expect((await service.call('POST', `/predictors/wordy/${path}`, manyQueries(5))).status).toBe(200);
    }
    expect(await counted('wordy')).toBe(5);
  });
});

describe('lines of JSON', () => {
  test('are rows too, and a line that is none stops no other', async () => {
    const before = await counted();
    const body = '{"query":"labora"}\r\n\n{"query":\n{"query":"scan"}';
    const { status, json } = await service.call('POST', rows, body, ndjson);
    expect(status).toBe(200);
    expect(json.answers.map((answer: Answer) => [answer.status, answer.code])).toEqual([
      [201, undefined],
      [422, 'row_invalid'],
      [201, undefined],
    ]);
    expect(json.answers[1].errors[0].message).toContain('is not JSON');
    expect(await counted()).toBe(before + 2);
  });

  test('are counted as an array is', async () => {
    const lines = (count: number) =>
      manyQueries(count)
        .map((row) => JSON.stringify(row))
        .join('\n');
    expect((await service.call('POST', asYouType, lines(1_000), ndjson)).json.answers).toHaveLength(1_000);
    expect((await service.call('POST', asYouType, lines(1_001), ndjson)).json.code).toBe('too_many_rows');
    expect((await service.call('POST', asYouType, '\n\n', ndjson)).json.code).toBe('rows_empty');
  });
});

describe('rows of a CSV file', () => {
  const csv = { 'content-type': 'text/csv; charset=utf-8' };
  const fates = ({ json }: Answer) =>
    json.answers.map((answer: Answer) => answer.code ?? answer.suggestions[0].label);

  test('are answered in their order; what is no input is ignored and named once, the target too', async () => {
    const before = await counted();
    const body = '\ufeffnote,query,service\r\nx,labora,Imaging\r\ny,"x-ray 1, left",\r\n';
    const { status, json } = await service.call('POST', rows, body, csv);
    expect([status, Object.keys(json), json.ignored]).toEqual([
      200,
      ['answers', 'ignored'],
      ['note', 'service'],
    ]);
    expect(json.answers.map((answer: Answer) => answer.status)).toEqual([201, 201]);
    expect(await inputsOf(json.answers[1].id)).toBe('x-ray 1, left');
    expect(await counted()).toBe(before + 2);
    const typed = await service.call('POST', asYouType, body, csv);
    expect([fates(typed), typed.json.ignored]).toEqual([
      ['Laboratory', 'Imaging'],
      ['note', 'service'],
    ]);
    const plain = await service.call('POST', asYouType, 'query\nscan', csv);
    expect(Object.keys(plain.json)).toEqual(['answers']);
  });

  test('give each row its own fate, and the cells are those of an import', async () => {
    const body = 'query,age\nlabora,1e1\nscan,old\n,3\nscan,3,4\nx-ray, 7 \n';
    const answer = await service.call('POST', asYouType, body, csv);
    expect(fates(answer)).toEqual(['Laboratory', 'row_invalid', 'row_invalid', 'row_invalid', 'Imaging']);
    expect(answer.json.answers.map(({ errors }: Answer) => errors?.[0].field)).toEqual([
      undefined,
      'age',
      'query',
      '',
      undefined,
    ]);
    expect(answer.json.answers[3].errors[0].message).toContain('has 3 cells where the header has 2');
  });

  test('keep their places, also where a line has no value; below the last row such lines are none', async () => {
    const answer = await service.call('POST', asYouType, 'query,age\nlabora,\n,\nscan,\n,\n,\n', csv);
    expect(fates(answer)).toEqual(['Laboratory', 'row_invalid', 'Imaging']);
  });

  test('without a column that is needed are refused as a whole; an optional one may be left out', async () => {
    const before = await counted();
    const { status, json } = await service.call('POST', rows, 'quer,age\nlabora,3\nscan,4\n', csv);
    expect([status, json.code, json.answers]).toEqual([422, 'csv_column_missing', undefined]);
    expect(json.errors).toEqual([
      { field: 'query', message: expect.stringContaining('did you mean "quer"') },
    ]);
    expect(await counted()).toBe(before);
  });

  test('of which no column is an input are refused, though all inputs are optional', async () => {
    const inputs = { query: { type: 'text', optional: true }, age: { type: 'number', optional: true } };
    const definition = { ...searches, name: 'optional', inputs };
    await trainedSearches(service, definition);
    const url = '/predictors/optional/suggestions';
    expect((await service.call('POST', url, 'age\n3\n\n4\n', csv)).json.answers).toHaveLength(2);
    for (const body of ['a,b\n1,2\n', 'query;age\nlabora;3\n']) {
      const { status, json } = await service.call('POST', url, body, csv);
      expect([status, json.code]).toEqual([422, 'csv_column_missing']);
    }
  });

  test.each([
    ['', 'import_empty'],
    ['query\n', 'rows_empty'],
    ['query,query\na,b\n', 'csv_column_doubled'],
    ['query\n"a', 'csv_quote_unclosed'],
    ['[{"query":"a"}]', 'import_other_format'],
    [Buffer.from('query\nna\xefve\n', 'latin1'), 'import_not_utf8'],
  ])('%j is refused as a whole: %s', async (body, code) => {
    for (const url of [rows, asYouType]) {
      const answer = await service.call('POST', url, body, csv);
      expect([answer.json.code, answer.json.answers]).toEqual([code, undefined]);
    }
  });

  test('are a thousand at most', async () => {
    const lines = (count: number) =>
      `query\n${manyQueries(count)
        .map(({ query }) => query)
        .join('\n')}\n`;
    expect((await service.call('POST', asYouType, lines(1_000), csv)).json.answers).toHaveLength(1_000);
    expect((await service.call('POST', asYouType, lines(1_001), csv)).json.code).toBe('too_many_rows');
    const blanks = `query,age\na,\n${',\n'.repeat(1_100)}a,\n`;
    expect((await service.call('POST', asYouType, blanks, csv)).json.code).toBe('too_many_rows');
  });

  test('are written as the query, the file or its media type says', async () => {
    const semicolons = await service.call(
      'POST',
      `${asYouType}?separator=%3B&decimal=,`,
      'query;age\nlabora;1,5\n',
      csv,
    );
    expect(fates(semicolons)).toEqual(['Laboratory']);
    expect(fates(await service.call('POST', asYouType, 'sep=;\nquery;age\nlabora;\n', csv))).toEqual([
      'Laboratory',
    ]);
    const tabs = { 'content-type': 'text/tab-separated-values' };
    expect(fates(await service.call('POST', asYouType, 'query\tage\nlabora\t\n', tabs))).toEqual([
      'Laboratory',
    ]);
    expect((await service.call('POST', `${asYouType}?separator=x`, 'query\na\n', csv)).json.code).toBe(
      'query_invalid',
    );
  });

  test('are unpacked where they are gzip, within the same limit', async () => {
    expect(fates(await service.call('POST', asYouType, gzipSync('query\nlabora\n'), csv))).toEqual([
      'Laboratory',
    ]);
    const bomb = gzipSync(`query\n${' '.repeat(5_300_000)}`);
    expect((await service.call('POST', asYouType, bomb, csv)).json.code).toBe('body_too_large');
    expect(fates(await service.call('POST', asYouType, gzipSync('{"query":"labora"}\n'), ndjson))).toEqual([
      'Laboratory',
    ]);
  });

  test('of a key are the rows of the first answer', async () => {
    const headers = { ...csv, ...key('m-csv') };
    const first = await service.call('POST', rows, 'query\nlabora\nscan\n', headers);
    const again = await service.call('POST', rows, 'query\nlabora\nscan\n', headers);
    expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true']);
  });
});

describe('a field that stands twice', () => {
  test('refuses its row alone, in an array and in lines, and is named', async () => {
    const two = ['{"query":"labora","query":"scan"}', '{"query":"scan"}'];
    for (const [body, headers] of [
      [`[${two.join(',')}]`, { 'content-type': 'application/json' }],
      [two.join('\n'), ndjson],
    ] as const) {
      const { status, json } = await service.call('POST', asYouType, body, headers);
      expect([status, json.answers[1].status]).toEqual([200, 200]);
      expect(json.answers[0]).toMatchObject({
        code: 'row_invalid',
        errors: [{ field: 'query', message: 'stands there twice: keep one of the two' }],
      });
    }
  });

  test('refuses a single row, and a label', async () => {
    const json = { 'content-type': 'application/json' };
    const body = '{"query":"labora","query":"scan"}';
    for (const url of [rows, asYouType]) {
      expect(await service.call('POST', url, body, json)).toMatchObject({
        status: 422,
        json: {
          code: 'row_invalid',
          errors: [{ field: 'query', message: expect.stringContaining('twice') }],
        },
      });
    }
    const label = await service.call('PUT', '/predictions/x/label', '{"label":"Lab","label":"Scan"}', json);
    expect(label.json).toMatchObject({ code: 'label_invalid', errors: [{ field: 'label' }] });
  });
});

describe('many rows in a form of other services', () => {
  test.each([
    { instances: [{ query: 'labora' }, { query: 'scan' }] },
    { inputs: ['labora', 'scan'] },
    { dataframe_records: [{ query: 'labora' }] },
    { dataframe_split: { columns: ['query'], data: [['labora'], ['scan']] } },
    { query: ['labora', 'scan'] },
    { query: { 0: 'labora', 1: 'scan' } },
  ])('are refused with what to send: %j', async (body) => {
    for (const url of [rows, asYouType]) {
      const { status, json } = await service.call('POST', url, body);
      expect([status, json.code]).toEqual([422, 'row_invalid']);
      expect(json.detail).toContain(
        'array of such objects with nothing around it: [{"query": …}, {"query": …}]',
      );
    }
  });

  test('say the same of one row only where it holds many', async () => {
    const { json } = await service.call('POST', rows, { query: 5 });
    expect(json.detail).toBe('The row does not fit the inputs of searches: see errors.');
  });

  test('say nothing of many rows where a key of one stands there twice', async () => {
    const { json } = await service.call('POST', rows, '{"query":"labora","query":"scan"}', {
      'content-type': 'application/json',
    });
    expect(json).toMatchObject({
      detail: 'The row does not fit the inputs of searches: see errors.',
      errors: [{ field: 'query', message: 'stands there twice: keep one of the two' }],
    });
  });

  test('lines of JSON or CSV that are called JSON are told their media type', async () => {
    const lines = await service.call('POST', rows, '{"query":"labora"}\n{"query":"scan"}');
    expect([lines.status, lines.json.code]).toEqual([400, 'body_not_json']);
    expect(lines.json.detail).toContain('application/x-ndjson');
    const csv = await service.call('POST', rows, 'query\nlabora\nscan');
    expect(csv.json.detail).toContain('text/csv');
  });

  test('stand in no way of an input that is called so', async () => {
    const definition = {
      ...searches,
      name: 'named',
      inputs: { instances: { type: 'text' }, inputs: { type: 'text', optional: true } },
    };
    await service.call('PUT', '/predictors/named', definition);
    const examples = Array.from({ length: 20 }, (_, n) => ({
      instances: `${n % 2 ? 'blood' : 'scan'} ${n}`,
      service: n % 2 ? 'A' : 'B',
    }));
    await service.call('POST', '/predictors/named/examples', examples);
    await service.train('named');
    expect((await service.call('POST', '/predictors/named/predictions', { instances: 'blood' })).status).toBe(
      201,
    );
    const many = await service.call('POST', '/predictors/named/predictions', [
      { instances: 'blood', inputs: 'x' },
    ]);
    expect(many.json.answers[0].status).toBe(201);
  });
});

describe('many rows for a predictor', () => {
  test('that does not exist are 404 as a whole', async () => {
    const { status, json } = await service.call('POST', '/predictors/nobody/predictions', [{ query: 'a' }]);
    expect([status, json.code, json.answers]).toEqual([404, 'predictor_unknown', undefined]);
  });

  test('without a model are 409 as a whole', async () => {
    for (const path of ['predictions', 'suggestions']) {
      const { status, json } = await service.call('POST', `/predictors/empty/${path}`, [{ query: 'a' }]);
      expect([status, json.code, json.answers]).toEqual([409, 'predictor_not_trained', undefined]);
    }
  });

  test('of a number have a value and an interval each', async () => {
    const definition = {
      name: 'ages',
      inputs: { size: { type: 'number' } },
      target: { name: 'age', type: 'number' },
    };
    await service.call('PUT', '/predictors/ages', definition);
    const examples = Array.from({ length: 60 }, (_, n) => ({ size: n, age: 2 * n + (n % 3) }));
    await service.call('POST', '/predictors/ages/examples', examples);
    await service.train('ages');
    const { json } = await service.call('POST', '/predictors/ages/predictions', [
      { size: 10 },
      { size: '10' },
      { size: 40 },
    ]);
    expect(json.answers.map((answer: Answer) => answer.status)).toEqual([201, 422, 201]);
    expect(Object.keys(json.answers[0])).toEqual([
      'status',
      'id',
      'predictor',
      'model',
      'value',
      'interval',
      'recorded',
    ]);
    expect(json.answers[0].value).toBeLessThan(json.answers[2].value);
    const { label } = (await service.call('PUT', `/predictions/${json.answers[2].id}/label`, { value: 81 }))
      .json;
    expect(label).toBeUndefined();
  });

  test('ask for as many retrainings as there are full hundreds, under any number of calls', async () => {
    const definition = { ...searches, name: 'hundreds' };
    await trainedSearches(service, definition);
    const url = '/predictors/hundreds';
    const asked = async () =>
      (await service.call('GET', `${url}/retrainings`)).json.retrainings.filter(
        ({ trigger }: Answer) => trigger === 'count',
      ).length;
    await service.call('POST', `${url}/predictions`, [...manyQueries(250), { query: 5 }]);
    expect(await asked()).toBe(2);
    const parts = await Promise.all(
      [30, 40, 80].map((n) => service.call('POST', `${url}/predictions`, manyQueries(n))),
    );
    expect(parts.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await asked()).toBe(4);
    const { json } = await service.call('GET', url);
    expect([json.predictions, json.counter.newRows]).toEqual([400, 0]);
  });
});

describe('a thousand rows', () => {
  test('do not hold up a row that comes alone', async () => {
    const order: string[] = [];
    const many = (name: string) =>
      service.call('POST', rows, manyQueries(1_000, name)).then(() => order.push(name));
    const calls = [many('first'), many('second'), many('third')];
    await new Promise((resolve) => setImmediate(resolve));
    for (let n = 0; n < 3; n++) {
      await service.call('POST', asYouType, { query: `labora ${n}` });
      order.push('typed');
      await service.call('POST', rows, { query: `labora ${n}` });
      order.push('one');
    }
    await Promise.all(calls);
    expect(order.slice(0, 4)).toEqual(['typed', 'one', 'typed', 'one']);
    expect(order.slice(-1)).not.toEqual(['one']);
  });
});

describe('a thousand rows that are not stored', () => {
  test('do not hold up a row that comes alone either, however many calls there are', async () => {
    const order: string[] = [];
    const sent = manyQueries(1_000, 'a long search that takes a while to be answered');
    const many = () => service.call('POST', asYouType, sent).then(() => order.push('many'));
    const calls = [many(), many(), many(), many()];
    await new Promise((resolve) => setImmediate(resolve));
    await service.call('POST', asYouType, { query: 'labora' }).then(() => order.push('alone'));
    await Promise.all(calls);
    expect(order).toEqual(['alone', 'many', 'many', 'many', 'many']);
  });
});

describe('a key of many rows', () => {
  test('gives the first answers again, letter for letter, and stores nothing twice', async () => {
    const sent = [{ query: 'labora' }, { query: 5 }, { query: 'scan' }];
    const before = await counted();
    const first = await service.call('POST', rows, sent, key('m-a'));
    const again = await Promise.all(
      Array.from({ length: 5 }, () => service.call('POST', rows, sent, key('m-a'))),
    );
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    for (const answer of again) {
      expect([answer.status, answer.headers['idempotency-replayed']]).toEqual([200, 'true']);
      expect(answer.text).toBe(first.text);
    }
    expect(await counted()).toBe(before + 2);
  });

  test('at a time is one set of rows', async () => {
    const before = await counted();
    const together = await Promise.all(
      Array.from({ length: 8 }, () => service.call('POST', rows, manyQueries(300, 'urine'), key('m-b'))),
    );
    expect(new Set(together.map(({ text }) => text)).size).toBe(1);
    expect(await counted()).toBe(before + 300);
  });

  test('with another body is refused as a whole, and nothing of that is stored', async () => {
    await service.call('POST', rows, [{ query: 'labora' }], key('m-c'));
    const before = await counted();
    for (const body of [
      [{ query: 'labora' }, { query: 'scan' }],
      [{ query: 5 }, { query: 'scan' }],
      [{ query: 5 }],
      { query: 'labora' },
    ]) {
      const { status, json } = await service.call('POST', rows, body, key('m-c'));
      expect([status, json.code, json.answers]).toEqual([422, 'idempotency_key_reused', undefined]);
    }
    await service.call('POST', rows, { query: 'labora' }, key('m-d'));
    expect((await service.call('POST', rows, [{ query: 'labora' }], key('m-d'))).json.code).toBe(
      'idempotency_key_reused',
    );
    expect(await counted()).toBe(before + 1);
  });

  test('of which no row fitted is not used up', async () => {
    expect((await service.call('POST', rows, [{ query: 5 }], key('m-e'))).status).toBe(422);
    expect((await service.call('POST', rows, [{ query: 'labora' }], key('m-e'))).status).toBe(200);
  });

  test('says of rows that were erased since that they were, and gives the others again', async () => {
    const sent = manyQueries(5, 'sample');
    const first = await service.call('POST', rows, sent, key('m-f'));
    const before = await counted();
    for (const place of [1, 3]) await service.call('DELETE', `/predictions/${first.json.answers[place].id}`);
    const again = await service.call('POST', rows, sent, key('m-f'));
    expect(again.json.answers.map((answer: Answer) => [answer.status, answer.code])).toEqual([
      [201, undefined],
      [410, 'prediction_erased'],
      [201, undefined],
      [410, 'prediction_erased'],
      [201, undefined],
    ]);
    expect(again.json.answers[4]).toEqual(first.json.answers[4]);
    expect(await counted()).toBe(before - 2);
  });

  test('gives the first answers also when no row would be answered by now', async () => {
    const definition = { ...searches, name: 'redefined-rows' };
    await trainedSearches(service, definition);
    const url = (path: string) => `/predictors/redefined-rows/${path}`;
    const sent = [{ query: 'labora' }, { query: 5 }, { query: 'scan' }];
    const firsts = new Map<string, string>();
    for (const path of ['predictions', 'suggestions']) {
      firsts.set(path, (await service.call('POST', url(path), sent, key('m-g'))).text);
    }
    const inputs = { ...searches.inputs, place: { type: 'category' } };
    await service.call('PUT', '/predictors/redefined-rows', { ...definition, inputs });
    const kept = (text = '') => JSON.parse(text).answers.filter(({ code }: Answer) => code === undefined);
    for (const [path, first] of firsts) {
      const again = await service.call('POST', url(path), sent, key('m-g'));
      expect([again.status, again.headers['idempotency-replayed']]).toEqual([200, 'true']);
      expect(again.json.answers).toHaveLength(3);
      expect(kept(again.text)).toEqual(kept(first));
      expect((await service.call('POST', url(path), [{ query: 'x' }], key('m-g'))).json.code).toBe(
        'idempotency_key_reused',
      );
      expect((await service.call('POST', url(path), sent, key('m-h'))).json.code).toBe(
        'predictor_not_trained',
      );
    }
  });

  test('for suggestions gives the first answers again, however long they are', async () => {
    const sent = manyQueries(1_000);
    const first = await service.call('POST', asYouType, sent, key('m-i'));
    const again = await service.call('POST', asYouType, sent, key('m-i'));
    expect(first.text.length).toBeGreaterThan(100_000);
    expect([again.text === first.text, again.headers['idempotency-replayed']]).toEqual([true, 'true']);
    expect((await service.call('POST', asYouType, manyQueries(3), key('m-i'))).json.code).toBe(
      'idempotency_key_reused',
    );
    expect((await service.call('POST', asYouType, [{ query: 5 }], key('m-i'))).json.code).toBe(
      'idempotency_key_reused',
    );
  });
});
