import { expect, test } from '@jest/globals';
import { isWordUnit } from '../../../services/ml/featurizers/text/normalise.ts';

test('letters, digits, marks and surrogates of all of Unicode belong to words, and nothing else', () => {
  const expected = /[\p{L}\p{N}\p{M}\p{Cs}]/u;
  const wrong: number[] = [];
  // Twice: what was learned of a unit holds.
  for (let unit = 0; unit < 2 * 0x10000; unit++) {
    if (isWordUnit(unit % 0x10000) !== expected.test(String.fromCharCode(unit % 0x10000))) wrong.push(unit);
  }
  expect(wrong).toEqual([]);
});
