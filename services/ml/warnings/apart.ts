import type { Count } from './extremes.ts';
import type { NumberColumn } from './number-column.ts';

const { abs, ceil, floor, log, max, min } = Math;

/** The values of a column that stand apart from all others, and the reach of these. */
export interface Apart {
  /** Repeated and of a form that people and programs write where there is no value. */
  readonly codes: readonly Count[];
  /** Too far out to be of the rest. */
  readonly wild: readonly Count[];
  readonly rest: { readonly low: number; readonly high: number; readonly rows: number };
}

/** With fewer values nothing can be said of them. */
const LEAST_ROWS = 10;
/** A code stands in so many rows at least. */
const CODE_ROWS = 3;
/** A code is so many times as far from the rest as two neighbours of the rest there are from each other. */
const CODE_GAPS = 5;
/** And, in ranges of the rest: -1 where the rest has no negative, 999, 1000. */
const CODE_RANGES = 0.25;
const ROUND_RANGES = 2;
/** So many rows are wild at most, or this share: more are a part of what the column is. */
const WILD_ROWS = 2;
const WILD_SHARE = 0.02;
/** A wild value is so many times as far from the median as the farthest of the rest. */
const WILD_TIMES = 7;
/** As many times as the middle half is wide: one end may reach less far than the other. */
const WILD_QUARTILES = 3;
/** And that far in logarithms, in units of the rest's tail. */
const WILD_TAILS = 10;

/**
 * What stands apart at the ends of a column. The rest is judged without what is suspected, as it is in Tukey's fences
 * (1977), Hampel's identifier (1974) and Iglewicz and Hoaglin's (1993); but these call a hundredth of every skewed column
 * wild, so the yardstick is the tail itself. In logarithms of the distance from the median, the gap between the two
 * farthest values of any regularly varying tail (prices, incomes, Pareto) is an exponential one in units of Hill's
 * estimate (1975; Rényi 1953): ten units come by chance once in a few thousand columns, in lighter tails never.
 * @param isCode of what form a value has to be to stand for a missing one
 */
export function standsApart(column: NumberColumn, isCode: (value: number) => CodeForm | null): Apart | null {
  if (column.rows < LEAST_ROWS) return null;
  const { ends } = column;
  const all = column.sample;
  const slips = wildAt(ends, all, column.rows).filter(
    ({ value, rows }) => rows < CODE_ROWS || isCode(value) === null,
  );
  const codes = codesOf(column.rows, without(ends, slips), isCode);
  const coded = new Set(codes.map(({ value }) => value));
  const sample = all.filter((value) => !coded.has(value));
  const median = sample[floor(sample.length / 2)];
  if (median === undefined) return null;
  const rows = column.rows - codes.reduce((sum, code) => sum + code.rows, 0);
  const { largest, smallest } = without(ends, codes);
  const wild = wildAt({ largest, smallest }, sample, rows);
  const inner = ({ value }: Count) => !wild.some((far) => far.value === value);
  const low = smallest.find(inner)?.value ?? median;
  const high = largest.find(inner)?.value ?? median;
  return { codes, wild, rest: { low, high, rows: rows - wild.reduce((sum, far) => sum + far.rows, 0) } };
}

/** The form of a code: a negative number, nines (and the bounds of number types), or a round number. */
export type CodeForm = 'negative' | 'bound' | 'round';

type Ends = { readonly largest: readonly Count[]; readonly smallest: readonly Count[] };

function without({ largest, smallest }: Ends, counts: readonly Count[]): Ends {
  const isLeft = ({ value }: Count) => !counts.some((count) => count.value === value);
  return { largest: largest.filter(isLeft), smallest: smallest.filter(isLeft) };
}

