import { BadObjectError, PreconditionFailedError } from './errors.ts';
import type { KeysObject } from './keys-object.schema.ts';
import { validate } from './keys-object.validator.ts';
import type { ObjectStore } from './object-store.ts';

/** Where the copy of the keys lies, in the bucket of the models. */
export const KEYS_OBJECT = 'access/keys.json';

/** The keys in force, after the change of this number. */
export interface KeysInForce {
  readonly change: number;
  readonly keys: readonly KeysObject['keys'][number][];
}

/** Who knows the keys in force: the database. */
export interface KeySource {
  readonly keys: { inForce(): Promise<KeysInForce> };
}

/**
 * Has the store's copy of the keys say what the database says, unless it is of a later change already: of two writers
 * the later state wins, whoever is slower. To be called after every change of the keys, and now and then for what a
 * crash left undone. Returns whether it wrote. @throws ModelStoreError
 */
export async function alignKeys(database: KeySource, store: ObjectStore): Promise<boolean> {
  return writeKeys(store, await database.keys.inForce(), (present, ours) => present < ours);
}

/**
 * The same, whatever the copy says. For whoever has both to itself, such as a program that starts: a database that was
 * restored from a backup is older than its copy, and right.
 */
export async function adoptKeys(database: KeySource, store: ObjectStore): Promise<boolean> {
  return writeKeys(store, await database.keys.inForce(), (present, ours) => present !== ours);
}

/**
 * Reads the copy: null when there is none, `'unchanged'` when its tag is still `etag`.
 * @throws ModelStoreError, BadObjectError when it is no list of keys
 */
export async function readKeys(
  store: ObjectStore,
  etag?: string,
): Promise<{ readonly keys: KeysObject['keys']; readonly etag: string } | 'unchanged' | null> {
  const object = await store.get(KEYS_OBJECT, etag === undefined ? {} : { ifNoneMatch: etag });
  if (object === null || object === 'unchanged') return object;
  const document = parse(object.body);
  if (document === null) throw new BadObjectError(`${KEYS_OBJECT} is no list of keys.`);
  return { keys: document.keys, etag: object.etag };
}

async function writeKeys(
  store: ObjectStore,
  { change, keys }: KeysInForce,
  isDue: (present: number, ours: number) => boolean,
): Promise<boolean> {
  const body = Buffer.from(JSON.stringify({ format: 1, change, keys }));
  for (;;) {
    const present = await store.get(KEYS_OBJECT);
    if (present === 'unchanged') throw new BadObjectError(`${KEYS_OBJECT}: "unchanged" without a condition`);
    // None, and none ever made: nothing to say. What cannot be read is replaced.
    if (present === null && change === 0) return false;
    if (present !== null && !isDue(parse(present.body)?.change ?? -1, change)) return false;
    try {
      await store.put(KEYS_OBJECT, body, present === null ? { ifNoneMatch: '*' } : { ifMatch: present.etag });
      return true;
    } catch (error) {
      if (!(error instanceof PreconditionFailedError)) throw error;
    }
  }
}

function parse(body: Uint8Array): KeysObject | null {
  try {
    const document: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return validate(document) ? document : null;
  } catch {
    return null;
  }
}
