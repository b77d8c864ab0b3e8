import { FileUnreadableError } from '../errors.ts';
import { Collected, type FileRecord, withoutMark } from './file-record.ts';

/** Where we are: before the list, where an element may or must stand, in one, behind it, behind the list. */
type State = 'before' | 'first' | 'next' | 'element' | 'after';

const BLANK: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, 0x0a]);
const NONE = new Uint8Array(0);
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const OPENING: ReadonlySet<number> = new Set([0x7b, 0x5b]);
const CLOSING: ReadonlySet<number> = new Set([0x7d, 0x5d]);
const [BEGIN, END] = [0x5b, 0x5d];

/**
 * The elements of a JSON list as bytes, without what stands between them. It follows strings and brackets only: whether
 * an element is JSON, the service finds out.
 * @throws FileUnreadableError where the file is no list
 */
export async function* jsonRecords(content: AsyncIterable<Uint8Array>): AsyncGenerator<FileRecord> {
  const splitter = new ListSplitter();
  for await (const piece of withoutMark(content)) yield* splitter.feed(piece);
  splitter.end();
}

class ListSplitter {
  readonly #element = new Collected();
  #state: State = 'before';
  #place = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #line = 1;

  *feed(piece: Uint8Array): Generator<FileRecord> {
    let from = 0;
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at] as number;
      if (byte === 0x0a) this.#line++;
      if (this.#state === 'element') {
        if (!this.#endsElement(byte)) continue;
        this.#element.add(piece.subarray(from, at));
        this.#place++;
        yield { place: this.#place, gap: NONE, bytes: this.#element.take(), lines: 0 };
        this.#state = byte === COMMA ? 'next' : 'after';
      } else if (!BLANK.has(byte)) {
        this.#begin(byte);
        from = at;
      }
    }
    if (this.#state === 'element') this.#element.add(piece.subarray(from));
  }

  end(): void {
    if (this.#state !== 'after') throw this.#noList('ends before its list does');
  }

  #begin(byte: number): void {
    if (this.#state === 'before') {
      if (byte !== BEGIN) throw this.#noList('does not begin with [');
      this.#state = 'first';
    } else if (this.#state === 'after') {
      throw this.#noList('goes on after its list');
    } else if (byte === END && this.#state === 'first') {
      this.#state = 'after';
    } else if (byte === COMMA || CLOSING.has(byte)) {
      throw this.#noList('lacks a row');
    } else {
      this.#state = 'element';
      this.#depth = 0;
      this.#endsElement(byte);
    }
  }

  /** Follows strings and brackets; true at the comma or bracket behind the element. */
  #endsElement(byte: number): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return false;
    }
    if (byte === QUOTE) this.#inString = true;
    else if (OPENING.has(byte)) this.#depth++;
    else if (CLOSING.has(byte)) {
      this.#depth--;
      if (this.#depth < 0 && byte !== END) throw this.#noList('closes a bracket that is not open');
      return this.#depth < 0;
    }
    return byte === COMMA && this.#depth === 0;
  }

  #noList(what: string): FileUnreadableError {
    return new FileUnreadableError(
      `The file is no JSON list: it ${what} (line ${this.#line}). One object a line is --format ndjson.`,
    );
  }
}
