import { describe, expect, test } from '@jest/globals';
import { LearnerError } from '../../../services/ml/learners/errors.ts';
import type { FittedLabels } from '../../../services/ml/learners/learner.ts';
import { LEARNERS, labelSide } from '../../../services/ml/learners/learners.ts';
import type { LearnerSettings } from '../../../services/ml/learners/settings.ts';
import { type SparseMatrix, SparseVector, viewRow } from '../../../services/ml/linalg/sparse.ts';
import { softmax } from '../../../services/ml/selection/softmax.ts';
import { LABELS, matrix, rows, sparse, truth } from './small-data.ts';

/** Each learner of labels with its defaults, but for the one that always does all its steps; and some with others. */
const learners: [string, LearnerSettings][] = [
  ...LEARNERS.filter(({ label }) => label !== null).map(({ name }): [string, LearnerSettings] => [
    name,
    name === 'ml-logistic-regression' ? { steps: 200 } : {},
  ]),
  ['logistic', { c: 0.1, tolerance: 1e-8 }],
];

function labelLearner(name: string, settings: LearnerSettings = {}) {
  const side = labelSide(name);
  return {
    fit: (x: SparseMatrix, y: Int32Array, labels: number) =>
      side.fit({ x, y, labels, pause: undefined }, settings),
  };
}

function restored(fitted: FittedLabels, labels: number): FittedLabels {
  const { facts, tensors } = structuredClone(fitted.save());
  return labelSide(facts.name).restore(tensors, facts.width, labels);
}

describe.each(learners)('the label learner %s with %j', (name, settings) => {
  const learner = labelLearner(name, settings);
  const learn = (x: SparseMatrix, y: Int32Array, labels = LABELS) => learner.fit(x, y, labels);

  test('leaves its inputs as they were', async () => {
    const x = matrix(rows);
    const y = Int32Array.from(truth);
    const before = structuredClone({ x, y });
    await learn(x, y);
    expect({ x, y }).toEqual(before);
  });

  test('forgets an earlier fit', async () => {
    await learn(matrix(rows.toReversed()), Int32Array.from(truth));
    const again = await learn(matrix(rows), Int32Array.from(truth));
    const fresh = await labelLearner(name, settings).fit(matrix(rows), Int32Array.from(truth), LABELS);
    expect(allScores(again)).toEqual(allScores(fresh));
  });

  test('answers the same whatever the order of the rows', async () => {
    const one = await learn(matrix(rows), Int32Array.from(truth));
    const other = await learn(matrix(rows.toReversed()), Int32Array.from(truth).reverse());
    const scores = allScores(other);
    allScores(one).forEach((score, i) => {
      expect(scores[i]).toBeCloseTo(score, 3);
    });
  });

  test('gives probabilities that sum to one', async () => {
    const fitted = await learn(matrix(rows), Int32Array.from(truth));
    for (const row of [...rows, [], [100, -100, 0, 100]]) {
      const probabilities = scoresOf(fitted, row);
      softmax(probabilities, 1);
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
      expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true);
    }
  });

  test('answers exactly the same when saved and restored', async () => {
    const fitted = await learn(matrix(rows), Int32Array.from(truth));
    expect(allScores(restored(fitted, LABELS))).toEqual(allScores(fitted));
  });

  test('refuses to be restored from arrays of another shape', async () => {
    const fitted = await learn(matrix(rows), Int32Array.from(truth));
    expect(() => restored(fitted, LABELS + 1)).toThrow(
      expect.objectContaining({ name: 'LearnerError', code: 'bad_facts' }),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s by the name of its column', async (value) => {
    await expect(
      learn(matrix([[1, 0, value, 0], ...rows.slice(1)]), Int32Array.from(truth)),
    ).rejects.toMatchObject({
      code: 'not_finite',
      message: expect.stringContaining('column 2'),
    });
    const fitted = await learn(matrix(rows), Int32Array.from(truth));
    expect(() => scoresOf(fitted, [1, value])).toThrow(expect.objectContaining({ code: 'not_finite' }));
  });

  test('refuses a row that is wider than what it learned from', async () => {
    const fitted = await learn(matrix(rows), Int32Array.from(truth));
    expect(() => scoresOf(fitted, [1, 0, 0, 0, 1])).toThrow(
      expect.objectContaining({ code: 'wrong_width', message: expect.stringContaining('column 4') }),
    );
  });

  test('refuses no rows, another number of targets, and labels out of range', async () => {
    await expect(learn(matrix([]), new Int32Array(0))).rejects.toMatchObject({ code: 'no_rows' });
    await expect(learn(matrix(rows), Int32Array.of(0))).rejects.toMatchObject({ code: 'wrong_width' });
    await expect(learn(matrix(rows), Int32Array.from(truth).fill(LABELS))).rejects.toMatchObject({
      code: 'bad_label',
    });
    await expect(learn(matrix(rows), Int32Array.from(truth).fill(-1))).rejects.toBeInstanceOf(LearnerError);
  });

  test('learns from rows of one label only, and is sure of it', async () => {
    const fitted = await learn(matrix(rows), new Int32Array(rows.length), 1);
    const probabilities = scoresOf(fitted, rows[0] ?? []);
    softmax(probabilities, 1);
    expect([...probabilities]).toEqual([1]);
  });

  test('can live with constant and empty columns', async () => {
    const constant = rows.map((row) => [...row, 1, 0]);
    const fitted = await learn(matrix(constant), Int32Array.from(truth));
    expect(constant.every((row) => scoresOf(fitted, row).every(Number.isFinite))).toBe(true);
  });

  test('can live with rows of which everything is missing', async () => {
    const fitted = await learn(matrix(rows.map(() => [0, 0, 0, 0])), Int32Array.from(truth));
    expect(scoresOf(fitted, [0, 0, 0, 0]).every(Number.isFinite)).toBe(true);
  });
});

