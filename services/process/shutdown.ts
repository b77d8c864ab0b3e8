import { setTimeout as sleep } from 'node:timers/promises';

export interface ShutdownOptions {
  readonly report?: (line: string) => void;
  /** Milliseconds for everything together; whoever sent the signal waits ten seconds, for npm too. */
  readonly limit?: number;
  readonly exit?: (code: number) => void;
}

interface Closer {
  readonly name: string;
  readonly close: () => Promise<void> | void;
  readonly patience: number;
}

const LIMIT = 8_000;
const PATIENCE = 3_000;
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Closes what was opened, the last first, when a signal comes: once, whatever else comes after it. What does not
 * close within its patience is left behind, so that a client that never hangs up does not keep PostgreSQL from being
 * stopped.
 */
export class Shutdown {
  readonly #closers: Closer[] = [];
  readonly #report: (line: string) => void;
  readonly #limit: number;
  readonly #exit: (code: number) => void;
  #begun: Promise<void> | undefined;

  constructor({ report = () => {}, limit = LIMIT, exit = process.exit }: ShutdownOptions = {}) {
    this.#report = report;
    this.#limit = limit;
    this.#exit = exit;
  }

  /** Heeds SIGTERM, SIGINT and SIGHUP from now on, also while the rest is still being opened. */
  listen(): void {
    for (const signal of SIGNALS) process.on(signal, () => void this.begin());
  }

  /** Has `close` called at the end, before all that was added earlier; waits `patience` milliseconds for it. */
  add(name: string, close: () => Promise<void> | void, patience: number = PATIENCE): void {
    this.#closers.push({ name, close, patience });
  }

  /** True from the first signal on. */
  get hasBegun(): boolean {
    return this.#begun !== undefined;
  }

  /** Closes everything and exits: with `code`, or with 1 where something failed to close. The first call counts. */
  begin(code = 0): Promise<void> {
    this.#begun ??= this.#closeAll(code);
    return this.#begun;
  }

  async #closeAll(wanted: number): Promise<void> {
    const deadline = Date.now() + this.#limit;
    let code = wanted;
    for (let next = this.#closers.pop(); next !== undefined; next = this.#closers.pop()) {
      const patience = Math.max(0, Math.min(next.patience, deadline - Date.now()));
      try {
        if (!(await closedWithin(next, patience))) {
          this.#report(`${next.name} did not close within ${patience / 1000} s; leaving it behind.`);
        }
      } catch (error) {
        this.#report(`${next.name} failed to close: ${error instanceof Error ? error.message : error}`);
        code ||= 1;
      }
    }
    this.#exit(code);
  }
}

async function closedWithin({ close }: Closer, patience: number): Promise<boolean> {
  const timer = new AbortController();
  const closing = (async () => close())().then(() => true);
  const waiting = sleep(patience, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([closing, waiting]);
  } finally {
    timer.abort();
    closing.catch(() => {});
  }
}
