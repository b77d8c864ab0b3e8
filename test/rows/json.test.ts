import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ArraySplitter } from '../../services/rows/array-splitter.ts';
import { readJsonArray } from '../../services/rows/json-array.ts';
import { readNdjson } from '../../services/rows/ndjson.ts';
import { endless, failure, readAll, searches } from './reading.ts';

const labora = { query: 'labora', service: 'Lab' };
const read = { inputs: { query: 'labora', age: null }, target: 'Lab' };

describe('an NDJSON file', () => {
  test('loses only its bad lines, each with its reason; blank lines are no rows', async () => {
    const lines = [
      JSON.stringify(labora),
      '',
      '{"query": "labora", "service": ',
      '[1]',
      '{"query":"labora","service":5}',
      '{"query":5,"service":"Lab","extra":1}',
      '{"query":"labora","service":"a\\u0000"}',
      '{"__proto__":{"service":"Lab"},"query":"labora"}',
      JSON.stringify({ ...labora, query: 'x'.repeat(300_000) }),
      `  ${JSON.stringify(labora)}\r`,
    ];
    const { rows } = await readAll(readNdjson, `\ufeff${lines.join('\n')}`, 1000);
    expect(rows).toEqual([
      { line: 1, ...read },
      { line: 3, reason: expect.stringContaining('is not JSON') },
      { line: 4, reason: expect.stringContaining('must be a JSON object') },
      { line: 5, reason: expect.stringContaining('put it in quotes') },
      { line: 6, reason: expect.stringMatching(/query must be text.*the number 5.*extra is not an input/) },
      { line: 7, reason: expect.stringContaining('U+0000') },
      { line: 8, reason: expect.stringMatching(/__proto__ is not an input.*service is missing/) },
      { line: 9, reason: expect.stringContaining('longer than') },
      { line: 10, ...read },
    ]);
  });

  test('is told of what JSON would lose or does not know, line by line', async () => {
    const lines = [
      '{"query":"a","query":"b","service":"Lab"}',
      '{"query":"a","service":"Lab","service":"Scan"}',
      '{"query":"a","age":NaN,"service":"Lab"}',
      '{"query":"a","age":1234567890123456789,"service":"Lab"}',
      '{"query":"a","age":1e150,"service":"Lab"}',
      '{"query":"a","service":"\\u00a0"}',
      '{" query":"labora","service\\u00a0":" Lab\\u200b"}',
    ];
    const { rows } = await readAll(readNdjson, lines.join('\n'));
    expect(rows).toEqual([
      { line: 1, reason: 'query stands there twice: keep one of the two' },
      { line: 2, reason: 'service stands there twice: keep one of the two' },
      { line: 3, reason: expect.stringContaining('is not JSON: it holds NaN') },
      { line: 4, reason: expect.stringContaining('age has more digits than a number keeps') },
      { line: 5, reason: expect.stringContaining('age must be between -1e149 and 1e149') },
      { line: 6, reason: expect.stringContaining('service is blank') },
      { line: 7, ...read },
    ]);
    const array = await failure(readJsonArray, '[{"query":"a","age":None,"service":"Lab"}]');
    expect(array.message).toContain('it holds None: JSON writes null, true and false');
  });

  test('is told what to send where a line is a list of rows, or has them inside', async () => {
    const lines = ['{"instances":[{"query":"a","service":"Lab"}]}', '[{"query":"a","service":"Lab"}]'];
    const { rows } = await readAll(readNdjson, lines.join('\n'), 1000);
    expect(rows.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('an object with the rows inside: send the list of them'),
      expect.stringContaining('a JSON list of rows is application/json'),
    ]);
  });

  test('that is empty is refused', async () => {
    expect((await failure(readNdjson, ' \n\n')).code).toBe('import_empty');
  });
});

