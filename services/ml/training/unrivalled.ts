import { amounts } from '../judging/wording.ts';
import type { Material } from '../material.ts';
import { crossFit, type OutOfFold } from '../selection/cross-fit.ts';
import { lossOf, temperatureOf } from '../selection/loss.ts';
import type { Recipe } from '../selection/recipe.ts';
import type { Workshop } from './workshop.ts';

/** What is published without being proven against a champion, and half a sentence that says what speaks for it. */
export interface Unrivalled {
  readonly recipe: Recipe;
  readonly out: OutOfFold;
  readonly reason: string;
}

/** The recipe, but for where the answer that looks at no input does better on rows that no fit saw. */
export async function chooseUnrivalled(
  workshop: Workshop,
  recipe: Recipe,
  out: OutOfFold,
): Promise<Unrivalled> {
  const { material } = workshop;
  const prior = priorRecipe(recipe);
  const priorOut = await crossFit({ ...workshop, recipe: prior, hasChampion: false });
  const constant = onlyTarget(material);
  if (constant !== null) {
    const reason = `the target is ${constant} in all ${material.rows.length} examples, and so is the answer.`;
    return { recipe: prior, out: priorOut, reason };
  }
  const loss = lossOf(material, out, temperatureOf(material, out));
  const least = lossOf(material, priorOut, temperatureOf(material, priorOut));
  const isNumber = material.target.type === 'number';
  const answer = isNumber ? 'the median' : 'the most frequent answer';
  if (loss === null || least === null) {
    const reason = `nothing can be held out of these ${material.rows.length} examples, since no label has two, so how well it answers is not known.`;
    return { recipe, out, reason };
  }
  const measure = isNumber ? 'mean absolute error' : 'log-loss';
  const [own, other] = amounts(loss, least);
  const figures = `${measure} ${own} against ${other} in cross-validation${leftOut(out, isNumber)}`;
  if (loss < least) return { recipe, out, reason: `better than ${answer}, ${figures}.` };
  return {
    recipe: prior,
    out: priorOut,
    reason: `what was learned does not beat ${answer} (${figures}), so it gives ${answer} until there are more examples.`,
  };
}

/** What of the rows out of fold that loss is without, where a model's figures have it or say so themselves. */
function leftOut({ predicted, sayable }: OutOfFold, isNumber: boolean): string {
  const rows = predicted.reduce(
    (sum, isPredicted, r) => sum + (isPredicted === 1 && sayable[r] === 0 ? 1 : 0),
    0,
  );
  if (rows === 0) return '';
  if (isNumber) return rows === 1 ? ', 1 wild target left out' : `, ${rows} wild targets left out`;
  return rows === 1
    ? ", without the row whose label no other row has, which the model's figures count as wrong"
    : `, without the ${rows} rows whose label no other row has, which the model's figures count as wrong`;
}

/** What every example has for a target; null where they differ. */
function onlyTarget({ target }: Material): string | number | null {
  const [first] = target.y;
  if (first === undefined || target.y.some((value) => value !== first)) return null;
  return target.type === 'number' ? first : JSON.stringify(target.labels[first]);
}

/** Without a vocabulary: what is never looked at need not be kept. */
function priorRecipe({ features: { text } }: Recipe): Recipe {
  const features = { text: { ...text, columns: 0 }, cross: false };
  return { features, learner: 'prior', settings: {}, scale: 'linear' };
}
