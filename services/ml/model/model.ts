import { cellOf } from '../featurizers/cross.ts';
import type { RowFeaturizer } from '../featurizers/row.ts';
import type { FittedLabels, FittedNumbers } from '../learners/learner.ts';
import { fromScale, toScale } from '../learners/target-scale.ts';
import { SparseVector } from '../linalg/sparse.ts';
import type { Row } from '../predictor/definition.ts';
import { softmax } from '../selection/softmax.ts';
import type { AnswerFacts, ModelHead } from './head.schema.ts';
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

interface Answering {
  readonly head: ModelHead;
  /**
   * @param suggestions how many at most; as many as the definition says when absent
   * @throws FeaturizerError naming the input whose value does not fit
   */
  answer(row: Row, suggestions?: number): Answer;
}

export interface LabelModel extends Answering {
  readonly target: 'label';
  /** In code-point order. */
  readonly labels: readonly string[];
  answer(row: Row, suggestions?: number): LabelAnswer;
  /** Calibrated and unrounded, in the order of `labels`. */
  probabilities(row: Row): Float64Array;
}

export interface NumberModel extends Answering {
  readonly target: 'number';
  answer(row: Row): NumberAnswer;
  value(row: Row): number;
}

/** One immutable trained version, ready to answer. Rows must fit the definition's inputs. */
export type Model = LabelModel | NumberModel;

/** Puts together what answers; one row at a time, since the buffers are shared between calls. */
export function labelModel(
  head: ModelHead,
  { labels, temperature }: Extract<AnswerFacts, { target: 'label' }>,
  features: RowFeaturizer,
  fitted: FittedLabels,
): LabelModel {
  const row = new SparseVector();
  const scores = new Float64Array(labels.length);
  const unknownOf = unknownCategories(features);
  const score = (inputs: Row): Float64Array => {
    features.encode(inputs, row);
    fitted.scores(row, scores);
    softmax(scores, temperature);
    return scores;
  };
  return {
    target: 'label',
    head,
    labels,
    answer(inputs, suggestions = head.definition.suggestions) {
      return { suggestions: suggest(score(inputs), labels, suggestions), ...unknownOf(inputs) };
    },
    probabilities: (inputs) => score(inputs).slice(),
  };
}

/** The same of a number. */
export function numberModel(
  head: ModelHead,
  { scale, interval }: Extract<AnswerFacts, { target: 'number' }>,
  features: RowFeaturizer,
  fitted: FittedNumbers,
): NumberModel {
  const row = new SparseVector();
  const unknownOf = unknownCategories(features);
  const value = (inputs: Row): number => {
    features.encode(inputs, row);
    return fromScale(fitted.predict(row), scale);
  };
  const { residual, coverage, rows } = interval;
  return {
    target: 'number',
    head,
    answer(inputs) {
      const middle = value(inputs);
      const at = toScale(middle, scale);
      const [low, high] = [fromScale(at - residual, scale), fromScale(at + residual, scale)];
      return { value: middle, interval: { low, high, coverage, rows }, ...unknownOf(inputs) };
    },
    value,
  };
}

const NOTHING: Unknown = {};

function unknownCategories({ parts }: RowFeaturizer): (inputs: Row) => Unknown {
  const categories = parts.filter(({ featurizer }) => featurizer.knows !== undefined);
  if (categories.length === 0) return () => NOTHING;
  return (inputs) => {
    const unknown = categories.filter(
      ({ name, featurizer }) => featurizer.knows?.(cellOf(inputs, name)) === false,
    );
    return unknown.length === 0 ? NOTHING : { unknown: unknown.map(({ name }) => name) };
  };
}
