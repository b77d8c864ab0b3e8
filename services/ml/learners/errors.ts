export type LearnerErrorCode =
  | 'no_rows'
  | 'not_finite'
  | 'bad_label'
  | 'wrong_width'
  | 'too_large'
  | 'bad_setting'
  | 'bad_facts';

/** What a learner cannot learn from, be made of, or be restored from. */
export class LearnerError extends Error {
  override readonly name = 'LearnerError';
  readonly code: LearnerErrorCode;

  constructor(code: LearnerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
