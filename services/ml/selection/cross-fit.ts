import type { Fitted } from '../learners/learner.ts';
import type { Pause } from '../linalg/lbfgs.ts';
import { type SparseMatrix, SparseVector, viewRow } from '../linalg/sparse.ts';
import type { Material } from '../material.ts';
import type { PredictorDefinition } from '../predictor/definition.ts';
import type { Folds } from './folds.ts';
import { fitRecipe, type Recipe, targetOf } from './recipe.ts';

/** Which rows a fold's fit learns, and which of the others it predicts. */
export interface Split {
  readonly learned: readonly number[];
  readonly predicted: readonly number[];
}

/**
 * Fold by fold: a fit learns all rows of the other folds, and of its own fold those seen rows whose inputs equal an
 * unseen row's. Searches repeat: the champion knows a repeated query, so must the challenger that is judged on it. It
 * predicts what it did not learn, the model's own guesses excepted.
 */
export function splitsOf(
  material: Pick<Material, 'unseen' | 'judged'>,
  folds: Folds,
  hasChampion: boolean,
): Split[] {
  const { unseen, judged } = material;
  const repeated = new Uint8Array(unseen.length);
  if (hasChampion) {
    unseen.forEach((isUnseen, r) => {
      if (isUnseen === 1) repeated[folds.groupOf[r] as number] = 1;
    });
  }
  return Array.from({ length: folds.count }, (_, fold) => {
    const learned: number[] = [];
    const predicted: number[] = [];
    folds.foldOf.forEach((own, r) => {
      const wasSeen = unseen[r] === 0 && repeated[folds.groupOf[r] as number] === 1;
      if (own !== fold || wasSeen) learned.push(r);
      else if (judged[r] === 1) predicted.push(r);
    });
    return { learned, predicted };
  });
}

/** What fits that had not seen a row said of it. */
export interface OutOfFold {
  /** Per row the scores of all labels (rows × labels), or the value. */
  readonly scores: Float64Array;
  readonly predicted: Uint8Array;
  /** Neither the row nor an equal of it was learned: fit for metrics, temperature and intervals. */
  readonly clean: Uint8Array;
  /** Clean, and its label was among those that the fit had learned. */
  readonly sayable: Uint8Array;
}

export function emptyOutOfFold(rows: number, width: number): OutOfFold {
  return {
    scores: new Float64Array(rows * width),
    predicted: new Uint8Array(rows),
    clean: new Uint8Array(rows),
    sayable: new Uint8Array(rows),
  };
}

export interface CrossFit {
  readonly definition: PredictorDefinition;
  readonly material: Material;
  readonly folds: Folds;
  readonly recipe: Recipe;
  /** Whether seen rows may be learned beside their unseen equals. */
  readonly hasChampion: boolean;
  readonly pause?: Pause | undefined;
  readonly onFold?: ((done: number) => void) | undefined;
}

export async function crossFit(input: CrossFit): Promise<OutOfFold> {
  const { definition, material, folds, recipe, pause } = input;
  const out = emptyOutOfFold(material.rows.length, scoresPerRow(material));
  const splits = folds.count < 2 ? [] : splitsOf(material, folds, input.hasChampion);
  for (const [fold, split] of splits.entries()) {
    if (split.predicted.length > 0) {
      const rows = split.learned.map((r) => material.rows[r] ?? {});
      const target = targetOf(material.target, split.learned);
      const { features, fitted } = await fitRecipe(definition, recipe, rows, target, pause);
      const held = features.transform(split.predicted.map((r) => material.rows[r] ?? {}));
      recordFold(out, material, folds, split, fitted, held);
      const breath = pause?.();
      if (breath !== undefined) await breath;
    }
    input.onFold?.(fold + 1);
  }
  return out;
}

export function scoresPerRow({ target }: Pick<Material, 'target'>): number {
  return target.type === 'label' ? target.labels.length : 1;
}

/** Writes what a fold's fit says of the rows it predicts. `held` are those rows, featurized, in their order. */
export function recordFold(
  out: OutOfFold,
  material: Pick<Material, 'target'>,
  folds: Folds,
  split: Split,
  fitted: Fitted,
  held: SparseMatrix,
): void {
  const groups = new Set(split.learned.map((r) => folds.groupOf[r] as number));
  const { target } = material;
  const known = target.type === 'label' ? new Set(split.learned.map((r) => target.y[r])) : null;
  const width = scoresPerRow(material);
  const row = new SparseVector();
  split.predicted.forEach((r, i) => {
    viewRow(held, i, row);
    if (fitted.target === 'label') fitted.scores(row, out.scores.subarray(r * width, (r + 1) * width));
    else out.scores[r] = fitted.predict(row);
    out.predicted[r] = 1;
    if (groups.has(folds.groupOf[r] as number)) return;
    out.clean[r] = 1;
    out.sayable[r] = known === null || known.has(target.y[r]) ? 1 : 0;
  });
}
