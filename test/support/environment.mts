import { TestEnvironment } from 'jest-environment-node';

type Write = typeof process.stdout.write;
const STREAMS = [process.stdout, process.stderr];

/** The events of a test file that are looked at; jest has more. */
interface TestEvent {
  readonly name: string;
  readonly test?: { readonly errors: readonly unknown[] };
}

/**
 * Keeps what a test file writes past jest (the services' own logs) until the test has ended, and shows it only where that failed.
 * Figures that are to be seen go around it: `writeSync(1, …)`.
 */
export default class QuietEnvironment extends TestEnvironment {
  readonly #before: Write[] = [];
  #kept: string[] = [];
  #isWhole = false;

  override async setup(): Promise<void> {
    await super.setup();
    for (const stream of STREAMS) {
      this.#before.push(stream.write);
      stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
        this.#kept.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
        const told = rest.at(-1);
        if (typeof told === 'function') told();
        return true;
      }) as Write;
    }
  }

  handleTestEvent({ name, test }: TestEvent): void {
    if (name === 'test_done') {
      if (test !== undefined && test.errors.length > 0) this.#show();
      this.#kept = [];
    }
    if (name === 'hook_failure' || name === 'error') this.#show();
    if (name === 'run_finish') this.#isWhole = true;
  }

  override async teardown(): Promise<void> {
    // A file that could not even be loaded.
    if (!this.#isWhole) this.#show();
    for (const [place, stream] of STREAMS.entries()) stream.write = this.#before[place] ?? stream.write;
    await super.teardown();
  }

  #show(): void {
    const text = this.#kept.join('');
    this.#kept = [];
    if (text !== '') this.#before[1]?.call(process.stderr, text);
  }
}
