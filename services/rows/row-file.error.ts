import type { FieldError } from '../ml/predictor/definition.error.ts';

/** Why a whole file cannot be imported; a single bad row never is. */
export type RowFileErrorCode =
  | 'import_empty'
  | 'import_not_utf8'
  | 'import_nul_byte'
  | 'import_gzip_damaged'
  | 'import_other_format'
  | 'import_not_array'
  | 'body_not_json'
  | 'csv_header_alone'
  | 'csv_header_unreadable'
  | 'csv_column_missing'
  | 'csv_column_doubled'
  | 'csv_quote_unclosed';

/** A file that cannot be imported at all; none of its rows may stay. */
export class RowFileError extends Error {
  readonly code: RowFileErrorCode;
  readonly errors: readonly FieldError[];

  constructor(
    code: RowFileErrorCode,
    message: string,
    errors: readonly FieldError[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'RowFileError';
    this.code = code;
    this.errors = errors;
  }
}
