/** One thing wrong with a document: where (`inputs.age.type`; empty for the whole), and what to do about it. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** A predictor's definition that does not fit; `errors` names every key at fault at once. */
export class DefinitionError extends Error {
  readonly code = 'definition_invalid';
  readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    super(
      `The definition does not fit: ${errors.map(({ field, message }) => `${field} ${message}`).join('; ')}.`,
    );
    this.name = 'DefinitionError';
    this.errors = errors;
  }
}
