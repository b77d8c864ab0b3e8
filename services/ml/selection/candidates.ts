import type { RowSettings, TextSettings } from '../featurizers/featurizer.ts';
import type { Learner, Size } from '../learners/learner.ts';
import { LEARNERS, type LearnerName } from '../learners/learners.ts';
import { targetScale } from '../learners/target-scale.ts';
import type { Material } from '../material.ts';
import type { PredictorDefinition } from '../predictor/definition.ts';
import type { Recipe } from './recipe.ts';

/** A recipe but for how rows are read. */
export type Fit = Omit<Recipe, 'features'>;

/** What is tried before a model is fitted. */
export interface Candidates {
  readonly rows: readonly [RowSettings, ...RowSettings[]];
  /** Each is tried with each way to read rows. */
  readonly first: readonly [Fit, ...Fit[]];
  /** Tried with the way to read texts that did best so far, without and with columns for combinations of inputs. */
  readonly next: readonly { readonly cross: boolean; readonly fits: readonly Fit[] }[];
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
  const labels = target.type === 'label' ? target.labels.length : 0;
  const { query, prose } = textSettings(labels);
  const types = Object.values(definition.inputs).map(({ type }) => type);
  const hasText = types.includes('text');
  const fitsOf = (scale: Fit['scale'], isPlain: boolean, learners: readonly Learner<LearnerName>[]): Fit[] =>
    learners.flatMap((learner) => {
      const size: Size = { rows: keys.length, labels, hasText, isPlain };
      const all = (target.type === 'label' ? learner.label : learner.number)?.candidates(size) ?? [];
      return all.map((settings) => ({ learner: learner.name, settings, scale }));
    });
  const second = LEARNERS.filter(({ isTriedSecond }) => isTriedSecond);
  const [head, ...tail] = fitsOf(
    'linear',
    true,
    LEARNERS.filter(({ isTriedSecond }) => !isTriedSecond),
  );
  if (head === undefined) throw new Error(`no learner is tried for a ${target.type}`);
  const scales: Fit['scale'][] =
    target.type === 'number' && targetScale(target.y, 'log').kind === 'log' ? ['linear', 'log'] : ['linear'];
  const crosses = canCross(types) && repeatedShare(keys) >= REPEATED ? [false, true] : [false];
  return {
    rows: hasText ? [query, prose] : [query],
    first: [head, ...tail],
    next: crosses.map((cross) => ({
      cross,
      fits: scales.flatMap((scale) => {
        const isPlain = !cross && scale === 'linear';
        return fitsOf(scale, isPlain, isPlain ? second : LEARNERS);
      }),
    })),
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
