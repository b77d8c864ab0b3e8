import { quantile, resamplesFor } from '../metrics/bootstrap.ts';
import { seededIndex } from '../metrics/random.ts';
import { JudgingError } from './errors.ts';
import { decide, type Judgement, type NumberScores } from './judgement.ts';
import { numberReason } from './number-reason.ts';

export interface NumberContest {
  /** Absolute errors on rows that neither the champion nor the challenger's fit learned from. */
  readonly rows: readonly { readonly championError: number; readonly challengerError: number }[];
  /** The share of the champion's mean absolute error that may be risked; 0.01 unless said otherwise. */
  readonly margin?: number;
  readonly seed: number;
  readonly resamples?: number;
}

/**
 * Judges a challenger on a number target: the paired bootstrap's one-sided 95 % bounds (5th and 95th percentile) of its
 * gain in mean absolute error. Rows are resampled in pairs, since a hard row is hard for both.
 * @throws JudgingError `not_finite` for an error that is negative or not finite, `bad_margin`
 */
export function judgeNumbers(contest: NumberContest): Judgement<NumberScores> {
  const { rows, margin: share = 0.01, seed } = contest;
  if (!(share >= 0 && share <= 1)) {
    throw new JudgingError('bad_margin', `a margin lies between 0 and 1, not at ${share}`);
  }
  if (rows.length === 0) {
    const nothing = {
      rows: 0,
      gain: null,
      low: null,
      high: null,
      margin: 0,
      champion: null,
      challenger: null,
    };
    return { verdict: 'undecided', reason: numberReason('undecided', null), ...nothing };
  }
  const champion = {
    mae: mean(
      'champion',
      rows.map((row) => row.championError),
    ),
  };
  const challenger = {
    mae: mean(
      'challenger',
      rows.map((row) => row.challengerError),
    ),
  };
  const margin = share * champion.mae;
  const gains = Float64Array.from(rows, (row) => row.championError - row.challengerError);
  const gain = gains.reduce((sum, g) => sum + g, 0) / rows.length;
  const scores = { rows: rows.length, gain, margin, champion, challenger };
  if (rows.length < 2) {
    const comparison = { ...scores, low: null, high: null };
    return { verdict: 'undecided', reason: numberReason('undecided', comparison), ...comparison };
  }
  const bounds = pairedBounds(gains, seed, resamplesFor(rows.length, contest.resamples ?? 2000));
  const verdict = decide({ rows: rows.length, ...bounds, margin, logLossIsWorse: false });
  const comparison = { ...scores, ...bounds };
  return { verdict, reason: numberReason(verdict, comparison), ...comparison };
}

/** The 5th and 95th percentile of the mean gain over resamples of the rows (Efron 1979). */
function pairedBounds(gains: Float64Array, seed: number, resamples: number): { low: number; high: number } {
  const draw = seededIndex(seed);
  const rows = gains.length;
  const means = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += gains[draw(rows)] as number;
    means[r] = sum / rows;
  }
  return { low: quantile(means, 0.05), high: quantile(means, 0.95) };
}

function mean(who: string, errors: readonly number[]): number {
  let sum = 0;
  for (const [i, error] of errors.entries()) {
    if (!(error >= 0 && Number.isFinite(error))) {
      throw new JudgingError('not_finite', `row ${i}: the ${who}'s absolute error is ${error}`);
    }
    sum += error;
  }
  if (!Number.isFinite(sum))
    throw new JudgingError('not_finite', `the ${who}'s errors are too large to be added`);
  return sum / errors.length;
}
