import type { OutOfFold } from '../selection/cross-fit.ts';
import { crossFit } from '../selection/cross-fit.ts';
import { lossOf, temperatureOf } from '../selection/loss.ts';
import type { Recipe } from '../selection/recipe.ts';
import type { Workshop } from './workshop.ts';

export interface FirstModel {
  readonly recipe: Recipe;
  readonly out: OutOfFold;
  readonly reason: string;
}

/** The recipe where it beats the answer that looks at no input, and that answer where it does not. */
export async function chooseFirst(workshop: Workshop, recipe: Recipe, out: OutOfFold): Promise<FirstModel> {
  const { material } = workshop;
  const prior = priorRecipe(recipe);
  const priorOut = await crossFit({ ...workshop, recipe: prior, hasChampion: false });
  const loss = lossOf(material, out, temperatureOf(material, out));
  const least = lossOf(material, priorOut, temperatureOf(material, priorOut));
  const isNumber = material.target.type === 'number';
  const answer = isNumber ? 'the mean' : 'the most frequent answer';
  if (loss === null || least === null) {
    const reason = `First model: nothing can be held out of ${material.rows.length} examples with equal inputs, so it gives ${answer}.`;
    return { recipe: prior, out: priorOut, reason };
  }
  const measure = isNumber ? 'mean absolute error' : 'log-loss';
  const figures = `${measure} ${loss.toPrecision(4)} against ${least.toPrecision(4)} in cross-validation`;
  if (loss < least) return { recipe, out, reason: `First model: better than ${answer}, ${figures}.` };
  return {
    recipe: prior,
    out: priorOut,
    reason: `First model: what was learned does not beat ${answer} (${figures}), so it gives ${answer} until there are more examples.`,
  };
}

/** Without a vocabulary: what is never looked at need not be kept. */
function priorRecipe({ text }: Recipe): Recipe {
  return { learner: 'prior', settings: {}, text: { ...text, columns: 0 } };
}
