const { abs, exp, max } = Math;

/** Outside of these a temperature says that there were too few rows, not how sure a model is. */
const COLDEST = 0.2;
const HOTTEST = 5;
const LEAST_ROWS = 30;
const MAX_STEPS = 50;

/**
 * The temperature whose division of the scores gives the least log-loss (Guo et al., On Calibration of Modern Neural
 * Networks, 2017). The loss is convex in 1/T: Newton's method, each step kept within the bracket that the slope's sign
 * leaves. 1 with fewer than 30 rows.
 * @param scores rows × labels, of all rows
 * @param use by row, whether it counts
 */
export function fitTemperature(scores: Float64Array, y: Int32Array, labels: number, use: Uint8Array): number {
  const rows = use.reduce((sum, used) => sum + used, 0);
  if (rows < LEAST_ROWS || labels < 2) return 1;
  let low = 1 / HOTTEST;
  let high = 1 / COLDEST;
  let inverse = 1;
  for (let step = 0; step < MAX_STEPS; step++) {
    const { slope, curvature } = derivatives(scores, y, labels, use, inverse);
    if (slope > 0) high = inverse;
    else low = inverse;
    const newton = inverse - slope / curvature;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (abs(next - inverse) < 1e-7 * inverse) return 1 / next;
    inverse = next;
  }
  return 1 / inverse;
}

/** Of the summed log-loss by the inverse temperature: Σ E[z] − z_true and Σ Var[z], under the probabilities. */
function derivatives(
  scores: Float64Array,
  y: Int32Array,
  labels: number,
  use: Uint8Array,
  inverse: number,
): { slope: number; curvature: number } {
  let slope = 0;
  let curvature = 0;
  for (let r = 0; r < use.length; r++) {
    if (use[r] === 0) continue;
    const from = r * labels;
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < labels; k++) top = max(top, scores[from + k] as number);
    let total = 0;
    let first = 0;
    let second = 0;
    for (let k = 0; k < labels; k++) {
      const z = (scores[from + k] as number) - top;
      const e = exp(inverse * z);
      total += e;
      first += e * z;
      second += e * z * z;
    }
    const mean = first / total;
    slope += mean - ((scores[from + (y[r] as number)] as number) - top);
    curvature += second / total - mean * mean;
  }
  return { slope, curvature };
}
