import type { Claim, Database } from '../../database/index.ts';
import { LeaseLostError } from '../../database/index.ts';

/** What a training says of itself while it runs. */
export interface Progress {
  readonly step: string;
  readonly done: number;
  readonly of: number;
}

/**
 * Holds a claimed training: renews its lease a third of the way through each term, with the latest progress. A lease
 * that is lost makes `check` throw from then on, so that the training stops at its next step. A database that does not
 * answer for a while is no loss: the lease is lost only when the database says so, at the latest when publishing.
 */
export class Lease {
  readonly #database: Database;
  readonly #claim: Claim;
  readonly #seconds: number;
  readonly #timer: NodeJS.Timeout;
  #progress: Progress | null = null;
  #lost: LeaseLostError | null = null;
  #renewing: Promise<void> = Promise.resolve();

  constructor(database: Database, claim: Claim, seconds: number) {
    this.#database = database;
    this.#claim = claim;
    this.#seconds = seconds;
    this.#timer = setInterval(
      () => {
        this.#renewing = this.#renew();
      },
      (seconds * 1000) / 3,
    ).unref();
  }

  report(progress: Progress): void {
    this.#progress = progress;
  }

  /** @throws LeaseLostError */
  check(): void {
    if (this.#lost !== null) throw this.#lost;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
  }

  async #renew(): Promise<void> {
    try {
      await this.#database.training.renew(this.#claim, this.#seconds, this.#progress);
    } catch (error) {
      if (error instanceof LeaseLostError) this.#lost = error;
    }
  }
}
