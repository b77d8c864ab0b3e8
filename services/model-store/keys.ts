import { ModelStoreError } from './errors.ts';

/** Where a model's artifact lies. Its hash is part of the name, so the name can never mean two contents. */
export function modelKey(predictor: string, version: number, sha256: string): string {
  return `models/${predictor}/${version}/${sha256}.safetensors`;
}

/** What the keys of all of a predictor's artifacts begin with. */
export function modelsPrefix(predictor: string): string {
  return `models/${predictor}/`;
}

/** What every pointer's key begins with. */
export const POINTERS = 'pointers/';

/** Where a predictor's pointer lies: its definition and which model serves. */
export function pointerKey(predictor: string): string {
  return `${POINTERS}${predictor}.json`;
}

/** What every spooled prediction's key begins with. */
export const SPOOL = 'spool/';

/** Where an answered prediction waits while the database cannot take it. `name` is its UUID, in lower case, or a block's. */
export function spoolKey(name: string): string {
  return `${SPOOL}${name}.json`;
}

/** Rows of a call that wait in one object together, at most: a thousand objects would take longer than anybody waits. */
const BLOCK = 64;
/** The fourth group of the id of each row of such a call. Of other ids one in 16,384 has it, too, and is looked for in vain. */
const OF_MANY = 'b100';

/** The id of the row at a place (from 0 to 4,095) of a call with many rows, from a UUID that is the call's. */
export function placedId(call: string, place: number): string {
  return `${call.slice(0, 15)}${place.toString(16).padStart(3, '0')}-${OF_MANY}${call.slice(23)}`;
}

/** The name of the object in which the row of this id waits beside others of its call; null where it is of no such call. */
export function blockOf(id: string): string | null {
  if (id.slice(19, 23) !== OF_MANY) return null;
  const place = Number.parseInt(id.slice(15, 18), 16);
  return `${placedId(id, place - (place % BLOCK))}.rows`;
}

export function isBlock(name: string): boolean {
  return name.endsWith('.rows');
}

/** What the key of everything that was set aside begins with. */
export const REFUSED = 'spool-refused/';

/** Where an object of the spool is moved that could not be recorded, so that it is in nobody's way and not lost. */
export function refusedKey(name: string): string {
  return `${REFUSED}${name}.json`;
}

/** Written and removed to see whether the spool takes anything; without the ending that every prediction's key has. */
export const SPOOL_CHECK = `${SPOOL}check`;

/** Lies there while a retraining or a reproduction may be waiting to be sent on its way. */
export const DISPATCH_MARK = 'dispatch/pending.json';

/** Says on which day the sweep last did what it does once a day. */
export const SWEPT = 'sweep/daily.json';

/** @throws ModelStoreError for what no key can begin with */
export function checkPrefix(prefix: string): void {
  if (prefix !== '') checkKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
}

/** May a store be asked for this key? */
export function isKey(key: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(key) && key.length <= 512;
}

/** @throws ModelStoreError for a key that no store should be asked for */
export function checkKey(key: string): void {
  if (!isKey(key)) {
    throw new ModelStoreError('store_key_invalid', `${JSON.stringify(key)} is not a key.`);
  }
}
