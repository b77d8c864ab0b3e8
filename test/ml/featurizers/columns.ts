import type { FittedFeaturizer, TextSettings } from '../../../services/ml/featurizers/featurizer.ts';
import { SparseVector } from '../../../services/ml/linalg/sparse.ts';
import type { InputValue } from '../../../services/ml/predictor/definition.ts';

export const query: TextSettings = { shortest: 1, longest: 5, pairs: false, prefixes: true, columns: 10_000 };
export const prose: TextSettings = { shortest: 2, longest: 5, pairs: true, prefixes: false, columns: 10_000 };

/** What a value is encoded as: pairs of column and number. */
export function columnsOf(fitted: FittedFeaturizer, value: InputValue, offset = 0): [number, number][] {
  const out = new SparseVector();
  fitted.encode(value, out, offset);
  return Array.from({ length: out.length }, (_, i) => [out.index[i] ?? -1, out.value[i] ?? Number.NaN]);
}
