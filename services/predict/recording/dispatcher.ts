import type { Database } from '../../../database/index.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Log } from '../http/log.ts';

/** Longer than Aurora waits for Lambda (3 s), so that the database's own word on an invocation is heard. */
const WITHIN_MS = 5_000;
/** After a call that failed nobody calls for this long; twice as long after each further one, a minute at most. */
const REST_MS = { first: 1_000, longest: 60_000 };

/**
 * Sends pending retrainings on their way after a commit, one call at a time, each bounded. A failure is counted, logged
 * and nothing more: the request stays pending, and a later dispatch or the sweep takes it. An invocation that failed is
 * put off by the database itself; a database that does not answer is left alone for a while.
 */
export class Dispatcher {
  readonly #retrainings: Pick<Database['retrainings'], 'dispatch'>;
  readonly #log: Log;
  readonly #metrics: Pick<Metrics, 'add'>;
  #running: Promise<void> | null = null;
  #again = false;
  #failures = 0;
  #restsUntil = 0;

  constructor(database: Pick<Database, 'within'>, log: Log, metrics: Pick<Metrics, 'add'>) {
    this.#retrainings = database.within(WITHIN_MS).retrainings;
    this.#log = log;
    this.#metrics = metrics;
  }

  /** Dispatches soon; returns at once. */
  poke(): void {
    if (performance.now() < this.#restsUntil) return;
    this.#again = true;
    this.#running ??= this.#run();
  }

  /** Waits for the call that is under way, if any. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // The answer that found something to dispatch is sent first: it waits for no part of this.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#again) {
      this.#again = false;
      try {
        const { failed } = await this.#retrainings.dispatch();
        this.#failures = 0;
        if (failed) this.#metrics.add('hundredfold_dispatch_failures_total');
      } catch (error) {
        this.#again = false;
        this.#rest();
        this.#metrics.add('hundredfold_dispatch_failures_total');
        this.#log.error('pending retrainings could not be dispatched', error);
      }
    }
    this.#running = null;
  }

  #rest(): void {
    this.#restsUntil =
      performance.now() + Math.min(REST_MS.longest, REST_MS.first * 2 ** Math.min(this.#failures, 6));
    this.#failures += 1;
  }
}
