import { Worker } from 'node:worker_threads';
import type { Database, DatabaseOptions, Held } from '../../database/index.ts';
import { LeaseLostError, TrainingStoppedError } from '../../database/index.ts';
import { LeaseSigns } from './lease-signs.ts';
import type { LeaseThreadData, ToLeaseThread } from './lease-thread.ts';
import { leaseThreadFile } from './lease-thread-file.ts';
import type { Progress } from './progress.ts';
import { type Leased, renew, renewalMs } from './renew.ts';
import type { TimeLimit } from './time-limit.ts';

export interface LeaseOptions {
  readonly database: Database;
  /** A retraining, unless it says otherwise. */
  readonly of?: Leased;
  readonly claim: Held;
  readonly seconds: number;
  /** Where a thread of its own renews it; without, it is renewed whenever the training pauses. */
  readonly renewFrom?: DatabaseOptions | undefined;
  readonly stallSeconds?: number | undefined;
  /** The thread ends the training at its last moment, where that did not do so itself. */
  readonly timeLimit?: TimeLimit | undefined;
}

/**
 * The longest that a training may go without a pause. The longest seen was 14 s, with 10,000 labels; whatever takes
 * this long hangs, and the training is another trainer's.
 */
const STALL_SECONDS = 300;

/**
 * Holds a claimed training: its lease is renewed three times in each term, with the latest progress, by a thread of its
 * own, since a fit may keep this one busy for longer than the term. Once the lease is lost or training switched off,
 * `check` throws, so that the training stops at its next step.
 */
export class Lease {
  readonly #options: LeaseOptions;
  readonly #signs = new LeaseSigns();
  readonly #thread: Worker | null;
  #stopped = false;
  #timer: NodeJS.Timeout | null = null;
  #renewing: Promise<void> = Promise.resolve();
  #progress: Progress | null = null;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#thread = options.renewFrom === undefined ? null : this.#start(options.renewFrom);
    if (this.#thread === null) this.#renewHere();
  }

  report(progress: Progress): void {
    this.#progress = progress;
    this.#tell({ progress });
  }

  /** A sign of life. @throws LeaseLostError, TrainingStoppedError */
  check(): void {
    this.#signs.beat();
    const { end } = this.#signs;
    if (end === 'lost') throw new LeaseLostError(null);
    if (end === 'off') throw new TrainingStoppedError(null);
  }

  /** Renews no more. Nobody waits for the thread: it closes its connection and ends by itself. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    if (this.#signs.isOpen) this.#tell({ stop: true });
    else void this.#thread?.terminate();
    await this.#renewing;
  }

  #start(database: DatabaseOptions): Worker {
    const { of = 'training', claim, seconds, stallSeconds = STALL_SECONDS, timeLimit } = this.#options;
    const workerData: LeaseThreadData = {
      database,
      of,
      claim: { id: claim.id, token: claim.token },
      leaseSeconds: seconds,
      everyMs: renewalMs(seconds),
      stallSeconds,
      timeLimit,
      signs: this.#signs.memory,
    };
    const thread = new Worker(leaseThreadFile, { workerData, execArgv: [] });
    // Without the thread the training goes on, renewing between its steps.
    thread.on('error', () => this.#renewHere());
    thread.unref();
    return thread;
  }

  #renewHere(): void {
    if (this.#stopped) return;
    const { database, of = 'training', claim, seconds } = this.#options;
    this.#timer = setInterval(() => {
      this.#renewing = renew(database, of, claim, seconds, this.#progress).then((end) => {
        this.#signs.end = end;
      });
    }, renewalMs(seconds)).unref();
  }

  #tell(message: ToLeaseThread): void {
    this.#thread?.postMessage(message);
  }
}
