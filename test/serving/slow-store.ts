import type { ObjectStore, Precondition, StoredObject } from '../../services/model-store/index.ts';

/** A store that notes what is read of it, and on which reads of an object wait for as long as a test wants. */
export class SlowStore implements ObjectStore {
  readonly read: { readonly key: string; readonly outcome: 'object' | 'unchanged' | 'none' }[] = [];
  readonly #store: ObjectStore;
  readonly #under = new Set<Promise<unknown>>();
  #held: string | null = null;
  #released: (() => void)[] = [];

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** Reads of this object wait until `release`. */
  hold(key: string): void {
    this.#held = key;
  }

  release(): void {
    this.#held = null;
    for (const go of this.#released.splice(0)) go();
  }

  /** How many reads wait. */
  get waiting(): number {
    return this.#released.length;
  }

  /** Once no read is under way, and whoever waited for one has gone on. */
  async idle(): Promise<void> {
    await Promise.allSettled([...this.#under]);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

  get(
    key: string,
    condition?: { readonly ifNoneMatch?: string },
  ): Promise<StoredObject | 'unchanged' | null> {
    const reading = this.#get(key, condition);
    this.#under.add(reading);
    reading.finally(() => this.#under.delete(reading)).catch(() => {});
    return reading;
  }

  put(key: string, body: Uint8Array, precondition?: Precondition): Promise<{ readonly etag: string }> {
    return this.#store.put(key, body, precondition);
  }

  delete(key: string): Promise<void> {
    return this.#store.delete(key);
  }

  list(prefix: string): AsyncIterable<string> {
    return this.#store.list(prefix);
  }

  async #get(key: string, condition?: { readonly ifNoneMatch?: string }) {
    if (key === this.#held) await new Promise<void>((resolve) => this.#released.push(resolve));
    const found = await this.#store.get(key, condition);
    const outcome = found === null ? 'none' : found === 'unchanged' ? 'unchanged' : 'object';
    this.read.push({ key, outcome });
    return found;
  }
}
