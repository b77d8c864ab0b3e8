export type ModelDocumentErrorCode =
  | 'not_a_model'
  | 'damaged'
  | 'bad_head'
  | 'newer_format'
  | 'older_format'
  | 'not_finite'
  | 'too_large';

/** Bytes that are no model, or none that this version can read. Nothing of them was executed. */
export class ModelDocumentError extends Error {
  override readonly name = 'ModelDocumentError';
  readonly code: ModelDocumentErrorCode;

  constructor(code: ModelDocumentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
