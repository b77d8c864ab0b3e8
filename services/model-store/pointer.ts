import { BadObjectError, PreconditionFailedError } from './errors.ts';
import { POINTERS, pointerKey } from './keys.ts';
import type { ObjectStore } from './object-store.ts';
import type { Pointer } from './pointer.schema.ts';
import { validate } from './pointer.validator.ts';

/** What a pointer is made from: the state of a predictor as the database has it. */
export type PointerState = Omit<Pointer, 'format'>;

/**
 * Writes a predictor's pointer, unless the store has a newer one already: `change` rises with every change of the
 * definition or the champion, so that of two writers the later state wins, whoever is slower.
 *
 * Returns whether the store now names this state because of this call.
 */
export async function writePointer(store: ObjectStore, state: PointerState): Promise<boolean> {
  const { id, name, revision, definition, change, champion, deleted } = state;
  const key = pointerKey(name);
  const body = Buffer.from(
    JSON.stringify({ format: 1, id, name, revision, definition, change, champion, deleted }),
  );
  for (;;) {
    const present = await store.get(key);
    if (present === 'unchanged') throw new BadObjectError(`${key}: "unchanged" without a condition`);
    if (present !== null && changeOf(present.body) >= change) return false;
    try {
      await store.put(key, body, present === null ? { ifNoneMatch: '*' } : { ifMatch: present.etag });
      return true;
    } catch (error) {
      if (!(error instanceof PreconditionFailedError)) throw error;
    }
  }
}

/**
 * Says in place of a predictor's pointer that it was deleted. Written rather than removed: a pointer that is missing may be
 * lost, and the model in memory goes on answering then; and a state that was read before the deletion is older than this, and
 * does not bring the predictor back.
 */
export function writeDeleted(
  store: ObjectStore,
  { id, name, change }: Pick<PointerState, 'id' | 'name' | 'change'>,
): Promise<boolean> {
  return writePointer(store, {
    id,
    name,
    change,
    revision: 1,
    definition: {},
    champion: null,
    deleted: true,
  });
}

/**
 * Has the store say what the database says, whatever it said before: pointers are written anew where they differ, and
 * removed where there is no such predictor. For whoever has both to itself, such as a program that starts: a database
 * that was restored from a backup is older than the store, and right.
 */
export async function adoptStates(store: ObjectStore, states: readonly PointerState[]): Promise<void> {
  const byKey = new Map(states.map((state) => [pointerKey(state.name), state]));
  for await (const key of store.list(POINTERS)) {
    const state = byKey.get(key);
    const object = await store.get(key);
    const present = object === null || object === 'unchanged' ? null : parse(object.body);
    const agree = state !== undefined && present?.change === state.change && present.id === state.id;
    if (!agree) await store.delete(key);
  }
  for (const state of states) await writePointer(store, state);
}

/**
 * Reads a predictor's pointer: `null` when there is none, `'unchanged'` when its tag is still `etag`.
 *
 * @throws BadObjectError when it is not a pointer, or another predictor's
 */
export async function readPointer(
  store: ObjectStore,
  predictor: string,
  etag?: string,
): Promise<{ pointer: Pointer; etag: string } | 'unchanged' | null> {
  const key = pointerKey(predictor);
  const object = await store.get(key, etag === undefined ? {} : { ifNoneMatch: etag });
  if (object === null || object === 'unchanged') return object;
  const pointer = parse(object.body);
  if (pointer === null || pointer.name !== predictor) {
    throw new BadObjectError(`${key} is not the pointer of ${predictor}.`);
  }
  return { pointer, etag: object.etag };
}

/** A pointer that cannot be read is older than any other, and is replaced. */
function changeOf(body: Uint8Array): number {
  return parse(body)?.change ?? 0;
}

function parse(body: Uint8Array): Pointer | null {
  try {
    const document: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return validate(document) ? document : null;
  } catch {
    return null;
  }
}
