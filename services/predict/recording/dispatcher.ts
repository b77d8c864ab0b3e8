import type { Database } from '../../../database/index.ts';
import type { Log } from '../http/log.ts';

/**
 * Sends pending retrainings on their way after a commit, one call at a time. A failure is logged and nothing more:
 * the request stays pending, and the next dispatch or the sweep takes it.
 */
export class Dispatcher {
  readonly #retrainings: Pick<Database['retrainings'], 'dispatch'>;
  readonly #log: Log;
  #running: Promise<void> | null = null;
  #again = false;

  constructor(retrainings: Pick<Database['retrainings'], 'dispatch'>, log: Log) {
    this.#retrainings = retrainings;
    this.#log = log;
  }

  /** Dispatches soon; returns at once. */
  poke(): void {
    this.#again = true;
    this.#running ??= this.#run();
  }

  /** Waits for the call that is under way, if any. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await this.#retrainings.dispatch();
      } catch (error) {
        this.#log.error('pending retrainings could not be dispatched', error);
      }
    }
    this.#running = null;
  }
}
