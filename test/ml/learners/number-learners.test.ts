import { describe, expect, test } from '@jest/globals';
import type { FittedNumbers } from '../../../services/ml/learners/learner.ts';
import { LEARNERS, numberSide } from '../../../services/ml/learners/learners.ts';
import type { LearnerSettings } from '../../../services/ml/learners/settings.ts';
import { fromScale, targetScale, toScale } from '../../../services/ml/learners/target-scale.ts';
import type { SparseMatrix } from '../../../services/ml/linalg/sparse.ts';
import { median } from '../../../services/ml/linalg/vector.ts';
import { matrix, rows, sparse } from './small-data.ts';

const target = Float64Array.from(rows, ([a = 0, b = 0, c = 0, d = 0]) => 1000 + 3 * a - 2 * b + c + 5 * d);
const learners: [string, LearnerSettings][] = [
  ...LEARNERS.filter(({ number }) => number !== null).map(({ name }): [string, LearnerSettings] => [
    name,
    {},
  ]),
  ['ridge', { alpha: 1e-6 }],
  ['huber', { alpha: 1e-6, epsilon: 1.01 }],
];

function numberLearner(name: string, settings: LearnerSettings = {}) {
  const side = numberSide(name);
  return { fit: (x: SparseMatrix, y: Float64Array) => side.fit({ x, y, pause: undefined }, settings) };
}

function restored(fitted: FittedNumbers): FittedNumbers {
  const { facts, tensors } = structuredClone(fitted.save());
  return numberSide(facts.name).restore(tensors, facts.width);
}

const mean = target.reduce((sum, y) => sum + y, 0) / target.length;
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
    expect(values(restored(fitted))).toEqual(values(fitted));
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
    const middle = empty.predict(sparse([]));
    if (name === 'ridge') expect(middle).toBeCloseTo(mean, 6);
    else if (name === 'prior') expect(middle).toBe(median(target));
    else expect(Math.abs(middle - mean)).toBeLessThan(Math.abs(median(target) - mean) + 1);
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

describe('of targets on a line, one in ten of them wild,', () => {
  const line = rows.map((_, r) => [r / 10, 0, 0, 0]);
  const wild = Float64Array.from(line, ([x = 0], r) => (r % 10 === 3 ? 3_900_000 : 5 + 2 * x));
  const answers = async (name: string) => {
    const fitted = await numberLearner(name, { alpha: 0.01 }).fit(matrix(line), wild);
    return line.map((row) => fitted.predict(sparse(row)));
  };

  test('huber finds the line', async () => {
    (await answers('huber')).forEach((value, r) => {
      expect(value).toBeCloseTo(5 + (2 * r) / 10, 1);
    });
  });

  test('ridge does not', async () => {
    expect((await answers('ridge'))[0]).toBeGreaterThan(10_000);
  });
});

describe('the scale of targets', () => {
  test.each<[string, number[], object]>([
    ['prices', [0.5, 20, 1000], { kind: 'log', shift: 0, least: 0, most: 3000 }],
    ['counts with zeros', [0, 1, 2, 7], { kind: 'log', shift: 1, least: 0, most: 21 }],
    ['balances', [-1, 5, 9], { kind: 'linear', shift: 0, least: null, most: null }],
    ['one value', [4, 4], { kind: 'linear', shift: 0, least: 0, most: null }],
  ])('of %s, asked for a logarithm', (_, targets, scale) => {
    expect(targetScale(Float64Array.from(targets), 'log')).toEqual(scale);
  });

  test.each(['linear', 'log'] as const)('%s: there and back is the same, and never below zero', (kind) => {
    const targets = Float64Array.of(0, 0.25, 3, 80_000);
    const scale = targetScale(targets, kind);
    for (const value of targets) expect(fromScale(toScale(value, scale), scale)).toBeCloseTo(value, 6);
    expect(fromScale(-1e300, scale)).toBe(0);
    expect(Number.isFinite(fromScale(1e300, scale))).toBe(true);
  });
});

function values(fitted: FittedNumbers): number[] {
  return rows.map((row) => fitted.predict(sparse(row)));
}
