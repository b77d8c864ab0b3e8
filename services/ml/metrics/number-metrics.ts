import { bootstrap, percentileInterval, resamplesFor } from './bootstrap.ts';
import { MetricsError } from './errors.ts';
import { holding, type Interval } from './interval.ts';

/** How far a model's values are from the truth on rows that its fit did not see; `mae` and `rmse` in the target's unit. */
export interface NumberMetrics {
  /** Mean absolute error. */
  readonly mae: number;
  /** Root of the mean squared error. */
  readonly rmse: number;
  /** Share of the variance explained: 1 is exact, 0 as good as the mean, below 0 worse. */
  readonly r2: number;
  readonly rows: number;
  /** 95 %, two-sided, the bootstrap's percentiles. */
  readonly intervals: Readonly<Record<'mae' | 'rmse' | 'r2', Interval>>;
}

export interface NumberOutcomes {
  readonly truth: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  /** Of the bootstrap; the same seed gives the same intervals. */
  readonly seed?: number;
  readonly resamples?: number;
}

/** Values below this have squares with fewer digits than others, or none. */
const SMALL = 1e-100;

/**
 * Measures values against the truth. Where the truth does not vary, `r2` is 1 if every value is exact and 0 otherwise,
 * as in scikit-learn (`force_finite`), since JSON knows no −∞.
 * @throws MetricsError `no_rows`, `wrong_length`, `not_finite`
 */
export function numberMetrics(outcomes: NumberOutcomes): NumberMetrics {
  check(outcomes);
  const unit = unitOf(outcomes);
  const truth = Float64Array.from(outcomes.truth, (value) => value / unit);
  const predicted = Float64Array.from(outcomes.predicted, (value) => value / unit);
  const rows = truth.length;
  const scaled = (times: Int32Array): [number, number, number] => {
    const [mae, rmse, r2] = measure(truth, predicted, times);
    return [mae * unit, rmse * unit, r2];
  };
  const [mae, rmse, r2] = scaled(new Int32Array(rows).fill(1));
  if (!Number.isFinite(rmse)) throw new MetricsError('not_finite', 'the errors are too large to be squared');

  const resamples = resamplesFor(rows, outcomes.resamples ?? 1000);
  const maes = new Float64Array(resamples);
  const rmses = new Float64Array(resamples);
  const r2s = new Float64Array(resamples);
  bootstrap(rows, resamples, outcomes.seed ?? 1, (times, r) => {
    [maes[r], rmses[r], r2s[r]] = scaled(times);
  });
  return {
    mae,
    rmse,
    r2,
    rows,
    intervals: {
      mae: holding(percentileInterval(maes), mae),
      rmse: holding(percentileInterval(rmses), rmse),
      r2: holding(percentileInterval(r2s), r2),
    },
  };
}

/**
 * What the smallest targets are measured in, since their squares would be 0: a power of two, by which dividing changes
 * no digit. 1 for all others.
 */
function unitOf({ truth, predicted }: NumberOutcomes): number {
  let largest = 0;
  for (let i = 0; i < truth.length; i++) {
    largest = Math.max(largest, Math.abs(truth[i] ?? 0), Math.abs(predicted[i] ?? 0));
  }
  return largest === 0 || largest > SMALL ? 1 : 2 ** Math.max(Math.floor(Math.log2(largest)), -1022);
}

function measure(truth: Float64Array, predicted: Float64Array, times: Int32Array): [number, number, number] {
  const rows = truth.length;
  let sum = 0;
  let absolute = 0;
  let squared = 0;
  for (let i = 0; i < rows; i++) {
    const count = times[i] as number;
    const error = (truth[i] as number) - (predicted[i] as number);
    sum += count * (truth[i] as number);
    absolute += count * (error < 0 ? -error : error);
    squared += count * error * error;
  }
  const mean = sum / rows;
  let variance = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < rows; i++) {
    const count = times[i] as number;
    if (count === 0) continue;
    const value = truth[i] as number;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
    variance += count * (value - mean) * (value - mean);
  }
  // The mean of equal values may differ from them in its last bit: the variance alone does not tell that they are equal.
  const varies = lowest < highest && variance > 0;
  const r2 = varies ? Math.max(1 - squared / variance, -Number.MAX_VALUE) : squared === 0 ? 1 : 0;
  return [absolute / rows, Math.sqrt(squared / rows), r2];
}

function check({ truth, predicted }: NumberOutcomes): void {
  if (truth.length === 0) throw new MetricsError('no_rows', 'there are no rows to measure');
  if (truth.length !== predicted.length) {
    throw new MetricsError('wrong_length', `${truth.length} true values, ${predicted.length} predicted ones`);
  }
  for (let i = 0; i < truth.length; i++) {
    if (!Number.isFinite(truth[i]))
      throw new MetricsError('not_finite', `row ${i}: the truth is ${truth[i]}`);
    if (!Number.isFinite(predicted[i])) {
      throw new MetricsError('not_finite', `row ${i}: the prediction is ${predicted[i]}`);
    }
  }
}
