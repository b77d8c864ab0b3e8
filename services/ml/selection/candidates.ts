import type { TextSettings } from '../featurizers/featurizer.ts';
import type { LearnerSettings } from '../learners/hyper-parameters.ts';
import type { LearnerName } from '../learners/learner.ts';
import type { PredictorDefinition } from '../predictor/definition.ts';

/** What is tried before a model is fitted: every text setting with every setting of the learner. */
export interface Candidates {
  readonly learner: LearnerName;
  readonly texts: readonly [TextSettings, ...TextSettings[]];
  readonly settings: readonly [LearnerSettings, ...LearnerSettings[]];
}

/** Weights that a model may hold: 6 MB of single precision, and L-BFGS keeps some thirty times that while it fits. */
const MOST_WEIGHTS = 1_500_000;
const MOST_COLUMNS = 100_000;

/** Short queries that are answered while they are typed, and longer texts. */
function textSettings(labels: number): { query: TextSettings; prose: TextSettings } {
  const columns = Math.min(MOST_COLUMNS, Math.floor(MOST_WEIGHTS / Math.max(1, labels)));
  return {
    query: { shortest: 1, longest: 5, pairs: false, prefixes: true, columns },
    prose: { shortest: 2, longest: 5, pairs: true, prefixes: false, columns },
  };
}

/** @param labels how many there are, 0 for a number */
export function candidatesFor(definition: Pick<PredictorDefinition, 'inputs'>, labels: number): Candidates {
  const { query, prose } = textSettings(labels);
  const hasText = Object.values(definition.inputs).some(({ type }) => type === 'text');
  const texts: Candidates['texts'] = hasText ? [query, prose] : [query];
  if (labels === 0) {
    return {
      learner: 'ridge',
      texts,
      settings: [{ alpha: 0.1 }, { alpha: 1 }, { alpha: 10 }, { alpha: 100 }, { alpha: 1000 }],
    };
  }
  return {
    learner: 'logistic',
    texts,
    settings: hasText
      ? [{ c: 1 }, { c: 3 }, { c: 10 }, { c: 30 }, { c: 100 }, { c: 300 }]
      : [{ c: 0.01 }, { c: 0.1 }, { c: 1 }, { c: 10 }, { c: 100 }],
  };
}
