/**
 * One row of a file, or the header of a CSV file, as bytes. `place` is the line where it starts, counted as the service
 * counts them; in a JSON list its place, from 1.
 */
export interface FileRecord {
  readonly place: number;
  /**
   * Blank lines between the record before and this one, as they stand, so that lines go on being counted through
   * them; null where there are too many to be sent.
   */
  readonly gap: Uint8Array | null;
  /** With its line end, where it has one; null where it is longer than a part may be and was not kept. */
  readonly bytes: Uint8Array | null;
  /** Lines that it takes. */
  readonly lines: number;
  /** Does it end within a quote that is never closed? */
  readonly open?: boolean;
}

/** Bytes of a part, its header among them; also the longest record that is sent as it is. */
export const PART_BYTES = 1_048_576;

/** Collects the bytes of a record out of pieces, and no more of them than may be sent. */
export class Collected {
  #pieces: Uint8Array[] = [];
  #length = 0;
  #dropped = false;

  get length(): number {
    return this.#length;
  }

  add(piece: Uint8Array): void {
    this.#length += piece.length;
    if (this.#length > PART_BYTES) {
      this.#dropped = true;
      this.#pieces = [];
    }
    if (!this.#dropped && piece.length > 0) this.#pieces.push(piece);
  }

  /** What was collected, or null where it was too much; and begins anew. */
  take(): Uint8Array | null {
    const bytes = this.#dropped ? null : joined(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    this.#dropped = false;
    return bytes;
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
}

const NONE = new Uint8Array(0);

/** The first piece has so many bytes at least, where there are so many: enough for what a file says of itself. */
const START = 64;

/** The bytes of a file without byte order marks, behind which a quote would open no cell. */
export async function* withoutMark(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let start: Uint8Array | null = NONE;
  for await (const piece of content) {
    if (start === null) {
      yield piece;
      continue;
    }
    start = start.length === 0 ? piece : Buffer.concat([start, piece]);
    while (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) start = start.subarray(3);
    if (start.length < START) continue;
    yield start;
    start = null;
  }
  if (start !== null && start.length > 0) yield start;
}
