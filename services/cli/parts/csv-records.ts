import { Collected, type FileRecord, withoutMark } from './file-record.ts';

/** Where in a record we are. `closing`: behind a quote inside quotes, which ends the cell or stands for a quote. */
type State = 'start' | 'plain' | 'quoted' | 'closing';

const QUOTE = 0x22;
const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;

/**
 * The records of a CSV file as bytes, its header first. It only finds where they end, as RFC 4180 and the service read
 * them: within quotes a line break ends nothing; LF, CR and CRLF end a record; empty lines are none.
 */
export async function* csvRecords(content: AsyncIterable<Uint8Array>): AsyncGenerator<FileRecord> {
  const splitter = new CsvSplitter();
  for await (const piece of withoutMark(content)) yield* splitter.feed(piece);
  yield* splitter.end();
}

class CsvSplitter {
  readonly #record = new Collected();
  readonly #gap = new Collected();
  #state: State = 'start';
  #line = 1;
  #place = 1;
  #afterCr = false;

  *feed(piece: Uint8Array): Generator<FileRecord> {
    let from = 0;
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at] as number;
      if (byte === LF || byte === CR) {
        this.#countLine(byte);
        if (this.#state === 'quoted') continue;
        const record = this.#ended(piece.subarray(from, at + 1));
        from = at + 1;
        if (record !== null) yield record;
      } else {
        this.#afterCr = false;
        this.#state = next(this.#state, byte);
      }
    }
    this.#record.add(piece.subarray(from));
  }

  *end(): Generator<FileRecord> {
    if (this.#record.length > 0) yield this.#taken();
  }

  /** The LF of a CRLF is no line of its own. */
  #countLine(byte: number): void {
    if (byte === CR || !this.#afterCr) this.#line++;
    this.#afterCr = byte === CR;
  }

  /** The record that ends here, or null for a blank line; so is the LF behind a CR, which ended the record already. */
  #ended(rest: Uint8Array): FileRecord | null {
    const blank = this.#record.length === 0 && rest.length === 1;
    (blank ? this.#gap : this.#record).add(rest);
    const record = blank ? null : this.#taken();
    this.#state = 'start';
    this.#place = this.#line;
    return record;
  }

  #taken(): FileRecord {
    return {
      place: this.#place,
      gap: this.#gap.take(),
      bytes: this.#record.take(),
      lines: this.#line - this.#place,
      open: this.#state === 'quoted',
    };
  }
}

/** Behind a byte that is no line break. */
function next(state: State, byte: number): State {
  if (state === 'quoted') return byte === QUOTE ? 'closing' : 'quoted';
  if (byte === COMMA) return 'start';
  if (byte === QUOTE && state !== 'plain') return 'quoted';
  return 'plain';
}
