import { fitRows, type RowFeaturizer } from '../featurizers/row.ts';
import type { Fitted } from '../learners/learner.ts';
import { labelSide, numberSide } from '../learners/learners.ts';
import { scaledNumbers, type TargetScale, targetScale, toScale } from '../learners/target-scale.ts';
import type { Pause } from '../linalg/lbfgs.ts';
import type { SparseMatrix } from '../linalg/sparse.ts';
import type { Target } from '../material.ts';
import type { PredictorDefinition, Row } from '../predictor/definition.ts';
import type { Recipe } from './recipe.schema.ts';

export type { Recipe } from './recipe.schema.ts';

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
  const features = fitRows(definition, recipe.features, rows);
  return { features, ...(await fitLearner(recipe, features.transform(rows), target, pause)) };
}

export async function fitLearner(
  { learner, settings, scale }: Pick<Recipe, 'learner' | 'settings' | 'scale'>,
  x: SparseMatrix,
  target: Target,
  pause: Pause | undefined,
): Promise<Pick<FittedRecipe, 'fitted' | 'targetScale'>> {
  if (target.type === 'label') {
    const problem = { x, y: target.y, labels: target.labels.length, pause };
    return { fitted: await labelSide(learner).fit(problem, settings), targetScale: null };
  }
  const own = targetScale(target.y, scale);
  const y = target.y.map((value) => toScale(value, own));
  const fitted = await numberSide(learner).fit({ x, y, pause }, settings);
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