describe.each(learners.filter(([name]) => name !== 'prior'))(
  'the label learner %s with %j, which looks at rows',
  (name, settings) => {
    test('finds the labels of rows that are easily told apart', async () => {
      const fitted = await labelLearner(name, settings).fit(matrix(rows), Int32Array.from(truth), LABELS);
      const found = rows.map((row) => {
        const scores = scoresOf(fitted, row);
        return scores.indexOf(Math.max(...scores));
      });
      expect(found).toEqual(truth);
    });

    test('hardly ever says a label that no row had', async () => {
      const fitted = await labelLearner(name, settings).fit(matrix(rows), Int32Array.from(truth), LABELS + 1);
      const probabilities = scoresOf(fitted, rows[0] ?? []);
      softmax(probabilities, 1);
      expect(probabilities[LABELS]).toBeLessThan(1e-6);
    });
  },
);

test('the package ml-logistic-regression is refused data that it could not finish', async () => {
  const wide = matrix(rows.map((row, r) => [...row, ...Array.from({ length: 300 }, (_, c) => (c % 7) * r)]));
  const learner = labelLearner('ml-logistic-regression', { steps: 50_000 });
  const many: SparseMatrix = { ...wide, columns: 1_000_000 };
  await expect(learner.fit(many, Int32Array.from(truth), LABELS)).rejects.toMatchObject({
    code: 'too_large',
  });
});

test.each([
  ['logistic', { c: 0 }, 'c must be'],
  ['logistic', { c: Number.NaN }, 'c must be'],
  ['logistic', { maxIterations: 2.5 }, 'a whole number'],
  ['logistic', { toString: 1 }, 'no setting toString'],
  ['ridge', {}, 'learns numbers'],
] as [string, LearnerSettings, string][])('%s refuses the settings %j', async (name, settings, message) => {
  const learn = async () => labelLearner(name, settings).fit(matrix(rows), Int32Array.from(truth), LABELS);
  await expect(learn()).rejects.toMatchObject({
    code: 'bad_setting',
    message: expect.stringContaining(message),
  });
});

function allScores(fitted: FittedLabels): number[] {
  return rows.flatMap((row) => [...scoresOf(fitted, row)]);
}

function scoresOf(fitted: FittedLabels, row: readonly number[]): Float64Array {
  const out = new Float64Array(fitted.labels);
  fitted.scores(sparse(row), out);
  return out;
}

test('a view of a matrix row is scored as the row itself', async () => {
  const fitted = await labelLearner('logistic').fit(matrix(rows), Int32Array.from(truth), LABELS);
  const out = new Float64Array(LABELS);
  fitted.scores(viewRow(matrix(rows), 3, new SparseVector()), out);
  expect(out).toEqual(scoresOf(fitted, rows[3] ?? []));
});
