import type { Dispatcher } from '../../recording/dispatcher.ts';
import type { Recording } from '../../recording/open-recording.ts';
import { inTime } from '../../waiting/in-time.ts';

declare module 'fastify' {
  interface FastifyInstance {
    readonly background: Background;
  }
}

/** How long whoever looks at a database that was away waits for its answer, in milliseconds. */
const PROBE_MS = 300;

/** What goes on beside the answers: emptying the spool, sending retrainings on their way. */
export class Background {
  readonly #recording: Recording;
  readonly #dispatcher: Dispatcher;
  #looking: Promise<unknown> = Promise.resolve();

  constructor(recording: Recording, dispatcher: Dispatcher) {
    this.#recording = recording;
    this.#dispatcher = dispatcher;
  }

  /** Begins what timers would begin, where there are none: asks a database that was away. Returns at once. */
  look(): void {
    this.#looking = inTime(this.#recording.watch.look(), PROBE_MS);
  }

  /** Waits for what is under way, for a process that may be frozen after it; new work is begun by new answers alone. */
  async settled(): Promise<void> {
    await this.#looking;
    await this.#recording.drain.settled();
    await this.#dispatcher.settled();
  }
}
