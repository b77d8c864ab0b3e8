import type { FeaturizerFacts, TextSettings } from '../featurizers/featurizer.ts';
import type { LearnerSettings } from '../learners/hyper-parameters.ts';
import type { LearnerName } from '../learners/learner.ts';
import type { LabelMetrics } from '../metrics/label-metrics.ts';
import type { NumberMetrics } from '../metrics/number-metrics.ts';
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
  readonly metrics: LabelMetrics | NumberMetrics | null;
  /** Scores are divided by it before they become probabilities. */
  readonly temperature: number;
  /** Half the width of a number's interval; null for labels. */
  readonly conformal: { readonly residual: number; readonly coverage: number; readonly rows: number } | null;
}
