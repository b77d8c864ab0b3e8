import { describe, expect, test } from '@jest/globals';
import { solve } from '../../../services/ml/linalg/conjugate-gradient.ts';
import { minimise, type Objective } from '../../../services/ml/linalg/lbfgs.ts';
import { weakWolfe } from '../../../services/ml/linalg/line-search.ts';

/** Rosenbrock's valley: its only minimum is at (1, 1). */
const rosenbrock: Objective = (at, gradient) => {
  const [x = 0, y = 0] = at;
  gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
  gradient[1] = 200 * (y - x * x);
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
};

describe('L-BFGS', () => {
  test('finds the end of a curved valley', async () => {
    const start = Float64Array.of(-1.2, 1);
    const found = await minimise(rosenbrock, start, { tolerance: 1e-9, maxIterations: 200 });
    expect(found.converged).toBe(true);
    expect(found.iterations).toBeLessThan(60);
    expect(found.x[0]).toBeCloseTo(1, 8);
    expect([...start]).toEqual([-1.2, 1]);
  });

  test('finds it with a guess of the curvature, good or bad', async () => {
    for (const diagonal of [Float64Array.of(1 / 800, 1 / 200), Float64Array.of(100, 1e-3)]) {
      const options = { tolerance: 1e-8, maxIterations: 500, diagonal };
      const { x } = await minimise(rosenbrock, Float64Array.of(-1.2, 1), options);
      expect(x[1]).toBeCloseTo(1, 6);
    }
  });

  test('stops where it was told to, and says that it has not converged', async () => {
    const found = await minimise(rosenbrock, Float64Array.of(-1.2, 1), { tolerance: 1e-9, maxIterations: 3 });
    expect(found).toMatchObject({ converged: false, iterations: 3 });
  });

  test('waits for its caller between steps', async () => {
    let waits = 0;
    const pause = async () => {
      waits++;
    };
    const { iterations } = await minimise(rosenbrock, Float64Array.of(2, 2), {
      tolerance: 1e-6,
      maxIterations: 50,
      pause,
    });
    expect(waits).toBe(iterations);
  });
});

test('a line search gives up where nothing goes down', () => {
  expect(weakWolfe(1, 0, -1, (step) => ({ value: step, slope: 1 }))).toBeNull();
});

test('conjugate gradients solve a system of equations in as many steps as it has unknowns', async () => {
  const a = [
    [4, 1, 0],
    [1, 3, -1],
    [0, -1, 2],
  ];
  const x = await solve(Float64Array.of(6, 4, 4), {
    multiply: (v, out) => {
      a.forEach((row, i) => {
        out[i] = row.reduce((sum, value, j) => sum + value * (v[j] ?? 0), 0);
      });
    },
    diagonal: Float64Array.of(4, 3, 2),
    tolerance: 1e-12,
    maxIterations: 3,
  });
  expect([...x].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([1, 2, 3]);
});
