import { fitRows, type RowFeaturizer, type RowSettings } from '../featurizers/row.ts';
import { labelLearner, numberLearner } from '../learners/catalogue.ts';
import type { LearnerSettings } from '../learners/hyper-parameters.ts';
import type { Fitted, LearnerName } from '../learners/learner.ts';
import { scaledNumbers, type TargetScale, targetScale, toScale } from '../learners/target-scale.ts';
import type { Pause } from '../linalg/lbfgs.ts';
import type { SparseMatrix } from '../linalg/sparse.ts';
import type { Target } from '../material.ts';
import type { PredictorDefinition, Row } from '../predictor/definition.ts';

/** All that is chosen about a model before it is fitted. */
export interface Recipe extends RowSettings {
  readonly learner: LearnerName;
  readonly settings: LearnerSettings;
  /** In which unit a number is learned; of a label `linear`, which says nothing. */
  readonly scale: TargetScale['kind'];
}

export interface FittedRecipe {
  readonly features: RowFeaturizer;
  readonly fitted: Fitted;
  /** Null for labels. */
  readonly targetScale: TargetScale | null;
}

/** Fits featurizer and learner on the given rows of the material, and on nothing else. */
export async function fitRecipe(
  definition: PredictorDefinition,
  recipe: Recipe,
  rows: readonly Row[],
  target: Target,
  pause: Pause | undefined,
): Promise<FittedRecipe> {
  const features = fitRows(definition, recipe, rows);
  return { features, ...(await fitLearner(recipe, features.transform(rows), target, pause)) };
}

export async function fitLearner(
  { learner, settings, scale }: Pick<Recipe, 'learner' | 'settings' | 'scale'>,
  x: SparseMatrix,
  target: Target,
  pause: Pause | undefined,
): Promise<Pick<FittedRecipe, 'fitted' | 'targetScale'>> {
  if (target.type === 'label') {
    const fitted = await labelLearner(learner, settings).fit(x, target.y, target.labels.length, pause);
    return { fitted, targetScale: null };
  }
  const own = targetScale(target.y, scale);
  const learned = target.y.map((value) => toScale(value, own));
  const fitted = await numberLearner(learner, settings).fit(x, learned, pause);
  return { fitted: scaledNumbers(fitted, own), targetScale: own };
}

/** The target of some rows only, labels numbered as before. */
export function targetOf(target: Target, rows: readonly number[]): Target {
  if (target.type === 'number') {
    const y = Float64Array.from(rows, (r) => target.y[r] as number);
    return { ...target, y, wild: Uint8Array.from(rows, (r) => target.wild[r] as number) };
  }
  return { ...target, y: Int32Array.from(rows, (r) => target.y[r] as number) };
}
