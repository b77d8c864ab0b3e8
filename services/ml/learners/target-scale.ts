import type { FittedNumbers } from './learner.ts';

/** In which unit a number target is learned, and within what its answers stay. Plain JSON. */
export interface TargetScale {
  /** `log`: errors count as shares of the value, as those of prices, durations and counts do. */
  readonly kind: 'linear' | 'log';
  /** Added before the logarithm is taken. */
  readonly shift: number;
  /** Null where any answer may be given. */
  readonly least: number | null;
  readonly most: number | null;
}

/** An answer on a log scale is at most this many times the largest target: beyond, a small step is an absurd one. */
const FURTHEST = 3;

/**
 * The scale of targets. Where none is negative, no answer is. The logarithm is that of the target, or of the target and
 * its smallest positive value where some are 0 (of counts that is log(1 + count)); where some are negative, or all are
 * equal, the scale is linear whatever was asked for.
 */
export function targetScale(y: Float64Array, kind: TargetScale['kind']): TargetScale {
  let [lowest, highest, smallest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of y) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
    if (value > 0 && (smallest === 0 || value < smallest)) smallest = value;
  }
  const least = lowest >= 0 ? 0 : null;
  if (kind === 'linear' || least === null || highest <= lowest) {
    return { kind: 'linear', shift: 0, least, most: null };
  }
  return { kind, shift: lowest > 0 ? 0 : smallest, least, most: FURTHEST * highest };
}

/** A target, or an answer, in the unit it is learned in. */
export function toScale(value: number, { kind, shift }: TargetScale): number {
  return kind === 'log' ? Math.log(Math.max(value + shift, Number.MIN_VALUE)) : value;
}

/** The way back, within the bounds of what is answered. */
export function fromScale(value: number, { kind, shift, least, most }: TargetScale): number {
  const own = kind === 'log' ? Math.exp(value) - shift : value;
  return Math.max(least ?? own, Math.min(most ?? own, own));
}

/** Answers in the target's own unit what was learned on a scale. It is saved as what was learned. */
export function scaledNumbers(fitted: FittedNumbers, scale: TargetScale): FittedNumbers {
  return { ...fitted, predict: (row) => fromScale(fitted.predict(row), scale) };
}
