export type TrainingErrorCode = 'no_examples' | 'bad_target' | 'unreadable_model';

/** Examples that nothing can be learned from, or that a model was made of which cannot answer. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
  readonly code: TrainingErrorCode;

  constructor(code: TrainingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
