import { solve } from '../linalg/conjugate-gradient.ts';
import type { Pause } from '../linalg/lbfgs.ts';
import { addTransposedTimes, type SparseMatrix, times } from '../linalg/sparse.ts';
import { dot } from '../linalg/vector.ts';
import { checkRows, checkTargets } from './check.ts';
import { defineLearner } from './learner.ts';
import { linearValue, restoreLinearValue } from './linear.ts';
import type { Setting } from './settings.ts';

/** Also of Huber's learner. */
export const alpha = {
  type: 'number',
  low: 1e-9,
  high: 1e9,
  default: 1,
  meaning: 'How much the squared weights weigh against the errors of the standardised target.',
} as const satisfies Setting;

const TOLERANCE = 1e-8;
const MAX_ITERATIONS = 1000;

export const ridge = defineLearner({
  name: 'ridge',
  meaning: 'Least squares with an L2 penalty and a free intercept (Hoerl & Kennard 1970).',
  settings: { alpha },
  number: {
    candidates: ({ isPlain }) =>
      (isPlain ? [0.01, 0.1, 1, 10, 100, 1000] : [0.03, 0.3, 3, 30]).map((alpha) => ({ alpha })),
    async fit({ x, y, pause }, { alpha }) {
      checkRows(x, y.length);
      checkTargets(y);
      const { middle, spread, target } = standardisedTarget(y);
      const every = new Float64Array(x.rows).fill(1);
      const { weights, intercept } = await leastSquares({ x, y: target, shares: every, alpha, pause });
      return linearValue(
        'ridge',
        weights.map((weight) => weight * spread),
        Float64Array.of(middle + spread * intercept),
        x.columns,
      );
    },
    restore: (tensors, width) => restoreLinearValue('ridge', tensors, width),
  },
});

export interface LeastSquares {
  readonly x: SparseMatrix;
  readonly y: Float64Array;
  /** By row, how much it counts: none negative, not all 0. */
  readonly shares: Float64Array;
  readonly alpha: number;
  /** A guess of the weights. */
  readonly start?: Float64Array;
  readonly pause: Pause | undefined;
}

/**
 * The weights and intercept of least `Σ share · (y − intercept − x · weights)² + alpha · ‖weights‖²`, by conjugate
 * gradients on the normal equations. Columns are centred within the product, so that the matrix stays sparse.
 */
export async function leastSquares(
  problem: LeastSquares,
): Promise<{ weights: Float64Array; intercept: number }> {
  const { x, y, shares, alpha, start, pause } = problem;
  let total = 0;
  for (let r = 0; r < x.rows; r++) total += shares[r] as number;
  const means = new Float64Array(x.columns);
  addTransposedTimes(
    x,
    shares.map((share) => share / total),
    means,
  );
  const middle = dot(shares, y) / total;
  const right = new Float64Array(x.columns);
  addTransposedTimes(
    x,
    y.map((value, r) => (shares[r] as number) * (value - middle)),
    right,
  );
  const product = new Float64Array(x.rows);
  const weights = await solve(right, {
    diagonal: diagonalOf(x, shares, means, total, alpha),
    tolerance: TOLERANCE,
    maxIterations: MAX_ITERATIONS,
    start,
    pause,
    multiply(v, out) {
      const centre = dot(means, v);
      times(x, v, product);
      let sum = 0;
      for (let r = 0; r < x.rows; r++) {
        product[r] = (shares[r] as number) * ((product[r] as number) - centre);
        sum += product[r] as number;
      }
      for (let c = 0; c < x.columns; c++) out[c] = alpha * (v[c] as number) - sum * (means[c] as number);
      addTransposedTimes(x, product, out);
    },
  });
  return { weights, intercept: middle - dot(means, weights) };
}

function standardisedTarget(y: Float64Array): { middle: number; spread: number; target: Float64Array } {
  let unit = 0;
  for (const value of y) unit = Math.max(unit, Math.abs(value));
  if (unit === 0) unit = 1;
  let mean = 0;
  for (const value of y) mean += value / unit / y.length;
  let square = 0;
  for (const value of y) square += (value / unit - mean) ** 2 / y.length;
  const deviation = Math.sqrt(square) || 1;
  return {
    middle: mean * unit,
    spread: deviation * unit,
    target: y.map((value) => (value / unit - mean) / deviation),
  };
}

function diagonalOf(
  x: SparseMatrix,
  shares: Float64Array,
  means: Float64Array,
  total: number,
  alpha: number,
): Float64Array {
  const diagonal = means.map((mean) => alpha - total * mean * mean);
  for (let r = 0; r < x.rows; r++) {
    const end = x.start[r + 1] as number;
    for (let i = x.start[r] as number; i < end; i++) {
      const c = x.index[i] as number;
      diagonal[c] = (diagonal[c] as number) + (shares[r] as number) * (x.value[i] as number) ** 2;
    }
  }
  return diagonal.map((value) => Math.max(value, alpha));
}
