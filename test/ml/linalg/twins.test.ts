import { expect, test } from '@jest/globals';
import { mergeTwins } from '../../../services/ml/linalg/twins.ts';
import { matrix } from '../learners/small-data.ts';

const rows = [
  [1, 2, 1, 0, 0, 1],
  [0, 3, 0, 0, 5, 0],
  [2, 0, 2, 0, 0, 2],
];

test('equal columns become one, scaled so that products of rows stay the same', () => {
  const { matrix: merged, group, size } = mergeTwins(matrix(rows));
  expect([...group]).toEqual([0, 1, 0, -1, 2, 0]);
  expect([...size]).toEqual([3, 1, 1]);
  expect(merged.columns).toBe(3);
  expect([...merged.value.subarray(0, 2)]).toEqual([Math.sqrt(3), 2]);
});

test('columns that differ in one row, or in sign, stay apart', () => {
  const { size } = mergeTwins(
    matrix([
      [1, 1, -1],
      [1, 2, -1],
    ]),
  );
  expect([...size]).toEqual([1, 1, 1]);
});
