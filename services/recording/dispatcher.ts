import type { Database } from '../../database/index.ts';
import type { Log } from '../observability/error-log.ts';
import type { Metrics } from '../observability/metrics.ts';
import { inTime } from '../waiting/in-time.ts';

/** Longer than Aurora waits for Lambda (3 s), so that the database's own word on an invocation is heard. */
const WITHIN_MS = 5_000;
/** How long a dispatch waits for its marker. */
const MARK_WITHIN_MS = 2_000;
/** After a call that failed nobody calls for this long; twice as long after each further one, a minute at most. */
const REST_MS = { first: 1_000, longest: 60_000 };

/** Notes in the bucket that something may be pending (`DispatchMarks`). */
interface Marks {
  put(): Promise<void>;
}

/**
 * Sends pending retrainings on their way after a commit, one call at a time, each bounded. A failure is counted, logged
 * and nothing more: the request stays pending, and a later dispatch or the sweep takes it. An invocation that failed is
 * put off by the database itself; a database that does not answer is left alone for a while.
 */
export class Dispatcher {
  readonly #database: Pick<Database, 'retrainings' | 'work'>;
  readonly #marks: Marks | null;
  readonly #log: Log;
  readonly #metrics: Pick<Metrics, 'add'>;
  #running: Promise<void> | null = null;
  #again = false;
  #perhaps = false;
  #failures = 0;
  #restsUntil = 0;

  /** `marks`, where a sweep looks for them: put before each dispatch. */
  constructor(
    database: Pick<Database, 'within'>,
    log: Log,
    metrics: Pick<Metrics, 'add'>,
    marks: Marks | null = null,
  ) {
    this.#marks = marks;
    this.#database = database.within(WITHIN_MS);
    this.#log = log;
    this.#metrics = metrics;
  }

  /** Something waits: dispatches soon; returns at once. */
  poke(): void {
    // Also while it rests the marker is put: what waits now may be another request than the one that failed.
    if (this.#marks === null && this.#rests) return;
    this.#again = true;
    this.#running ??= this.#run();
  }

  /**
   * Something may wait: the same, but that where markers are put the database is asked first, since a marker for nothing
   * would have the sweep wake it.
   */
  look(): void {
    if (this.#marks === null || this.#rests) {
      this.poke();
      return;
    }
    this.#perhaps = true;
    this.#running ??= this.#run();
  }

  /** Waits for the call that is under way, if any. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // The answer that found something to dispatch is sent first: it waits for no part of this.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#again || this.#perhaps) {
      const isSure = this.#again;
      this.#again = false;
      this.#perhaps = false;
      try {
        if (!isSure && !(await this.#waits())) continue;
        await this.announce();
        if (this.#rests) continue;
        const { failed } = await this.#database.retrainings.dispatch();
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

  /** Puts the marker: something is about to be sent. Bounded, and never throws: without it, it is sent all the same. */
  async announce(): Promise<void> {
    if (this.#marks === null) return;
    try {
      const put = inTime(
        this.#marks.put().then(() => true),
        MARK_WITHIN_MS,
      );
      if ((await put) === null) throw new Error(`the spool did not answer within ${MARK_WITHIN_MS} ms`);
    } catch (error) {
      this.#log.error('the marker of a dispatch could not be put', error);
    }
  }

  async #waits(): Promise<boolean> {
    const { pending, notBefore } = await this.#database.work.left();
    return pending && notBefore === null;
  }

  get #rests(): boolean {
    return performance.now() < this.#restsUntil;
  }

  #rest(): void {
    this.#restsUntil =
      performance.now() + Math.min(REST_MS.longest, REST_MS.first * 2 ** Math.min(this.#failures, 6));
    this.#failures += 1;
  }
}
