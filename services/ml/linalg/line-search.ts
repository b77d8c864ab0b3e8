export interface Probe {
  readonly value: number;
  readonly slope: number;
}

const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;
const MAX_PROBES = 40;

/**
 * Finds a step of sufficient decrease and curvature (weak Wolfe) by bracketing and bisection: Lewis & Overton,
 * Nonsmooth optimization via quasi-Newton methods (2013), algorithm 4.6. `probe` evaluates a step; the last step probed
 * is the one accepted. Returns its value, or null when no step decreases the function any further.
 */
export function weakWolfe(
  first: number,
  value: number,
  slope: number,
  probe: (step: number) => Probe,
): number | null {
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let step = first;
  // Rounding makes the last digits of a large sum noise; a decrease below it cannot be asked for.
  const noise = 1e-14 * Math.abs(value);
  for (let i = 0; i < MAX_PROBES; i++) {
    const at = probe(step);
    if (!(at.value <= value + SUFFICIENT_DECREASE * step * slope + noise)) high = step;
    else if (at.slope < CURVATURE * slope) low = step;
    else return at.value;
    step = high === Number.POSITIVE_INFINITY ? 2 * low : (low + high) / 2;
  }
  return null;
}
