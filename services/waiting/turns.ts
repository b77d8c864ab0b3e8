/** How long many rows keep the process to themselves, in milliseconds: a row of somebody else's takes less than one. */
const TURN_MS = 4;

/**
 * Lets many rows be worked at in short turns: between two of them the process answers whatever else has come. Calls that
 * have many rows take turns among themselves, so that ten of them hold up others no longer than one does.
 */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** To be asked between two rows: undefined while the turn lasts, else a promise of the next one. The first comes at once. */
  begin(): () => Promise<void> | undefined {
    let until = performance.now() + TURN_MS;
    return () => {
      if (performance.now() < until) return undefined;
      return this.#next().then(() => {
        until = performance.now() + TURN_MS;
      });
    };
  }

  #next(): Promise<void> {
    this.#last = this.#last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return this.#last;
  }
}
