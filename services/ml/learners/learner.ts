import type { Saved } from '../featurizers/featurizer.ts';
import type { Pause } from '../linalg/lbfgs.ts';
import type { SparseMatrix, SparseVector } from '../linalg/sparse.ts';

export type LearnerName = 'logistic' | 'ridge' | 'huber' | 'prior' | 'ml-logistic-regression';

/** The hyper-parameters are in what makes a learner, the data in `fit`, and only `fit` gives something that answers. */
export interface LabelLearner {
  readonly name: LearnerName;
  /**
   * @param x rows × columns, left as it is
   * @param y the label of each row as a number below `labels`
   * @throws LearnerError `no_rows`, `not_finite`, `bad_label`, `too_large`
   */
  fit(x: SparseMatrix, y: Int32Array, labels: number, pause?: Pause): Promise<FittedLabels>;
}

export interface NumberLearner {
  readonly name: LearnerName;
  /** @throws LearnerError `no_rows`, `not_finite` */
  fit(x: SparseMatrix, y: Float64Array, pause?: Pause): Promise<FittedNumbers>;
}

export interface FittedLabels {
  readonly target: 'label';
  readonly width: number;
  readonly labels: number;
  /** Writes one score per label; softmax(scores) are the probabilities. @throws LearnerError `wrong_width` */
  scores(row: SparseVector, out: Float64Array): void;
  save(): Saved<LearnerFacts>;
}

export interface FittedNumbers {
  readonly target: 'number';
  readonly width: number;
  predict(row: SparseVector): number;
  save(): Saved<LearnerFacts>;
}

export type Fitted = FittedLabels | FittedNumbers;

/** The JSON part of a fitted learner. Its tensors: `weights`, `intercept`, and `group` where columns share weights. */
export interface LearnerFacts {
  readonly name: LearnerName;
  readonly width: number;
}

export type LearnerErrorCode =
  | 'no_rows'
  | 'not_finite'
  | 'bad_label'
  | 'wrong_width'
  | 'too_large'
  | 'bad_setting'
  | 'bad_facts';

export class LearnerError extends Error {
  override readonly name = 'LearnerError';
  readonly code: LearnerErrorCode;

  constructor(code: LearnerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
