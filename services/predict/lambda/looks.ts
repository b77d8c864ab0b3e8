import { inTime } from '../../waiting/in-time.ts';

/** How long a call waits at its end for a look that it began: doubled after each look that was cut by a freeze. */
const FIRST_WAIT = 100;
const LAST_WAIT = 400;

/**
 * Looks again every few seconds while calls come. A function is frozen between its calls: its timers do not run, and
 * what is under way when it is frozen is broken by the time it wakes. So a look is begun by a call, beside its answer,
 * and the call waits a little for the look's end.
 */
export class Looks {
  readonly #look: () => Promise<unknown>;
  readonly #every: number;
  #last = performance.now();
  #wait = FIRST_WAIT;

  /** @param look never rejects */
  constructor(look: () => Promise<unknown>, everyMs: number) {
    this.#look = look;
    this.#every = everyMs;
  }

  /** Begins a look where the last one is too old; resolves when it has ended, or need not be waited for any longer. */
  async begin(): Promise<void> {
    const now = performance.now();
    if (now - this.#last < this.#every) return;
    this.#last = now;
    const ended = await inTime(
      this.#look().then(() => true),
      this.#wait,
    );
    this.#wait = ended === true ? FIRST_WAIT : Math.min(LAST_WAIT, this.#wait * 2);
  }
}
