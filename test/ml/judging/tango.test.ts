import { describe, expect, test } from '@jest/globals';
import { tangoInterval } from '../../../services/ml/judging/tango.ts';

const Z90 = 1.6448536269514722;
const Z95 = 1.959963984540054;

/**
 * The interval found the slow way, sharing nothing with the code under test: a difference d is accepted when the score
 * statistic at the likeliest probabilities under d, themselves found by trying, lies within ±z.
 */
function byBruteForce(better: number, worse: number, rows: number, z: number): { low: number; high: number } {
  const statistic = (d: number): number => {
    const likelihood = (q: number) =>
      term(better, q + d) + term(worse, q) + term(rows - better - worse, 1 - 2 * q - d);
    const q = highest(likelihood, Math.max(0, -d), (1 - d) / 2);
    return (better - worse - rows * d) / Math.sqrt(rows * (2 * q + d * (1 - d)));
  };
  const observed = (better - worse) / rows;
  return { low: crossing(statistic, z, -1, observed), high: crossing(statistic, -z, observed, 1) };
}

function term(count: number, probability: number): number {
  return count === 0 ? 0 : count * Math.log(probability);
}

/** Golden-section search for the highest point of a concave function. */
function highest(f: (x: number) => number, from: number, to: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let low = from;
  let high = to;
  while (high - low > 1e-12) {
    const left = high - golden * (high - low);
    const right = low + golden * (high - low);
    if (f(left) < f(right)) low = left;
    else high = right;
  }
  return (low + high) / 2;
}

/** Where a falling function crosses a level. */
function crossing(f: (x: number) => number, level: number, from: number, to: number): number {
  let low = from;
  let high = to;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (f(middle) > level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

describe("Tango's interval", () => {
  // Published figures, and those of other implementations in R.
  test.each([
    ['contact lens disinfection, 90 % (Tango 1998)', 0, 1, 44, Z90, -0.096, 0.037, 3],
    ['marijuana and sleep, 95 % (R: ratesci)', 9, 3, 32, Z95, -0.027, 0.39, 3],
    ['consolidation therapy, 95 % (R: contingencytables)', 6, 16, 161, Z95, -0.124, -0.0054, 4],
    ['mentors matched two ways, 90 % (R: PropCIs)', 28, 25, 618, Z90, -0.0148, 0.0247, 4],
  ])('%s', (_, better, worse, rows, z, low, high, decimals) => {
    const interval = tangoInterval({ better, worse, rows }, z);
    expect(Number(interval.low.toFixed(decimals))).toBe(low);
    expect(Number(interval.high.toFixed(decimals))).toBe(high);
  });

  test.each([
    [9, 3, 32, 1.645],
    [0, 1, 44, 1.645],
    [18, 9, 132, 1.645],
    [0, 0, 30, 1.645],
    [7, 0, 30, 1.645],
    [0, 29, 30, 1.645],
    [15, 15, 30, 1.645],
    [1, 0, 2, 1.645],
    [30, 22, 500, 2.5758],
  ])('of %i better and %i worse in %i rows is what brute force finds', (better, worse, rows, z) => {
    const interval = tangoInterval({ better, worse, rows }, z);
    const expected = byBruteForce(better, worse, rows, z);
    expect(interval.low).toBeCloseTo(expected.low, 5);
    expect(interval.high).toBeCloseTo(expected.high, 5);
  });

  test('has width where nothing differs: z² / (rows + z²) to both sides', () => {
    const { low, high } = tangoInterval({ better: 0, worse: 0, rows: 100 }, 1.645);
    expect(high).toBeCloseTo(1.645 ** 2 / (100 + 1.645 ** 2), 12);
    expect(low).toBeCloseTo(-high, 12);
  });

  test('ends at 1 where the challenger alone is always right, and begins at (rows − z²) / (rows + z²)', () => {
    const { low, high } = tangoInterval({ better: 50, worse: 0, rows: 50 }, 1.645);
    expect(high).toBe(1);
    expect(low).toBeCloseTo((50 - 1.645 ** 2) / (50 + 1.645 ** 2), 12);
    expect(tangoInterval({ better: 0, worse: 50, rows: 50 }, 1.645).low).toBe(-1);
  });

  test('holds the observed difference, is mirrored with the counts, and widens with z: all counts of 12 rows', () => {
    for (let better = 0; better <= 12; better++) {
      for (let worse = 0; better + worse <= 12; worse++) {
        const { low, high } = tangoInterval({ better, worse, rows: 12 }, 1.645);
        const mirrored = tangoInterval({ better: worse, worse: better, rows: 12 }, 1.645);
        const wider = tangoInterval({ better, worse, rows: 12 }, 2.326);
        const observed = (better - worse) / 12;
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(low).toBeLessThanOrEqual(observed);
        expect(high).toBeGreaterThanOrEqual(observed);
        expect(high).toBeLessThanOrEqual(1);
        expect(mirrored.low).toBeCloseTo(-high, 12);
        expect(wider.low).toBeLessThanOrEqual(low);
        expect(wider.high).toBeGreaterThanOrEqual(high);
      }
    }
  });

  test('stays exact with a million rows', () => {
    const { low, high } = tangoInterval({ better: 60_000, worse: 50_000, rows: 1_000_000 }, 1.645);
    // With so many rows Wald's interval agrees: 0.01 ± z·√(0.11 − 0.01²)/1000.
    expect(low).toBeCloseTo(0.01 - (1.645 * Math.sqrt(0.1099)) / 1000, 6);
    expect(high).toBeCloseTo(0.01 + (1.645 * Math.sqrt(0.1099)) / 1000, 6);
  });

  test.each([
    [1, 1, 0],
    [6, 6, 10],
    [-1, 0, 10],
    [0.5, 0, 10],
    [Number.NaN, 0, 10],
  ])('refuses %p better and %p worse of %p rows by name', (better, worse, rows) => {
    expect(() => tangoInterval({ better, worse, rows }, 1.645)).toThrow(
      expect.objectContaining({ name: 'JudgingError', code: 'bad_counts' }),
    );
  });
});
