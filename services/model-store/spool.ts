import { BadObjectError, isOfOneObject, PreconditionFailedError } from './errors.ts';
import { blockOf, isBlock, isKey, REFUSED, refusedKey, SPOOL, SPOOL_CHECK, spoolKey } from './keys.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import {
  readBlock,
  readSpooled,
  type SpooledPrediction,
  writeBlock,
  writeClaimed,
  writeSpooled,
} from './spooled-prediction.ts';

/** What became of an object that was to be put back: it `stays` where it is no prediction, or another lies in its place. */
export type PutBack = 'back' | 'stays' | 'gone';

/** Objects that are read at a time where all of them are looked through. */
const AT_A_TIME = 16;

/**
 * Where answered predictions wait while the database cannot take them: one object each, under its id, written once
 * and never changed. Those of a call with many rows wait together, in
 * blocks. Safe for any number of processes.
 *
 * @throws ModelStoreError from every call when the store is away
 */
export class Spool {
  readonly #store: ObjectStore;
  #strangers: ReadonlySet<string> = new Set();
  #unreadable: ReadonlySet<string> = new Set();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /**
   * Puts a prediction in, unless one of its id lies there already. Returns the one that lies there now: this one, or
   * the one that came first.
   * @throws BadObjectError when something lies there that cannot be read
   */
  async put(prediction: SpooledPrediction): Promise<SpooledPrediction> {
    for (;;) {
      try {
        await this.#store.put(spoolKey(prediction.id), writeSpooled(prediction), { ifNoneMatch: '*' });
        return prediction;
      } catch (error) {
        if (!(error instanceof PreconditionFailedError)) throw error;
      }
      const first = await this.get(prediction.id);
      // Recorded between the two looks: it goes in once more, and recording it again changes nothing.
      if (first !== null) return first;
    }
  }

  /**
   * Puts predictions of one block in, beside those that lie there, and but for those that lie there already. Returns the
   * ones of their ids that lie there now, in their order.
   * @throws BadObjectError when something lies there that cannot be read
   */
  async putBlock(block: string, predictions: readonly SpooledPrediction[]): Promise<SpooledPrediction[]> {
    let found: Found | null = null;
    for (;;) {
      const lying = new Map(found?.predictions.map((one) => [one.id, one]));
      const missing = predictions.filter(({ id }) => !lying.has(id));
      const condition = found === null ? ({ ifNoneMatch: '*' } as const) : { ifMatch: found.etag };
      const all = [...lying.values(), ...missing];
      try {
        if (missing.length > 0) await this.#store.put(spoolKey(block), writeBlock(all), condition);
        return predictions.map((one) => lying.get(one.id) ?? one);
      } catch (error) {
        if (!(error instanceof PreconditionFailedError)) throw error;
      }
      found = await this.#found(block);
    }
  }

  /** The prediction of this id, or null. @throws BadObjectError when it cannot be read */
  async get(id: string): Promise<SpooledPrediction | null> {
    for (const name of this.namesOf(id)) {
      const found = await this.read(name);
      const prediction = found?.find((one) => one.id === id);
      if (prediction !== undefined) return prediction;
    }
    return null;
  }

  /** The names of the objects that the prediction of this id may lie in. */
  namesOf(id: string): string[] {
    const block = blockOf(id);
    return block === null ? [id] : [block, id];
  }

  /** The predictions in an object; null where there is none. @throws BadObjectError when it cannot be read */
  async read(name: string): Promise<readonly SpooledPrediction[] | null> {
    return (await this.#found(name))?.predictions ?? null;
  }

  /**
   * The keys of what lies there and can neither be read nor moved, since no store takes such a key (`a copy.json`, put
   * there by hand), as of the last time that `names` came to its end.
   */
  get strangers(): ReadonlySet<string> {
    return this.#strangers;
  }

  /** The names of what lies there and could not be read, or recorded, when the whole was last looked through. */
  get unreadable(): ReadonlySet<string> {
    return this.#unreadable;
  }

  /** Somebody looked through the whole, and could not read or record these. */
  passOver(names: ReadonlySet<string>): void {
    this.#unreadable = names;
  }

  /** The names of what lies there: ids, unless somebody else put something in. Strangers are passed over. */
  async *names(): AsyncGenerator<string> {
    const strangers = new Set<string>();
    for await (const key of this.#store.list(SPOOL)) {
      const name = key.slice(SPOOL.length, -'.json'.length);
      if (key !== spoolKey(name)) continue;
      // The longer of its two keys: what cannot be moved aside would be in the way for ever.
      if (isKey(refusedKey(name))) yield name;
      else strangers.add(key);
    }
    this.#strangers = strangers;
  }

  /** How many predictions wait. An object that cannot be read counts as one. */
  async count(): Promise<number> {
    let count = 0;
    for await (const name of this.names()) count += isBlock(name) ? await this.#countIn(name) : 1;
    return count;
  }

  async #countIn(block: string): Promise<number> {
    try {
      return (await this.read(block))?.length ?? 0;
    } catch (error) {
      if (error instanceof BadObjectError) return 1;
      throw error;
    }
  }

  /** Takes a prediction out; one that is not there is no error. */
  async remove(id: string): Promise<void> {
    await this.#store.delete(spoolKey(id));
  }

  /** Takes predictions out of a block; with the last one it is gone. */
  async takeOut(block: string, ids: ReadonlySet<string>): Promise<void> {
    for (;;) {
      const found = await this.#found(block);
      if (found === null) return;
      const left = found.predictions.filter(({ id }) => !ids.has(id));
      if (left.length === found.predictions.length) return;
      const condition = { ifMatch: found.etag };
      try {
        // Only while it is the one that was looked at: another may lie in its place by now, of the same call, with other rows.
        if (left.length === 0) await this.#store.delete(spoolKey(block), condition);
        else await this.#store.put(spoolKey(block), writeBlock(left), condition);
        return;
      } catch (error) {
        if (!(error instanceof PreconditionFailedError)) throw error;
      }
    }
  }

