import type { Row } from './predictor/definition.ts';

/** A row whose target is known. */
export interface Example {
  readonly inputs: Row;
  /** A label, or a finite number. */
  readonly target: string | number;
  /** The champion learned from this row, under whatever target. */
  readonly seen?: boolean;
  /** False for a guess of the model's own: it is learned from but measures and judges nothing. True by default. */
  readonly judged?: boolean;
}
