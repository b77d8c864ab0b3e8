import { Collected, type FileRecord, withoutMark } from './file-record.ts';

/**
 * Where in a record we are. `blank`: behind blanks that begin a cell. `closing`: behind a quote inside quotes, which ends
 * the cell or stands for a quote. `closed`: behind blanks after that.
 */
type State = 'start' | 'blank' | 'plain' | 'quoted' | 'closing' | 'closed';

const QUOTE = 0x22;
const SPACE = 0x20;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;

/** The records of a CSV file: what stands at its start and is none, and the rest, its header first. */
export interface CsvFile {
  /** The line that says what parts the cells (`sep=;`); empty where there is none. It stands in no record. */
  readonly declaration: Uint8Array;
  readonly records: AsyncIterable<FileRecord>;
}

/**
 * The records of a CSV file as bytes, its header first. It only finds where they end, as RFC 4180 and the service read
 * them: within quotes a line break ends nothing; LF, CR and CRLF end a record; empty lines are none, nor are lines
 * without any value before the header.
 * @param separator what parts the cells, where it was said; else what the file itself says, else a comma
 */
export async function csvFile(content: AsyncIterable<Uint8Array>, separator?: string): Promise<CsvFile> {
  const pieces = withoutMark(content);
  const first = await pieces.next();
  const start = first.done === true ? new Uint8Array(0) : first.value;
  const line = /^"?sep=([^\r\n])"?\1{0,50}(?:\r\n|\n|\r|$)/i.exec(
    Buffer.from(start).toString('latin1', 0, 64),
  );
  const declaration = start.subarray(0, line?.[0].length ?? 0);
  const rest = start.subarray(declaration.length);
  const splitter = new CsvSplitter((separator ?? line?.[1] ?? ',').charCodeAt(0), line === null ? 1 : 2);
  async function* records(): AsyncGenerator<FileRecord> {
    yield* splitter.feed(rest);
    for await (const piece of pieces) yield* splitter.feed(piece);
    yield* splitter.end();
  }
  return { declaration, records: fromHeader(records(), separator ?? line?.[1] ?? ',') };
}

/** Drops the records before the header: those without any value. */
async function* fromHeader(
  records: AsyncIterable<FileRecord>,
  separator: string,
): AsyncGenerator<FileRecord> {
  const cell = String.raw`\s*(?:"\s*")?\s*`;
  const parting = `\\x${separator.charCodeAt(0).toString(16).padStart(2, '0')}`;
  const empty = new RegExp(`^${cell}(?:${parting}${cell})*$`);
  let found = false;
  for await (const record of records) {
    found ||= record.bytes === null || !empty.test(Buffer.from(record.bytes).toString());
    if (found) yield record;
  }
}

class CsvSplitter {
  readonly #separator: number;
  readonly #record = new Collected();
  readonly #gap = new Collected();
  #state: State = 'start';
  #line: number;
  #place: number;
  #afterCr = false;

  constructor(separator: number, line: number) {
    this.#separator = separator;
    this.#line = line;
    this.#place = line;
  }

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
        this.#state = this.#next(byte);
      }
    }
    this.#record.add(piece.subarray(from));
  }

  *end(): Generator<FileRecord> {
    if (this.#record.length > 0) yield this.#taken();
  }

  /** Behind a byte that is no line break. */
  #next(byte: number): State {
    const state = this.#state;
    if (state === 'quoted') return byte === QUOTE ? 'closing' : 'quoted';
    if (byte === this.#separator) return 'start';
    if (state === 'plain') return 'plain';
    if (byte === SPACE || byte === TAB) return state === 'closing' || state === 'closed' ? 'closed' : 'blank';
    return byte === QUOTE && state !== 'closed' ? 'quoted' : 'plain';
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
