import { minimise } from '../linalg/lbfgs.ts';
import type { SparseMatrix } from '../linalg/sparse.ts';
import { mergeTwins, type Twins } from '../linalg/twins.ts';
import { binaryObjective } from './binary-objective.ts';
import { checkLabels, checkRows } from './check.ts';
import { defineLearner } from './learner.ts';
import { type GroupedWeights, linearScores, restoreLinearScores } from './linear.ts';
import { softmaxObjective } from './softmax-objective.ts';

/** The score of a label that no row had: no probability that six decimals show. */
const NEVER = -100;

/** Labels without a row are never suggested. */
export const logistic = defineLearner({
  name: 'logistic',
  meaning:
    'Multinomial logistic regression, L2-penalised, with free intercepts, by L-BFGS (Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 4.4; Malouf 2002).',
  settings: {
    c: {
      type: 'number',
      low: 1e-6,
      high: 1e6,
      default: 30,
      meaning: "scikit-learn's C: how much the summed log-loss weighs against half the squared weights.",
    },
    tolerance: {
      type: 'number',
      low: 1e-10,
      high: 0.1,
      default: 1e-2,
      meaning: 'The fit ends when three steps together lower the loss by a smaller share than this.',
    },
    maxIterations: {
      type: 'integer',
      low: 1,
      high: 10_000,
      default: 300,
      meaning: 'Steps of L-BFGS at most.',
    },
  },
  label: {
    candidates: ({ hasText }) =>
      (hasText ? [1, 3, 10, 30, 100, 300] : [0.01, 0.1, 1, 10, 100]).map((c) => ({ c })),
    async fit({ x, y, labels, pause }, { c, tolerance, maxIterations }) {
      checkRows(x, y.length);
      checkLabels(y, labels);
      const present = presentLabels(y, labels);
      const twins = mergeTwins(x);
      const dense = Int32Array.from(y, (label) => present.numberOf[label] as number);
      const count = present.labels.length;
      const penalty = 1 / (c * x.rows);
      const share = shares(dense, count);
      const isBinary = count === 2;
      const objective = isBinary
        ? binaryObjective(twins.matrix, dense, penalty)
        : softmaxObjective(twins.matrix, dense, count, penalty);
      const spread = share.map((p) => Math.max(p * (1 - p), 1e-4));
      const { x: found } = await minimise(objective, startingPoint(twins.matrix.columns, share), {
        tolerance: 1e-9,
        decrease: tolerance,
        maxIterations,
        diagonal: inverseCurvature(twins.matrix, isBinary ? spread.slice(1) : spread, penalty),
        pause,
      });
      const parameters = isBinary ? opposite(found) : found;
      return linearScores('logistic', grouped(parameters, twins, present.labels, labels));
    },
    restore: (tensors, width, labels) => restoreLinearScores('logistic', tensors, width, labels),
  },
});

function presentLabels(y: Int32Array, labels: number): { labels: number[]; numberOf: Int32Array } {
  const numberOf = new Int32Array(labels).fill(-1);
  for (const label of y) numberOf[label] = 0;
  const found: number[] = [];
  for (let k = 0; k < labels; k++) {
    if (numberOf[k] === 0) numberOf[k] = found.push(k) - 1;
  }
  return { labels: found, numberOf };
}

function shares(y: Int32Array, labels: number): number[] {
  const count = new Array<number>(labels).fill(0);
  for (const label of y) count[label] = (count[label] ?? 0) + 1;
  return count.map((rows) => rows / y.length);
}

/** Zero weights, and as intercepts the labels' log shares; of two labels, their difference. */
function startingPoint(columns: number, share: readonly number[]): Float64Array {
  const logs = share.map(Math.log);
  const [first = 0, second = 0] = logs;
  const intercepts = share.length === 2 ? [second - first] : logs;
  const start = new Float64Array((columns + 1) * intercepts.length);
  start.set(intercepts, columns * intercepts.length);
  return start;
}

/** The parameters of two labels from the differences between them. */
function opposite(difference: Float64Array): Float64Array {
  const both = new Float64Array(difference.length * 2);
  difference.forEach((value, j) => {
    both[2 * j] = -value / 2;
    both[2 * j + 1] = value / 2;
  });
  return both;
}

/**
 * What L-BFGS starts from: the square root of the inverse of the Hessian's diagonal, where every row had the labels'
 * shares as probabilities. The inverse itself is right at the start and too long for rare terms at the end, when rows
 * are answered surely; its root took a third of the steps on searches, a fifth on messages.
 */
function inverseCurvature(x: SparseMatrix, spread: readonly number[], penalty: number): Float64Array {
  const labels = spread.length;
  const square = new Float64Array(x.columns + 1);
  for (let i = 0; i < x.index.length; i++) {
    const c = x.index[i] as number;
    square[c] = (square[c] as number) + (x.value[i] as number) ** 2 / x.rows;
  }
  square[x.columns] = 1;
  const inverse = new Float64Array(square.length * labels);
  for (let c = 0; c <= x.columns; c++) {
    const ridge = c === x.columns ? 0 : penalty;
    for (let k = 0; k < labels; k++) {
      inverse[c * labels + k] = 1 / Math.sqrt(ridge + (square[c] as number) * (spread[k] as number));
    }
  }
  return inverse;
}

/** The weights of the merged columns, given to each of the columns that they stand for. */
function grouped(
  found: Float64Array,
  { group, size }: Twins,
  present: readonly number[],
  labels: number,
): GroupedWeights {
  const weights = new Float32Array(size.length * labels);
  const intercept = new Float32Array(labels).fill(NEVER);
  const count = present.length;
  for (let g = 0; g < size.length; g++) {
    const scale = 1 / Math.sqrt(size[g] as number);
    for (let j = 0; j < count; j++) {
      weights[g * labels + (present[j] as number)] = scale * (found[g * count + j] as number);
    }
  }
  for (let j = 0; j < count; j++) intercept[present[j] as number] = found[size.length * count + j] as number;
  return { group, weights, intercept };
}
