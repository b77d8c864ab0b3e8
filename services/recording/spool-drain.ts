import type { DatabaseWatch } from './database-watch.ts';
import { type DrainOptions, drainNames, drainSpool } from './drain-spool.ts';
import { isDatabasesFault, isFaultOfAllRows } from './fault.ts';

export interface SpoolDrainOptions extends DrainOptions {
  /** Told how the database takes what is in the spool. */
  readonly watch: Pick<DatabaseWatch, 'isAway' | 'lost' | 'refused' | 'answered'>;
  /** Milliseconds after which a look ends between two batches, and leaves the rest to the next one. */
  readonly time?: number;
  /** Look by timers, too, and not only after what was recorded; true unless told otherwise. */
  readonly timers?: boolean;
}

/** After a look that failed there is none for this long, in milliseconds. */
const REST_MS = 2_000;
/** What is put in while nothing else is recorded is looked for by itself, so much later. */
const LATER_MS = 1_000;
/** What was passed over is looked at again so much later: somebody may have seen to it. */
const AGAIN_MS = 10_000;

/** Empties the spool in the background, once at a time in this process, whenever there may be something in it. */
export class SpoolDrain {
  readonly #options: SpoolDrainOptions;
  #running: Promise<void> | null = null;
  /** What a process left behind that ended lies there from the start. */
  #suspected = true;
  #size = 0;
  /** Of them, those since the last look began. */
  #grown = 0;
  #stopped = false;
  #restsUntil = 0;
  #timer: NodeJS.Timeout | null = null;
  #again: NodeJS.Timeout | null = null;

  constructor(options: SpoolDrainOptions) {
    this.#options = options;
  }

  /** May there be something in the spool, as far as this process knows? */
  get isSuspected(): boolean {
    return this.#suspected;
  }

  /** Predictions that this process put in since it last saw the spool empty. */
  get size(): number {
    return this.#size;
  }

  /** A prediction is being put in. */
  suspect(): void {
    this.#suspected = true;
  }

  /** Predictions were put in. */
  grown(by = 1): void {
    this.suspect();
    this.#size += by;
    this.#grown += by;
    this.#options.metrics.set('hundredfold_spool_objects', this.#size);
    this.#pokeLater(LATER_MS);
  }

  /** The database answers: drains soon where there may be something; returns at once. */
  poke(): void {
    if (!this.#suspected || this.#stopped) return;
    const rest = this.#restsUntil - performance.now();
    if (rest > 0) this.#pokeLater(rest);
    else
      this.#running ??= this.#run().finally(() => {
        this.#running = null;
      });
  }

  /**
   * Records the prediction of this id where it lies in the spool; false when it does not.
   * @throws what the database or the store says when it is away, or it can neither be read nor recorded
   */
  async one(id: string): Promise<boolean> {
    const names = this.#options.spool.namesOf(id);
    const { drained, passedOver } = await drainNames(this.#options, names);
    for (const name of names) if (passedOver.has(name)) throw passedOver.get(name);
    return drained > 0;
  }

  #pokeLater(milliseconds: number): void {
    if (this.#stopped || this.#options.timers === false) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.poke();
    }, milliseconds).unref();
  }

  #lookAgain(): void {
    const { spool } = this.#options;
    if (this.#stopped || this.#options.timers === false) return;
    if (spool.strangers.size + spool.unreadable.size === 0) return;
    this.#again ??= setTimeout(() => {
      this.#again = null;
      this.suspect();
      this.poke();
    }, AGAIN_MS).unref();
  }

  /** Waits for the look that is under way, if any. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Begins no more; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#again !== null) clearTimeout(this.#again);
    await this.settled();
  }

  /** Looks through the spool; false when the time was over before its end. */
  async #drain(): Promise<boolean> {
    const until = performance.now() + (this.#options.time ?? Number.POSITIVE_INFINITY);
    let isOver = false;
    const isStopped = () => {
      isOver ||= performance.now() > until;
      return isOver || this.#stopped;
    };
    await drainSpool({ ...this.#options, isStopped });
    return !isOver;
  }

  async #run(): Promise<void> {
    const { watch, metrics, log } = this.#options;
    try {
      while (this.#suspected && !watch.isAway && !this.#stopped) {
        this.#suspected = false;
        this.#grown = 0;
        const isWhole = await this.#drain();
        watch.answered();
        if (!isWhole) {
          this.#suspected = true;
          break;
        }
        this.#size = this.#grown;
        metrics.set('hundredfold_spool_objects', this.#size);
      }
      this.#lookAgain();
    } catch (error) {
      this.#suspected = true;
      this.#restsUntil = performance.now() + REST_MS;
      this.#pokeLater(REST_MS);
      if (isFaultOfAllRows(error)) watch.lost(error);
      else if (isDatabasesFault(error)) watch.refused(error);
      else log.error('the spool could not be emptied', error);
    }
  }
}
