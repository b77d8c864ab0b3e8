import { BadObjectError, PreconditionFailedError } from './errors.ts';
import { isKey, refusedKey, SPOOL, SPOOL_CHECK, spoolKey } from './keys.ts';
import type { ObjectStore } from './object-store.ts';
import { readSpooled, type SpooledPrediction, writeSpooled } from './spooled-prediction.ts';

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

  /** The names of what lies there and could not be read when the whole was last looked through. */
  get unreadable(): ReadonlySet<string> {
    return this.#unreadable;
  }

  /** Somebody looked through the whole, and could not read these. */
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

  /** Moves what cannot be recorded out of the way, as it is. */
  async setAside(name: string): Promise<void> {
    const bytes = await this.#bytes(name);
    if (bytes === null) return;
    await this.#store.put(refusedKey(name), bytes);
    await this.remove(name);
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
