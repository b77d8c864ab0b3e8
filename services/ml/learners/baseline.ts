import LogisticRegression from 'ml-logistic-regression';
import { Matrix } from 'ml-matrix';
import type { SparseMatrix } from '../linalg/sparse.ts';
import { checkLabels, checkRow, checkRows } from './check.ts';
import { LearnerError } from './errors.ts';
import { defineLearner, type FittedLabels, singles } from './learner.ts';

/** Multiplications that a fit may cost: about half a minute. The package is dense and cannot be interrupted. */
const MOST_WORK = 2e10;
const MOST_CELLS = 4e6;

/** Keeps the logarithm of a probability finite where a sigmoid is saturated. */
const LEAST = 1e-12;

/**
 * The npm package `ml-logistic-regression`, which the field uses, behind our contract. As published it has no intercept,
 * no probabilities, wants labels 0 … K − 1 all present, and answers class 0 on NaN or untrained; here a column of ones is
 * added, labels are numbered, its one-vs-rest scores are scaled to sum to one, and what it cannot do is refused.
 */
export const baseline = defineLearner({
  name: 'ml-logistic-regression',
  meaning:
    'The npm package of this name: one-vs-rest logistic regression by gradient descent, dense. For comparison, never tried by itself.',
  settings: {
    steps: {
      type: 'integer',
      low: 1,
      high: 50_000,
      default: 1000,
      meaning:
        "Steps of gradient descent, all of which are always done; the package's own default is 50,000.",
    },
    rate: { type: 'number', low: 1e-9, high: 10, default: 1e-2, meaning: 'Length of one step.' },
  },
  label: {
    candidates: () => [],
    async fit({ x, y, labels }, { steps, rate }) {
      checkRows(x, y.length);
      checkLabels(y, labels);
      const present = [...new Set(y)].sort((a, b) => a - b);
      refuseTooLarge(x, present.length, steps);
      const numberOf = new Map(present.map((label, number) => [label, number]));
      const model = new LogisticRegression({ numSteps: steps, learningRate: rate });
      model.train(dense(x), Matrix.columnVector(Array.from(y, (label) => numberOf.get(label) ?? 0)));
      const weights = new Float32Array((x.columns + 1) * labels);
      present.forEach((label, number) => {
        const own = model.classifiers[number]?.weights?.to1DArray();
        if (own?.length !== x.columns + 1 || !own.every(Number.isFinite)) {
          throw new LearnerError('not_finite', `the package found no finite weights for label ${label}`);
        }
        own.forEach((weight, column) => {
          // The package's classes say how little a row is theirs.
          weights[column * labels + label] = -weight;
        });
      });
      const intercept = new Float32Array(labels).fill(Number.NEGATIVE_INFINITY);
      for (const label of present) intercept[label] = weights[x.columns * labels + label] as number;
      return fittedBaseline(weights.slice(0, x.columns * labels), finite(intercept), x.columns);
    },
    restore: (tensors, width, labels) =>
      fittedBaseline(
        singles(tensors, 'weights', width * labels),
        singles(tensors, 'intercept', labels),
        width,
      ),
  },
});

/** A label without rows: its sigmoid is 0. */
function finite(intercept: Float32Array): Float32Array {
  return intercept.map((value) => (value === Number.NEGATIVE_INFINITY ? -1e6 : value));
}

function fittedBaseline(weights: Float32Array, intercept: Float32Array, width: number): FittedLabels {
  const labels = intercept.length;
  return {
    target: 'label',
    width,
    labels,
    scores(row, out) {
      checkRow(row, width);
      for (let k = 0; k < labels; k++) {
        let sum = intercept[k] as number;
        for (let i = 0; i < row.length; i++) {
          sum += (row.value[i] as number) * (weights[(row.index[i] as number) * labels + k] as number);
        }
        out[k] = Math.log(Math.max(LEAST, 1 / (1 + Math.exp(-sum))));
      }
    },
    save: () => ({
      facts: { name: 'ml-logistic-regression', width },
      tensors: {
        weights: { dtype: 'F32', shape: [width, labels], data: weights },
        intercept: { dtype: 'F32', shape: [labels], data: intercept },
      },
    }),
  };
}

function refuseTooLarge(x: SparseMatrix, labels: number, steps: number): void {
  const cells = x.rows * (x.columns + 1);
  const work = 2 * cells * labels * steps;
  if (cells <= MOST_CELLS && work <= MOST_WORK) return;
  throw new LearnerError(
    'too_large',
    `ml-logistic-regression is dense: ${x.rows} rows × ${x.columns} columns × ${labels} labels × ${steps} steps are ` +
      `more than it can do; use the learner logistic`,
  );
}

function dense(x: SparseMatrix): Matrix {
  const matrix = Matrix.zeros(x.rows, x.columns + 1);
  for (let r = 0; r < x.rows; r++) {
    const end = x.start[r + 1] as number;
    for (let i = x.start[r] as number; i < end; i++) {
      matrix.set(r, x.index[i] as number, x.value[i] as number);
    }
    matrix.set(r, x.columns, 1);
  }
  return matrix;
}
