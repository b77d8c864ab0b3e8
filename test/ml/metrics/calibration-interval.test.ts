import { describe, expect, test } from '@jest/globals';
import { labelMetrics } from '../../../services/ml/metrics/label-metrics.ts';
import { seededIndex } from '../../../services/ml/metrics/random.ts';

/** A model of two labels that is between 50 and 100 % sure, and right in `share(confidence)` of the cases. */
function model(rows: number, seed: number, share: (confidence: number) => number) {
  const draw = seededIndex(seed);
  const uniform = () => draw(2 ** 32) / 2 ** 32;
  const probabilities = new Float64Array(2 * rows);
  const truth = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const confidence = 0.5 + uniform() / 2;
    probabilities[2 * i] = confidence;
    probabilities[2 * i + 1] = 1 - confidence;
    truth[i] = uniform() < share(confidence) ? 0 : 1;
  }
  return { labels: ['a', 'b'], truth, probabilities, resamples: 200 };
}

describe("a calibration error's interval", () => {
  test('reaches down to 0 for a calibrated model in most samples, though the figure never does', () => {
    let reached = 0;
    for (let seed = 0; seed < 60; seed++) {
      const { ece, intervals } = labelMetrics(model(200, seed, (confidence) => confidence));
      expect(ece).toBeGreaterThan(0);
      if (intervals.ece.low === 0) reached++;
    }
    expect(reached).toBeGreaterThanOrEqual(53); // 97.5 % of 60 is 58.5; 53 is four standard deviations below
  });

  test('excludes 0 for a model that is right in half of the cases whatever it says', () => {
    const { ece, intervals } = labelMetrics(model(500, 1, () => 0.5));
    expect(ece).toBeCloseTo(0.25, 1);
    expect(intervals.ece.low).toBeGreaterThan(0.15);
    expect(intervals.ece.high).toBeLessThan(0.35);
  });
});
