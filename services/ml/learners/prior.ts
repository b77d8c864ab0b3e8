import { median } from '../linalg/vector.ts';
import { checkLabels, checkRow, checkRows, checkTargets } from './check.ts';
import { defineLearner, doubles, type FittedLabels, type FittedNumbers, singles } from './learner.ts';

/** The least that a model must beat. */
export const prior = defineLearner({
  name: 'prior',
  meaning:
    "Answers every row alike: with the labels' shares (Laplace: one more row of each), or with the median, which is off by the least on average.",
  settings: {},
  label: {
    candidates: () => [],
    async fit({ x, y, labels }) {
      checkRows(x, y.length);
      checkLabels(y, labels);
      const count = new Float64Array(labels).fill(1);
      for (const label of y) count[label] = (count[label] as number) + 1;
      return fittedLabels(
        Float32Array.from(count, (n) => Math.log(n / (y.length + labels))),
        x.columns,
      );
    },
    restore: (tensors, width, labels) => fittedLabels(singles(tensors, 'intercept', labels), width),
  },
  number: {
    candidates: () => [],
    async fit({ x, y }) {
      checkRows(x, y.length);
      checkTargets(y);
      return fittedNumber(median(y), x.columns);
    },
    restore: (tensors, width) => fittedNumber(doubles(tensors, 'intercept', 1)[0] ?? 0, width),
  },
});

function fittedLabels(intercept: Float32Array, width: number): FittedLabels {
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

function fittedNumber(value: number, width: number): FittedNumbers {
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
