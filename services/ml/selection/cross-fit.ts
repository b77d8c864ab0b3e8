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
 * Fold by fold: a fit learns the rows of the other folds, but for wild targets, and predicts those of its own, but for the
 * model's own guesses.
 * Beside a champion, a seen row whose inputs an unseen row of its fold asks again is learned after all where no other
 * fold has them: the champion knows such inputs, so must the challenger that is judged on them.
 */
export function splitsOf(
  { unseen, judged, keys, target }: Pick<Material, 'unseen' | 'judged' | 'keys' | 'target'>,
  { count, foldOf }: Folds,
  hasChampion: boolean,
): Split[] {
  const lent = hasChampion ? lentRows(keys, unseen, foldOf) : null;
  const wild = target.type === 'number' ? target.wild : null;
  return Array.from({ length: count }, (_, fold) => {
    const learned: number[] = [];
    const predicted: number[] = [];
    foldOf.forEach((own, r) => {
      if (own === fold && lent?.[r] !== 1) {
        if (judged[r] === 1) predicted.push(r);
      } else if (wild?.[r] !== 1) learned.push(r);
    });
    return { learned, predicted };
  });
}

/** By row, whether it is a seen one whose inputs stand in one fold alone, an unseen row's among them. */
function lentRows(keys: readonly string[], unseen: Uint8Array, foldOf: Int32Array): Uint8Array {
  const asked = new Map<string, { fold: number; isAlone: boolean }>();
  keys.forEach((key, r) => {
    if (unseen[r] === 1 && !asked.has(key)) asked.set(key, { fold: foldOf[r] as number, isAlone: true });
  });
  keys.forEach((key, r) => {
    const known = asked.get(key);
    if (known !== undefined && known.fold !== foldOf[r]) known.isAlone = false;
  });
  return Uint8Array.from(keys, (key, r) => (unseen[r] === 0 && asked.get(key)?.isAlone === true ? 1 : 0));
}

/** What fits that had not seen a row said of it. */
export interface OutOfFold {
  /** Per row the scores of all labels (rows × labels), or the value. */
  readonly scores: Float64Array;
  readonly predicted: Uint8Array;
  /** Predicted by a fit that had learned another row with the same inputs. */
  readonly repeated: Uint8Array;
  /** Predicted, and a fit could have said it: it had learned the label, or the number is not wild. */
  readonly sayable: Uint8Array;
}

export function emptyOutOfFold(rows: number, width: number): OutOfFold {
  return {
    scores: new Float64Array(rows * width),
    predicted: new Uint8Array(rows),
    repeated: new Uint8Array(rows),
    sayable: new Uint8Array(rows),
  };
}

export interface CrossFit {
  readonly definition: PredictorDefinition;
  readonly material: Material;
  readonly folds: Folds;
  readonly recipe: Recipe;
  /** Whether seen rows may be learned beside the unseen ones that ask the same. */
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
      recordFold(out, material, split, fitted, held);
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
  material: Pick<Material, 'target' | 'keys'>,
  split: Split,
  fitted: Fitted,
  held: SparseMatrix,
): void {
  const { target, keys } = material;
  const met = new Set(split.learned.map((r) => keys[r]));
  const labels = new Set(target.type === 'label' ? split.learned.map((r) => target.y[r]) : []);
  const canSay = (r: number) => (target.type === 'label' ? labels.has(target.y[r]) : target.wild[r] === 0);
  const width = scoresPerRow(material);
  const row = new SparseVector();
  split.predicted.forEach((r, i) => {
    viewRow(held, i, row);
    if (fitted.target === 'label') fitted.scores(row, out.scores.subarray(r * width, (r + 1) * width));
    else out.scores[r] = fitted.predict(row);
    out.predicted[r] = 1;
    out.repeated[r] = met.has(keys[r]) ? 1 : 0;
    out.sayable[r] = canSay(r) ? 1 : 0;
  });
}
