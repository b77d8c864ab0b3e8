import type { Objective } from '../linalg/lbfgs.ts';
import type { SparseMatrix } from '../linalg/sparse.ts';

// Taken once: where a global is looked up through a sandbox, as under jest, the look-up costs more than the sum.
const { exp, log } = Math;

/**
 * Mean log-loss of softmax regression plus `penalty`/2 · ‖weights‖²; the intercepts are not penalised. Parameters:
 * weights by column, all labels of a column side by side, then one intercept per label.
 */
export function softmaxObjective(x: SparseMatrix, y: Int32Array, labels: number, penalty: number): Objective {
  const weights = x.columns * labels;
  const z = new Float64Array(labels);
  const share = 1 / x.rows;
  return (at, gradient) => {
    let squares = 0;
    for (let j = 0; j < weights; j++) {
      const w = at[j] as number;
      squares += w * w;
      gradient[j] = penalty * w;
    }
    gradient.fill(0, weights);
    let loss = 0;
    for (let r = 0; r < x.rows; r++) {
      scoreRow(x, r, at, weights, z);
      loss += lossAndResidual(z, y[r] as number, share);
      addResidual(x, r, z, gradient, weights);
    }
    return loss * share + 0.5 * penalty * squares;
  };
}

function scoreRow(x: SparseMatrix, r: number, at: Float64Array, weights: number, z: Float64Array): void {
  const labels = z.length;
  const { index, value } = x;
  const end = x.start[r + 1] as number;
  for (let k = 0; k < labels; k++) z[k] = at[weights + k] as number;
  for (let i = x.start[r] as number; i < end; i++) {
    const v = value[i] as number;
    const base = (index[i] as number) * labels;
    for (let k = 0; k < labels; k++) z[k] = (z[k] as number) + v * (at[base + k] as number);
  }
}

function addResidual(
  x: SparseMatrix,
  r: number,
  z: Float64Array,
  gradient: Float64Array,
  weights: number,
): void {
  const labels = z.length;
  const { index, value } = x;
  const end = x.start[r + 1] as number;
  for (let i = x.start[r] as number; i < end; i++) {
    const v = value[i] as number;
    const base = (index[i] as number) * labels;
    for (let k = 0; k < labels; k++)
      gradient[base + k] = (gradient[base + k] as number) + v * (z[k] as number);
  }
  for (let k = 0; k < labels; k++) {
    gradient[weights + k] = (gradient[weights + k] as number) + (z[k] as number);
  }
}

/** Replaces the scores by `share` · (probabilities − truth) and returns the row's log-loss. */
function lossAndResidual(z: Float64Array, truth: number, share: number): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < z.length; k++) if ((z[k] as number) > top) top = z[k] as number;
  const own = z[truth] as number;
  let total = 0;
  for (let k = 0; k < z.length; k++) {
    const e = exp((z[k] as number) - top);
    z[k] = e;
    total += e;
  }
  const scale = share / total;
  for (let k = 0; k < z.length; k++) z[k] = (z[k] as number) * scale;
  z[truth] = (z[truth] as number) - share;
  return log(total) + top - own;
}
