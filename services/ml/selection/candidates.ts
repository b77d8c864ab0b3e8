import type { TextSettings } from '../featurizers/featurizer.ts';
import { targetScale } from '../learners/target-scale.ts';
import type { Target } from '../material.ts';
import type { PredictorDefinition } from '../predictor/definition.ts';
import type { Recipe } from './recipe.ts';

/** A recipe but for how texts are read. */
type Fit = Omit<Recipe, 'text'>;

/** What is tried before a model is fitted. */
export interface Candidates {
  readonly texts: readonly [TextSettings, ...TextSettings[]];
  /** Each is tried with each way to read texts. */
  readonly first: readonly [Fit, ...Fit[]];
  /** Each is tried with the way to read texts that did best so far. */
  readonly next: readonly Fit[];
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

export function candidatesFor(definition: Pick<PredictorDefinition, 'inputs'>, target: Target): Candidates {
  const { query, prose } = textSettings(target.type === 'label' ? target.labels.length : 0);
  const hasText = Object.values(definition.inputs).some(({ type }) => type === 'text');
  const texts: Candidates['texts'] = hasText ? [query, prose] : [query];
  if (target.type === 'label') {
    const costs = hasText ? [3, 10, 30, 100, 300] : [0.1, 1, 10, 100];
    return { texts, first: [logistic(hasText ? 1 : 0.01), ...costs.map(logistic)], next: [] };
  }
  const scales: Recipe['scale'][] =
    targetScale(target.y, 'log').kind === 'log' ? ['linear', 'log'] : ['linear'];
  return {
    texts,
    first: [numbers('ridge', 0.01), ...[0.1, 1, 10, 100, 1000].map((alpha) => numbers('ridge', alpha))],
    // Less finely: each fit by Huber's loss takes many rounds.
    next: scales.flatMap((scale) =>
      [0.3, 3, 30].flatMap((alpha) => [
        ...(scale === 'log' ? [numbers('ridge', alpha, scale)] : []),
        numbers('huber', alpha, scale),
      ]),
    ),
  };
}

function logistic(c: number): Fit {
  return { learner: 'logistic', settings: { c }, scale: 'linear' };
}

function numbers(learner: 'ridge' | 'huber', alpha: number, scale: Recipe['scale'] = 'linear'): Fit {
  return { learner, settings: { alpha }, scale };
}
