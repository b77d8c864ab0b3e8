import { describe, expect, test } from '@jest/globals';
import { categoryFeaturizer } from '../../../services/ml/featurizers/category.ts';
import { Cross } from '../../../services/ml/featurizers/cross.ts';
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
  test('are told in deviations from the mean, and one twice as far as any seen is wild: no further, and flagged', () => {
    const fitted = numberFeaturizer.fit([2, 4, null]);
    expect(columnsOf(fitted, 3)).toEqual([[0, 0]]);
    expect(columnsOf(fitted, 5)).toEqual([[0, 2]]);
    expect(columnsOf(fitted, 8)).toEqual([[0, 5]]);
    expect(columnsOf(fitted, 9)).toEqual([
      [0, 5],
      [2, 1],
    ]);
    expect(columnsOf(fitted, -1e300)).toEqual([
      [0, -3],
      [2, 1],
    ]);
  });

  const ages = Array.from({ length: 40 }, (_, i) => 20 + i);

  test.each([
    ['a typing error', [3_900_000]],
    ['a year among ages', [2026]],
    ['a code for missing, far below', [-200, -200, -200, -200]],
    ['codes on both sides', [-999, 9999]],
  ])('are scaled alike with and without %s, which is flagged', (_, wild) => {
    const [tame, both] = [numberFeaturizer.fit(ages), numberFeaturizer.fit([...ages, ...wild])];
    for (const age of ages) {
      const [[column = -1, value = Number.NaN] = []] = columnsOf(both, age);
      expect(column).toBe(0);
      expect(value).toBeCloseTo(columnsOf(tame, age)[0]?.[1] ?? Number.NaN, 9);
      expect(columnsOf(both, age)).toHaveLength(1);
    }
    for (const value of wild) expect(columnsOf(both, value).at(-1)).toEqual([2, 1]);
  });

  test('that are all positive, some of them near nothing, are scaled alike with a code for missing far above', () => {
    const shares = Array.from({ length: 200 }, (_, i) => 0.01 + (i % 50) / 5);
    const [tame, both] = [numberFeaturizer.fit(shares), numberFeaturizer.fit([...shares, 9999, 9999, 9999])];
    expect(columnsOf(both, 5)[0]?.[1]).toBeCloseTo(columnsOf(tame, 5)[0]?.[1] ?? Number.NaN, 9);
    expect(columnsOf(both, 9999).at(-1)).toEqual([2, 1]);
  });

  test.each([
    ['prices with a long tail', Array.from({ length: 200 }, (_, i) => Math.exp(3 * Math.sin(i * 7.3)))],
    [
      'amounts that are mostly nothing',
      Array.from({ length: 200 }, (_, i) => (i % 10 === 0 ? 1000 * (1 + (i % 70)) : 0)),
    ],
    ['one value but for a few', Array.from({ length: 200 }, (_, i) => (i % 50 === 0 ? 1 : 0))],
  ])('of %s are none of them wild', (_, values) => {
    const fitted = numberFeaturizer.fit(values);
    for (const value of values) expect(columnsOf(fitted, value)).toHaveLength(1);
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
    expect(columns.slice(-3)).toEqual([1 + 4, 8 + 0, 22 + 0]);
  });

  test('without a time of day say so where others have one', () => {
    expect(columnsOf(hours, '2026-01-01').at(-1)).toEqual([22 + 24, 1]);
  });

  test('have no hours where no row had any', () => {
    const days = dateFeaturizer.fit(['2026-11-20', '2026-11-21']);
    expect(days.width).toBe(22);
    expect(columnsOf(days, '2026-11-20T23:00:00Z')).toHaveLength(3);
  });

  test('of an open end, 9999-12-31, are flagged and leave the others as they are', () => {
    const days = Array.from({ length: 28 }, (_, i) => `2026-02-${String(i + 1).padStart(2, '0')}`);
    const [tame, both] = [dateFeaturizer.fit(days), dateFeaturizer.fit([...days, '9999-12-31'])];
    expect(columnsOf(both, '2026-02-05')).toEqual(columnsOf(tame, '2026-02-05'));
    expect(columnsOf(both, '9999-12-31')).toContainEqual([21, 1]);
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
    const features = fitRows(definition, { text: query, cross: false }, [
      { toString: 'x', hasOwnProperty: 1 },
      { toString: 'x' },
    ]);
    const out = new SparseVector();
    features.encode({}, out);
    expect(out.length).toBe(3);
    expect([...out.value.subarray(0, 3)]).toEqual([1, 1, 1]);
  });

  test('a fault names its input', () => {
    const features = fitRows(definition, { text: query, cross: false }, [{}]);
    expect(() => features.encode({ hasOwnProperty: Number.NaN }, new SparseVector())).toThrow(
      expect.objectContaining({ code: 'not_finite', message: expect.stringContaining('"hasOwnProperty"') }),
    );
    expect(() => fitRows(definition, { text: query, cross: false }, [{ 'a b-c': 4 }])).toThrow(
      /"a b-c": expected text/,
    );
  });
});

describe('the cross of all inputs', () => {
  const definition = parseDefinition({
    name: 'crossed',
    inputs: {
      product: { type: 'category' },
      note: { type: 'text', optional: true },
      year: { type: 'number' },
    },
    target: { name: 'y', type: 'label' },
  });
  const row = (product: string, note: string | null, year: number) => ({ product, note, year });
  const common = [row('a', 'Blue  sky', 1), row('a', 'blue sky', 1), row('b', null, 1), row('b', null, 1)];
  const cross = Cross.fit(definition, [...common, row('c', null, 1)]);
  const column = (of: ReturnType<typeof row>) => {
    const out = new SparseVector();
    cross.encode(of, out, 10);
    return out.length === 0 ? null : out.index[0];
  };

  test('has a column for each combination that two rows had, letter case and white space of texts apart', () => {
    expect(cross.width).toBe(2);
    expect(column(row('a', 'BLUE sky', 1))).toBe(column(row('a', 'blue sky', 1)));
    expect(new Set([column(row('a', 'blue sky', 1)), column(row('b', null, 1))])).toEqual(new Set([10, 11]));
  });

  test('has none for one that was never seen, or once', () => {
    expect(column(row('c', null, 1))).toBeNull();
    expect(column(row('a', null, 1))).toBeNull();
    expect(column(row('A', 'blue sky', 1))).toBeNull();
  });

  test('is the same when saved and restored, and refuses hashes out of order', () => {
    const { data } = cross.save();
    expect(new Cross(definition, Float64Array.from(data)).save()).toEqual(cross.save());
    expect(() => new Cross(definition, Float64Array.of(2, 1))).toThrow(
      expect.objectContaining({ code: 'bad_facts' }),
    );
  });

  test('takes the commonest where there are more than ten thousand', () => {
    const many = Array.from({ length: 10_050 }, (_, i) => [row('p', null, i), row('p', null, i)]).flat();
    const wide = Cross.fit(definition, [...many, ...Array.from({ length: 3 }, () => row('q', null, 0))]);
    expect(wide.width).toBe(10_000);
    const out = new SparseVector();
    wide.encode(row('q', null, 0), out, 0);
    expect(out.length).toBe(1);
  });
});
