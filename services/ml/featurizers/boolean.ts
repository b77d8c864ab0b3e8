import { type Featurizer, FeaturizerError, type FittedFeaturizer } from './featurizer.ts';

/** Three columns, one of which is set: true, false, missing. */
export const fittedBoolean: FittedFeaturizer = {
  width: 3,
  encode(value, out, offset) {
    if (value !== null && typeof value !== 'boolean') {
      throw new FeaturizerError('wrong_type', `expected true or false, got ${typeof value}`);
    }
    out.push(offset + (value === null ? 2 : value ? 0 : 1), 1);
  },
  save: () => ({ facts: { kind: 'boolean' }, tensors: {} }),
};

/** There is nothing to learn about a boolean's values. */
export const booleanFeaturizer: Featurizer = { fit: () => fittedBoolean };
