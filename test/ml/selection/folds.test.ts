import { describe, expect, test } from '@jest/globals';
import { splitsOf } from '../../../services/ml/selection/cross-fit.ts';
import { dealFolds } from '../../../services/ml/selection/folds.ts';

const keys = Array.from({ length: 100 }, (_, r) => `query ${r % 80}`);
const labels = Int32Array.from(keys, (_, r) => (r % 80) % 4);

describe('folds', () => {
  test('rows with equal inputs share one', () => {
    const { foldOf } = dealFolds(keys, labels, 1, 5);
    for (let r = 80; r < 100; r++) expect(foldOf[r]).toBe(foldOf[r - 80]);
  });

  test('do not depend on the order of the rows', () => {
    const { foldOf } = dealFolds(keys, labels, 1, 5);
    const back = dealFolds(keys.toReversed(), labels.toReversed(), 1, 5);
    expect([...back.foldOf].reverse()).toEqual([...foldOf]);
  });

  test('differ with the seed', () => {
    expect(dealFolds(keys, labels, 2, 5).foldOf).not.toEqual(dealFolds(keys, labels, 1, 5).foldOf);
  });

  test('each has its share of every label', () => {
    const { foldOf } = dealFolds(keys.slice(0, 80), labels.slice(0, 80), 1, 5);
    for (let fold = 0; fold < 5; fold++) {
      for (let label = 0; label < 4; label++) {
        const held = [...foldOf.keys()].filter((r) => foldOf[r] === fold && labels[r] === label);
        expect(held).toHaveLength(4);
      }
    }
  });

  test('are fewer where there are fewer different rows', () => {
    expect(dealFolds(['a', 'b', 'a'], null, 1, 5).count).toBe(2);
    expect(dealFolds(['a', 'a'], null, 1, 5).count).toBe(1);
  });
});

describe('a cross-fit', () => {
  // Rows 0 and 1 ask the same, 2 and 3 too; only 1 and 4 are unseen. Row 5 is the model's own guess.
  const material = {
    unseen: Uint8Array.of(0, 1, 0, 0, 1, 0),
    judged: Uint8Array.of(1, 1, 1, 1, 1, 0),
  };
  const folds = dealFolds(['a', 'a', 'b', 'b', 'c', 'd'], null, 1, 4);

  test('lets the fit learn what the champion knew of a repeated query', () => {
    const split = splitsOf(material, folds, true)[folds.foldOf[1] ?? 0];
    expect(split?.predicted).toEqual([1]);
    expect(split?.learned).toContain(0);
  });

  test('predicts seen rows whose equals were all learned by the champion, without learning them', () => {
    const split = splitsOf(material, folds, true)[folds.foldOf[2] ?? 0];
    expect(split?.predicted).toEqual([2, 3]);
    expect(split?.learned).not.toContain(2);
  });

  test("learns the model's own guesses in other folds, and predicts none", () => {
    for (const [fold, { learned, predicted }] of splitsOf(material, folds, true).entries()) {
      expect(predicted).not.toContain(5);
      expect(learned.includes(5)).toBe(fold !== folds.foldOf[5]);
    }
  });

  test('without a champion holds out all that share a fold', () => {
    const split = splitsOf(material, folds, false)[folds.foldOf[0] ?? 0];
    expect(split?.predicted).toEqual([0, 1]);
    expect(split?.learned).not.toContain(0);
  });
});
