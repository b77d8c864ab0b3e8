import { describe, expect, test } from '@jest/globals';
import { numberMetrics } from '../../../services/ml/metrics/number-metrics.ts';

const truth = [22, 38, 26, 35, 35, 54, 2, 27, 14, 4, 58, 20];
const predicted = [25, 33.5, 28, 30, 36, 45, 10, 30, 14, 9.25, 50, 24];

describe('number metrics', () => {
  test('equal those of scikit-learn 1.9.1 on the same rows', () => {
    const metrics = numberMetrics({ truth, predicted });
    expect(metrics.rows).toBe(12);
    expect(metrics.mae).toBeCloseTo(4.395833333333333, 12); // mean_absolute_error
    expect(metrics.rmse).toBeCloseTo(5.170529469986609, 12); // root_mean_squared_error
    expect(metrics.r2).toBeCloseTo(0.9035706234501415, 12); // r2_score
  });

  test('have the percentiles that SciPy 1.17.1 finds with 20,000 or more resamples', () => {
    const { mae, rmse, r2 } = numberMetrics({ truth, predicted, resamples: 20_000 }).intervals;
    expect([mae.low, mae.high]).toEqual([expect.closeTo(2.875, 1), expect.closeTo(5.958, 1)]);
    expect([rmse.low, rmse.high]).toEqual([expect.closeTo(3.597, 1), expect.closeTo(6.527, 1)]);
    expect([r2.low, r2.high]).toEqual([expect.closeTo(0.8155, 1), expect.closeTo(0.925, 1)]);
  });

  test('are the same for the same seed', () => {
    expect(numberMetrics({ truth, predicted, seed: 7 })).toEqual(
      numberMetrics({ truth, predicted, seed: 7 }),
    );
    expect(numberMetrics({ truth, predicted, seed: 8 })).not.toEqual(
      numberMetrics({ truth, predicted, seed: 7 }),
    );
  });

  test('explain nothing of a truth that does not vary, or all of it, as in scikit-learn', () => {
    expect(numberMetrics({ truth: [0.1, 0.1, 0.1], predicted: [0.1, 0.1, 0.2] }).r2).toBe(0);
    expect(numberMetrics({ truth: [0.1, 0.1, 0.1], predicted: [0.1, 0.1, 0.1] }).r2).toBe(1);
  });

  test('of values whose squares would be 0 are those of the same values in another unit', () => {
    const truth = [1, 2, 3, 4, 6];
    const predicted = [1, 2.5, 3, 4, 5];
    const plain = numberMetrics({ truth, predicted });
    for (const unit of [2 ** -560, 2 ** -1060]) {
      const by = (values: readonly number[]) => values.map((value) => value * unit);
      const tiny = numberMetrics({ truth: by(truth), predicted: by(predicted) });
      expect(tiny.r2).toBe(plain.r2);
      expect(tiny.intervals.r2).toEqual(plain.intervals.r2);
      expect(tiny.mae).toBe(plain.mae * unit);
    }
    expect(numberMetrics({ truth: [0, 1e-170], predicted: [1, 1] }).r2).toBe(0);
    expect(numberMetrics({ truth: [0, 1e-160], predicted: [1, 1] }).r2).toBe(-Number.MAX_VALUE);
  });

  test.each([
    ['no rows', 'no_rows', [], []],
    ['a missing prediction', 'wrong_length', [1, 2], [1]],
    ['a truth of NaN', 'not_finite', [Number.NaN], [1]],
    ['an infinite prediction', 'not_finite', [1], [Number.POSITIVE_INFINITY]],
    ['errors too large to be squared', 'not_finite', [1e200], [-1e200]],
  ])('%s is refused by name', (_, code, t, p) => {
    expect(() => numberMetrics({ truth: t, predicted: p })).toThrow(
      expect.objectContaining({ name: 'MetricsError', code }),
    );
  });
});
