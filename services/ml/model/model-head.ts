import type { FeaturizerFacts, TextSettings } from '../featurizers/featurizer.ts';
import type { LearnerSettings } from '../learners/hyper-parameters.ts';
import type { LearnerName } from '../learners/learner.ts';
import type { TargetScale } from '../learners/target-scale.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { PredictorDefinition } from '../predictor/definition.ts';
import type { FORMAT } from './head.schema.ts';

/**
 * All that is said about a model beside its numbers. No time, no version and no row's id stands in it: the same examples,
 * definition, settings and seed give the same bytes.
 */
export interface ModelHead {
  readonly format: typeof FORMAT;
  readonly codeVersion: string;
  readonly definition: PredictorDefinition;
  readonly revision: number;
  readonly featurizer: readonly { readonly name: string; readonly facts: FeaturizerFacts }[];
  readonly learner: {
    readonly name: LearnerName;
    readonly width: number;
    readonly settings: LearnerSettings;
    readonly text: TextSettings;
    /** Whether combinations of all inputs have columns of their own. */
    readonly cross: boolean;
    /** In which unit a number was learned; `linear` for labels. */
    readonly scale: TargetScale['kind'];
    /** How many examples the settings were chosen on. */
    readonly chosenOn: number;
  };
  /** In code-point order; none for a number. */
  readonly labels: readonly string[];
  readonly seed: number;
  /** How many were learned from. */
  readonly examples: number;
  /** sha256 of the examples' sorted content. */
  readonly fingerprint: string;
  /** From rows that the fit did not see; null where there were none. */
  readonly metrics: Metrics | null;
  /** Scores are divided by it before they become probabilities. */
  readonly temperature: number;
  /** The unit that a number was learned in; null for labels. */
  readonly targetScale: TargetScale | null;
  /** Half the width of a number's interval, in the unit that it was learned in; null for labels. */
  readonly conformal: { readonly residual: number; readonly coverage: number; readonly rows: number } | null;
}
