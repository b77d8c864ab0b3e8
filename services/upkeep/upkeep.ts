import type { Database } from '../../database/index.ts';
import { type ObjectStore, Spool } from '../model-store/index.ts';
import type { Log } from '../observability/error-log.ts';
import type { Metrics } from '../observability/metrics.ts';
import { showAside } from '../recording/aside.ts';
import { drainSpool } from '../recording/drain-spool.ts';
import { after } from './in-steps.ts';
import { upkeepSteps } from './steps.ts';

/** How often a process that runs all the time looks after what a crash or a lost message may have left. */
const EVERY_MS = 10_000;
/** What lies aside is counted once a minute. */
const EVERY_MINUTE = 6;
/** Old things are looked for in the first round, and then once an hour. */
const HOURLY = 360;
/** How long one answer of the database may take: a round that hangs would be the last one. */
const PATIENCE_MS = 30_000;
/** How long a round goes on with what is being taken back; the next one goes on from there. */
const REMOVAL_MS = 5_000;

export interface UpkeepOptions {
  readonly database: Database;
  /** Models and pointers. */
  readonly store: ObjectStore;
  /** Where answers wait while the database is away; the store, unless told otherwise. */
  readonly spool?: ObjectStore;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Removes what old models and deleted predictors left in the store, where nobody else does. */
  readonly prune?: (database: Database) => Promise<unknown>;
}

/**
 * The regular round of a server: puts back trainings that died, dispatches what is pending, brings pointers in line
 * with the database, records what is left in the spool, goes on with what is being taken back, forgets old idempotency keys.
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
    this.#spool = new Spool(options.spool ?? options.store);
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
    const { store, metrics, log } = this.#options;
    const database = this.#options.database.within(PATIENCE_MS);
    const attempt = (what: string, work: Promise<unknown>) =>
      work.catch((error: unknown) => log.error(what, error));
    this.#rounds += 1;
    // Before the sweep, which dispatches what the rows of the spool ask for.
    await attempt(
      'spool',
      drainSpool({ spool: this.#spool, predictions: database.predictions, metrics, log }),
    );
    await attempt('sweep', sweep(database, metrics));
    await attempt('reproductions', database.reproductions.dispatch());
    const isHourly = this.#rounds % HOURLY === 1;
    for (const step of upkeepSteps(database, store, after(REMOVAL_MS))) {
      if (isHourly || !step.isHourly) await attempt(step.name, step.work());
    }
    if (this.#rounds % EVERY_MINUTE === 1) await attempt('aside', showAside(this.#spool, metrics));
    await attempt('prune', this.#prune(database, isHourly));
  }

  async #prune(database: Database, isHourly: boolean): Promise<void> {
    const { prune } = this.#options;
    if (prune === undefined) return;
    if (isHourly || (await database.removals.unpruned(0)).length > 0) await prune(database);
  }
}

async function sweep(database: Database, metrics: Metrics): Promise<void> {
  const { failed, unsent } = await database.retrainings.sweep();
  metrics.add('hundredfold_retrainings_failed_total', failed);
  if (unsent) metrics.add('hundredfold_dispatch_failures_total');
}
