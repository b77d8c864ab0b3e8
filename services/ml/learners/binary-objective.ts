import type { Objective } from '../linalg/lbfgs.ts';
import type { SparseMatrix } from '../linalg/sparse.ts';

const { abs, exp, log1p, max } = Math;

/**
 * The softmax objective of two labels in half the parameters: the second label's weights minus the first's, then the
 * intercepts' difference. At the minimum the two labels' weights are opposite, so a squared difference weighs half.
 * @param y 0 or 1
 */
export function binaryObjective(x: SparseMatrix, y: Int32Array, penalty: number): Objective {
  const { rows, columns, start, index, value } = x;
  const share = 1 / rows;
  return (at, gradient) => {
    let squares = 0;
    for (let c = 0; c < columns; c++) {
      const w = at[c] as number;
      squares += w * w;
      gradient[c] = 0.5 * penalty * w;
    }
    let loss = 0;
    let slope = 0;
    for (let r = 0; r < rows; r++) {
      const from = start[r] as number;
      const to = start[r + 1] as number;
      let score = at[columns] as number;
      for (let i = from; i < to; i++) score += (value[i] as number) * (at[index[i] as number] as number);
      const truth = y[r] as number;
      // log(1 + exp(score)) without overflow.
      const e = exp(-abs(score));
      loss += log1p(e) + max(score, 0) - truth * score;
      const residual = share * ((score >= 0 ? 1 : e) / (1 + e) - truth);
      slope += residual;
      for (let i = from; i < to; i++) {
        const c = index[i] as number;
        gradient[c] = (gradient[c] as number) + residual * (value[i] as number);
      }
    }
    gradient[columns] = slope;
    return loss * share + 0.25 * penalty * squares;
  };
}
