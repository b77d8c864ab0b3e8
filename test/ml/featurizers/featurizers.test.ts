import { describe, expect, test } from '@jest/globals';
import { categoryFeaturizer } from '../../../services/ml/featurizers/category.ts';
import { dateFeaturizer } from '../../../services/ml/featurizers/date.ts';
import { numberFeaturizer } from '../../../services/ml/featurizers/number.ts';
import { fitRows } from '../../../services/ml/featurizers/row.ts';
import { SparseVector } from '../../../services/ml/linalg/sparse.ts';
import { parseDefinition } from '../../../services/ml/predictor/parse-definition.ts';
import { columnsOf, query } from './columns.ts';

describe('categories', () => {
  const fitted = categoryFeaturizer.fit(['red', 'red', 'blue', 'blue', 'mauve', 'puce', null]);

  test('levels seen once are other, as is one never seen', () => {
    expect(fitted.width).toBe(4);
    expect(columnsOf(fitted, 'blue')).toEqual([[0, 1]]);
    expect(columnsOf(fitted, 'red')).toEqual([[1, 1]]);
    for (const level of ['mauve', 'puce', 'never', 'toString', '']) {
      expect(columnsOf(fitted, level)).toEqual([[2, 1]]);
    }
    expect(columnsOf(fitted, null)).toEqual([[3, 1]]);
  });
});

describe('numbers', () => {
  test('are told in deviations from the mean, and a far one no further than twenty', () => {
    const fitted = numberFeaturizer.fit([2, 4, null]);
    expect(columnsOf(fitted, 3)).toEqual([[0, 0]]);
    expect(columnsOf(fitted, 5)).toEqual([[0, 2]]);
    expect(columnsOf(fitted, -1e300)).toEqual([[0, -20]]);
  });

  test('of the largest size do not overflow', () => {
    const fitted = numberFeaturizer.fit([1.7e308, -1.7e308, 1.7e308]);
    expect(columnsOf(fitted, 1.7e308).every(([, number]) => Math.abs(number) < 2)).toBe(true);
  });

  test('that never vary say nothing', () => {
    expect(columnsOf(numberFeaturizer.fit([0.1, 0.1, 0.1]), 5)).toEqual([[0, 0]]);
  });
});

describe('dates', () => {
  const hours = dateFeaturizer.fit(['2026-11-20T08:15:00Z', '2026-11-21']);

  test('know weekday and month as written, whatever the offset', () => {
    // 1 January 2026 was a Thursday; in UTC this moment is still 31 December.
    const columns = columnsOf(hours, '2026-01-01T00:30:00+02:00').map(([column]) => column);
    expect(columns.slice(1)).toEqual([1 + 4, 8 + 0, 21 + 0]);
  });

  test('without a time of day say so where others have one', () => {
    expect(columnsOf(hours, '2026-01-01').at(-1)).toEqual([21 + 24, 1]);
  });

  test('have no hours where no row had any', () => {
    const days = dateFeaturizer.fit(['2026-11-20', '2026-11-21']);
    expect(days.width).toBe(21);
    expect(columnsOf(days, '2026-11-20T23:00:00Z')).toHaveLength(3);
  });
});

describe('rows', () => {
  const definition = parseDefinition({
    name: 'odd-names',
    inputs: {
      toString: { type: 'category', optional: true },
      hasOwnProperty: { type: 'number', optional: true },
      'a b-c': { type: 'text', optional: true },
    },
    target: { name: 'y', type: 'label' },
  });

  test('inputs may be called as the methods of objects are, and are missing all the same', () => {
    const features = fitRows(definition, query, [{ toString: 'x', hasOwnProperty: 1 }, { toString: 'x' }]);
    const out = new SparseVector();
    features.encode({}, out);
    expect(out.length).toBe(3);
    expect([...out.value.subarray(0, 3)]).toEqual([1, 1, 1]);
  });

  test('a fault names its input', () => {
    const features = fitRows(definition, query, [{}]);
    expect(() => features.encode({ hasOwnProperty: Number.NaN }, new SparseVector())).toThrow(
      expect.objectContaining({ code: 'not_finite', message: expect.stringContaining('"hasOwnProperty"') }),
    );
    expect(() => fitRows(definition, query, [{ 'a b-c': 4 }])).toThrow(/"a b-c": expected text/);
  });
});
