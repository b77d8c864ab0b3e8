/** Nothing came for too long. */
export class SilentError extends Error {
  override readonly name = 'SilentError';
}

/**
 * One attempt at a call, with an end of its own: whatever the client below does with its signal, `run` settles in time.
 * (An SDK's time-outs end when the headers are there, and its body may then be waited for without end.)
 */
export class Attempt {
  readonly #controller = new AbortController();
  readonly #ended: Promise<never>;
  #end: NodeJS.Timeout;
  #silence: NodeJS.Timeout | undefined;
  #fail: (reason: SilentError) => void = () => {};

  /** @param milliseconds for the whole attempt */
  constructor(milliseconds: number) {
    this.#ended = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#ended.catch(() => {});
    this.#end = this.#endAfter(milliseconds);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on all has to be done within so many milliseconds, whatever was said before. */
  endWithin(milliseconds: number): void {
    clearTimeout(this.#end);
    this.#end = this.#endAfter(milliseconds);
  }

  /** The next thing has to come within so many milliseconds from now. */
  expect(what: string, milliseconds: number): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#stop(`no ${what} for ${milliseconds} ms`), milliseconds);
  }

  /** @throws SilentError when the time is over; what `work` throws otherwise */
  async run<T>(work: (attempt: Attempt) => Promise<T>): Promise<T> {
    const working = work(this);
    // What it still throws after its end is nobody's.
    working.catch(() => {});
    try {
      return await Promise.race([working, this.#ended]);
    } finally {
      clearTimeout(this.#end);
      clearTimeout(this.#silence);
    }
  }

  #endAfter(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => this.#stop('it was not done in time'), milliseconds);
  }

  #stop(why: string): void {
    const reason = new SilentError(why);
    this.#fail(reason);
    this.#controller.abort(reason);
  }
}
