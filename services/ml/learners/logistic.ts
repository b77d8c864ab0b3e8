import { minimise } from '../linalg/lbfgs.ts';
import type { SparseMatrix } from '../linalg/sparse.ts';
import { mergeTwins, type Twins } from '../linalg/twins.ts';
import { checkLabels, checkRows } from './check.ts';
import type { FittedLabels, LabelLearner } from './learner.ts';
import { linearScores } from './linear.ts';
import { softmaxObjective } from './softmax-objective.ts';

export interface LogisticSettings {
  /** scikit-learn's C: how much the summed log-loss weighs against half the squared weights. */
  readonly c: number;
  readonly tolerance: number;
  readonly maxIterations: number;
}

/** The score of a label that no row had: no probability that six decimals show. */
const NEVER = -100;

/**
 * Multinomial logistic regression, L2-penalised, with free intercepts, by L-BFGS (Hastie, Tibshirani & Friedman, The
 * Elements of Statistical Learning, 4.4; Malouf 2002). Labels without a row are never suggested.
 */
export function logisticLearner(settings: LogisticSettings): LabelLearner {
  return {
    name: 'logistic',
    async fit(x, y, labels, pause) {
      checkRows(x, y.length);
      checkLabels(y, labels);
      const present = presentLabels(y, labels);
      const twins = mergeTwins(x);
      const dense = Int32Array.from(y, (label) => present.numberOf[label] as number);
      const count = present.labels.length;
      const penalty = 1 / (settings.c * x.rows);
      const start = startingPoint(twins.matrix.columns, dense, count);
      const { x: found } = await minimise(softmaxObjective(twins.matrix, dense, count, penalty), start, {
        tolerance: settings.tolerance,
        maxIterations: settings.maxIterations,
        diagonal: inverseCurvature(twins.matrix, dense, count, penalty),
        pause: pause,
      });
      return expanded(found, twins, x.columns, present.labels, labels);
    },
  };
}

function presentLabels(y: Int32Array, labels: number): { labels: number[]; numberOf: Int32Array } {
  const numberOf = new Int32Array(labels).fill(-1);
  for (const label of y) numberOf[label] = 0;
  const found: number[] = [];
  for (let k = 0; k < labels; k++) {
    if (numberOf[k] === 0) numberOf[k] = found.push(k) - 1;
  }
  return { labels: found, numberOf };
}

function shares(y: Int32Array, labels: number): Float64Array {
  const share = new Float64Array(labels);
  for (const label of y) share[label] = (share[label] as number) + 1 / y.length;
  return share;
}

/** Zero weights, and the labels' log shares as intercepts. */
function startingPoint(columns: number, y: Int32Array, labels: number): Float64Array {
  const start = new Float64Array((columns + 1) * labels);
  shares(y, labels).forEach((share, k) => {
    start[columns * labels + k] = Math.log(share);
  });
  return start;
}

/** The Hessian's diagonal where every row had the labels' shares as probabilities, inverted: L-BFGS starts from it. */
function inverseCurvature(x: SparseMatrix, y: Int32Array, labels: number, penalty: number): Float64Array {
  const spread = shares(y, labels).map((share) => Math.max(share * (1 - share), 1e-4));
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
      inverse[c * labels + k] = 1 / (ridge + (square[c] as number) * (spread[k] as number));
    }
  }
  return inverse;
}

function expanded(
  found: Float64Array,
  twins: Twins,
  columns: number,
  present: readonly number[],
  labels: number,
): FittedLabels {
  const weights = new Float32Array(columns * labels);
  const intercept = new Float32Array(labels).fill(NEVER);
  const count = present.length;
  const merged = twins.matrix.columns;
  for (let c = 0; c < columns; c++) {
    const g = twins.group[c] as number;
    if (g < 0) continue;
    const scale = 1 / Math.sqrt(twins.size[g] as number);
    for (let j = 0; j < count; j++) {
      weights[c * labels + (present[j] as number)] = scale * (found[g * count + j] as number);
    }
  }
  for (let j = 0; j < count; j++) intercept[present[j] as number] = found[merged * count + j] as number;
  return linearScores('logistic', weights, intercept, columns);
}
