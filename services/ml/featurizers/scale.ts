import type { StandardScale } from './featurizer.ts';

const { abs, max, min, sqrt } = Math;

/** Within so many spreads of the median a value is never wild: Tukey's far-out fence (Exploratory Data Analysis, 1977). */
const FENCE = 3;
/** Beyond the fence, a value this many times as far from the median as all nearer ones on its side stands apart. */
const GAP = 3;
/** How far from the median an answer still follows a value, in distances of the furthest tame one. */
const REACH = 2;

/** Shares of the values below which and above which spreads are measured, for columns where one value is most of them. */
const TAILS = [0.25, 0.1, 0.05, 0.02, 0.01];

/**
 * Centre, deviation and bounds of finite values. A value that stands apart from all others (a typing error, a code for
 * missing) is wild: it counts for nothing in the centre and the deviation, and is read as the bound it lies beyond. Of
 * values without one, these are the mean and the standard deviation. Values that do not vary, or none, give a scale
 * that answers 0.
 */
export function fitScale(values: Float64Array): StandardScale {
  const sorted = values.toSorted();
  const { first, last } = tameValues(sorted);
  const tame = sorted.subarray(first, last + 1);
  let unit = 0;
  for (const value of tame) unit = max(unit, abs(value));
  if (unit === 0) unit = 1;
  let mean = 0;
  for (const value of tame) mean += value / unit;
  mean = tame.length === 0 ? 0 : mean / tame.length;
  let square = 0;
  for (const value of tame) square += (value / unit - mean) ** 2;
  const deviation = tame.length === 0 ? 0 : sqrt(square / tame.length);
  const varies = deviation > 1e-12;
  const middle = quantile(sorted, 0.5);
  const reach = REACH * max(middle - (tame[0] ?? middle), (tame.at(-1) ?? middle) - middle);
  const low = max(-Number.MAX_VALUE, middle - reach);
  const high = min(Number.MAX_VALUE, middle + reach);
  return { unit, mean, deviation: varies ? deviation : 0, low, high };
}

/**
 * The first and last of the ascending values that are not wild. Of values that are all positive, one must stand apart on a
 * log scale too: the largest of incomes or of towns may well be many times the next.
 */
function tameValues(sorted: Float64Array): { first: number; last: number } {
  const linear = valuesTogether(sorted);
  if (!((sorted[0] ?? 0) > 0)) return linear;
  const log = valuesTogether(sorted.map(Math.log));
  return { first: min(linear.first, log.first), last: max(linear.last, log.last) };
}

/** The first and last of the ascending values that do not stand apart from the others. */
function valuesTogether(sorted: Float64Array): { first: number; last: number } {
  const middle = quantile(sorted, 0.5);
  const spread = spreadOf(sorted);
  let [first, last] = [0, sorted.length - 1];
  if (spread === 0) return { first, last };
  const fence = FENCE * spread;
  const from = (i: number) => abs((sorted[i] as number) - middle);
  // Walks outwards from the fence on both sides and stops before the first value that stands apart.
  const inner = { first, last };
  while (from(inner.first) > fence && (sorted[inner.first] as number) < middle) inner.first++;
  while (from(inner.last) > fence && (sorted[inner.last] as number) > middle) inner.last--;
  first = inner.first;
  for (let far = max(from(first), spread); first > 0 && from(first - 1) <= GAP * far; first--) {
    far = max(far, from(first - 1));
  }
  last = inner.last;
  const end = sorted.length - 1;
  for (let far = max(from(last), spread); last < end && from(last + 1) <= GAP * far; last++) {
    far = max(far, from(last + 1));
  }
  return { first, last };
}

/** The distance between two quantiles, further apart where the nearer ones are equal; 0 where the values hardly vary. */
function spreadOf(sorted: Float64Array): number {
  for (const tail of TAILS) {
    const spread = quantile(sorted, 1 - tail) - quantile(sorted, tail);
    if (spread > 0) return spread;
  }
  return 0;
}

/** Of ascending values, the observed one at a share: it never lies between a value and one that stands apart. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))] ?? 0;
}

/** Whether a value lies further out than any that was learned from, by a distance that no value explains. */
export function isWild(value: number, { deviation, low, high }: StandardScale): boolean {
  return deviation > 0 && (value < low || value > high);
}

/** Deviations from the mean. A wild value is read as the bound it lies beyond. */
export function standardised(value: number, { unit, mean, deviation, low, high }: StandardScale): number {
  if (deviation === 0) return 0;
  return (max(low, min(high, value)) / unit - mean) / deviation;
}
