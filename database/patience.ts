import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, sqlState } from './errors.ts';

/** Aurora takes some 15 s to resume from zero, more than 30 when it slept for a day. */
const STARTING_MS = 60_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;
const TOLD_EVERY_MS = 5_000;

export interface PatienceOptions {
  /** Milliseconds in all; unless given, a minute for a database that says that it is starting, none for another. */
  readonly patience?: number;
  readonly report?: (line: string) => void;
}

/** How long a database that is away is tried again, and what is told meanwhile. */
export class Patience {
  readonly #options: PatienceOptions;
  readonly #began = performance.now();
  #told = Number.NEGATIVE_INFINITY;
  #wait = FIRST_WAIT_MS;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /**
   * Waits before the next attempt, longer each time.
   * @throws DatabaseError `database_unreachable` when the time is up
   */
  async wait(place: string, error: unknown): Promise<void> {
    const left = this.#left(error);
    if (left < this.#wait) throw unreachable(place, error);
    if (performance.now() - this.#told >= TOLD_EVERY_MS) {
      this.#told = performance.now();
      const seconds = Math.ceil(left / 1_000);
      this.#options.report?.(
        `${place} does not answer yet (${describe(error)}); trying again for up to ${seconds} s.`,
      );
    }
    await sleep(this.#wait);
    this.#wait = Math.min(LONGEST_WAIT_MS, this.#wait * 2);
  }

  #left(error: unknown): number {
    const all = this.#options.patience ?? (isStarting(error) ? STARTING_MS : 0);
    return all - (performance.now() - this.#began);
  }
}

function isStarting(error: unknown): boolean {
  if (sqlState(error) === '57P03') return true;
  return error instanceof Error && 'code' in error && error.code === 'data_api_resuming';
}

export function unreachable(place: string, cause: unknown): DatabaseError {
  return new DatabaseError('database_unreachable', `${place} cannot be reached: ${describe(cause)}.`, {
    cause,
  });
}

/** A host with several addresses fails once for each. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join('; ');
  return error instanceof Error ? error.message : String(error);
}
