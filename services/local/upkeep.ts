import type { Database } from '../../database/index.ts';
import { type ObjectStore, writePointer } from '../model-store/index.ts';

/** How often the runtime looks after what a crash or a lost message may have left. */
const EVERY_MS = 10_000;
const PURGE_EVERY = 360;
/** A retry with the same key is answered for at least a day. */
const KEEP_KEYS_HOURS = 25;

export interface UpkeepOptions {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly onError: (what: string, error: unknown) => void;
}

/**
 * The regular round: puts back trainings that died, dispatches what is pending, brings pointers in line with the
 * database, forgets old idempotency keys.
 */
export class Upkeep {
  readonly #options: UpkeepOptions;
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> = Promise.resolve();
  #rounds = 0;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#round = this.#round.then(() => this.once());
    }, EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#round;
  }

  /** One round now. Its errors are reported, never thrown: the next round tries again. */
  async once(): Promise<void> {
    const { database, store, onError } = this.#options;
    this.#rounds += 1;
    await database.retrainings.sweep().catch((error: unknown) => onError('sweep', error));
    await alignPointers(database, store).catch((error: unknown) => onError('pointers', error));
    if (this.#rounds % PURGE_EVERY === 1) {
      await database.idempotency.purge(KEEP_KEYS_HOURS).catch((error: unknown) => onError('purge', error));
    }
  }
}

/** Writes the pointers that a crash between a commit and its pointer left behind. */
export async function alignPointers(database: Database, store: ObjectStore): Promise<void> {
  for (const state of await database.predictors.states()) await writePointer(store, state);
}
