import { COVERAGE, type Interval } from './interval.ts';
import { seededIndex } from './random.ts';

/** Draws in all: with 1,000 resamples for 100,000 rows `labelMetrics` takes 2.5 s, with the least for a million 8 s. */
const DRAWS = 100_000_000;

/** How many resamples are worth their time for so many rows. */
export function resamplesFor(rows: number, wanted: number): number {
  return Math.max(200, Math.min(wanted, Math.floor(DRAWS / rows)));
}

/**
 * Resamples rows with replacement (B. Efron, Annals of Statistics 7, 1979, 1–26).
 * @param measure gets how often each row was drawn (length and sum are `rows`; reused) and the resample's number
 */
export function bootstrap(
  rows: number,
  resamples: number,
  seed: number,
  measure: (times: Int32Array, resample: number) => void,
): void {
  const draw = seededIndex(seed);
  const times = new Int32Array(rows);
  for (let r = 0; r < resamples; r++) {
    times.fill(0);
    for (let i = 0; i < rows; i++) {
      const row = draw(rows);
      times[row] = (times[row] as number) + 1;
    }
    measure(times, r);
  }
}

/** The value below which a share of the numbers lies, interpolated (Hyndman & Fan's type 7, as in NumPy and R). */
export function quantile(values: Float64Array, share: number): number {
  const ascending = values.toSorted();
  const at = share * (ascending.length - 1);
  const below = Math.floor(at);
  const low = ascending[below] as number;
  const high = ascending[Math.min(below + 1, ascending.length - 1)] as number;
  return low + (high - low) * (at - below);
}

/** Efron's percentile interval, 95 %, two-sided. */
export function percentileInterval(values: Float64Array): Interval {
  return {
    low: quantile(values, (1 - COVERAGE) / 2),
    high: quantile(values, (1 + COVERAGE) / 2),
    coverage: COVERAGE,
  };
}
