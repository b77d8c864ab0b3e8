import { type DrainOptions, drainNames, drainSpool } from './drain-spool.ts';
import { isDatabasesFault } from './fault.ts';

export interface SpoolDrainOptions extends DrainOptions {
  /** Told when the database turns out to be away. */
  readonly watch: { readonly isAway: boolean; lost(error: unknown): void };
}

/** After a look that failed there is none for this long, in milliseconds. */
const REST_MS = 2_000;

/** Empties the spool in the background, once at a time in this process, whenever there may be something in it. */
export class SpoolDrain {
  readonly #options: SpoolDrainOptions;
  #running: Promise<void> | null = null;
  /** What a process left behind that ended lies there from the start. */
  #suspected = true;
  #size = 0;
  #stopped = false;
  #restsUntil = 0;

  constructor(options: SpoolDrainOptions) {
    this.#options = { ...options, isStopped: () => this.#stopped };
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

  /** A prediction was put in. */
  grown(): void {
    this.suspect();
    this.#size++;
    this.#options.metrics.set('hundredfold_spool_objects', this.#size);
  }

  /** The database answers: drains soon where there may be something; returns at once. */
  poke(): void {
    if (!this.#suspected || this.#stopped || performance.now() < this.#restsUntil) return;
    this.#running ??= this.#run();
  }

  /**
   * Records the prediction of this id where it lies in the spool; false when it does not.
   * @throws what the database or the store says when it is away
   */
  async one(id: string): Promise<boolean> {
    return (await drainNames(this.#options, [id])).drained > 0;
  }

  /** Waits for the look that is under way, if any. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Begins no more; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.settled();
  }

  async #run(): Promise<void> {
    const { watch, metrics, log } = this.#options;
    try {
      while (this.#suspected && !watch.isAway && !this.#stopped) {
        this.#suspected = false;
        this.#size = 0;
        await drainSpool(this.#options);
        metrics.set('hundredfold_spool_objects', this.#size);
      }
    } catch (error) {
      this.#suspected = true;
      this.#restsUntil = performance.now() + REST_MS;
      if (isDatabasesFault(error)) watch.lost(error);
      else log.error('the spool could not be emptied', error);
    } finally {
      this.#running = null;
    }
  }
}
