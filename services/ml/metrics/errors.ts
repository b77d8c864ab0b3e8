export type MetricsErrorCode = 'no_rows' | 'wrong_length' | 'not_finite' | 'not_a_probability' | 'bad_labels';

/** Figures that cannot be measured as asked. Nothing is replaced or skipped: a wrong figure judges wrongly. */
export class MetricsError extends Error {
  override readonly name = 'MetricsError';
  readonly code: MetricsErrorCode;

  constructor(code: MetricsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
