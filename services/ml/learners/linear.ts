import type { SparseVector } from '../linalg/sparse.ts';
import { checkRow } from './check.ts';
import { LearnerError } from './errors.ts';
import { doubles, type FittedLabels, type FittedNumbers, singles, type Tensors } from './learner.ts';

/** The weights of every label, a row of them for each group of columns that were equal in all rows learned from. */
export interface GroupedWeights {
  /** By column; −1 for a column that no row learned from had. */
  readonly group: Int32Array;
  /** Groups × labels. Single precision: half the file, and what is answered before saving is what is answered after. */
  readonly weights: Float32Array;
  readonly intercept: Float32Array;
}

/**
 * Linear scores: `intercept[k] + Σ value · weights[group[column] · labels + k]`. Values of one group are added up first:
 * of the n-grams of a rare word all are in one group, so that a row reads few stretches of memory, and short ones.
 */
export function linearScores(name: string, { group, weights, intercept }: GroupedWeights): FittedLabels {
  const labels = intercept.length;
  const width = group.length;
  const whole = labels - (labels % LANES);
  const merged = new MergedRow(group, weights.length / labels);
  return {
    target: 'label',
    width,
    labels,
    scores(row, out) {
      checkRow(row, width);
      merged.read(row);
      for (let k = 0; k < whole; k += LANES) addLanes(merged, weights, intercept, k, out);
      for (let k = whole; k < labels; k++) addLane(merged, weights, intercept, k, out);
    },
    save: () => ({
      facts: { name, width },
      tensors: {
        group: { dtype: 'I32', shape: [width], data: group },
        weights: { dtype: 'F32', shape: [weights.length / labels, labels], data: weights },
        intercept: { dtype: 'F32', shape: [labels], data: intercept },
      },
    }),
  };
}

/** A row with the values of each group of columns added up; a buffer that is written again and again. */
class MergedRow {
  length = 0;
  readonly index: Int32Array;
  readonly value: Float64Array;
  private readonly group: Int32Array;
  /** One more than a group's place in the row at hand; all zero between two rows. */
  private readonly place: Int32Array;

  constructor(group: Int32Array, groups: number) {
    this.group = group;
    this.place = new Int32Array(groups);
    this.index = new Int32Array(groups);
    this.value = new Float64Array(groups);
  }

  read(row: SparseVector): void {
    const { group, place, index, value } = this;
    let length = 0;
    for (let i = 0; i < row.length; i++) {
      const g = group[row.index[i] as number] as number;
      if (g < 0) continue;
      const at = (place[g] as number) - 1;
      if (at >= 0) {
        value[at] = (value[at] as number) + (row.value[i] as number);
        continue;
      }
      index[length] = g;
      value[length] = row.value[i] as number;
      place[g] = ++length;
    }
    for (let i = 0; i < length; i++) place[index[i] as number] = 0;
    this.length = length;
  }
}

/** Labels that are summed side by side: their sums stay in registers, which halves the time of one label after another. */
const LANES = 4;

function addLanes(
  { index, value, length }: MergedRow,
  weights: Float32Array,
  intercept: Float32Array,
  k: number,
  out: Float64Array,
): void {
  const labels = intercept.length;
  let a = intercept[k] as number;
  let b = intercept[k + 1] as number;
  let c = intercept[k + 2] as number;
  let d = intercept[k + 3] as number;
  for (let i = 0; i < length; i++) {
    const v = value[i] as number;
    const at = (index[i] as number) * labels + k;
    a += v * (weights[at] as number);
    b += v * (weights[at + 1] as number);
    c += v * (weights[at + 2] as number);
    d += v * (weights[at + 3] as number);
  }
  out[k] = a;
  out[k + 1] = b;
  out[k + 2] = c;
  out[k + 3] = d;
}

function addLane(
  { index, value, length }: MergedRow,
  weights: Float32Array,
  intercept: Float32Array,
  k: number,
  out: Float64Array,
): void {
  const labels = intercept.length;
  let sum = intercept[k] as number;
  for (let i = 0; i < length; i++) {
    sum += (value[i] as number) * (weights[(index[i] as number) * labels + k] as number);
  }
  out[k] = sum;
}

/** A linear value: `intercept + Σ value · weights[column]`, in double precision since targets may be large. */
export function linearValue(
  name: string,
  weights: Float64Array,
  intercept: Float64Array,
  width: number,
): FittedNumbers {
  return {
    target: 'number',
    width,
    predict(row: SparseVector) {
      checkRow(row, width);
      let sum = intercept[0] as number;
      for (let i = 0; i < row.length; i++) {
        sum += (row.value[i] as number) * (weights[row.index[i] as number] as number);
      }
      return sum;
    },
    save: () => ({
      facts: { name, width },
      tensors: {
        weights: { dtype: 'F64', shape: [width], data: weights },
        intercept: { dtype: 'F64', shape: [1], data: intercept },
      },
    }),
  };
}

/** Linear scores from what their `save` gave. @throws LearnerError `bad_facts` for arrays of another shape */
export function restoreLinearScores(
  name: string,
  tensors: Tensors,
  width: number,
  labels: number,
): FittedLabels {
  const { group } = tensors;
  if (group?.dtype !== 'I32' || group.data.length !== width) {
    throw new LearnerError('bad_facts', `the saved group should be ${width} whole numbers`);
  }
  const groups = group.data.reduce((most, g) => Math.max(most, g + 1), 0);
  if (group.data.some((g) => g < -1)) throw new LearnerError('bad_facts', 'a group is below -1');
  const weights = singles(tensors, 'weights', groups * labels);
  return linearScores(name, { group: group.data, weights, intercept: singles(tensors, 'intercept', labels) });
}

/** The same of a linear value. */
export function restoreLinearValue(name: string, tensors: Tensors, width: number): FittedNumbers {
  return linearValue(name, doubles(tensors, 'weights', width), doubles(tensors, 'intercept', 1), width);
}
