import type { Database } from '../../database/index.ts';
import { type ObjectStore, Spool, writePointer } from '../model-store/index.ts';
import type { Metrics } from '../predict/metrics/metrics.ts';
import { drainSpool } from '../predict/recording/drain-spool.ts';
import { prune } from '../train/index.ts';

/** How often the runtime looks after what a crash or a lost message may have left. */
const EVERY_MS = 10_000;
const PURGE_EVERY = 360;
/** How long one answer of the database may take: a round that hangs would be the last one. */
const PATIENCE_MS = 30_000;
/** A retry with the same key is answered for at least a day. */
const KEEP_KEYS_HOURS = 25;

export interface UpkeepOptions {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly metrics: Metrics;
  readonly onError: (what: string, error: unknown) => void;
}

/**
 * The regular round: puts back trainings that died, dispatches what is pending, brings pointers in line with the
 * database, records what is left in the spool, forgets old idempotency keys, prunes old artifacts.
 */
export class Upkeep {
  readonly #options: UpkeepOptions;
  /** One for all rounds: it knows what was complained of before. */
  readonly #spool: Spool;
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> | null = null;
  #rounds = 0;

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.#spool = new Spool(options.store);
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#round ??= this.once().finally(() => {
        this.#round = null;
      });
    }, EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#round;
  }

  /** One round now. Its errors are reported, never thrown: the next round tries again. */
  async once(): Promise<void> {
    const { store, metrics, onError } = this.#options;
    const database = this.#options.database.within(PATIENCE_MS);
    const attempt = (what: string, work: Promise<unknown>) =>
      work.catch((error: unknown) => onError(what, error));
    this.#rounds += 1;
    // Before the sweep, which dispatches what the rows of the spool ask for.
    await attempt('spool', this.#drain(database));
    await attempt('sweep', sweep(database, metrics));
    await attempt('reproductions', database.reproductions.dispatch());
    await attempt('pointers', alignPointers(database, store));
    if (this.#rounds % PURGE_EVERY === 1) {
      await attempt('purge', database.idempotency.purge(KEEP_KEYS_HOURS));
      await attempt('prune', prune({ database, store }));
    }
  }

  async #drain({ predictions }: Database): Promise<void> {
    const { metrics, onError } = this.#options;
    await drainSpool({ spool: this.#spool, predictions, metrics, log: { error: onError } });
  }
}

async function sweep(database: Database, metrics: Metrics): Promise<void> {
  const { failed, unsent } = await database.retrainings.sweep();
  metrics.add('hundredfold_retrainings_failed_total', failed);
  if (unsent) metrics.add('hundredfold_dispatch_failures_total');
}

/** Writes the pointers that a crash between a commit and its pointer left behind. */
export async function alignPointers(database: Database, store: ObjectStore): Promise<void> {
  for (const state of await database.predictors.states()) await writePointer(store, state);
}
