import type { InputValue } from '../predictor/definition.ts';
import { type Featurizer, FeaturizerError, type FittedFeaturizer, type StandardScale } from './featurizer.ts';
import { fitScale, isWild, standardised } from './scale.ts';

const MISSING = 1;
const WILD = 2;

/**
 * The standardised value, a column of its own that says it is missing, and one that says it is wild: what a typing error
 * or a code for missing would teach is learned there, and not of the values.
 */
export const numberFeaturizer: Featurizer = {
  fit(values) {
    const present = values.filter((value) => value !== null).map(numberOf);
    return fittedNumber(fitScale(Float64Array.from(present)));
  },
};

export function fittedNumber(scale: StandardScale): FittedFeaturizer {
  return {
    width: 3,
    encode(value, out, offset) {
      if (value === null) {
        out.push(offset + MISSING, 1);
        return;
      }
      const number = numberOf(value);
      out.push(offset, standardised(number, scale));
      if (isWild(number, scale)) out.push(offset + WILD, 1);
    },
    save: () => ({ facts: { kind: 'number', scale }, tensors: {} }),
  };
}

function numberOf(value: InputValue): number {
  if (typeof value !== 'number')
    throw new FeaturizerError('wrong_type', `expected a number, got ${typeof value}`);
  if (!Number.isFinite(value))
    throw new FeaturizerError('not_finite', `expected a finite number, got ${value}`);
  return value;
}
