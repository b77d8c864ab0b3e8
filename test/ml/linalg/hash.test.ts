import { expect, test } from '@jest/globals';
import { seededHash } from '../../../services/ml/linalg/hash.ts';

test('the hash of a text is a whole number that only text and seed decide', () => {
  expect(seededHash('blood test', 1)).toBe(seededHash('blood test', 1));
  expect(Number.isSafeInteger(seededHash('blood test', 1))).toBe(true);
  expect(seededHash('blood test', 2)).not.toBe(seededHash('blood test', 1));
});

test('neighbouring texts are spread evenly, and none of 100,000 collide', () => {
  const hashes = Array.from({ length: 100_000 }, (_, i) => seededHash(`row ${i}`, 7));
  expect(new Set(hashes).size).toBe(hashes.length);
  const folds = [0, 0, 0, 0, 0];
  for (const hash of hashes) folds[hash % 5] = (folds[hash % 5] ?? 0) + 1;
  expect(folds.every((count) => Math.abs(count - 20_000) < 600)).toBe(true);
});
