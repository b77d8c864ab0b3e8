import { median } from '../linalg/vector.ts';
import { checkLabels, checkRow, checkRows, checkTargets } from './check.ts';
import type { FittedLabels, FittedNumbers, LabelLearner, NumberLearner } from './learner.ts';

/** Answers every row alike, with the labels' shares (Laplace: one more row of each). The least a model must beat. */
export const priorLabels: LabelLearner = {
  name: 'prior',
  async fit(x, y, labels) {
    checkRows(x, y.length);
    checkLabels(y, labels);
    const count = new Float64Array(labels).fill(1);
    for (const label of y) count[label] = (count[label] as number) + 1;
    return fittedPriorLabels(
      Float32Array.from(count, (n) => Math.log(n / (y.length + labels))),
      x.columns,
    );
  },
};

/** Answers every row with the median, which is off by the least on average; a target that does not vary as it is. */
export const priorNumber: NumberLearner = {
  name: 'prior',
  async fit(x, y) {
    checkRows(x, y.length);
    checkTargets(y);
    return fittedPriorNumber(median(y), x.columns);
  },
};

export function fittedPriorLabels(intercept: Float32Array, width: number): FittedLabels {
  return {
    target: 'label',
    width,
    labels: intercept.length,
    scores(row, out) {
      checkRow(row, width);
      out.set(intercept);
    },
    save: () => ({
      facts: { name: 'prior', width },
      tensors: { intercept: { dtype: 'F32', shape: [intercept.length], data: intercept } },
    }),
  };
}

export function fittedPriorNumber(value: number, width: number): FittedNumbers {
  return {
    target: 'number',
    width,
    predict(row) {
      checkRow(row, width);
      return value;
    },
    save: () => ({
      facts: { name: 'prior', width },
      tensors: { intercept: { dtype: 'F64', shape: [1], data: Float64Array.of(value) } },
    }),
  };
}
