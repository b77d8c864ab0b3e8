import { cellOf } from '../featurizers/cross.ts';
import type { RowFeaturizer } from '../featurizers/row.ts';
import type { Fitted } from '../learners/learner.ts';
import { fromScale, type TargetScale, toScale } from '../learners/target-scale.ts';
import { SparseVector } from '../linalg/sparse.ts';
import type { Row } from '../predictor/definition.ts';
import { softmax } from '../selection/softmax.ts';
import type { ModelHead } from './head.ts';
import { type Suggestion, suggest } from './suggest.ts';

export type { Suggestion };

interface Unknown {
  /** Categories that the model has not learned, by the names of their inputs: `3` where it learned `3.0`. */
  readonly unknown?: readonly string[];
}

export interface LabelAnswer extends Unknown {
  readonly suggestions: readonly Suggestion[];
}

export interface NumberAnswer extends Unknown {
  readonly value: number;
  readonly interval: {
    readonly low: number;
    readonly high: number;
    /** The share of true values that such intervals hold. */
    readonly coverage: number;
    /** How many rows it rests on. */
    readonly rows: number;
  };
}

export type Answer = LabelAnswer | NumberAnswer;

/** One immutable trained version, ready to answer. Rows must fit the definition's inputs. */
export interface Model {
  readonly head: ModelHead;
  /** In code-point order; none for a number. */
  readonly labels: readonly string[];
  /**
   * @param suggestions how many at most; as many as the definition says when absent
   * @throws FeaturizerError naming the input whose value does not fit
   */
  answer(row: Row, suggestions?: number): Answer;
  /** Calibrated and unrounded, in the order of `labels`; empty for a number. */
  probabilities(row: Row): Float64Array;
  /** NaN for labels. */
  value(row: Row): number;
}

const NOTHING: Unknown = {};

const LINEAR: TargetScale = { kind: 'linear', shift: 0, least: null, most: null };

/** Puts together what answers; one row at a time, since the buffers are shared between calls. */
export function modelOf(head: ModelHead, features: RowFeaturizer, fitted: Fitted): Model {
  const row = new SparseVector();
  const scores = new Float64Array(head.labels.length);
  const score = (inputs: Row): Float64Array => {
    if (fitted.target === 'number') return scores;
    features.encode(inputs, row);
    fitted.scores(row, scores);
    softmax(scores, head.temperature);
    return scores;
  };
  const scale = head.targetScale ?? LINEAR;
  const value = (inputs: Row): number => {
    if (fitted.target === 'label') return Number.NaN;
    features.encode(inputs, row);
    return fromScale(fitted.predict(row), scale);
  };
  const categories = features.parts.filter(({ featurizer }) => featurizer.knows !== undefined);
  const unknownOf = (inputs: Row): Unknown => {
    if (categories.length === 0) return NOTHING;
    const unknown = categories.filter(
      ({ name, featurizer }) => featurizer.knows?.(cellOf(inputs, name)) === false,
    );
    return unknown.length === 0 ? NOTHING : { unknown: unknown.map(({ name }) => name) };
  };
  return {
    head,
    labels: head.labels,
    answer(inputs, suggestions = head.definition.suggestions) {
      if (fitted.target === 'label') {
        return { suggestions: suggest(score(inputs), head.labels, suggestions), ...unknownOf(inputs) };
      }
      const middle = value(inputs);
      const { residual, coverage, rows } = head.conformal ?? { residual: 0, coverage: 0, rows: 0 };
      const at = toScale(middle, scale);
      const [low, high] = [fromScale(at - residual, scale), fromScale(at + residual, scale)];
      return { value: middle, interval: { low, high, coverage, rows }, ...unknownOf(inputs) };
    },
    probabilities: (inputs) => score(inputs).slice(),
    value,
  };
}
