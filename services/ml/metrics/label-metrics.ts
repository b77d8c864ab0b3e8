import { byCodePoint } from '../predictor/definition.ts';
import { bootstrap, percentileInterval, resamplesFor } from './bootstrap.ts';
import { binOf, calibrationError } from './calibration-error.ts';
import { calibrationInterval } from './calibration-interval.ts';
import { MetricsError } from './errors.ts';
import { holding, type Interval, wilson } from './interval.ts';
import { clippedLogLoss } from './log-loss.ts';
import { macroF1 } from './macro-f1.ts';
import { rank } from './ranking.ts';

/** How well a model's suggestions fit rows that its fit did not see. All but `logLoss` (nats) lie within 0 and 1. */
export interface LabelMetrics {
  /** Share of rows whose first suggestion is the true label. */
  readonly accuracy: number;
  /** Share of rows whose true label is among the first three. */
  readonly top3: number;
  readonly logLoss: number;
  readonly macroF1: number;
  /** Expected calibration error of the first suggestion. */
  readonly ece: number;
  readonly rows: number;
  /** 95 %, two-sided: Wilson's for the two shares, the bootstrap's percentiles for the rest, `ece` as told there. */
  readonly intervals: Readonly<Record<'accuracy' | 'top3' | 'logLoss' | 'macroF1' | 'ece', Interval>>;
}

export interface LabelOutcomes {
  /** Sorted by code point, each once. */
  readonly labels: readonly string[];
  /** Per row the index of its true label, or −1 for a label that the model cannot say, which always counts against it. */
  readonly truth: Int32Array;
  /** rows × labels, row by row. */
  readonly probabilities: Float64Array;
  /** Of the bootstrap; the same seed gives the same intervals. */
  readonly seed?: number;
  readonly resamples?: number;
}

/**
 * Measures suggestions against the truth. Ties are broken as suggestions are sorted: by label, in code-point order.
 * @throws MetricsError `no_rows`, `bad_labels`, `wrong_length`, `not_a_probability`
 */
export function labelMetrics(outcomes: LabelOutcomes): LabelMetrics {
  check(outcomes);
  const { labels, truth, probabilities } = outcomes;
  const rows = truth.length;
  const first = new Int32Array(rows);
  const confidence = new Float64Array(rows);
  const bins = new Uint8Array(rows);
  const right = new Uint8Array(rows);
  const losses = new Float64Array(rows);
  let hits = 0;
  let hitsOf3 = 0;
  for (let i = 0; i < rows; i++) {
    const label = truth[i] as number;
    const ranked = rank(probabilities, i, labels.length, label);
    first[i] = ranked.first;
    confidence[i] = ranked.confidence;
    bins[i] = binOf(ranked.confidence);
    right[i] = ranked.before === 0 ? 1 : 0;
    losses[i] = clippedLogLoss(label < 0 ? 0 : (probabilities[i * labels.length + label] as number));
    if (ranked.before === 0) hits++;
    if (ranked.before < 3) hitsOf3++;
  }
  const once = new Int32Array(rows).fill(1);
  const logLoss = mean(losses, once);
  const f1 = macroF1(truth, first, once, labels.length);
  const ece = calibrationError(confidence, right, bins, once);

  const seed = outcomes.seed ?? 1;
  const resamples = resamplesFor(rows, outcomes.resamples ?? 1000);
  const logLosses = new Float64Array(resamples);
  const f1s = new Float64Array(resamples);
  const eces = new Float64Array(resamples);
  bootstrap(rows, resamples, seed, (times, r) => {
    logLosses[r] = mean(losses, times);
    f1s[r] = macroF1(truth, first, times, labels.length);
    eces[r] = calibrationError(confidence, right, bins, times);
  });
  return {
    accuracy: hits / rows,
    top3: hitsOf3 / rows,
    logLoss,
    macroF1: f1,
    ece,
    rows,
    intervals: {
      accuracy: wilson(hits, rows),
      top3: wilson(hitsOf3, rows),
      logLoss: holding(percentileInterval(logLosses), logLoss),
      macroF1: holding(percentileInterval(f1s), f1),
      ece: calibrationInterval(ece, eces, confidence, bins, seed + 1),
    },
  };
}

function mean(values: Float64Array, times: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (times[i] as number) * (values[i] as number);
  return sum / values.length;
}

function check({ labels, truth, probabilities }: LabelOutcomes): void {
  if (truth.length === 0) throw new MetricsError('no_rows', 'there are no rows to measure');
  if (labels.length === 0) throw new MetricsError('bad_labels', 'there are no labels');
  labels.forEach((label, k) => {
    const previous = labels[k - 1];
    if (previous !== undefined && byCodePoint(previous, label) >= 0) {
      throw new MetricsError('bad_labels', `labels are not sorted by code point, each once, at "${label}"`);
    }
  });
  if (probabilities.length !== truth.length * labels.length) {
    throw new MetricsError(
      'wrong_length',
      `${truth.length} rows of ${labels.length} labels need ${truth.length * labels.length} probabilities, not ${probabilities.length}`,
    );
  }
  for (const [i, label] of truth.entries()) {
    if (label < -1 || label >= labels.length) {
      throw new MetricsError('bad_labels', `row ${i}: there is no label number ${label}`);
    }
  }
  for (const [at, probability] of probabilities.entries()) {
    if (!(probability >= 0 && probability <= 1 + 1e-9)) {
      const where = `row ${Math.floor(at / labels.length)}, label "${labels[at % labels.length]}"`;
      throw new MetricsError('not_a_probability', `${where}: ${probability} is not a probability`);
    }
  }
}
