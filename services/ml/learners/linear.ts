import type { SparseVector } from '../linalg/sparse.ts';
import { checkRow } from './check.ts';
import type { FittedLabels, FittedNumbers, LearnerName } from './learner.ts';

/**
 * Linear scores: `intercept[k] + Σ value · weights[column · labels + k]`. All labels of a column stand side by side, so
 * that a row reads a few short stretches of memory. Single precision: half the file, and what is answered before saving
 * is what is answered after.
 */
export function linearScores(
  name: LearnerName,
  weights: Float32Array,
  intercept: Float32Array,
  width: number,
): FittedLabels {
  const labels = intercept.length;
  return {
    target: 'label',
    width,
    labels,
    scores(row, out) {
      checkRow(row, width);
      const whole = labels - (labels % LANES);
      for (let k = 0; k < whole; k += LANES) addLanes(row, weights, intercept, k, out);
      for (let k = whole; k < labels; k++) addLane(row, weights, intercept, k, out);
    },
    save: () => ({
      facts: { name, width },
      tensors: {
        weights: { dtype: 'F32', shape: [width, labels], data: weights },
        intercept: { dtype: 'F32', shape: [labels], data: intercept },
      },
    }),
  };
}

/** Labels that are summed side by side: their sums stay in registers, which halves the time of one label after another. */
const LANES = 4;

function addLanes(
  { index, value, length }: SparseVector,
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
  { index, value, length }: SparseVector,
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
  name: LearnerName,
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
