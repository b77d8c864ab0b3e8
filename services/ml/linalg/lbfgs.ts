import { weakWolfe } from './line-search.ts';
import { addScaled, dot, largest } from './vector.ts';

/** Writes the gradient at `x` into `gradient` and returns the value there. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

/** Lets a caller breathe (renew a lease, serve a request) between two steps of a long computation. */
export type Pause = () => Promise<void> | undefined;

export interface LbfgsOptions {
  /** Stops when no component of the gradient is larger. */
  readonly tolerance: number;
  /** Stops also when three steps together lower the function by a smaller share of its value; 0 when absent. */
  readonly decrease?: number;
  readonly maxIterations: number;
  /** How many pairs of steps and gradient changes are remembered. */
  readonly memory?: number;
  /** A guess of the inverse Hessian's diagonal; ones when absent. */
  readonly diagonal?: Float64Array;
  readonly pause?: Pause | undefined;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** One step alone may be a short one; three in a row are not by chance. */
const SPAN = 3;

/**
 * Minimises a smooth function from `start` (which is left as it is) by limited-memory BFGS: the two-loop recursion of
 * Nocedal & Wright, Numerical Optimization (2006), algorithms 7.4 and 7.5, with a weak Wolfe line search.
 */
export async function minimise(
  objective: Objective,
  start: Float64Array,
  options: LbfgsOptions,
): Promise<Minimum> {
  const size = start.length;
  const history = new History(size, options.memory ?? 5, options.diagonal);
  let x = Float64Array.from(start);
  let gradient = new Float64Array(size);
  let nextX = new Float64Array(size);
  let nextGradient = new Float64Array(size);
  const direction = new Float64Array(size);
  let value = objective(x, gradient);
  const values: number[] = [];
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    values.push(value);
    const before = values.at(-1 - SPAN) ?? Number.POSITIVE_INFINITY;
    if (largest(gradient) <= options.tolerance || before - value < (options.decrease ?? 0) * Math.abs(value))
      return { x, value, iterations: iteration, converged: true };
    const breath = options.pause?.();
    if (breath !== undefined) await breath;
    history.descend(gradient, direction);
    let slope = dot(gradient, direction);
    if (!(slope < 0)) {
      history.forget();
      history.descend(gradient, direction);
      slope = dot(gradient, direction);
    }
    const first = history.isEmpty() ? Math.min(1, 1 / largest(direction)) : 1;
    const found = weakWolfe(first, value, slope, (step) => {
      nextX.set(x);
      addScaled(nextX, step, direction);
      const at = objective(nextX, nextGradient);
      return { value: at, slope: dot(nextGradient, direction) };
    });
    if (found === null) return { x, value, iterations: iteration, converged: false };
    history.remember(x, nextX, gradient, nextGradient);
    value = found;
    [x, nextX] = [nextX, x];
    [gradient, nextGradient] = [nextGradient, gradient];
  }
  return { x, value, iterations: options.maxIterations, converged: false };
}

/** The last few steps `s` and gradient changes `y`, and the product with the inverse Hessian that they imply. */
class History {
  private readonly s: Float64Array[] = [];
  private readonly y: Float64Array[] = [];
  private rho: number[] = [];
  private scale = 1;
  private readonly size: number;
  private readonly memory: number;
  private readonly diagonal: Float64Array | undefined;

  constructor(size: number, memory: number, diagonal: Float64Array | undefined) {
    this.size = size;
    this.memory = memory;
    this.diagonal = diagonal;
  }

  isEmpty(): boolean {
    return this.rho.length === 0;
  }

  forget(): void {
    this.s.length = 0;
    this.y.length = 0;
    this.rho = [];
    this.scale = 1;
  }

  remember(x: Float64Array, nextX: Float64Array, gradient: Float64Array, nextGradient: Float64Array): void {
    const full = this.s.length === this.memory;
    const s = (full ? this.s.shift() : undefined) ?? new Float64Array(this.size);
    const y = (full ? this.y.shift() : undefined) ?? new Float64Array(this.size);
    if (full) this.rho.shift();
    let sy = 0;
    let yy = 0;
    const diagonal = this.diagonal;
    for (let i = 0; i < this.size; i++) {
      const si = (nextX[i] as number) - (x[i] as number);
      const yi = (nextGradient[i] as number) - (gradient[i] as number);
      s[i] = si;
      y[i] = yi;
      sy += si * yi;
      yy += diagonal === undefined ? yi * yi : yi * yi * (diagonal[i] as number);
    }
    if (!(sy > 1e-300) || !(yy > 0)) {
      this.forget();
      return;
    }
    this.s.push(s);
    this.y.push(y);
    this.rho.push(1 / sy);
    this.scale = sy / yy;
  }

  /** `out = −H · gradient`. */
  descend(gradient: Float64Array, out: Float64Array): void {
    const count = this.rho.length;
    const alpha = new Float64Array(count);
    out.set(gradient);
    for (let j = count - 1; j >= 0; j--) {
      alpha[j] = (this.rho[j] as number) * dot(this.s[j] as Float64Array, out);
      addScaled(out, -(alpha[j] as number), this.y[j] as Float64Array);
    }
    const { diagonal, scale } = this;
    for (let i = 0; i < this.size; i++) {
      out[i] = (out[i] as number) * (diagonal === undefined ? scale : scale * (diagonal[i] as number));
    }
    for (let j = 0; j < count; j++) {
      const beta = (this.rho[j] as number) * dot(this.y[j] as Float64Array, out);
      addScaled(out, (alpha[j] as number) - beta, this.s[j] as Float64Array);
    }
    for (let i = 0; i < this.size; i++) out[i] = -(out[i] as number);
  }
}
