import { JudgingError } from './errors.ts';

/** How often two models differ on the same rows: only the challenger right, only the champion right, of how many. */
export interface PairedCounts {
  readonly better: number;
  readonly worse: number;
  readonly rows: number;
}

/**
 * Tango's score interval for the difference of two paired proportions, (better − worse) / rows: the differences that
 * the score test does not reject at ±z. It stays within −1 and 1, and has width where nothing differs: z²/(rows + z²).
 * T. Tango, "Equivalence test and confidence interval for the difference in proportions for the paired-sample design",
 * Statistics in Medicine 17 (1998), 891–908.
 * @param z 1.645 gives two one-sided 95 % bounds, which together are a two-sided 90 % interval
 * @throws JudgingError `bad_counts`
 */
export function tangoInterval(counts: PairedCounts, z: number): { low: number; high: number } {
  const { better, worse, rows } = counts;
  const whole = [better, worse, rows].every((count) => Number.isSafeInteger(count) && count >= 0);
  if (!whole || rows === 0 || better + worse > rows) {
    throw new JudgingError(
      'bad_counts',
      `${better} better and ${worse} worse of ${rows} rows cannot be counts of rows`,
    );
  }
  const low = lowerBound(counts, z);
  // The upper bound is the mirrored lower bound of the mirrored counts; 0 − x, since −0 is no bound to show.
  return { low, high: 0 - lowerBound({ better: worse, worse: better, rows }, z) };
}

/** The statistic falls as the difference grows, so that halving finds where it crosses z. */
function lowerBound(counts: PairedCounts, z: number): number {
  if (counts.worse === counts.rows) return -1;
  let rejected = -1;
  let accepted = (counts.better - counts.worse) / counts.rows;
  for (;;) {
    const middle = (rejected + accepted) / 2;
    if (middle <= rejected || middle >= accepted) return accepted;
    if (exceeds(counts, middle, z)) rejected = middle;
    else accepted = middle;
  }
}

/** Is the score statistic of a difference below the observed one greater than z? Squared, so that nothing divides by 0. */
function exceeds({ better, worse, rows }: PairedCounts, difference: number, z: number): boolean {
  const distance = better - worse - rows * difference;
  const spread = 2 * worseGiven(better, worse, rows, difference) + difference * (1 - difference);
  return distance * distance > z * z * rows * spread;
}

/**
 * The likeliest probability of "only the champion right" if the difference were so: the greater root of
 * 2n·q² + b·q + c = 0 (Tango 1998, eq. 6), in the form without cancellation.
 */
function worseGiven(better: number, worse: number, rows: number, difference: number): number {
  const b = -better - worse + (2 * rows - better + worse) * difference;
  const c = -worse * difference * (1 - difference);
  const root = Math.sqrt(Math.max(0, b * b - 8 * rows * c));
  if (b <= 0) return (root - b) / (4 * rows);
  return root + b === 0 ? 0 : (-2 * c) / (root + b);
}