function codesOf(rows: number, ends: Ends, isCode: (value: number) => CodeForm | null): Count[] {
  const suspects = (list: readonly Count[]) => {
    const end = list.findIndex((count) => count.rows < CODE_ROWS || isCode(count.value) === null);
    return list.slice(0, end < 0 ? list.length : end);
  };
  const [above, below] = [suspects(ends.largest), suspects(ends.smallest)];
  const left = (list: readonly Count[], without: readonly Count[]) =>
    list.filter(({ value }) => !without.some((suspect) => suspect.value === value));
  const restAbove = left(left(ends.largest, above), below);
  const restBelow = left(left(ends.smallest, below), above);
  const high = restAbove[0]?.value;
  const low = restBelow[0]?.value;
  if (high === undefined || low === undefined || high <= low) return [];
  const range = high - low;
  const found = (list: readonly Count[], rest: readonly Count[]) => {
    const nearest = rest[0]?.value ?? low;
    const spacing = widest(rest, 10);
    const isApart = ({ value, rows: held }: Count) => {
      const gap = abs(value - nearest);
      const form = isCode(value);
      if (form === 'negative' && low < 0) return false;
      const ranges = form === 'round' ? ROUND_RANGES : CODE_RANGES;
      if (gap >= CODE_GAPS * spacing && gap >= ranges * range) return true;
      return form === 'negative' && isSpike(held, rest, rows) && range >= 20 * abs(value);
    };
    // From the outermost inwards: one that belongs to the rest makes those inside of it rest, too.
    const end = list.findLastIndex(isApart);
    return list.slice(0, end + 1).filter(isApart);
  };
  return [...found(below, restBelow), ...found(above, restAbove)];
}

/** The widest gap between neighbours among the outermost values. */
function widest(rest: readonly Count[], among: number): number {
  let gap = 0;
  for (let i = 1; i < min(rest.length, among); i++) {
    gap = max(gap, abs((rest[i]?.value ?? 0) - (rest[i - 1]?.value ?? 0)));
  }
  return gap;
}

/** Does it stand far more often than its neighbours do? */
function isSpike(held: number, rest: readonly Count[], rows: number): boolean {
  const near = rest
    .slice(0, 10)
    .map((count) => count.rows)
    .sort((a, b) => a - b);
  return near.length === 10 && held >= 20 * (near[5] ?? held) && held >= 0.01 * rows;
}

function wildAt({ largest, smallest }: Ends, sample: Float64Array, rows: number): Count[] {
  const quantile = (share: number) => sample[floor(sample.length * share)] ?? 0;
  const middle = { median: quantile(0.5), width: quantile(0.75) - quantile(0.25) };
  return [...wildOf(largest, middle, rows), ...wildOf(smallest, middle, rows)];
}

/** @param end from the outermost value inwards */
function wildOf(
  end: readonly Count[],
  { median, width }: { readonly median: number; readonly width: number },
  rows: number,
): Count[] {
  const far = end.map(({ value, rows: held }) => ({ distance: abs(value - median), rows: held }));
  const inward = far.findIndex(({ distance }) => distance === 0);
  if (inward >= 0) far.splice(inward);
  const most = max(WILD_ROWS, floor(WILD_SHARE * rows));
  let held = 0;
  let wild = 0;
  for (let i = 0; i + 1 < far.length; i++) {
    held += far[i]?.rows ?? 0;
    if (held > most || 5 * held > rows) break;
    const [outer, inner] = [far[i]?.distance ?? 0, far[i + 1]?.distance ?? 0];
    if (outer < WILD_TIMES * inner || outer < WILD_QUARTILES * width) continue;
    if (log(outer / inner) >= WILD_TAILS * tail(far.slice(i + 1), rows)) wild = i + 1;
  }
  return end.slice(0, wild);
}

/** Hill's estimate over the farthest tenth of the rows, a hundred at most; no finer than the values lie. */
function tail(far: readonly { readonly distance: number; readonly rows: number }[], rows: number): number {
  const farthest = far[0]?.distance ?? 0;
  let left = max(5, min(100, ceil(rows / 10)));
  let sum = 0;
  let taken = 0;
  let inner = farthest;
  let closest = farthest;
  for (const [i, { distance, rows: held }] of far.entries()) {
    const count = min(left, held);
    sum += count * log(distance);
    taken += count;
    left -= count;
    inner = distance;
    if (i > 0) closest = min(closest, (far[i - 1]?.distance ?? 0) - distance);
    if (left <= 0) break;
  }
  return max(sum / taken - log(inner), closest / (2 * farthest));
}
