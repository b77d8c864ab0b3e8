import type { TextSettings } from '../featurizers/featurizer.ts';
import { fitRows, type RowFeaturizer } from '../featurizers/row.ts';
import { labelLearner, numberLearner } from '../learners/catalogue.ts';
import type { LearnerSettings } from '../learners/hyper-parameters.ts';
import type { Fitted, LearnerName } from '../learners/learner.ts';
import type { Pause } from '../linalg/lbfgs.ts';
import type { SparseMatrix } from '../linalg/sparse.ts';
import type { Target } from '../material.ts';
import type { PredictorDefinition, Row } from '../predictor/definition.ts';

/** All that is chosen about a model before it is fitted. */
export interface Recipe {
  readonly learner: LearnerName;
  readonly settings: LearnerSettings;
  readonly text: TextSettings;
}

export interface FittedRecipe {
  readonly features: RowFeaturizer;
  readonly fitted: Fitted;
}

/** Fits featurizer and learner on the given rows of the material, and on nothing else. */
export async function fitRecipe(
  definition: PredictorDefinition,
  recipe: Recipe,
  rows: readonly Row[],
  target: Target,
  pause: Pause | undefined,
): Promise<FittedRecipe> {
  const features = fitRows(definition, recipe.text, rows);
  const fitted = await fitLearner(recipe, features.transform(rows), target, pause);
  return { features, fitted };
}

export function fitLearner(
  { learner, settings }: Pick<Recipe, 'learner' | 'settings'>,
  x: SparseMatrix,
  target: Target,
  pause: Pause | undefined,
): Promise<Fitted> {
  if (target.type === 'number') return numberLearner(learner, settings).fit(x, target.y, pause);
  return labelLearner(learner, settings).fit(x, target.y, target.labels.length, pause);
}

/** The target of some rows only, labels numbered as before. */
export function targetOf(target: Target, rows: readonly number[]): Target {
  if (target.type === 'number')
    return { ...target, y: Float64Array.from(rows, (r) => target.y[r] as number) };
  return { ...target, y: Int32Array.from(rows, (r) => target.y[r] as number) };
}
