import type { Material } from '../material.ts';
import { clippedLogLoss } from '../metrics/log-loss.ts';
import type { OutOfFold } from './cross-fit.ts';
import { softmax } from './softmax.ts';
import { fitTemperature } from './temperature.ts';

/** The temperature of the rows out of fold; 1 for a number. */
export function temperatureOf({ target }: Pick<Material, 'target'>, out: OutOfFold): number {
  if (target.type === 'number') return 1;
  return fitTemperature(out.scores, target.y, target.labels.length, out.sayable);
}

/** Calibrated probabilities of one row, or null where it was not predicted. */
export function probabilitiesOf(
  out: OutOfFold,
  r: number,
  labels: number,
  temperature: number,
): Float64Array {
  const row = out.scores.slice(r * labels, (r + 1) * labels);
  softmax(row, temperature);
  return row;
}

/**
 * The mean loss of the predicted rows: log-loss after calibration, since that is how a model answers, or absolute error.
 * What no learner could have said is left out (a label that no row of a fit had, a wild number): it would hide what they
 * differ in. Null without a row.
 */
export function lossOf(
  { target }: Pick<Material, 'target'>,
  out: OutOfFold,
  temperature: number,
): number | null {
  let sum = 0;
  let rows = 0;
  for (let r = 0; r < out.sayable.length; r++) {
    if (out.sayable[r] === 0) continue;
    rows++;
    if (target.type === 'number') {
      sum += Math.abs((out.scores[r] as number) - (target.y[r] as number));
      continue;
    }
    const row = probabilitiesOf(out, r, target.labels.length, temperature);
    sum += clippedLogLoss(row[target.y[r] as number] as number);
  }
  return rows === 0 ? null : sum / rows;
}
