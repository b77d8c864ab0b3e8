import { byCodePoint, type InputValue } from '../predictor/definition.ts';
import { type Featurizer, FeaturizerError, type FittedFeaturizer } from './featurizer.ts';

/** A level seen in fewer rows stands for all that were never seen: it is learned as `other`. */
const LEAST_ROWS = 2;
const MOST_LEVELS = 10_000;

/**
 * One column per level in code-point order, then `other`, then `missing`. Rare levels fold into `other`, so that it has
 * learned weights when a level comes that no training row had.
 */
export const categoryFeaturizer: Featurizer = {
  fit(values) {
    const rows = new Map<string, number>();
    for (const value of values) {
      if (value !== null) rows.set(levelOf(value), (rows.get(levelOf(value)) ?? 0) + 1);
    }
    const levels = [...rows]
      .filter(([, count]) => count >= LEAST_ROWS)
      .sort(([a, m], [b, n]) => n - m || byCodePoint(a, b))
      .slice(0, MOST_LEVELS)
      .map(([level]) => level);
    return fittedCategory(levels.sort(byCodePoint));
  },
};

/** @param levels distinct, in code-point order */
export function fittedCategory(levels: readonly string[]): FittedFeaturizer {
  const columnOf = new Map(levels.map((level, column) => [level, column]));
  if (columnOf.size !== levels.length) throw new FeaturizerError('bad_facts', 'a level is there twice');
  const other = levels.length;
  const missing = levels.length + 1;
  return {
    width: levels.length + 2,
    encode(value, out, offset) {
      const column = value === null ? missing : (columnOf.get(levelOf(value)) ?? other);
      out.push(offset + column, 1);
    },
    knows: (value) => value === null || columnOf.has(levelOf(value)),
    save: () => ({ facts: { kind: 'category', levels }, tensors: {} }),
  };
}

function levelOf(value: InputValue): string {
  if (typeof value === 'string') return value;
  throw new FeaturizerError('wrong_type', `expected a category's text, got ${typeof value}`);
}
