import { type ObjectStore, SWEPT } from '../../model-store/index.ts';

/** Knows, by an object in the bucket, whether what is done once a day was done today (UTC). */
export class Daily {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** @param now milliseconds since 1970 */
  async isDue(now: number): Promise<boolean> {
    const object = await this.#store.get(SWEPT);
    if (object === null || object === 'unchanged') return true;
    return Buffer.from(object.body).toString() !== content(now);
  }

  async done(now: number): Promise<void> {
    await this.#store.put(SWEPT, Buffer.from(content(now)));
  }
}

function content(now: number): string {
  return JSON.stringify({ day: new Date(now).toISOString().slice(0, 10) });
}
