import type { Dispatcher } from './recording/dispatcher.ts';
import type { Recording } from './recording/open-recording.ts';

declare module 'fastify' {
  interface FastifyInstance {
    readonly background: Background;
  }
}

/** What goes on beside the answers: emptying the spool, sending retrainings on their way. */
export class Background {
  readonly #recording: Recording;
  readonly #dispatcher: Dispatcher;

  constructor(recording: Recording, dispatcher: Dispatcher) {
    this.#recording = recording;
    this.#dispatcher = dispatcher;
  }

  /** Begins what timers would begin, and waits for it: asks a database that was away. Never rejects. */
  look(): Promise<void> {
    return this.#recording.watch.look();
  }

  /** Waits for what is under way, for a process that may be frozen after it; new work is begun by new answers alone. */
  async settled(): Promise<void> {
    await this.#recording.drain.settled();
    await this.#dispatcher.settled();
  }
}
