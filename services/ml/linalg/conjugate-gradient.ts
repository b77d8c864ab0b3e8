import type { Pause } from './lbfgs.ts';
import { addScaled, dot } from './vector.ts';

export interface ConjugateGradientOptions {
  /** Writes `A · v` into `out`; A is symmetric and positive definite. */
  readonly multiply: (v: Float64Array, out: Float64Array) => void;
  /** The diagonal of A, all positive: the preconditioner (Jacobi). */
  readonly diagonal: Float64Array;
  /** Stops when the residual has fallen to this share of the right-hand side. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** A guess of the solution, left as it is; zeros when absent. */
  readonly start?: Float64Array | undefined;
  readonly pause?: Pause | undefined;
}

/** Solves `A · x = right` by preconditioned conjugate gradients (Nocedal & Wright 2006, algorithm 5.3). */
export async function solve(right: Float64Array, options: ConjugateGradientOptions): Promise<Float64Array> {
  const size = right.length;
  const x = options.start?.slice() ?? new Float64Array(size);
  const residual = Float64Array.from(right);
  const scaled = new Float64Array(size);
  const direction = new Float64Array(size);
  const product = new Float64Array(size);
  if (options.start !== undefined) {
    options.multiply(x, product);
    addScaled(residual, -1, product);
  }
  const goal = options.tolerance ** 2 * dot(right, right);
  let rz = 0;
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    if (dot(residual, residual) <= goal) break;
    const breath = options.pause?.();
    if (breath !== undefined) await breath;
    for (let i = 0; i < size; i++) scaled[i] = (residual[i] as number) / (options.diagonal[i] as number);
    const next = dot(residual, scaled);
    const beta = iteration === 0 ? 0 : next / rz;
    for (let i = 0; i < size; i++) direction[i] = (scaled[i] as number) + beta * (direction[i] as number);
    rz = next;
    options.multiply(direction, product);
    const curvature = dot(direction, product);
    if (!(curvature > 0)) break;
    const step = rz / curvature;
    addScaled(x, step, direction);
    addScaled(residual, -step, product);
  }
  return x;
}
