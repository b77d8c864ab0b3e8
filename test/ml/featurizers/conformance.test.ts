import { describe, expect, test } from '@jest/globals';
import { booleanFeaturizer } from '../../../services/ml/featurizers/boolean.ts';
import { categoryFeaturizer } from '../../../services/ml/featurizers/category.ts';
import { dateFeaturizer } from '../../../services/ml/featurizers/date.ts';
import type { Featurizer } from '../../../services/ml/featurizers/featurizer.ts';
import { numberFeaturizer } from '../../../services/ml/featurizers/number.ts';
import { restoreFeaturizer } from '../../../services/ml/featurizers/restore.ts';
import { textFeaturizer } from '../../../services/ml/featurizers/text/text.ts';
import type { InputValue } from '../../../services/ml/predictor/definition.ts';
import { columnsOf, prose, query } from './columns.ts';

interface Case {
  readonly name: string;
  readonly featurizer: Featurizer;
  readonly values: readonly InputValue[];
  readonly unseen: InputValue;
  readonly wrong: readonly InputValue[];
}

const cases: Case[] = [
  {
    name: 'text as a query',
    featurizer: textFeaturizer(query),
    values: ['blood test', 'Blood  TEST', null, 'x-ray', 'toString', '', 'ﬁnger', '頭痛', '🦷 pain'],
    unseen: 'never heard of',
    wrong: [1, true],
  },
  {
    name: 'text as prose',
    featurizer: textFeaturizer(prose),
    values: ['a b c', 'one two, three!', null, 'two three'],
    unseen: 'four',
    wrong: [1],
  },
  {
    name: 'category',
    featurizer: categoryFeaturizer,
    values: ['a', 'a', 'b', 'b', 'rare', null, 'hasOwnProperty', 'hasOwnProperty'],
    unseen: 'constructor',
    wrong: [2, false],
  },
  {
    name: 'number',
    featurizer: numberFeaturizer,
    values: [1, -2.5, 0, null, 1e6],
    unseen: 1e300,
    wrong: ['1', Number.NaN, Number.POSITIVE_INFINITY],
  },
  {
    name: 'boolean',
    featurizer: booleanFeaturizer,
    values: [true, false, null],
    unseen: true,
    wrong: ['true', 1],
  },
  {
    name: 'date',
    featurizer: dateFeaturizer,
    values: ['2026-02-28', '2024-02-29T23:30:00+02:00', null, '1969-12-31'],
    unseen: '9999-12-31',
    wrong: ['soon', 3],
  },
];

describe.each(cases)('the featurizer of $name', ({ featurizer, values, unseen, wrong }) => {
  const everything = [...values, unseen, null];

  test('leaves the values as they were', () => {
    const before = structuredClone(values);
    featurizer.fit(values);
    expect(values).toEqual(before);
  });

  test('forgets an earlier fit', () => {
    const fresh = everything.map((value) => columnsOf(featurizer.fit(values), value));
    featurizer.fit(values.toReversed());
    expect(everything.map((value) => columnsOf(featurizer.fit(values), value))).toEqual(fresh);
  });

  test('encodes alike however often and in whatever order it is asked', () => {
    const fitted = featurizer.fit(values);
    const once = everything.map((value) => columnsOf(fitted, value));
    const back = everything.toReversed().map((value) => columnsOf(fitted, value));
    expect(back.toReversed()).toEqual(once);
  });

  test('encodes exactly the same when saved and restored', () => {
    const fitted = featurizer.fit(values);
    const restored = restoreFeaturizer(structuredClone(fitted.save()));
    expect(restored.width).toBe(fitted.width);
    expect(everything.map((value) => columnsOf(restored, value))).toEqual(
      everything.map((value) => columnsOf(fitted, value)),
    );
  });

  test('writes finite values into columns of its own, each once', () => {
    const fitted = featurizer.fit(values);
    for (const value of everything) {
      const columns = columnsOf(fitted, value, 7);
      expect(new Set(columns.map(([column]) => column)).size).toBe(columns.length);
      expect(columns.every(([column]) => column >= 7 && column < 7 + fitted.width)).toBe(true);
      expect(columns.every(([, number]) => Number.isFinite(number))).toBe(true);
    }
  });

  test('gives a missing value a column that no present value has', () => {
    const fitted = featurizer.fit(values);
    const [missing, ...others] = columnsOf(fitted, null);
    expect(others).toEqual([]);
    expect(missing?.[1]).toBe(1);
    for (const value of [...values, unseen].filter((one) => one !== null)) {
      expect(columnsOf(fitted, value).map(([column]) => column)).not.toContain(missing?.[0]);
    }
  });

  test('can be fitted on missing values alone, and then meet others', () => {
    const fitted = featurizer.fit([null, null]);
    expect(columnsOf(fitted, unseen).every(([, number]) => Number.isFinite(number))).toBe(true);
  });

  test('can be fitted on one value only', () => {
    const first = values.find((value) => value !== null) ?? null;
    const fitted = featurizer.fit([first, first, first]);
    expect(columnsOf(fitted, first).every(([, number]) => Number.isFinite(number))).toBe(true);
  });

  test('refuses values of another type', () => {
    const fitted = featurizer.fit(values);
    for (const value of wrong) {
      expect(() => columnsOf(fitted, value)).toThrow(expect.objectContaining({ name: 'FeaturizerError' }));
    }
  });
});
