import { times } from '../linalg/sparse.ts';
import { median } from '../linalg/vector.ts';
import { checkRows, checkTargets } from './check.ts';
import { defineLearner } from './learner.ts';
import { linearValue, restoreLinearValue } from './linear.ts';
import { alpha, leastSquares } from './ridge.ts';

const MAX_ROUNDS = 10;
/** The rounds end when what counts as a small error moves by a smaller share. */
const SETTLED = 0.01;
/** Errors below this share of the targets' spread are all small: a fit that is exact, or nearly, would leave no scale. */
const LEAST_SCALE = 0.01;
/** The median of absolute errors, of normal ones, is this share of their deviation. */
const NORMAL = 0.6744897501960817;

/** Iteratively reweighted least squares with an L2 penalty: each round tells anew, by the median absolute error, what is small. */
export const huber = defineLearner({
  name: 'huber',
  meaning:
    "Linear regression by Huber's loss (Huber 1964): squares for small errors, absolute values for large ones, so that a wild target pulls no harder than an odd one. By reweighted least squares (Huber & Ronchetti, Robust Statistics, 2009, 7.8).",
  settings: {
    alpha,
    epsilon: {
      type: 'number',
      low: 1.01,
      high: 10,
      default: 1.35,
      meaning: 'From how many deviations on an error counts by its size instead of its square.',
    },
  },
  // Each fit takes many rounds.
  isTriedSecond: true,
  number: {
    candidates: () => [0.3, 3, 30].map((alpha) => ({ alpha })),
    async fit({ x, y, pause }, { alpha, epsilon }) {
      checkRows(x, y.length);
      checkTargets(y);
      const { middle, spread } = robustScale(y);
      const target = y.map((value) => (value - middle) / spread);
      const answered = new Float64Array(x.rows);
      let deviation = deviationOf(target);
      const first = sharesOf(target, deviation, epsilon);
      let found = await leastSquares({ x, y: target, shares: first, alpha, pause });
      for (let round = 1; round < MAX_ROUNDS; round++) {
        times(x, found.weights, answered);
        const errors = target.map((value, r) => value - found.intercept - (answered[r] as number));
        const before = deviation;
        deviation = deviationOf(errors);
        const shares = sharesOf(errors, deviation, epsilon);
        found = await leastSquares({ x, y: target, shares, alpha, start: found.weights, pause });
        if (Math.abs(deviation - before) <= SETTLED * before) break;
      }
      return linearValue(
        'huber',
        found.weights.map((weight) => weight * spread),
        Float64Array.of(middle + spread * found.intercept),
        x.columns,
      );
    },
    restore: (tensors, width) => restoreLinearValue('huber', tensors, width),
  },
});

/** By the median of their absolute values, the deviation that normal errors would have. */
function deviationOf(errors: Float64Array): number {
  return Math.max(LEAST_SCALE, median(errors.map(Math.abs)) / NORMAL);
}

/** By row, the share of its squared error that makes it Huber's loss. */
function sharesOf(errors: Float64Array, deviation: number, epsilon: number): Float64Array {
  return errors.map((error) => Math.min(1, (epsilon * deviation) / Math.max(Math.abs(error), LEAST_SCALE)));
}

/** The median and, in deviations of a normal distribution, the median distance from it; never 0. */
function robustScale(y: Float64Array): { middle: number; spread: number } {
  const middle = median(y);
  const distances = y.map((value) => Math.abs(value - middle));
  const sorted = distances.toSorted();
  // Where most targets are one value, the nearest of the others say how far targets lie apart.
  const spread = median(distances) / NORMAL || (sorted.find((distance) => distance > 0) ?? 1);
  return { middle, spread };
}
