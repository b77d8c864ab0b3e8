import { type Invocation, listenForInvocations } from '../../../database/index.ts';

/** Retry a lost listening connection after this long. */
const RECONNECT_MS = 500;

/**
 * Hears what the database invokes, and listens again whenever the connection is lost. `onListening` is called each
 * time it hears (again): what was said meanwhile is lost and has to be asked for. `onLost` when it no longer does.
 */
export class Invocations {
  readonly #connectionString: string;
  readonly #onInvocation: (invocation: Invocation) => void;
  readonly #onListening: () => void;
  readonly #onLost: () => void;
  #close: (() => Promise<void>) | null = null;
  #stopped = false;

  constructor(
    connectionString: string,
    onInvocation: (invocation: Invocation) => void,
    onListening: () => void = () => {},
    onLost: () => void = () => {},
  ) {
    this.#connectionString = connectionString;
    this.#onInvocation = onInvocation;
    this.#onListening = onListening;
    this.#onLost = onLost;
  }

  /** Resolves once the first connection listens. @throws when it cannot be made */
  async start(): Promise<void> {
    this.#close = await listenForInvocations(
      this.#connectionString,
      this.#onInvocation,
      () => void this.#again(),
    );
    this.#onListening();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#close?.();
  }

  async #again(): Promise<void> {
    this.#close = null;
    this.#onLost();
    while (!this.#stopped) {
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
      if (this.#stopped) return;
      try {
        await this.start();
        return;
      } catch {
        // The database is still away; its own supervisor says so.
      }
    }
  }
}
