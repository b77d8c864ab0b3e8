import { appendFileSync, renameSync, statSync } from 'node:fs';

const LIMIT = 1_048_576;
const REMEMBERED_LINES = 20;

/**
 * PostgreSQL's own log: at most `limit` bytes in `file` and as much again in `file.1`. The last lines are kept in
 * memory too, for the message of a failed start. A full disk loses log lines and nothing else.
 */
export class BoundedLog {
  readonly #file: string;
  readonly #limit: number;
  #size: number;
  #last: string[] = [];

  constructor(file: string, limit: number = LIMIT) {
    this.#file = file;
    this.#limit = limit;
    this.#size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  }

  write(text: string): void {
    this.#last = [...this.#last, ...text.split('\n').filter((line) => line !== '')].slice(-REMEMBERED_LINES);
    const bytes = Buffer.from(text);
    try {
      if (this.#size > 0 && this.#size + bytes.length > this.#limit) {
        renameSync(this.#file, `${this.#file}.1`);
        this.#size = 0;
      }
      appendFileSync(this.#file, bytes, { mode: 0o600 });
      this.#size += bytes.length;
    } catch {
      this.#last.push('(the log could not be written)');
    }
  }

  /** The last lines written, oldest first. */
  lastLines(): readonly string[] {
    return this.#last;
  }
}
