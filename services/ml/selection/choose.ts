import type { RowSettings } from '../featurizers/featurizer.ts';
import { fitRows } from '../featurizers/row.ts';
import type { Pause } from '../linalg/lbfgs.ts';
import type { Material } from '../material.ts';
import type { PredictorDefinition } from '../predictor/definition.ts';
import type { Candidates, Fit } from './candidates.ts';
import { emptyOutOfFold, type OutOfFold, recordFold, scoresPerRow, splitsOf } from './cross-fit.ts';
import type { Folds } from './folds.ts';
import { lossOf, temperatureOf } from './loss.ts';
import { fitLearner, type Recipe, targetOf } from './recipe.ts';

export interface Choice {
  readonly definition: PredictorDefinition;
  readonly material: Material;
  readonly folds: Folds;
  readonly candidates: Candidates;
  readonly pause?: Pause | undefined;
  readonly onFit?: ((done: number, of: number) => void) | undefined;
}

interface Tried {
  readonly recipe: Recipe;
  readonly loss: number;
}

/** What is tried second has to be better by this share of the loss: of two that are alike the plainer one is taken. */
const CLEARLY = 0.01;

/** The candidate with the least cross-validated loss; of equals the first. */
export async function chooseRecipe(choice: Choice): Promise<Recipe> {
  const { rows, first, next } = choice.candidates;
  const some: Recipe = { ...first[0], features: rows[0] };
  if (choice.folds.count < 2) return some;
  const later = next.reduce((sum, { fits }) => sum + fits.length, 0);
  const count = { done: 0, of: (rows.length * first.length + later) * choice.folds.count };
  const onFit = () => choice.onFit?.(++count.done, count.of);
  const plain = leastLoss(await tryAll(choice, rows, first, onFit));
  if (plain === null) return some;
  const { text } = plain.recipe.features;
  let best = plain;
  for (const { cross, fits } of next) {
    const tried = leastLoss(await tryAll(choice, [{ text, cross }], fits, onFit));
    if (tried !== null && tried.loss < Math.min(best.loss, (1 - CLEARLY) * plain.loss)) best = tried;
  }
  return best.recipe;
}

/** Each fold is featurized once for all fits, which is most of the work of a text. */
async function tryAll(
  { definition, material, folds, pause }: Choice,
  ways: readonly RowSettings[],
  fits: readonly Fit[],
  onFit: () => void,
): Promise<Tried[]> {
  const tried = ways.map((way) => ({
    way,
    fits: fits.map((fit): { recipe: Recipe; out: OutOfFold } => ({
      recipe: { ...fit, features: way },
      out: emptyOutOfFold(material.rows.length, scoresPerRow(material)),
    })),
  }));
  for (const split of fits.length === 0 ? [] : splitsOf(material, folds, false)) {
    if (split.predicted.length === 0) continue;
    const rows = split.learned.map((r) => material.rows[r] ?? {});
    const target = targetOf(material.target, split.learned);
    for (const { way, fits } of tried) {
      const features = fitRows(definition, way, rows);
      const x = features.transform(rows);
      const held = features.transform(split.predicted.map((r) => material.rows[r] ?? {}));
      for (const { recipe, out } of fits) {
        const { fitted } = await fitLearner(recipe, x, target, pause);
        recordFold(out, material, split, fitted, held);
        onFit();
        const breath = pause?.();
        if (breath !== undefined) await breath;
      }
    }
  }
  return tried.flatMap(({ fits }) =>
    fits.flatMap(({ recipe, out }) => {
      const loss = lossOf(material, out, temperatureOf(material, out));
      return loss === null ? [] : [{ recipe, loss }];
    }),
  );
}

function leastLoss(tried: readonly Tried[]): Tried | null {
  let best: Tried | null = null;
  for (const one of tried) if (one.loss < (best?.loss ?? Number.POSITIVE_INFINITY)) best = one;
  return best;
}
