/** An object's bytes and the tag that changes whenever they do. */
export interface StoredObject {
  readonly body: Uint8Array;
  readonly etag: string;
}

/** What must hold for a write: the object is not there yet, or it is still the one with this tag. */
export type Precondition = { readonly ifNoneMatch: '*' } | { readonly ifMatch: string };

/**
 * Where models, pointers and spooled predictions live. The shape is what S3 can do: whole objects, conditional writes,
 * no rename, listing by prefix in key order. No key may be a prefix folder of another (`a` beside `a/b`).
 */
export interface ObjectStore {
  /** The object; `null` when there is none; `'unchanged'` when its tag is still `ifNoneMatch`. */
  get(key: string, condition?: { readonly ifNoneMatch?: string }): Promise<StoredObject | 'unchanged' | null>;
  /** Writes the whole object or nothing. @throws PreconditionFailedError */
  put(key: string, body: Uint8Array, precondition?: Precondition): Promise<{ readonly etag: string }>;
  /**
   * Removes the object; one that is not there is no error. With `ifMatch` only while it is still the one with this tag (in a
   * folder, a put without a precondition at the same instant goes unseen). @throws PreconditionFailedError
   */
  delete(key: string, condition?: { readonly ifMatch?: string }): Promise<void>;
  /** The keys that start with `prefix`, in key order. */
  list(prefix: string): AsyncIterable<string>;
}
