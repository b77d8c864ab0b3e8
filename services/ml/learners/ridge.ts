import { solve } from '../linalg/conjugate-gradient.ts';
import { addTransposedTimes, type SparseMatrix, times } from '../linalg/sparse.ts';
import { dot } from '../linalg/vector.ts';
import { checkRows, checkTargets } from './check.ts';
import type { NumberLearner } from './learner.ts';
import { linearValue } from './linear.ts';

export interface RidgeSettings {
  /** How much the squared weights weigh against the squared errors of the standardised target. */
  readonly alpha: number;
}

const TOLERANCE = 1e-8;
const MAX_ITERATIONS = 1000;

/**
 * Least squares with an L2 penalty and a free intercept (Hoerl & Kennard 1970), by conjugate gradients on the normal
 * equations. Columns are centred within the product, so that the matrix stays sparse.
 */
export function ridgeLearner({ alpha }: RidgeSettings): NumberLearner {
  return {
    name: 'ridge',
    async fit(x, y, pause) {
      checkRows(x, y.length);
      checkTargets(y);
      const { middle, spread, target } = standardisedTarget(y);
      const means = columnMeans(x);
      const right = new Float64Array(x.columns);
      addTransposedTimes(x, target, right);
      const product = new Float64Array(x.rows);
      const weights = await solve(right, {
        diagonal: diagonalOf(x, means, alpha),
        tolerance: TOLERANCE,
        maxIterations: MAX_ITERATIONS,
        pause,
        multiply(v, out) {
          const centre = dot(means, v);
          times(x, v, product);
          let sum = 0;
          for (let r = 0; r < x.rows; r++) {
            product[r] = (product[r] as number) - centre;
            sum += product[r] as number;
          }
          for (let c = 0; c < x.columns; c++) out[c] = alpha * (v[c] as number) - sum * (means[c] as number);
          addTransposedTimes(x, product, out);
        },
      });
      for (let c = 0; c < x.columns; c++) weights[c] = (weights[c] as number) * spread;
      const intercept = middle - dot(means, weights);
      return linearValue('ridge', weights, Float64Array.of(intercept), x.columns);
    },
  };
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

function columnMeans(x: SparseMatrix): Float64Array {
  const means = new Float64Array(x.columns);
  addTransposedTimes(x, new Float64Array(x.rows).fill(1 / x.rows), means);
  return means;
}

function diagonalOf(x: SparseMatrix, means: Float64Array, alpha: number): Float64Array {
  const diagonal = means.map((mean) => alpha - x.rows * mean * mean);
  for (let i = 0; i < x.index.length; i++) {
    const c = x.index[i] as number;
    diagonal[c] = (diagonal[c] as number) + (x.value[i] as number) ** 2;
  }
  return diagonal.map((value) => Math.max(value, alpha));
}
