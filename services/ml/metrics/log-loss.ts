import { MetricsError } from './errors.ts';

/** The smallest probability that counts: a label that a model gave nothing, or cannot say, costs −ln 1e-6 = 13.8. */
export const LEAST_PROBABILITY = 1e-6;

/** What one row costs at most, in nats. */
export const GREATEST_LOG_LOSS = -Math.log(LEAST_PROBABILITY);

/**
 * The logarithmic loss of one row, in nats: −ln of the probability that the model gave to the true label, clipped
 * at 1e-6. Pass 0 for a label that the model cannot say.
 * @throws MetricsError `not_a_probability`
 */
export function clippedLogLoss(probability: number): number {
  // Sums of floating-point numbers reach a little over 1; NaN fails every comparison.
  if (!(probability >= 0 && probability <= 1 + 1e-9)) {
    throw new MetricsError('not_a_probability', `${probability} is not a probability between 0 and 1`);
  }
  // Adding 0 turns the −0 of a certain and right answer into 0.
  return -Math.log(Math.min(1, Math.max(LEAST_PROBABILITY, probability))) + 0;
}
