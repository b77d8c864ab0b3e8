import type { InputValue } from '../predictor/definition.ts';
import { type Featurizer, FeaturizerError, type FittedFeaturizer, type StandardScale } from './featurizer.ts';
import { fitScale, standardised } from './scale.ts';

/** The standardised value, and a column of its own that says it is missing. */
export const numberFeaturizer: Featurizer = {
  fit(values) {
    const present = values.filter((value) => value !== null).map(numberOf);
    return fittedNumber(fitScale(Float64Array.from(present)));
  },
};

export function fittedNumber(scale: StandardScale): FittedFeaturizer {
  return {
    width: 2,
    encode(value, out, offset) {
      if (value === null) out.push(offset + 1, 1);
      else out.push(offset, standardised(numberOf(value), scale));
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