describe('a JSON array', () => {
  test('is read element by element, whatever strings and brackets it holds', async () => {
    const tricky = { query: '\\"],[{ "}\\', age: 1.5e1, service: '"' };
    const { rows } = await readAll(
      readJsonArray,
      ` [ ${JSON.stringify(labora)},\n${JSON.stringify(tricky)} ]\n`,
    );
    expect(rows).toEqual([
      { line: 1, ...read },
      { line: 2, inputs: { query: tricky.query, age: 15 }, target: '"' },
    ]);
    expect((await readAll(readJsonArray, '[ ]')).rows).toEqual([]);
  });

  test('loses only the rows that do not fit, named by their place', async () => {
    const { rows } = await readAll(
      readJsonArray,
      '[1,null,{"query":"a"},"x",{"query":"labora","service":"Lab"}]',
    );
    expect(rows.map(({ line, reason }) => [line, reason?.slice(0, 22)])).toEqual([
      [1, 'must be a JSON object '],
      [2, 'must be a JSON object '],
      [3, 'service is missing, an'],
      [4, 'must be a JSON object '],
      [5, undefined],
    ]);
  });

  test.each([
    ['body_not_json', '[{"query":"a"'],
    ['body_not_json', '[1,]'],
    ['body_not_json', '[,1]'],
    ['body_not_json', '[1 2]'],
    ['body_not_json', '[1}'],
    ['body_not_json', '[]x'],
    ['body_not_json', '[{"a":1]'],
    ['body_not_json', 'query,service\n'],
    ['body_not_json', 'tru'],
    ['body_not_json', '{"query":"a"'],
    ['body_not_json', '{"query":"a"}\n{"query":"b"}'],
    ['import_not_array', '{"query":"a"}'],
    ['import_not_array', ' "labora" '],
    ['import_not_array', 'null'],
    ['import_not_array', `{"query":"${'a'.repeat(300_000)}`],
    ['import_empty', ''],
  ])('is refused as a whole with %s: %s', async (code, file) => {
    expect((await failure(readJsonArray, file)).code).toBe(code);
  });

  test.each([
    [
      '\n[{"query":"a"},\n{"query":Infinity}]',
      'it holds Infinity, which JSON does not know: send null where a value is missing (line 3)',
    ],
    ['[{"query":"a"},]', 'it has a comma before ]'],
    ['[{"query":"a",}]', 'it has a comma before }'],
    ['{"query":"a"}\n{"query":"b"}', 'one object a line is application/x-ndjson'],
    ["{'query': 'a'}", 'single quotes'],
    ['query,service\n', 'CSV is sent as text/csv'],
  ])('is refused in words where it is no JSON: %s', async (file, says) => {
    expect(await failure(readJsonArray, file)).toMatchObject({
      code: 'body_not_json',
      message: expect.stringContaining(says),
    });
  });

  test.each([
    ['{"query":{"0":"a","1":"b"},"service":{"0":"Lab"}}', 'column by column: df.to_json(orient="records")'],
    ['{"0":{"query":"a"},"1":{"query":"b"}}', 'under their index: df.to_json(orient="records")'],
    ['{"columns":["query"],"index":[0],"data":[["a"]]}', 'split into columns, index and data'],
    ['{"schema":{"fields":[]},"data":[]}', 'with its schema'],
    ['{"instances":[{"query":"a"}]}', 'send the list of them with nothing around it'],
    ['{"dataframe_records": [ {"query":"a"}]}', 'send the list of them with nothing around it'],
    ['{"dataframe_split":{"columns":["query"]}}', 'split into columns and data'],
    ['{"examples":[{"id":"1"}],"next":null}', 'hundredfold export'],
    [`{"rows":[${'{"query":"labora"},'.repeat(20_000)}{}]}`, 'send the list of them with nothing around it'],
  ])('is refused with what to send where it is none: %.60s', async (file, says) => {
    expect(await failure(readJsonArray, file, 1000)).toMatchObject({
      code: 'import_not_array',
      message: expect.stringContaining(says),
    });
  });

  test('of lists loses each, and it is said how to write objects', async () => {
    const { rows } = await readAll(readJsonArray, '[["a","Lab"]]');
    expect(rows).toEqual([{ line: 1, reason: expect.stringContaining('orient="records"') }]);
  });

  test('is split as JSON.parse would, however it is written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 1, max: 9 }),
        (values, space, size) => {
          const text = JSON.stringify(values, null, space);
          const splitter = new ArraySplitter();
          const elements: unknown[] = [];
          for (let at = 0; at < text.length; at += size) {
            for (const element of splitter.feed(text.slice(at, at + size)))
              elements.push(JSON.parse(element.text ?? ''));
          }
          splitter.end();
          expect(elements).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  test('of a hundred megabytes is never held in memory', async () => {
    const before = process.memoryUsage().rss;
    const source = endless(`[${JSON.stringify(labora)}`, `,"${'x'.repeat(1e6)}"`, 100);
    let reasons = 0;
    const reading = (async () => {
      for await (const { reason } of readJsonArray(source, searches))
        if (reason?.includes('longer')) reasons++;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'body_not_json' });
    expect(reasons).toBe(99);
    expect(process.memoryUsage().rss - before).toBeLessThan(90e6);
  });
});
