import type { Database } from '../../../database/index.ts';
import type { Log } from '../http/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { DatabaseAwayError } from './errors.ts';
import { isDatabasesFault } from './fault.ts';

/** Pauses between two probes, in milliseconds: doubled from the first to the last. */
const FIRST_PAUSE = 200;
const LAST_PAUSE = 2_000;

export interface DatabaseWatchOptions {
  /** Every call of it is bounded (`Database.within`), so that one that hangs holds nothing up. */
  readonly database: Database;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Called when a probe was answered after a loss. */
  readonly onBack: () => void;
}

/**
 * Knows whether the database is there. Once a call found it away, nobody needs to wait for it any more: one probe at a
 * time finds out when it is back.
 */
export class DatabaseWatch {
  readonly #options: DatabaseWatchOptions;
  #loss: { readonly cause: unknown } | null = null;
  #timer: NodeJS.Timeout | null = null;
  #pause = FIRST_PAUSE;
  #stopped = false;

  constructor(options: DatabaseWatchOptions) {
    this.#options = options;
    options.metrics.set('hundredfold_database_away', 0);
  }

  get isAway(): boolean {
    return this.#loss !== null;
  }

  /**
   * Asks the database, unless it is known to be away.
   * @throws DatabaseAwayError at once while it is away, or when it turns out to be
   */
  async ask<T>(work: (database: Database) => Promise<T>): Promise<T> {
    if (this.#loss !== null) throw new DatabaseAwayError(this.#loss.cause);
    try {
      return await work(this.#options.database);
    } catch (error) {
      if (!isDatabasesFault(error)) throw error;
      this.lost(error);
      throw new DatabaseAwayError(error);
    }
  }

  /** A call found the database away. */
  lost(cause: unknown): void {
    if (this.#loss !== null || this.#stopped) return;
    this.#loss = { cause };
    this.#options.metrics.set('hundredfold_database_away', 1);
    this.#options.log.error('the database is away: predictions are kept in the spool', cause);
    this.#probeLater();
  }

  /** A recording was committed: the next loss is looked at quickly again. */
  answered(): void {
    this.#pause = FIRST_PAUSE;
  }

  /** Ends the probes. */
  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #probeLater(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#probe(), this.#pause).unref();
    // Kept when a probe succeeds: where the database answers and yet records nothing, losses must not follow closely.
    this.#pause = Math.min(this.#pause * 2, LAST_PAUSE);
  }

  async #probe(): Promise<void> {
    try {
      await this.#options.database.ping();
    } catch {
      this.#probeLater();
      return;
    }
    if (this.#stopped) return;
    this.#loss = null;
    this.#options.metrics.set('hundredfold_database_away', 0);
    this.#options.onBack();
  }
}
