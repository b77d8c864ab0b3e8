import type { StandardScale } from './featurizer.ts';

const { abs, max, min, sqrt } = Math;

/** Further out than this many deviations, a value says no more: a typing error must not outweigh the whole row. */
const FURTHEST = 20;

/** Mean and deviation of finite values. Values that do not vary, or none, give a scale that answers 0. */
export function fitScale(values: Float64Array): StandardScale {
  let unit = 0;
  for (const value of values) unit = max(unit, abs(value));
  if (unit === 0) return { unit: 1, mean: 0, deviation: 0 };
  let mean = 0;
  for (const value of values) mean += value / unit;
  mean /= values.length;
  let square = 0;
  for (const value of values) square += (value / unit - mean) ** 2;
  const deviation = sqrt(square / values.length);
  return { unit, mean, deviation: deviation > 1e-12 ? deviation : 0 };
}

/** Deviations from the mean. */
export function standardised(value: number, scale: StandardScale): number {
  if (scale.deviation === 0) return 0;
  const at = (value / scale.unit - scale.mean) / scale.deviation;
  return max(-FURTHEST, min(FURTHEST, at));
}
