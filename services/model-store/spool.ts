import { BadObjectError, isOfOneObject, PreconditionFailedError } from './errors.ts';
import { isKey, REFUSED, refusedKey, SPOOL, SPOOL_CHECK, spoolKey } from './keys.ts';
import type { ObjectStore } from './object-store.ts';
import { readSpooled, type SpooledPrediction, writeClaimed, writeSpooled } from './spooled-prediction.ts';

/** What became of an object that was to be put back: it `stays` where it is no prediction, or another lies in its place. */
export type PutBack = 'back' | 'stays' | 'gone';

/** Objects that are read at a time where all of them are looked through. */
const AT_A_TIME = 16;

/**
 * Where answered predictions wait while the database cannot take them: one object each, under its id, written once
 * and never changed. Safe for any number of processes.
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

  /** The prediction of this id, or null. @throws BadObjectError when it cannot be read */
  async get(id: string): Promise<SpooledPrediction | null> {
    const bytes = await this.#bytes(id);
    return bytes === null ? null : readSpooled(id, bytes);
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

  /** Takes a prediction out; one that is not there is no error. */
  async remove(id: string): Promise<void> {
    await this.#store.delete(spoolKey(id));
  }

  /** Takes a prediction out, also where it was set aside. */
  async erase(id: string): Promise<void> {
    await Promise.all([this.remove(id), this.#store.delete(refusedKey(id))]);
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
        const prediction = await this.#read(key, name);
        if (prediction === null || !wanted(prediction)) return;
        await this.#store.delete(key);
        dropped++;
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

  async #read(key: string, name: string): Promise<SpooledPrediction | null> {
    if (!isKey(key)) return null;
    try {
      const object = await this.#store.get(key);
      return object === null || object === 'unchanged' ? null : readSpooled(name, object.body);
    } catch (error) {
      if (error instanceof BadObjectError || isOfOneObject(error)) return null;
      throw error;
    }
  }

  /** Moves what cannot be recorded out of the way, as it is. */
  async setAside(name: string): Promise<void> {
    const bytes = await this.#bytes(name);
    if (bytes === null) return;
    await this.#store.put(refusedKey(name), bytes);
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

  async #bytes(name: string): Promise<Uint8Array | null> {
    const object = await this.#store.get(spoolKey(name));
    if (object === 'unchanged') throw new BadObjectError(`${name}: "unchanged" without a condition`);
    return object?.body ?? null;
  }
}

function isSame(one: SpooledPrediction, other: SpooledPrediction): boolean {
  return one === other || Buffer.compare(writeSpooled(one), writeSpooled(other)) === 0;
}
