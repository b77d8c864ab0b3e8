import { describe, expect, test } from '@jest/globals';
import { conformalResidual } from '../../../services/ml/selection/conformal.ts';
import { softmax } from '../../../services/ml/selection/softmax.ts';
import { fitTemperature } from '../../../services/ml/selection/temperature.ts';

describe('the temperature', () => {
  /** Scores that are right for three rows of four, whatever they claim. */
  const scores = (size: number) => Float64Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? size : 0));
  const truth = Int32Array.from({ length: 200 }, (_, r) => (r % 4 === 0 ? 1 : 0));
  const all = new Uint8Array(200).fill(1);

  test('makes a model as sure as it is right', () => {
    for (const size of [0.5, 1, 4]) {
      const temperature = fitTemperature(scores(size), truth, 2, all);
      const row = Float64Array.of(size, 0);
      softmax(row, temperature);
      expect(row[0]).toBeCloseTo(0.75, 5);
    }
  });

  test('stays within bounds where rows are all right, or all wrong', () => {
    expect(fitTemperature(scores(1), new Int32Array(200), 2, all)).toBeCloseTo(0.2, 3);
    expect(fitTemperature(scores(1), new Int32Array(200).fill(1), 2, all)).toBeCloseTo(5, 3);
  });

  test('is left alone by rows that do not count, and by fewer than thirty', () => {
    const few = Uint8Array.from(all, (_, r) => (r < 29 ? 1 : 0));
    expect(fitTemperature(scores(4), truth, 2, few)).toBe(1);
    const half = Uint8Array.from(all, (_, r) => (r % 4 === 0 ? 0 : 1));
    expect(fitTemperature(scores(1), truth, 2, half)).toBeCloseTo(0.2, 3);
  });
});

describe('the conformal interval', () => {
  const residuals = Float64Array.from({ length: 99 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i + 1));

  test('takes the ⌈(n + 1) · coverage⌉-th smallest residual', () => {
    expect(conformalResidual(residuals, 0.9)).toEqual({ residual: 90, rows: 99 });
    expect(conformalResidual(residuals.subarray(0, 9), 0.9)).toEqual({ residual: 9, rows: 9 });
  });

  test('takes the largest where there are too few rows, and says how few', () => {
    expect(conformalResidual(residuals.subarray(0, 5), 0.9)).toEqual({ residual: 5, rows: 5 });
    expect(conformalResidual(new Float64Array(), 0.9)).toEqual({ residual: 0, rows: 0 });
  });

  test('sorts by size, not by sign or by letters', () => {
    expect(conformalResidual(Float64Array.of(-100, 9, 20), 0.5).residual).toBe(20);
  });
});
