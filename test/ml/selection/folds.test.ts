import { describe, expect, test } from '@jest/globals';
import { splitsOf } from '../../../services/ml/selection/cross-fit.ts';
import { dealInputs, dealRows, type Folds } from '../../../services/ml/selection/folds.ts';

const inputs = Array.from({ length: 100 }, (_, r) => `query ${r % 80}`);
const labels = Int32Array.from(inputs, (_, r) => (r % 80) % 4);

describe.each([
  ['of rows', dealRows],
  ['of inputs', dealInputs],
])('folds %s', (_, deal) => {
  test('do not depend on the order of the rows', () => {
    const dealt = (keys: string[], label: Int32Array) => {
      const { foldOf } = deal(keys, label, 1, 5);
      // Equal rows may change places among themselves.
      return keys.map((key, r) => `${key} ${foldOf[r]}`).sort();
    };
    expect(dealt(inputs.toReversed(), labels.toReversed())).toEqual(dealt(inputs, labels));
  });

  test('differ with the seed', () => {
    expect(deal(inputs, labels, 2, 5).foldOf).not.toEqual(deal(inputs, labels, 1, 5).foldOf);
  });

  test('have each its share of every label', () => {
    const { foldOf } = deal(inputs.slice(0, 80), labels.slice(0, 80), 1, 5);
    for (let fold = 0; fold < 5; fold++) {
      for (let label = 0; label < 4; label++) {
        const held = [...foldOf.keys()].filter((r) => foldOf[r] === fold && labels[r] === label);
        expect(held).toHaveLength(4);
      }
    }
  });
});

describe('rows with equal inputs', () => {
  test('share a fold of inputs, whose number is theirs at most', () => {
    const { foldOf } = dealInputs(inputs, labels, 1, 5);
    for (let r = 80; r < 100; r++) expect(foldOf[r]).toBe(foldOf[r - 80]);
    expect(dealInputs(['a', 'b', 'a'], null, 1, 5).count).toBe(2);
    expect(dealInputs(['a', 'a'], null, 1, 5).count).toBe(1);
  });

  test('are scattered over folds of rows as others are, each fold with its share of them', () => {
    const words = Array.from({ length: 300 }, (_, r) => `word ${r % 10}`);
    const { foldOf } = dealRows(words, null, 1, 5);
    for (let word = 0; word < 10; word++) {
      const folds = new Set([...foldOf].filter((_, r) => r % 10 === word));
      expect(folds.size).toBe(5);
    }
    expect(dealRows(['a', 'a'], null, 1, 5).count).toBe(2);
    expect(dealRows(['a'], null, 1, 5).count).toBe(1);
  });
});

describe('a cross-fit', () => {
  // Only 1 and 4 are unseen; 5 is the model's own guess.
  const material = {
    keys: ['a', 'a', 'b', 'b', 'c', 'd'],
    unseen: Uint8Array.of(0, 1, 0, 0, 1, 0),
    judged: Uint8Array.of(1, 1, 1, 1, 1, 0),
    target: { type: 'label' as const, labels: ['x'], y: new Int32Array(6) },
  };
  const folds = (...foldOf: number[]): Folds => ({ count: 3, foldOf: Int32Array.from(foldOf) });

  test('predicts each row once, by a fit that did not learn it', () => {
    const splits = splitsOf(material, folds(0, 1, 0, 1, 2, 2), true);
    expect(splits.flatMap(({ predicted }) => predicted).sort()).toEqual([0, 1, 2, 3, 4]);
    for (const { learned, predicted } of splits)
      expect(predicted.some((r) => learned.includes(r))).toBe(false);
  });

  test('lets the fit keep what the champion knows of an unseen row where no other fold has it', () => {
    const [split] = splitsOf(material, folds(0, 0, 0, 1, 2, 2), true);
    expect(split?.predicted).toEqual([1, 2]);
    expect(split?.learned).toContain(0);
  });

  test('holds it out where another fold has it, where nobody asks it, and without a champion', () => {
    const apart = splitsOf(material, folds(0, 1, 0, 0, 2, 2), true)[0];
    expect(apart).toEqual({ predicted: [0, 2, 3], learned: [1, 4, 5] });
    const alone = splitsOf(material, folds(0, 0, 0, 0, 1, 1), false)[0];
    expect(alone).toEqual({ predicted: [0, 1, 2, 3], learned: [4, 5] });
  });

  test('answers a wild target, but learns it in no fit', () => {
    const y = Float64Array.of(1, 2, 3, 4, 1e9, 2);
    const target = { type: 'number' as const, y, wild: Uint8Array.of(0, 0, 0, 0, 1, 0), coverage: 0.9 };
    const splits = splitsOf({ ...material, target }, folds(0, 1, 0, 1, 2, 2), true);
    for (const { learned } of splits) expect(learned).not.toContain(4);
    expect(splits[2]?.predicted).toEqual([4]);
  });

  test("learns the model's own guesses in other folds, and predicts none", () => {
    for (const [fold, { learned, predicted }] of splitsOf(
      material,
      folds(0, 1, 2, 0, 1, 2),
      true,
    ).entries()) {
      expect(predicted).not.toContain(5);
      expect(learned.includes(5)).toBe(fold !== 2);
    }
  });
});