  /** Takes a prediction out, also where it was set aside. */
  async erase(id: string): Promise<void> {
    const block = blockOf(id);
    await Promise.all([
      this.remove(id),
      this.#store.delete(refusedKey(id)),
      block === null ? null : this.takeOut(block, new Set([id])),
    ]);
  }

  /** Moves predictions of a block that cannot be recorded out of the way, each by itself. */
  async setAsideOf(block: string, predictions: readonly SpooledPrediction[]): Promise<void> {
    await Promise.all(predictions.map((one) => this.#store.put(refusedKey(one.id), writeSpooled(one))));
    await this.takeOut(block, new Set(predictions.map(({ id }) => id)));
  }

  /**
   * Takes out the predictions that are `wanted`, those that were set aside too, and returns how many. What cannot be read
   * stays. Ends early once it `isLate`.
   */
  async drop(wanted: (prediction: SpooledPrediction) => boolean, isLate: () => boolean): Promise<number> {
    let dropped = 0;
    let keys: { readonly key: string; readonly name: string }[] = [];
    const flush = async () => {
      const looked = keys.map(async ({ key, name }) => {
        const rows = (await this.#read(key, name)).filter(wanted);
        if (rows.length === 0) return;
        if (isBlock(name)) await this.takeOut(name, new Set(rows.map(({ id }) => id)));
        else await this.#store.delete(key);
        dropped += rows.length;
      });
      keys = [];
      await Promise.all(looked);
    };
    for (const prefix of [SPOOL, REFUSED]) {
      for await (const key of this.#store.list(prefix)) {
        if (isLate()) return dropped;
        keys.push({ key, name: key.slice(prefix.length, -'.json'.length) });
        if (keys.length === AT_A_TIME) await flush();
      }
    }
    await flush();
    return dropped;
  }

  async #read(key: string, name: string): Promise<readonly SpooledPrediction[]> {
    if (!isKey(key)) return [];
    try {
      const object = await this.#store.get(key);
      return object === null || object === 'unchanged' ? [] : readAll(name, object.body);
    } catch (error) {
      if (error instanceof BadObjectError || isOfOneObject(error)) return [];
      throw error;
    }
  }

  /** Moves what cannot be recorded out of the way, as it is. */
  async setAside(name: string): Promise<void> {
    const object = await this.#object(name);
    if (object === null) return;
    await this.#store.put(refusedKey(name), object.body);
    await this.remove(name);
  }

  /** The names of what was set aside, in their order; those after `after`, where it is given. */
  async *asideNames(after = ''): AsyncGenerator<string> {
    for await (const key of this.#store.list(REFUSED)) {
      const name = key.slice(REFUSED.length, -'.json'.length);
      if (key === refusedKey(name) && isKey(key) && name > after) yield name;
    }
  }

  /** How many were set aside. */
  async countAside(): Promise<number> {
    let count = 0;
    for await (const _name of this.asideNames()) count++;
    return count;
  }

  /** The prediction of this name that was set aside, or null. @throws BadObjectError when it cannot be read */
  async aside(name: string): Promise<SpooledPrediction | null> {
    const object = await this.#store.get(refusedKey(name));
    return object === null || object === 'unchanged' ? null : readSpooled(name, object.body);
  }

  /**
   * Puts what was set aside back where it is recorded from. It may be done twice, or end in the middle: a row is recorded by
   * its id, once. The copy aside is claimed first, by other bytes, and removed while it is still the claimed one: whoever
   * meanwhile finds that the row is refused again sets it aside anew, and that copy stays.
   */
  async putBack(name: string): Promise<PutBack> {
    const key = refusedKey(name);
    for (;;) {
      const found = await this.#store.get(key);
      if (found === null || found === 'unchanged') return 'gone';
      try {
        const prediction = readSpooled(name, found.body);
        const { etag } = await this.#store.put(key, writeClaimed(prediction), { ifMatch: found.etag });
        const lies = await this.put(prediction);
        // The id of another body, by a key that was used twice: it is recorded first.
        if (!isSame(lies, prediction)) return 'stays';
        await this.#store.delete(key, { ifMatch: etag });
        return 'back';
      } catch (error) {
        if (error instanceof BadObjectError) return 'stays';
        // Somebody else puts it back, or set it aside again: the next look tells.
        if (!(error instanceof PreconditionFailedError)) throw error;
      }
    }
  }

  /** Sees whether it takes anything. @throws ModelStoreError when it does not */
  async check(): Promise<void> {
    await this.#store.put(SPOOL_CHECK, Buffer.from('{}'));
    await this.#store.delete(SPOOL_CHECK);
  }

  async #found(name: string): Promise<Found | null> {
    const object = await this.#object(name);
    if (object === null) return null;
    const { etag, body } = object;
    return { etag, predictions: readAll(name, body) };
  }

  async #object(name: string): Promise<StoredObject | null> {
    const object = await this.#store.get(spoolKey(name));
    if (object === 'unchanged') throw new BadObjectError(`${name}: "unchanged" without a condition`);
    return object;
  }
}

function readAll(name: string, body: Uint8Array): readonly SpooledPrediction[] {
  return isBlock(name) ? readBlock(name, body) : [readSpooled(name, body)];
}

interface Found {
  readonly etag: string;
  readonly predictions: readonly SpooledPrediction[];
}

function isSame(one: SpooledPrediction, other: SpooledPrediction): boolean {
  return one === other || Buffer.compare(writeSpooled(one), writeSpooled(other)) === 0;
}
