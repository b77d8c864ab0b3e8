import { describe, expect, test } from '@jest/globals';
import { parseDefinition } from '../../../services/ml/predictor/parse-definition.ts';
import { parseRow } from '../../../services/ml/predictor/row-json.ts';
import { compileRow } from '../../../services/ml/predictor/row-reader.ts';
import { compileTarget } from '../../../services/ml/predictor/target-reader.ts';

const reader = compileRow(
  parseDefinition({
    name: 'p',
    inputs: {
      id: { type: 'category', optional: true },
      n: { type: 'number', optional: true, missing: [0] },
      'a b': { type: 'text', optional: true },
    },
    target: { name: 'y', type: 'label' },
  }),
);

function errorsOf(text: string): Record<string, string> {
  const { errors = [] } = reader.read(parseRow(text));
  return Object.fromEntries(errors.map(({ field, message }) => [field, message]));
}

describe('the JSON of a row', () => {
  test('that a reader of JSON takes whole is taken as that reads it', () => {
    for (const text of [
      '{"id":"a:b","n":1}',
      '{}',
      '[1]',
      'null',
      '"x"',
      '{"n":1e400}',
      '{"a b":{"c":[{"d":1}]}}',
    ]) {
      expect(parseRow(text)).toEqual(JSON.parse(text));
    }
  });

  test('of which a digit would be lost is refused with what to send', () => {
    const message = 'has more digits than a number keeps: put it in quotes where it is a category';
    expect(errorsOf('{"id":1234567890123456789}').id).toContain(message);
    expect(errorsOf('{"n":9007199254740993}').n).toMatch(/; 9007199254740993 was sent$/);
    expect(errorsOf('{"n":-12345678901234567890}').n).toContain(message);
    // Kept as they are written: quotes, zeros, an exponent, places behind the point.
    for (const n of ['123456789012345680000', '9007199254740992', '1e20', '0.12345678901234567890']) {
      expect(reader.read(parseRow(`{"id":"1234567890123456789","n":${n}}`)).row).toMatchObject({
        id: '1234567890123456789',
        n: Number(n),
      });
    }
  });

  test('in which a key stands twice is refused by the name of the key, however it is written', () => {
    expect(errorsOf('{"id":"a","id":"b"}')).toEqual({ id: 'stands there twice: keep one of the two' });
    expect(errorsOf('{"id":"x:y", "a b" : "1", "a\\u0020b":"2"}')).toEqual({
      'a b': 'stands there twice: keep one of the two',
    });
    const { readBody } = compileTarget({ target: { name: 'label', type: 'label' } });
    expect(readBody(parseRow('{"label":"A","label":"B"}')).errors).toEqual([
      { field: 'label', message: 'stands there twice: keep one of the two' },
    ]);
  });

  test.each([
    ['{"n":NaN}', 'it holds NaN, which JSON does not know: send null where a value is missing'],
    ['{"n":-Infinity}', 'it holds -Infinity, which JSON does not know'],
    ['{"id":"NaN","n":None}', 'it holds None: JSON writes null, true and false'],
    ['{"n":True}', 'it holds True: JSON'],
    ['{"n":undefined}', 'it holds undefined: JSON'],
    ["{'n':1}", 'it holds a text in single quotes: JSON has double ones'],
    ['{"id":007}', 'it holds 007: put it in quotes'],
    ['{"id":"NaN, \'x\'",}', 'it has a comma before }, where JSON has none: leave it out'],
    ['{"a b":["\\"None", ]}', 'it has a comma before ]'],
    ['{"id":“a”}', 'it holds a text in typographic quotes'],
    ['{"id":"a" // as typed\n}', 'it holds a comment'],
  ])('%s is not JSON, which is said in words', (text, words) => {
    expect(() => parseRow(text)).toThrow(words);
    expect(() => parseRow(text)).toThrow(SyntaxError);
  });

  test('that is as long, deep and wrong as a body may be is looked through once', () => {
    const deep = 30_000;
    const doubled = `${'{"a":'.repeat(deep)}{${'"b":1,'.repeat(10_000)}"b":1}${'}'.repeat(deep)}`;
    const open = `{"id":"${'\\"'.repeat(120_000)}`;
    const { user } = process.cpuUsage();
    expect(parseRow(`{"id":1,"id":2,"n":${doubled}}`)).toMatchObject({ id: expect.any(Object) });
    expect(() => parseRow(open)).toThrow(/JSON/);
    expect(process.cpuUsage().user - user).toBeLessThan(3_000_000); // in microseconds; over and over it takes minutes
  });

  test('that is broken in another way is told of as JSON is', () => {
    for (const text of ['{"id":"NaN"', '{"id":"it\'s 007" 1}', '']) {
      expect(() => parseRow(text)).toThrow(/JSON/);
      expect(() => parseRow(text)).not.toThrow(/it holds/);
    }
  });
});
