import { describe, expect, test } from '@jest/globals';
import { seededIndex } from '../../../services/ml/metrics/random.ts';

const draws = (seed: number, count: number, below: number) => {
  const draw = seededIndex(seed);
  return Array.from({ length: count }, () => draw(below));
};

describe('a seeded source of numbers', () => {
  test('gives the same numbers for the same seed, on every machine', () => {
    expect(draws(1, 6, 1000)).toEqual([568, 753, 889, 490, 470, 983]);
    expect(draws(2, 6, 1000)).not.toEqual(draws(1, 6, 1000));
    expect(new Set(draws(0, 100, 2 ** 32)).size).toBe(100);
  });

  test('gives every number equally often: chi-squared over 100 numbers', () => {
    const counts = new Int32Array(100);
    for (const number of draws(3, 100_000, 100)) counts[number] = (counts[number] ?? 0) + 1;
    const chiSquared = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquared).toBeGreaterThan(58); // 99 degrees of freedom: 0.1 % lie below 60, 0.1 % above 149
    expect(chiSquared).toBeLessThan(149);
  });

  test('gives numbers that do not follow from the ones before: pairs fill the square evenly', () => {
    const counts = new Int32Array(100);
    const numbers = draws(4, 200_000, 10);
    for (let i = 0; i < numbers.length; i += 2) {
      const cell = 10 * (numbers[i] ?? 0) + (numbers[i + 1] ?? 0);
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(149);
  });
});
