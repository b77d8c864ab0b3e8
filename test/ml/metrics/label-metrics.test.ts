import { describe, expect, test } from '@jest/globals';
import { labelMetrics } from '../../../services/ml/metrics/label-metrics.ts';

/** Row by row; the labels are a … e, "e" is said once (row 9) and never true. */
const PROBABILITIES = [
  [0.7, 0.1, 0.1, 0.05, 0.05],
  [0.2, 0.5, 0.15, 0.1, 0.05],
  [0.05, 0.15, 0.6, 0.15, 0.05],
  [0.3, 0.25, 0.2, 0.15, 0.1],
  [0.1, 0.35, 0.05, 0.45, 0.05],
  [0.9, 0.04, 0.03, 0.02, 0.01],
  [0.25, 0.15, 0.45, 0.05, 0.1],
  [0.33, 0.32, 0.2, 0.1, 0.05],
  [0.02, 0.95, 0.01, 0.01, 0.01],
  [0.15, 0.2, 0.25, 0.1, 0.3],
  [0.12, 0.13, 0.55, 0.1, 0.1],
  [0.3, 0.25, 0.21, 0.04, 0.2],
];
const TRUTH = [0, 1, 2, 1, 3, 0, 0, 1, 1, 2, 2, 3];
const labels = ['a', 'b', 'c', 'd', 'e'];

const outcomes = (rows: number[][], truth: number[]) => ({
  labels,
  truth: Int32Array.from(truth),
  probabilities: Float64Array.from(rows.flat()),
});

describe('label metrics', () => {
  const metrics = labelMetrics(outcomes(PROBABILITIES, TRUTH));

  test('equal those of scikit-learn 1.9.1 on the same rows', () => {
    expect(metrics.rows).toBe(12);
    expect(metrics.accuracy).toBeCloseTo(0.5833333333333334, 12); // accuracy_score
    expect(metrics.top3).toBeCloseTo(0.9166666666666666, 12); // top_k_accuracy_score(k=3, labels=range(5))
    expect(metrics.logLoss).toBeCloseTo(0.9692366205583062, 12); // log_loss(labels=range(5))
    expect(metrics.macroF1).toBeCloseTo(0.625, 12); // f1_score(average='macro', labels=unique(y)); its default: 0.5
    expect(metrics.ece).toBeCloseTo(0.2608333333333334, 12); // from calibration_curve(n_bins=15) and the bins' counts
  });

  test('have the percentiles that SciPy 1.17.1 finds with 20,000 or more resamples', () => {
    const { logLoss, macroF1 } = labelMetrics({
      ...outcomes(PROBABILITIES, TRUTH),
      resamples: 20_000,
    }).intervals;
    expect(logLoss.low).toBeCloseTo(0.5623, 1);
    expect(logLoss.high).toBeCloseTo(1.4779, 1);
    expect(macroF1.low).toBeCloseTo(0.2583, 1);
    expect(macroF1.high).toBeCloseTo(0.875, 1);
  });

  test('stand within their own intervals', () => {
    for (const name of ['accuracy', 'top3', 'logLoss', 'macroF1', 'ece'] as const) {
      const { low, high, coverage } = metrics.intervals[name];
      expect(coverage).toBe(0.95);
      expect(low).toBeLessThanOrEqual(metrics[name]);
      expect(high).toBeGreaterThanOrEqual(metrics[name]);
      expect(high - low).toBeGreaterThan(0.05);
    }
  });

  test('are the same for the same seed, their intervals others for another', () => {
    expect(labelMetrics(outcomes(PROBABILITIES, TRUTH))).toEqual(metrics);
    const other = labelMetrics({ ...outcomes(PROBABILITIES, TRUTH), seed: 2 });
    expect(other.macroF1).toBe(metrics.macroF1);
    expect(other.intervals.logLoss).not.toEqual(metrics.intervals.logLoss);
  });

  test('do not depend on the order of the rows', () => {
    const reversed = labelMetrics(outcomes(PROBABILITIES.toReversed(), TRUTH.toReversed()));
    for (const name of ['accuracy', 'top3', 'logLoss', 'macroF1', 'ece'] as const) {
      expect(reversed[name]).toBeCloseTo(metrics[name], 12);
    }
  });
});

describe('equal probabilities', () => {
  const quarter = [0.25, 0.25, 0.25, 0.25, 0];

  test('suggest the labels in code-point order, first and among three', () => {
    expect(labelMetrics(outcomes([quarter], [0]))).toMatchObject({ accuracy: 1, top3: 1 });
    expect(labelMetrics(outcomes([quarter], [2]))).toMatchObject({ accuracy: 0, top3: 1 });
    expect(labelMetrics(outcomes([quarter], [3]))).toMatchObject({ accuracy: 0, top3: 0 });
  });
});

describe('a label that the model cannot say', () => {
  const sure = [1, 0, 0, 0, 0];

  test('is wrong, at any rank, and costs what a probability of one in a million costs', () => {
    expect(labelMetrics(outcomes([sure], [-1]))).toMatchObject({ accuracy: 0, top3: 0, macroF1: 0, ece: 1 });
    expect(labelMetrics(outcomes([sure], [-1])).logLoss).toBeCloseTo(13.815510557964274, 12);
  });

  test('halves the mean of F1 beside a label that is always right, less what it took from its precision', () => {
    // "a": said twice, true once: F1 = 2·1/(1+2); the unknown label: 0.
    expect(labelMetrics(outcomes([sure, sure], [0, -1])).macroF1).toBeCloseTo((2 / 3 + 0) / 2, 12);
  });
});

describe('one label', () => {
  test('is always right, at no loss', () => {
    const metrics = labelMetrics({
      labels: ['only'],
      truth: new Int32Array(40),
      probabilities: new Float64Array(40).fill(1),
    });
    expect(metrics).toMatchObject({ accuracy: 1, top3: 1, logLoss: 0, macroF1: 1, ece: 0 });
    expect(metrics.intervals.accuracy.low).toBeCloseTo(40 / (40 + 1.959963984540054 ** 2), 12);
  });
});

describe('what cannot be measured is refused by name', () => {
  const row = [0.2, 0.2, 0.2, 0.2, 0.2];

  test.each([
    ['no rows', 'no_rows', outcomes([], [])],
    ['a missing probability', 'wrong_length', outcomes([[0.5, 0.5]], [0])],
    ['NaN', 'not_a_probability', outcomes([[Number.NaN, 0.2, 0.2, 0.2, 0.2]], [1])],
    ['a probability above one', 'not_a_probability', outcomes([[0, 0, 0, 1.5, 0]], [0])],
    ['a label number beyond the labels', 'bad_labels', outcomes([row], [5])],
    ['labels out of order', 'bad_labels', { ...outcomes([row], [0]), labels: ['b', 'a', 'c', 'd', 'e'] }],
    ['no labels', 'bad_labels', { ...outcomes([[]], [-1]), labels: [] }],
  ])('%s', (_, code, given) => {
    expect(() => labelMetrics(given)).toThrow(expect.objectContaining({ name: 'MetricsError', code }));
  });

  test('with the row and the label', () => {
    const given = outcomes([row, [0.1, 0.1, Number.NaN, 0.1, 0.1]], [0, 0]);
    expect(() => labelMetrics(given)).toThrow('row 1, label "c": NaN');
  });
});
