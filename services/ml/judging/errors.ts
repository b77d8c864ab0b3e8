export type JudgingErrorCode = 'not_finite' | 'bad_margin' | 'bad_counts';

/** A comparison that cannot be made as asked. A verdict on broken figures would switch models for no reason. */
export class JudgingError extends Error {
  override readonly name = 'JudgingError';
  readonly code: JudgingErrorCode;

  constructor(code: JudgingErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
