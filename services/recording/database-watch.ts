import type { Database } from '../../database/index.ts';
import type { Log } from '../observability/error-log.ts';
import type { Metrics } from '../observability/metrics.ts';
import { DatabaseAwayError } from './errors.ts';
import { isDatabasesFault, isFaultOfAllRows } from './fault.ts';

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
  /** Probe by timers, too, and not only where `look` is called; true unless told otherwise. */
  readonly timers?: boolean;
}

/**
 * Knows whether the database is there. Once a call found it away, nobody needs to wait for it any more: one probe at a
 * time finds out when it is back.
 */
export class DatabaseWatch {
  readonly #options: DatabaseWatchOptions;
  #loss: { readonly cause: unknown } | null = null;
  /** Why a database that answers does not do what it is asked, since when in milliseconds since 1970. */
  #fault: { readonly reason: string; readonly since: number } | null = null;
  #timer: NodeJS.Timeout | null = null;
  #pause = FIRST_PAUSE;
  #stopped = false;
  #probing: Promise<void> | null = null;

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

  /** A call found the database away, or at fault in another way: it is left alone until a probe is answered. */
  lost(cause: unknown): void {
    if (this.#loss !== null || this.#stopped) return;
    this.#loss = { cause };
    if (isFaultOfAllRows(cause)) {
      this.#options.metrics.set('hundredfold_database_away', 1);
      this.#options.log.error('the database is away: predictions are kept in the spool', cause);
    } else {
      this.refused(cause);
    }
    this.#probeLater();
  }

  /**
   * The database is there, and yet a call failed by no fault of its row: a function is missing, say, or fails inside.
   * Nothing that waiting mends, so it is said loudly: counted each time, logged where it is new, and named by `problems`.
   */
  refused(cause: unknown): void {
    const { metrics, log } = this.#options;
    metrics.add('hundredfold_recording_faults_total');
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (this.#fault?.reason === reason) return;
    this.#fault = { reason, since: Date.now() };
    log.error('the database answers, and refuses to record: predictions are kept in the spool', cause);
  }

  /** A recording was committed, or none waits: the next loss is looked at quickly again. */
  answered(): void {
    this.#pause = FIRST_PAUSE;
    this.#fault = null;
  }

  /** What is not as it should be while the database answers, for a person. */
  problems(): string[] {
    if (this.#fault === null) return [];
    const { reason, since } = this.#fault;
    const seconds = Math.round((Date.now() - since) / 1_000);
    return [
      `the database answers, and refuses to record: predictions are kept in the spool, for ${seconds} s: ${reason}`,
    ];
  }

  /**
   * Probes now where the database is away, for a process that is frozen between its calls: its timers run late, with whatever
   * call comes next, and a probe that is under way when it freezes is lost.
   */
  async look(): Promise<void> {
    if (this.#loss === null || this.#stopped) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#probe();
  }

  /** Ends the probes. */
  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #probeLater(): void {
    if (this.#stopped || this.#options.timers === false) return;
    this.#timer = setTimeout(() => void this.#probe(), this.#pause).unref();
    // Kept when a probe succeeds: where the database answers and yet records nothing, losses must not follow closely.
    this.#pause = Math.min(this.#pause * 2, LAST_PAUSE);
  }

  #probe(): Promise<void> {
    this.#probing ??= this.#probeOnce().finally(() => {
      this.#probing = null;
    });
    return this.#probing;
  }

  async #probeOnce(): Promise<void> {
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
