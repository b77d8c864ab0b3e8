import { expect, test } from '@jest/globals';
import { suggest } from '../../../services/ml/model/suggest.ts';

const labels = ['a', 'b', 'c', 'd'];

test('suggestions fall by probability, and what is shown as equal is ordered by label', () => {
  const said = suggest(Float64Array.of(0.2, 0.3000001, 0.2, 0.3000002), labels, 4);
  expect(said).toEqual([
    { label: 'b', probability: 0.3 },
    { label: 'd', probability: 0.3 },
    { label: 'a', probability: 0.2 },
    { label: 'c', probability: 0.2 },
  ]);
});

test('no more suggestions than labels, no more than asked for, and probabilities of zero still count', () => {
  expect(suggest(Float64Array.of(1, 0, 0, 0), labels, 2).map(({ label }) => label)).toEqual(['a', 'b']);
  expect(suggest(Float64Array.of(0, 0, 0, 1), labels, 9)).toHaveLength(4);
  expect(suggest(Float64Array.of(0, 0, 0, 1), labels, 0)).toEqual([]);
});
