export interface Conformal {
  /** Half the interval's width, in the target's unit. */
  readonly residual: number;
  /** How many rows it rests on. */
  readonly rows: number;
}

/**
 * The half width that holds a new row's true value with probability `coverage` at least, if rows keep coming as they
 * did: the ⌈(n + 1) · coverage⌉-th smallest absolute residual out of fold (split conformal; Lei et al. 2018, Vovk 2015
 * for cross-conformal). With too few rows for that rank, the largest.
 */
export function conformalResidual(residuals: Float64Array, coverage: number): Conformal {
  const sorted = residuals.map(Math.abs).sort();
  const rank = Math.min(sorted.length, Math.ceil((sorted.length + 1) * coverage));
  return { residual: sorted[rank - 1] ?? 0, rows: sorted.length };
}
