import { targetScale, toScale } from '../learners/target-scale.ts';
import type { Material } from '../material.ts';
import { labelMetrics } from '../metrics/label-metrics.ts';
import type { Metrics, Part, WithParts } from '../metrics/metrics.ts';
import { numberMetrics } from '../metrics/number-metrics.ts';
import type { AnswerFacts } from '../model/head.schema.ts';
import { conformalResidual } from '../selection/conformal.ts';
import { crossFit, type OutOfFold } from '../selection/cross-fit.ts';
import { dealInputs } from '../selection/folds.ts';
import { probabilitiesOf } from '../selection/loss.ts';
import type { Recipe } from '../selection/recipe.ts';
import type { Workshop } from './workshop.ts';

/** A smaller share of the inputs than this, answered as new ones, is too few to tell how new ones are answered. */
const ENOUGH = 0.5;

/** Of the intervals of a part: of 32,561 rows a thousand took a fifth of a training. */
const RESAMPLES_OF_PART = 300;

/**
 * How new inputs are answered. The cross-fit says it where most inputs stand in one fold alone. Where inputs repeat (or a
 * file was imported twice), few do, and a second cross-fit whose folds keep equal inputs together answers each as new.
 */
export async function answersToNew(
  { seed, ...workshop }: Workshop & { readonly seed: number },
  recipe: Recipe,
  out: OutOfFold,
): Promise<OutOfFold> {
  const { keys, target } = workshop.material;
  const inputs = new Set(keys).size;
  if (inputs < 2 || newRows(workshop.material, out).length >= ENOUGH * inputs) return out;
  const label = target.type === 'label' ? target.y : null;
  const folds = dealInputs(keys, label, seed, workshop.folds.count);
  return crossFit({ ...workshop, folds, recipe, hasChampion: false });
}

/** Of rows that are equal in all, one: a row that was imported twice says nothing twice about new inputs. */
function newRows({ contents }: Material, out: OutOfFold): number[] {
  const met = new Set<string>();
  return rowsOf(out, (r) => {
    const content = contents[r] ?? '';
    if (out.repeated[r] === 1 || met.has(content)) return false;
    met.add(content);
    return true;
  });
}

function rowsOf(out: OutOfFold, isWanted: (r: number) => boolean = () => true): number[] {
  const rows: number[] = [];
  out.predicted.forEach((predicted, r) => {
    if (predicted === 1 && isWanted(r)) rows.push(r);
  });
  return rows;
}

/**
 * Null where no row was held out. A wild target counts in no figure: one typing error would be all that they tell.
 * @param asNew what `answersToNew` gave
 */
export function measure(
  material: Material,
  out: OutOfFold,
  asNew: OutOfFold,
  temperature: number,
  seed: number,
): Metrics | null {
  const { target } = material;
  const counts = (r: number) => target.type === 'label' || target.wild[r] === 0;
  const all = rowsOf(out, counts);
  if (all.length === 0) return null;
  const repeated = all.filter((r) => out.repeated[r] === 1);
  const unknown = newRows(material, asNew).filter(counts);
  const share = repeated.length / all.length;
  if (target.type === 'number') {
    const figures = (from: OutOfFold, rows: readonly number[], resamples?: number) =>
      numberMetrics({
        truth: rows.map((r) => target.y[r] as number),
        predicted: rows.map((r) => from.scores[r] as number),
        seed,
        ...(resamples === undefined ? {} : { resamples }),
      });
    const wild = target.wild.reduce((sum, isWild) => sum + isWild, 0);
    return { ...parts(figures), wild };
  }
  const { labels, y } = target;
  return parts((from, rows, resamples) => {
    const probabilities = new Float64Array(rows.length * labels.length);
    rows.forEach((r, i) => {
      probabilities.set(probabilitiesOf(from, r, labels.length, temperature), i * labels.length);
    });
    return labelMetrics({
      labels,
      truth: Int32Array.from(rows, (r) => y[r] as number),
      probabilities,
      seed,
      ...(resamples === undefined ? {} : { resamples }),
    });
  });

  function parts<Figures>(
    figures: (from: OutOfFold, rows: readonly number[], resamples?: number) => Figures,
  ): WithParts<Figures> {
    const whole = figures(out, all);
    const part = (from: OutOfFold, rows: readonly number[], of: number): Part<Figures> => {
      if (rows.length === 0) return { share: of, rows: 0 };
      const isWhole = from === out && rows.length === all.length;
      return { share: of, ...(isWhole ? whole : figures(from, rows, RESAMPLES_OF_PART)) };
    };
    return { ...whole, seen: part(out, repeated, share), new: part(asNew, unknown, 1 - share) };
  }
}

/** What turns scores into an answer, as the rows out of fold say. A number's interval is in the unit it is learned in. */
export function answerFacts(
  { target }: Material,
  out: OutOfFold,
  recipe: Recipe,
  temperature: number,
): AnswerFacts {
  if (target.type === 'label') return { target: 'label', labels: target.labels, temperature };
  const scale = targetScale(target.y, recipe.scale);
  const residuals = Float64Array.from(
    rowsOf(out),
    (r) => toScale(out.scores[r] as number, scale) - toScale(target.y[r] as number, scale),
  );
  const { coverage } = target;
  return { target: 'number', scale, interval: { ...conformalResidual(residuals, coverage), coverage } };
}
