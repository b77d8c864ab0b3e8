import type { SparseVector } from '../linalg/sparse.ts';
import type { InputValue } from '../predictor/definition.ts';
import type { FeaturizerFacts } from './facts.schema.ts';

export type { FeaturizerFacts, RowSettings, StandardScale, TextFacts, TextSettings } from './facts.schema.ts';

export type Tensor =
  | { readonly dtype: 'F32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'F64'; readonly shape: readonly number[]; readonly data: Float64Array }
  | { readonly dtype: 'I32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'U16'; readonly shape: readonly number[]; readonly data: Uint16Array };

/** What is kept of something fitted: plain JSON, and large arrays beside it by name. */
export interface Saved<Facts> {
  readonly facts: Facts;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/**
 * Turns the values of one input into numbers. The settings are in what makes it, the values in `fit`, and only `fit`
 * gives something that encodes, so that encoding too early does not compile.
 */
export interface Featurizer {
  /** Leaves `values` as they are. Rows are in training order. */
  fit(values: readonly InputValue[]): FittedFeaturizer;
}

export interface FittedFeaturizer {
  /** How many columns it writes. */
  readonly width: number;
  /**
   * Writes one value as columns `offset … offset + width − 1`.
   * @throws FeaturizerError `wrong_type` or `not_finite` when the value is not what the input's type says
   */
  encode(value: InputValue, out: SparseVector, offset: number): void;
  /** Has the value a place of its own, where there are such? Others are taken together. */
  knows?(value: InputValue): boolean;
  save(): Saved<FeaturizerFacts>;
}

export type FeaturizerErrorCode = 'wrong_type' | 'not_finite' | 'bad_facts';

/** A value or a saved featurizer that does not fit. */
export class FeaturizerError extends Error {
  override readonly name = 'FeaturizerError';
  readonly code: FeaturizerErrorCode;

  constructor(code: FeaturizerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
