import { fittedBoolean } from './boolean.ts';
import { fittedCategory } from './category.ts';
import { fittedDate } from './date.ts';
import type { FeaturizerFacts, FittedFeaturizer, Saved } from './featurizer.ts';
import { fittedNumber } from './number.ts';
import { restoreText } from './text/restore.ts';

/**
 * A fitted featurizer from what its `save` gave; it encodes exactly as the saved one did.
 * @throws FeaturizerError `bad_facts`
 */
export function restoreFeaturizer({ facts, tensors }: Saved<FeaturizerFacts>): FittedFeaturizer {
  switch (facts.kind) {
    case 'text':
      return restoreText({ facts, tensors });
    case 'category':
      return fittedCategory(facts.levels);
    case 'number':
      return fittedNumber(facts.scale);
    case 'boolean':
      return fittedBoolean;
    case 'date':
      return fittedDate(facts.scale, facts.hours);
  }
}
