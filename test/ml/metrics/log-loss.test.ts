import { describe, expect, test } from '@jest/globals';
import { clippedLogLoss, GREATEST_LOG_LOSS } from '../../../services/ml/metrics/log-loss.ts';

describe('the clipped log-loss', () => {
  test('is the negative logarithm of the probability, in nats', () => {
    expect(clippedLogLoss(0.5)).toBeCloseTo(Math.LN2, 15);
    expect(clippedLogLoss(1e-3)).toBeCloseTo(6.907755278982137, 12);
  });

  test('is bounded by that of one in a million, and exactly 0 for a certain and right answer', () => {
    expect(clippedLogLoss(0)).toBe(GREATEST_LOG_LOSS);
    expect(clippedLogLoss(1e-12)).toBe(GREATEST_LOG_LOSS);
    expect(Object.is(clippedLogLoss(1), 0)).toBe(true);
    expect(clippedLogLoss(1 + 1e-12)).toBe(0);
  });

  test.each([Number.NaN, -0.1, 1.1, Number.POSITIVE_INFINITY])('of %p is refused', (probability) => {
    expect(() => clippedLogLoss(probability)).toThrow(expect.objectContaining({ code: 'not_a_probability' }));
  });
});
