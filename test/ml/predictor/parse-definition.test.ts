import { describe, expect, test } from '@jest/globals';
import { DefinitionError } from '../../../services/ml/predictor/definition.error.ts';
import {
  definitionWarnings,
  parseDefinition,
  readDefinition,
} from '../../../services/ml/predictor/parse-definition.ts';

const search = {
  name: 'group-services',
  inputs: { query: { type: 'text', maxLength: 255 } },
  target: { name: 'completion', type: 'label' },
};

function errorsOf(read: () => unknown): Record<string, string> {
  try {
    read();
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    return Object.fromEntries(error.errors.map(({ field, message }) => [field, message]));
  }
  return {};
}

describe('a definition', () => {
  test('needs only name, inputs and target; the rest has its defaults', () => {
    expect(parseDefinition(search, 'group-services')).toEqual({
      name: 'group-services',
      inputs: { query: { type: 'text', maxLength: 255, optional: false } },
      target: { name: 'completion', type: 'label' },
      suggestions: 3,
      retraining: { every: 100, of: 'predictions' },
      learnFrom: ['imported', 'accepted', 'corrected'],
      promotion: 'automatic',
      margin: 0.01,
    });
  });

  test('may name its columns as a team does: blanks, hyphens, SQL words, toString, line breaks', () => {
    const names = ['toString', 'select', 'valueOf', 'e-mail address', 'naïve', 'a\nb', 'x.y', '12'];
    const inputs = Object.fromEntries(names.map((name) => [name, { type: 'text' }]));
    expect(Object.keys(parseDefinition({ ...search, inputs }).inputs).sort()).toEqual([...names].sort());
  });

  test.each(['__proto__', 'constructor', 'prototype'])('may not call an input or its target %s', (name) => {
    const inputs = JSON.parse(`{${JSON.stringify(name)}: {"type": "text"}}`);
    const target = { name, type: 'label' };
    expect(errorsOf(() => parseDefinition({ ...search, inputs }))).toEqual({
      [`inputs.${name}`]: expect.stringContaining('reserved'),
    });
    expect(errorsOf(() => parseDefinition({ ...search, target }))).toEqual({
      'target.name': expect.stringContaining('reserved'),
    });
  });

  test('is told of all its faults at once, each by its key and with what to do', () => {
    const faulty = {
      name: 'Group Services',
      inputs: {
        'a b': { type: 'text', maxLength: 0, colour: 'red' },
        photo: { type: 'image' },
        blob: { type: 'blob' },
        untyped: {},
        five: 5,
        age: { type: 'number', maxLength: 3 },
        'nul\0': { type: 'text' },
        'half\ud800': { type: 'text' },
        ['x'.repeat(256)]: { type: 'text' },
        completion: { type: 'text' },
      },
      target: { name: 'completion', type: 'number', coverage: 1 },
      suggestions: '3',
      retraining: { every: 0, of: 'rows', minInterval: 1.5, maxPerDay: 0 },
      learnFrom: ['imported', 'guesses'],
      promotion: 'never',
      margin: -1,
      surplus: true,
    };
    const errors = errorsOf(() => parseDefinition(faulty));
    expect(errors).toMatchObject({
      name: expect.stringContaining('lower-case'),
      'inputs["a b"].maxLength': 'must be 1 or more; the number 0 was sent',
      'inputs["a b"].colour': expect.stringContaining('remove it, or use "type", "maxLength", "column"'),
      'inputs.photo.type': 'image inputs are not supported yet: leave this input out',
      'inputs.blob.type':
        'must be "text", "category", "number", "boolean" or "date"; the text "blob" was sent',
      'inputs.untyped.type': 'is missing: add it',
      'inputs.five': 'must be an object; the number 5 was sent',
      'inputs.age.maxLength': expect.stringContaining('remove it'),
      'inputs["nul\\u0000"]': expect.stringContaining('U+0000'),
      'inputs["half\\ud800"]': expect.stringContaining('surrogate'),
      [`inputs.${'x'.repeat(256)}`]: expect.stringContaining('255'),
      'target.name': 'is an input too: take "completion" out of the inputs',
      'target.coverage': 'must be 0.99 or less; the number 1 was sent',
      suggestions: 'must be a whole number; the text "3" was sent',
      'retraining.every': 'must be 1 or more; the number 0 was sent',
      'retraining.of': 'must be "predictions" or "labels"; the text "rows" was sent',
      'retraining.minInterval': 'must be a whole number; the number 1.5 was sent',
      'retraining.maxPerDay': 'must be 1 or more; the number 0 was sent',
      'learnFrom[1]': expect.stringContaining('"guesses" was sent'),
      promotion: expect.stringContaining('"automatic" or "manual"'),
      margin: expect.stringContaining('0 or more'),
      surplus: expect.stringContaining('not a key'),
    });
    expect(Object.keys(errors)).toHaveLength(22);
  });

  test('says of an input and the target where their values come from, and the rest stays as it was', () => {
    const parsed = parseDefinition({
      ...search,
      inputs: {
        age: { type: 'number', column: 'How old are you?', was: 'years', missing: [-200, 'N/A'] },
        paid: { type: 'date', format: 'dd/MM/yyyy', missing: ['9999-12-31'], optional: false },
      },
      target: { name: 'completion', type: 'label', column: 'team', was: 'group', missing: ['-'] },
    });
    expect(parsed.inputs).toEqual({
      age: {
        type: 'number',
        optional: true,
        column: 'How old are you?',
        was: 'years',
        missing: [-200, 'N/A'],
      },
      paid: { type: 'date', optional: false, format: 'dd/MM/yyyy', missing: ['9999-12-31'] },
    });
    expect(parsed.target).toEqual({
      name: 'completion',
      type: 'label',
      column: 'team',
      was: 'group',
      missing: ['-'],
    });
  });

  test('reads each column once, and takes no old name that is still in use', () => {
    const inputs = {
      a: { type: 'text', column: 'completion' },
      b: { type: 'text', was: 'b' },
      c: { type: 'text', was: 'a' },
      d: { type: 'text', column: 'x', was: 'old' },
      e: { type: 'number', column: 'x', was: 'old', missing: [] },
      f: { type: 'number', missing: [null, 1, 1, 'x'.repeat(256)], format: 'dd' },
      g: { type: 'number', missing: Array.from({ length: 101 }, (_, n) => n) },
      h: { type: 'date', format: '' },
      i: { type: 'date', format: 'dd'.repeat(40) },
    };
    expect(errorsOf(() => parseDefinition({ ...search, inputs }))).toMatchObject({
      'inputs.e.missing': 'must hold at least one entry, or be left out',
      'inputs.f.missing': expect.stringContaining('twice'),
      'inputs.f.missing[0]': 'must be a text in quotes, a number, true or false; null was sent',
      'inputs.f.missing[3]': 'is too long: shorten it to 255 characters',
      'inputs.f.format': expect.stringContaining('remove it'),
      'inputs.g.missing': 'must hold 100 entries at most; 101 were sent',
      'inputs.h.format':
        'must not be empty: say how its dates are written, such as dd/MM/yyyy, or leave it out',
      'inputs.i.format': 'is too long: shorten it to 64 characters',
    });
    const { f, g: _g, h: _h, i: _i, ...others } = inputs;
    const e = { type: 'number', column: 'x', was: 'old' };
    expect(errorsOf(() => parseDefinition({ ...search, inputs: { ...others, e } }))).toEqual({
      'inputs.a.column': 'names the column that "completion" is read from: name another',
      'inputs.b.was': 'is the name it has now: leave it out',
      'inputs.c.was': expect.stringContaining('still stands'),
      'inputs.e.column': 'names the column that "d" is read from: name another',
      'inputs.e.was': 'is what "d" was too: keep one of the two',
    });
    expect(f.format).toBe('dd');
  });

  test('says which keys are missing', () => {
    expect(errorsOf(() => parseDefinition({}))).toEqual({
      name: 'is missing: add it',
      inputs: 'is missing: add it',
      target: 'is missing: add it',
    });
    expect(errorsOf(() => parseDefinition({ ...search, inputs: {} }))).toEqual({
      inputs: 'must name at least one column',
    });
  });

  test('must carry the name that stands in the URL', () => {
    expect(errorsOf(() => parseDefinition(search, 'other'))).toEqual({
      name: 'must be "other" as in the URL; the text "group-services" was sent',
    });
  });

  test.each([[null], [[]], ['text'], [5]])('that is %j gets one error', (document) => {
    expect(Object.keys(errorsOf(() => parseDefinition(document)))).toEqual(['']);
  });

  test('with two inputs of one name is refused, though JSON.parse sees only one', () => {
    const text = JSON.stringify(search).replace('{"query"', '{"qu\\u0065ry":{"type":"number"},"query"');
    expect(parseDefinition(JSON.parse(text)).inputs).toHaveProperty('query');
    expect(errorsOf(() => readDefinition(text))).toEqual({
      'inputs.query': expect.stringContaining('twice'),
    });
  });

  test('as it comes in a file has its names in their clean spelling; two that are then one are refused', () => {
    const inputs = {
      ' Gro\u0308ße\u00a0': { type: 'number', column: ' Size ', was: 'old\u200b' },
    };
    const target = { name: 'completion ', type: 'label' };
    const read = readDefinition(JSON.stringify({ ...search, inputs, target }));
    expect(read.inputs).toEqual({
      Größe: { type: 'number', optional: false, column: 'Size', was: 'old' },
    });
    expect(read.target.name).toBe('completion');
    const twice = { query: { type: 'text' }, 'query ': { type: 'text' }, ' completion': { type: 'text' } };
    expect(errorsOf(() => readDefinition(JSON.stringify({ ...search, inputs: twice })))).toEqual({
      'inputs["query "]': expect.stringContaining('the same name as "query"'),
      'target.name': expect.stringContaining('is an input too'),
    });
    // One that was stored before keeps its names, which its rows have.
    expect(
      Object.keys(parseDefinition({ ...search, inputs: { 'query ': { type: 'text' } } }).inputs),
    ).toEqual(['query ']);
  });

  test('that learns from its own guesses is allowed with a warning', () => {
    expect(definitionWarnings(parseDefinition(search))).toEqual([]);
    const [warning, ...rest] = definitionWarnings(
      parseDefinition({ ...search, learnFrom: ['imported', 'predicted'] }),
    );
    expect(warning?.detail).toContain('own guesses');
    expect(rest).toEqual([]);
  });

  test('may pace its trainings; a limit that another one makes idle is warned of', () => {
    const paced = (retraining: object) => parseDefinition({ ...search, retraining });
    expect(paced({ minInterval: 600, maxPerDay: 4 }).retraining).toEqual({
      every: 100,
      of: 'predictions',
      minInterval: 600,
      maxPerDay: 4,
    });
    expect(definitionWarnings(paced({ minInterval: 600, maxPerDay: 144 }))).toEqual([]);
    expect(definitionWarnings(paced({ minInterval: 600, maxPerDay: 145 }))).toEqual([
      {
        code: 'pacing_without_effect',
        detail: expect.stringContaining('maxPerDay holds nothing back'),
        columns: [],
        rows: 0,
      },
    ]);
  });
});
