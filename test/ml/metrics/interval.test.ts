import { describe, expect, test } from '@jest/globals';
import { wilson } from '../../../services/ml/metrics/interval.ts';

describe("Wilson's interval", () => {
  // scipy.stats.binomtest(hits, rows).proportion_ci(0.95, 'wilson'), SciPy 1.17.1
  test.each([
    [0, 10, 0, 0.27753279986288926],
    [9, 12, 0.46769466506643426, 0.9110583316059453],
    [11, 12, 0.6461200888588831, 0.985134905595083],
    [118, 132, 0.8298342500584962, 0.9357641239789637],
    [30, 30, 0.8864866068260312, 1],
  ])('of %i hits in %i rows equals that of SciPy', (hits, rows, low, high) => {
    const interval = wilson(hits, rows);
    expect(interval.low).toBeCloseTo(low, 12);
    expect(interval.high).toBeCloseTo(high, 12);
  });
});
