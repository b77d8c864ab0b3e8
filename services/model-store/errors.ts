export type ModelStoreErrorCode =
  | 'store_failed'
  | 'store_unavailable'
  | 'store_denied'
  | 'store_full'
  | 'store_bucket_unknown'
  | 'store_region_wrong'
  | 'store_precondition_failed'
  | 'store_object_bad'
  | 'store_locked'
  | 'store_key_invalid';

/** Anything that goes wrong between us and the model store. `cause` holds the underlying error. */
export class ModelStoreError extends Error {
  readonly code: ModelStoreErrorCode;

  constructor(code: ModelStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** May it be this one object that fails, as a file does that we have no right to, while the store is there? */
export function isOfOneObject(error: unknown): boolean {
  return error instanceof ModelStoreError && ['store_denied', 'store_failed'].includes(error.code);
}

/** A conditional write lost: the object exists already, or is no longer the one that was read. */
export class PreconditionFailedError extends ModelStoreError {
  constructor(key: string) {
    super('store_precondition_failed', `${key} was written by somebody else meanwhile.`);
  }
}

/** An object is missing, cut short, altered or not what its name says. It must not be used. */
export class BadObjectError extends ModelStoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('store_object_bad', message, options);
  }
}
