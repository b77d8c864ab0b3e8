import { seededHash } from '../linalg/hash.ts';

export interface Folds {
  /** At least two, at most what was asked for; one where all inputs are equal, and nothing can be held out. */
  readonly count: number;
  readonly foldOf: Int32Array;
  /** By row, the number of its group: rows with equal inputs, which always share a fold. */
  readonly groupOf: Int32Array;
}

/**
 * Deals groups of equal inputs to folds as cards are dealt: label by label, within a label by a seeded hash of the
 * inputs. So the folds do not depend on the order of the rows, and each has its share of every label.
 * @param keys by row, a string that is equal where the inputs are
 * @param label by row, or null where the target is no label
 */
export function dealFolds(
  keys: readonly string[],
  label: Int32Array | null,
  seed: number,
  wanted: number,
): Folds {
  const groupOf = new Int32Array(keys.length);
  const numberOf = new Map<string, number>();
  keys.forEach((key, r) => {
    const known = numberOf.get(key);
    groupOf[r] = known ?? numberOf.size;
    if (known === undefined) numberOf.set(key, numberOf.size);
  });
  const labelOf =
    label === null ? new Int32Array(numberOf.size) : commonLabels(groupOf, label, numberOf.size);
  const cards = [...numberOf].map(([key, group]) => ({
    group,
    key,
    label: labelOf[group] as number,
    place: seededHash(key, seed),
  }));
  cards.sort((a, b) => a.label - b.label || a.place - b.place || (a.key < b.key ? -1 : 1));
  const count = Math.min(wanted, cards.length);
  const dealt = new Int32Array(cards.length);
  cards.forEach(({ group }, turn) => {
    dealt[group] = turn % count;
  });
  return { count, foldOf: groupOf.map((group) => dealt[group] as number), groupOf };
}

/** The label that most rows of a group have; of equals the lowest. */
function commonLabels(groupOf: Int32Array, label: Int32Array, groups: number): Int32Array {
  const counts = Array.from({ length: groups }, () => new Map<number, number>());
  label.forEach((value, r) => {
    const count = counts[groupOf[r] as number];
    count?.set(value, (count.get(value) ?? 0) + 1);
  });
  return Int32Array.from(counts, (count) => {
    let best = -1;
    let most = 0;
    for (const [value, times] of count) {
      if (times > most || (times === most && value < best)) [best, most] = [value, times];
    }
    return best;
  });
}
