import { describe, expect, test } from '@jest/globals';
import { numberLearner } from '../../../services/ml/learners/catalogue.ts';
import type { FittedNumbers, LearnerName } from '../../../services/ml/learners/learner.ts';
import { restoreNumber } from '../../../services/ml/learners/restore.ts';
import { matrix, rows, sparse } from './small-data.ts';

const target = Float64Array.from(rows, ([a = 0, b = 0, c = 0, d = 0]) => 1000 + 3 * a - 2 * b + c + 5 * d);
const learners: [LearnerName, Record<string, number>][] = [
  ['ridge', {}],
  ['ridge', { alpha: 1e-6 }],
  ['prior', {}],
];

describe.each(learners)('the number learner %s with %j', (name, settings) => {
  const learner = numberLearner(name, settings);

  test('leaves its inputs as they were', async () => {
    const x = matrix(rows);
    const before = structuredClone({ x, target });
    await learner.fit(x, target);
    expect({ x, target }).toEqual(before);
  });

  test('forgets an earlier fit', async () => {
    await learner.fit(matrix(rows.toReversed()), target);
    const again = await learner.fit(matrix(rows), target);
    expect(values(again)).toEqual(values(await numberLearner(name, settings).fit(matrix(rows), target)));
  });

  test('answers the same whatever the order of the rows', async () => {
    const one = values(await learner.fit(matrix(rows), target));
    const other = values(await learner.fit(matrix(rows.toReversed()), target.toReversed()));
    one.forEach((value, i) => {
      expect(other[i]).toBeCloseTo(value, 6);
    });
  });

  test('answers exactly the same when saved and restored', async () => {
    const fitted = await learner.fit(matrix(rows), target);
    expect(values(restoreNumber(structuredClone(fitted.save())))).toEqual(values(fitted));
  });

  test.each([Number.NaN, Number.NEGATIVE_INFINITY])(
    'refuses %s, in a column and as a target',
    async (value) => {
      await expect(learner.fit(matrix([[0, value, 0, 0], ...rows.slice(1)]), target)).rejects.toMatchObject({
        code: 'not_finite',
        message: expect.stringContaining('column 1'),
      });
      await expect(learner.fit(matrix(rows), target.with(3, value))).rejects.toMatchObject({
        code: 'not_finite',
      });
    },
  );

  test('refuses no rows and rows that are too wide', async () => {
    await expect(learner.fit(matrix([]), new Float64Array(0))).rejects.toMatchObject({ code: 'no_rows' });
    const fitted = await learner.fit(matrix(rows), target);
    expect(() => fitted.predict(sparse([0, 0, 0, 0, 1]))).toThrow(
      expect.objectContaining({ code: 'wrong_width' }),
    );
  });

  test('answers a constant target with that constant', async () => {
    const fitted = await learner.fit(
      matrix(rows),
      target.map(() => 42),
    );
    expect(fitted.predict(sparse(rows[0] ?? []))).toBeCloseTo(42, 9);
  });

  test('can live with constant columns, and with nothing but missing values', async () => {
    const constant = await learner.fit(matrix(rows.map((row) => [...row, 1])), target);
    expect(Number.isFinite(constant.predict(sparse([1, 0, 0, 0, 1])))).toBe(true);
    const empty = await learner.fit(matrix(rows.map(() => [0, 0, 0, 0])), target);
    expect(empty.predict(sparse([]))).toBeCloseTo(target.reduce((sum, y) => sum + y, 0) / target.length, 6);
  });

  test('keeps its digits for targets of any size', async () => {
    const huge = await learner.fit(
      matrix(rows),
      target.map((y) => y * 1e300),
    );
    expect(Number.isFinite(huge.predict(sparse(rows[0] ?? [])))).toBe(true);
  });
});

test('ridge with hardly a penalty finds the line that the targets lie on', async () => {
  const fitted = await numberLearner('ridge', { alpha: 1e-6 }).fit(matrix(rows), target);
  values(fitted).forEach((value, i) => {
    expect(value).toBeCloseTo(target[i] ?? Number.NaN, 3);
  });
});

function values(fitted: FittedNumbers): number[] {
  return rows.map((row) => fitted.predict(sparse(row)));
}
