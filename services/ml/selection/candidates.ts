import type { TextSettings } from '../featurizers/featurizer.ts';
import type { RowSettings } from '../featurizers/row.ts';
import { targetScale } from '../learners/target-scale.ts';
import type { Material } from '../material.ts';
import type { PredictorDefinition } from '../predictor/definition.ts';
import type { Recipe } from './recipe.ts';

/** A recipe but for how texts are read. */
export type Fit = Omit<Recipe, 'text'>;

/** What is tried before a model is fitted. */
export interface Candidates {
  readonly rows: readonly [RowSettings, ...RowSettings[]];
  /** Each is tried with each way to read rows. */
  readonly first: readonly [Fit, ...Fit[]];
  /** Each is tried with the way to read texts that did best so far. */
  readonly next: readonly Fit[];
}

/** Weights that a model may hold: 6 MB of single precision, and L-BFGS keeps some thirty times that while it fits. */
const MOST_WEIGHTS = 1_500_000;
const MOST_COLUMNS = 100_000;

/** With a smaller share of rows whose inputs repeat, a column for each combination of them is not worth a try. */
const REPEATED = 0.1;

export function candidatesFor(
  definition: Pick<PredictorDefinition, 'inputs'>,
  { target, keys }: Pick<Material, 'target' | 'keys'>,
): Candidates {
  const { query, prose } = textSettings(target.type === 'label' ? target.labels.length : 0);
  const types = Object.values(definition.inputs).map(({ type }) => type);
  const hasText = types.includes('text');
  const rows: Candidates['rows'] = hasText ? [query, prose] : [query];
  const crosses = canCross(types) && repeatedShare(keys) >= REPEATED ? [false, true] : [false];
  if (target.type === 'label') {
    const costs = hasText ? [3, 10, 30, 100, 300] : [0.1, 1, 10, 100];
    const first: Candidates['first'] = [logistic(hasText ? 1 : 0.01), ...costs.map((c) => logistic(c))];
    return { rows, first, next: crosses.includes(true) ? first.map((fit) => ({ ...fit, cross: true })) : [] };
  }
  const scales: Recipe['scale'][] =
    targetScale(target.y, 'log').kind === 'log' ? ['linear', 'log'] : ['linear'];
  return {
    rows,
    first: [numbers('ridge', 0.01), ...[0.1, 1, 10, 100, 1000].map((alpha) => numbers('ridge', alpha))],
    next: crosses.flatMap((cross) =>
      scales.flatMap((scale) => [
        ...(scale === 'log' || cross ? [0.03, 0.3, 3, 30] : []).map((alpha) => ({
          ...numbers('ridge', alpha),
          scale,
          cross,
        })),
        // Less finely: each fit by Huber's loss takes many rounds.
        ...[0.3, 3, 30].map((alpha) => ({ ...numbers('huber', alpha), scale, cross })),
      ]),
    ),
  };
}

/** Short queries that are answered while they are typed, and longer texts. */
function textSettings(labels: number): { query: RowSettings; prose: RowSettings } {
  const columns = Math.min(MOST_COLUMNS, Math.floor(MOST_WEIGHTS / Math.max(1, labels)));
  const query: TextSettings = { shortest: 1, longest: 5, pairs: false, prefixes: true, columns };
  const prose: TextSettings = { shortest: 2, longest: 5, pairs: true, prefixes: false, columns };
  return { query: { text: query, cross: false }, prose: { text: prose, cross: false } };
}

/** Of a single word-like input each value has a column as it is. */
function canCross(types: readonly string[]): boolean {
  return types.length > 1 || types[0] === 'number' || types[0] === 'date';
}

/** The share of rows whose inputs another row has too. */
function repeatedShare(keys: readonly string[]): number {
  const times = new Map<string, number>();
  for (const key of keys) times.set(key, (times.get(key) ?? 0) + 1);
  return keys.filter((key) => (times.get(key) ?? 0) > 1).length / keys.length;
}

function logistic(c: number): Fit {
  return { learner: 'logistic', settings: { c }, scale: 'linear', cross: false };
}

function numbers(learner: 'ridge' | 'huber', alpha: number): Fit {
  return { learner, settings: { alpha }, scale: 'linear', cross: false };
}
