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
      for (let k = 0; k < labels; k++) out[k] = intercept[k] as number;
      const { index, value, length } = row;
      for (let i = 0; i < length; i++) {
        const v = value[i] as number;
        const base = (index[i] as number) * labels;
        for (let k = 0; k < labels; k++) out[k] = (out[k] as number) + v * (weights[base + k] as number);
      }
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
