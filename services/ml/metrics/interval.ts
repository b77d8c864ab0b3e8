/** Where the true figure lies with a probability of `coverage`, as far as these rows can tell. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly coverage: number;
}

export const COVERAGE = 0.95;

/** The two-sided 95 % point of the normal distribution. */
const Z = 1.959963984540054;

/**
 * Wilson's score interval for a proportion (E. B. Wilson, JASA 22, 1927, 209–212), 95 %, two-sided. Unlike the
 * textbook p ± z·s it has width where all or none of the rows are hits, and stays within 0 and 1.
 */
export function wilson(hits: number, rows: number): Interval {
  const share = hits / rows;
  const square = Z * Z;
  const centre = (hits + square / 2) / (rows + square);
  const half = (Z * Math.sqrt(rows * share * (1 - share) + square / 4)) / (rows + square);
  return {
    low: hits === 0 ? 0 : Math.max(0, centre - half),
    high: hits === rows ? 1 : Math.min(1, centre + half),
    coverage: COVERAGE,
  };
}

/** The interval, widened where it must be to hold the figure it stands beside. */
export function holding(interval: Interval, figure: number): Interval {
  return { ...interval, low: Math.min(interval.low, figure), high: Math.max(interval.high, figure) };
}
