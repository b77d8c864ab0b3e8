import { setTimeout as sleep } from 'node:timers/promises';
import type { Exit, ServerProcess } from './server-process.ts';

export interface Restart extends Exit {
  /** The new server's process. */
  readonly pid: number;
  /** How many starts it took. */
  readonly attempts: number;
}

const FIRST_DELAY = 100;
const LONGEST_DELAY = 5_000;
/** Ten attempts with the delays above take 23 s, each telling what is wrong; those after them are silent. */
const TOLD = 10;
/** A server that lived this long was well, and its end begins a new count. */
const WELL = 30_000;

/**
 * Keeps one server running until it is told to stop: a server that ends by itself is started anew, and tried again for as
 * long as it cannot be. A disk may be full for hours, and predictions are answered meanwhile.
 */
export class Supervisor {
  /** Resolves when there will be no server any more, which is after `stop()`. */
  readonly exited: Promise<Exit>;
  readonly #launch: () => Promise<ServerProcess>;
  readonly #onRestart: (restart: Restart) => void;
  readonly #report: (line: string) => void;
  readonly #stopping = new AbortController();
  #server: ServerProcess;

  constructor(
    first: ServerProcess,
    launch: () => Promise<ServerProcess>,
    onRestart: (restart: Restart) => void,
    report: (line: string) => void,
  ) {
    this.#server = first;
    this.#launch = launch;
    this.#onRestart = onRestart;
    this.#report = report;
    this.exited = this.#watch();
  }

  get pid(): number {
    return this.#server.pid;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#server.stop();
    await this.exited;
  }

  async #watch(): Promise<Exit> {
    let attempts = 0;
    for (;;) {
      const since = Date.now();
      const exit = await this.#server.exited;
      if (this.#stopping.signal.aborted) return exit;
      if (Date.now() - since > WELL) attempts = 0;
      this.#report(
        `PostgreSQL ended by itself (${exit.signal ?? `exit code ${exit.code}`}); starting it anew …`,
      );
      attempts = await this.#restart(attempts, exit);
      if (this.#stopping.signal.aborted) return exit;
    }
  }

  /** Tries until a server is ready, or none is wanted; answers the number of attempts so far. */
  async #restart(before: number, exit: Exit): Promise<number> {
    for (let attempts = before + 1; ; attempts++) {
      const delay = attempts === 1 ? 0 : Math.min(FIRST_DELAY * 2 ** (attempts - 2), LONGEST_DELAY);
      await sleep(delay, undefined, { signal: this.#stopping.signal }).catch(() => {});
      if (this.#stopping.signal.aborted) return attempts;
      if (await this.#isStarted(attempts <= TOLD)) {
        this.#onRestart({ ...exit, pid: this.#server.pid, attempts });
        return attempts;
      }
      if (attempts === TOLD) {
        this.#report(`PostgreSQL cannot be started; trying again every ${LONGEST_DELAY / 1000} s.`);
      }
    }
  }

  /** One attempt; one that fails is reported where `isTold`, unless it failed because we were told to stop. */
  async #isStarted(isTold: boolean): Promise<boolean> {
    try {
      this.#server = await this.#launch();
      if (this.#stopping.signal.aborted) await this.#server.stop();
      await this.#server.ready();
      return true;
    } catch (error) {
      if (isTold && !this.#stopping.signal.aborted)
        this.#report(error instanceof Error ? error.message : String(error));
      return false;
    }
  }
}
