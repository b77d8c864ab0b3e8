import type { TextSettings } from '../featurizers/featurizer.ts';
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

interface Tried {
  readonly recipe: Recipe;
  readonly loss: number;
}

/** The candidate with the least cross-validated loss; of equals the first. */
export async function chooseRecipe(choice: Choice): Promise<Recipe> {
  const { texts, first, next } = choice.candidates;
  const some: Recipe = { ...first[0], text: texts[0] };
  if (choice.folds.count < 2) return some;
  const count = { done: 0, of: (texts.length * first.length + next.length) * choice.folds.count };
  const onFit = () => choice.onFit?.(++count.done, count.of);
  const firstBest = leastLoss(await tryAll(choice, texts, first, onFit));
  const text = firstBest?.recipe.text ?? some.text;
  const tried = await tryAll(choice, [text], next, onFit);
  return leastLoss([...(firstBest === null ? [] : [firstBest]), ...tried])?.recipe ?? some;
}

/** Each fold is featurized once for all fits, which is most of the work of a text. */
async function tryAll(
  { definition, material, folds, pause }: Choice,
  texts: readonly TextSettings[],
  fits: Candidates['first'] | Candidates['next'],
  onFit: () => void,
): Promise<Tried[]> {
  const tried: { recipe: Recipe; out: OutOfFold }[] = texts.flatMap((text) =>
    fits.map((fit) => ({
      recipe: { ...fit, text },
      out: emptyOutOfFold(material.rows.length, scoresPerRow(material)),
    })),
  );
  for (const split of tried.length === 0 ? [] : splitsOf(material, folds, false)) {
    if (split.predicted.length === 0) continue;
    const rows = split.learned.map((r) => material.rows[r] ?? {});
    const target = targetOf(material.target, split.learned);
    for (const text of texts) {
      const features = fitRows(definition, text, rows);
      const x = features.transform(rows);
      const held = features.transform(split.predicted.map((r) => material.rows[r] ?? {}));
      for (const { recipe, out } of tried.filter((candidate) => candidate.recipe.text === text)) {
        const { fitted } = await fitLearner(recipe, x, target, pause);
        recordFold(out, material, split, fitted, held);
        onFit();
        const breath = pause?.();
        if (breath !== undefined) await breath;
      }
    }
  }
  return tried.flatMap(({ recipe, out }) => {
    const loss = lossOf(material, out, temperatureOf(material, out));
    return loss === null ? [] : [{ recipe, loss }];
  });
}

function leastLoss(tried: readonly Tried[]): Tried | null {
  let best: Tried | null = null;
  for (const one of tried) if (one.loss < (best?.loss ?? Number.POSITIVE_INFINITY)) best = one;
  return best;
}
