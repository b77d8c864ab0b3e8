import { createHash } from 'node:crypto';
import { BadObjectError, PreconditionFailedError } from './errors.ts';
import { modelKey } from './keys.ts';
import type { ObjectStore } from './object-store.ts';

/** Names an artifact: where it lies and the SHA-256 of its bytes, in hexadecimal. */
export interface ArtifactName {
  readonly key: string;
  readonly sha256: string;
}

/** Stores a model's bytes under their hash. Storing the same again is no error; nothing is ever overwritten. */
export async function putArtifact(
  store: ObjectStore,
  predictor: string,
  version: number,
  bytes: Uint8Array,
): Promise<ArtifactName> {
  const sha256 = hash(bytes);
  const key = modelKey(predictor, version, sha256);
  try {
    await store.put(key, bytes, { ifNoneMatch: '*' });
  } catch (error) {
    if (!(error instanceof PreconditionFailedError)) throw error;
    await getArtifact(store, { key, sha256 });
  }
  return { key, sha256 };
}

/**
 * Fetches a model's bytes and checks them against their hash.
 *
 * @throws BadObjectError when it is missing or not the one that was stored
 */
export async function getArtifact(store: ObjectStore, { key, sha256 }: ArtifactName): Promise<Uint8Array> {
  const object = await store.get(key);
  if (object === null || object === 'unchanged') throw new BadObjectError(`${key} is missing.`);
  const found = hash(object.body);
  if (found !== sha256) {
    throw new BadObjectError(`${key} is damaged: its SHA-256 is ${found}, not ${sha256}.`);
  }
  return object.body;
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
