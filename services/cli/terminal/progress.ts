import { bar, bytes } from './figures.ts';
import { plain } from './plain.ts';
import type { Writer } from './terminal.ts';

/** Milliseconds between two reports: a screen can be redrawn, a log only grows. */
const SCREEN = 100;
const LOG = 5000;
const CLEAR = '\r\u001b[K';

/** Says on standard error how far something is. `now` is a clock in milliseconds. */
export class Progress {
  readonly #writer: Writer;
  readonly #now: () => number;
  #last: number;
  #shown = false;

  constructor(writer: Writer, now: () => number = Date.now) {
    this.#writer = writer;
    this.#now = now;
    // A log is told nothing about what is over within its first interval.
    this.#last = writer.isTTY ? Number.NEGATIVE_INFINITY : now();
  }

  /** Says `text`, unless something was said just now. */
  say(text: string): void {
    const now = this.#now();
    if (now - this.#last < (this.#writer.isTTY ? SCREEN : LOG)) return;
    this.#last = now;
    this.#shown = true;
    this.#writer.write(
      this.#writer.isTTY ? `${CLEAR}${onOneLine(plain(text), this.#writer)}` : `${plain(text)}\n`,
    );
  }

  /** Bytes handed on, of all. */
  sent(done: number, of: number): void {
    const percent = of === 0 ? 100 : Math.floor((100 * done) / of);
    this.say(`${bar(done, of)} ${percent} %  ${bytes(done)} of ${bytes(of)}`);
  }

  /** Removes the line from a screen. */
  end(): void {
    if (this.#shown && this.#writer.isTTY) this.#writer.write(CLEAR);
    this.#shown = false;
  }
}

function onOneLine(text: string, writer: Writer): string {
  return [...text].slice(0, Math.max(1, writer.columns - 1)).join('');
}

/** Passes pieces on, and reports each. */
export async function* reported(
  pieces: AsyncIterable<Uint8Array>,
  size: number,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const piece of pieces) {
    yield piece;
    done += piece.length;
    progress.sent(done, size);
  }
  progress.say('sent; the server is storing the rows …');
}
