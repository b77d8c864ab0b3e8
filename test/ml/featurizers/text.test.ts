import { describe, expect, test } from '@jest/globals';
import { restoreText } from '../../../services/ml/featurizers/text/restore.ts';
import { textFeaturizer } from '../../../services/ml/featurizers/text/text.ts';
import { columnsOf, prose, query } from './columns.ts';

const texts = ['heart specialist', 'eye doctor', 'heart', 'tooth ache', 'eye'];

describe('text', () => {
  test('reads alike whatever its case, compatible forms and white space', () => {
    const fitted = textFeaturizer(query).fit(texts);
    const plain = columnsOf(fitted, 'eye doctor');
    for (const same of ['EYE  Doctor', ' eye\n\tdoctor ', 'ｅｙｅ doctor', 'eye\u00a0doctor']) {
      expect(columnsOf(fitted, same)).toEqual(plain);
    }
    expect(columnsOf(fitted, 'eye docto')).not.toEqual(plain);
  });

  test('each block of a text has length one', () => {
    const fitted = textFeaturizer(query).fit(texts);
    const squares = columnsOf(fitted, 'heart').reduce((sum, [, value]) => sum + value * value, 0);
    expect(squares).toBeCloseTo(4, 12);
  });

  test('a word at the start of the text is not the same word later on', () => {
    const fitted = textFeaturizer(query).fit(['ab cd', 'cd ab']);
    expect(columnsOf(fitted, 'ab cd')).not.toEqual(columnsOf(fitted, 'cd ab'));
  });

  test('n-grams do not cross words, pairs of words do', () => {
    const apart = textFeaturizer({ ...prose, pairs: false }).fit(['ab cd']);
    const grams = [' a', ' ab', ' ab ', 'ab', 'ab ', 'b ', ' c', ' cd', ' cd ', 'cd', 'cd ', 'd '];
    expect(apart.width).toBe(grams.length + ['ab', 'cd'].length + 1);
    expect(textFeaturizer(prose).fit(['ab cd']).width).toBe(apart.width + 1);
  });

  test('what most rows hold is kept where not all fits', () => {
    const fitted = textFeaturizer({ ...query, columns: 20 }).fit(['aaa', 'aaa', 'bbb', 'aaa', 'ccc', 'ddd']);
    expect(fitted.width).toBe(21);
    expect(columnsOf(fitted, 'aaa').length).toBeGreaterThan(0);
    expect(columnsOf(fitted, 'ddd')).toEqual([]);
  });

  test('with thousands of rows, what only one of them holds is dropped', () => {
    const many = Array.from({ length: 2000 }, (_, r) => (r === 77 ? 'qqq' : `a${r % 10}`));
    const fitted = textFeaturizer(query).fit(many);
    expect(columnsOf(fitted, 'qqq')).toEqual([]);
    expect(columnsOf(fitted, 'a3').length).toBeGreaterThan(0);
  });

  test('texts of a hundred thousand characters are encoded', () => {
    const fitted = textFeaturizer(query).fit(texts);
    const long = 'heart specialist '.repeat(6_000);
    expect(columnsOf(fitted, long).every(([, value]) => Number.isFinite(value))).toBe(true);
    expect(columnsOf(fitted, 'x'.repeat(100_000))).toEqual([]);
  });

  test('an empty text is not a missing one', () => {
    const fitted = textFeaturizer(query).fit(texts);
    expect(columnsOf(fitted, '')).toEqual([]);
    expect(columnsOf(fitted, null)).toEqual([[fitted.width - 1, 1]]);
  });
});

describe('a saved text featurizer that was tampered with is refused:', () => {
  const saved = textFeaturizer(query).fit(texts).save();
  const { parent, column, unit } = saved.tensors;
  if (saved.facts.kind !== 'text') throw new Error('a text was fitted');
  const { facts } = saved;

  const spoiled = (name: string, change: (data: Int32Array | Uint16Array) => void) => {
    const tensors = structuredClone(saved.tensors);
    const tensor = tensors[name];
    if (tensor?.dtype === 'I32' || tensor?.dtype === 'U16') change(tensor.data);
    return { facts, tensors };
  };

  test.each([
    ['a parent that comes later', spoiled('parent', (data) => data.fill(data.length + 5, 0, 1))],
    ['a parent below zero', spoiled('parent', (data) => data.fill(-1, 0, 1))],
    ['the same node twice', spoiled('unit', (data) => data.fill(0x61))],
    ['a column out of range', spoiled('column', (data) => data.fill(1 << 30, 0, 1))],
    ['a column twice', spoiled('column', (data) => data.fill(0))],
    [
      'arrays of unequal length',
      { facts, tensors: { ...saved.tensors, unit: { dtype: 'U16', shape: [0], data: new Uint16Array() } } },
    ],
    ['an array that is missing', { facts, tensors: { parent, column, unit } }],
    [
      'blocks that descend',
      { facts: { ...facts, blocks: facts.blocks.toReversed() }, tensors: saved.tensors },
    ],
  ] as [string, Parameters<typeof restoreText>[0]][])('%s', (_, document) => {
    expect(() => restoreText(document)).toThrow(expect.objectContaining({ code: 'bad_facts' }));
  });
});
