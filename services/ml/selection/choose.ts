import { fitRows } from '../featurizers/row.ts';
import type { Pause } from '../linalg/lbfgs.ts';
import type { Material } from '../material.ts';
import type { PredictorDefinition } from '../predictor/definition.ts';
import type { Candidates } from './candidates.ts';
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

/**
 * The candidate with the least cross-validated loss; of equals the first. Each fold is featurized once for all settings
 * of the learner, which is most of the work of a text.
 */
export async function chooseRecipe(choice: Choice): Promise<Recipe> {
  const { definition, material, folds, candidates, pause } = choice;
  const { learner, settings, texts } = candidates;
  const first: Recipe = { learner, settings: settings[0], text: texts[0] };
  if (folds.count < 2) return first;
  const tried: { recipe: Recipe; out: OutOfFold }[] = texts.flatMap((text) =>
    settings.map((setting) => ({
      recipe: { learner, settings: setting, text },
      out: emptyOutOfFold(material.rows.length, scoresPerRow(material)),
    })),
  );
  let done = 0;
  for (const split of splitsOf(material, folds, false)) {
    if (split.predicted.length === 0) continue;
    const rows = split.learned.map((r) => material.rows[r] ?? {});
    const target = targetOf(material.target, split.learned);
    for (const text of texts) {
      const features = fitRows(definition, text, rows);
      const x = features.transform(rows);
      const held = features.transform(split.predicted.map((r) => material.rows[r] ?? {}));
      for (const { recipe, out } of tried.filter((candidate) => candidate.recipe.text === text)) {
        recordFold(out, material, folds, split, await fitLearner(recipe, x, target, pause), held);
        choice.onFit?.(++done, tried.length * folds.count);
        const breath = pause?.();
        if (breath !== undefined) await breath;
      }
    }
  }
  return leastLoss(material, tried) ?? first;
}

function leastLoss(material: Material, tried: readonly { recipe: Recipe; out: OutOfFold }[]): Recipe | null {
  let best: Recipe | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const { recipe, out } of tried) {
    const loss = lossOf(material, out, temperatureOf(material, out));
    if (loss !== null && loss < least) [best, least] = [recipe, loss];
  }
  return best;
}
