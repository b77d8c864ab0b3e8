import { describe, expect, test } from '@jest/globals';
import { apart, points } from '../../../services/ml/judging/wording.ts';

describe('two numbers in a reason', () => {
  test.each([
    [1.64, 1, 1, ['1.6', '1']],
    [1.0004, 1, 1, ['1.0004', '1']],
    [0.5, 0.5, 3, ['0.500', '0.500']],
    [0.41234, 0.41231, 3, ['0.41234', '0.41231']],
    [10, 20, 1, ['10', '20']],
  ])('%p and %p are written with as few decimals as tell them apart', (a, b, least, written) => {
    expect(apart(a, b, least)).toEqual(written);
  });

  test('one point is one point', () => {
    expect([points('1'), points('0.4'), points('10')]).toEqual(['1 point', '0.4 points', '10 points']);
  });
});
