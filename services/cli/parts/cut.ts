import type { RowFormat } from '../files/row-format.ts';
import { csvFile } from './csv-records.ts';
import { type FileRecord, PART_BYTES } from './file-record.ts';
import { jsonRecords } from './json-records.ts';
import { ndjsonRecords } from './ndjson-records.ts';

/** A part of a file: a file of its own, with the header where there is one. */
export interface FilePart {
  readonly body: Uint8Array;
  /** What is to be added to the lines of the part, to have those of the file. */
  readonly before: number;
}

/** One more than the characters that a row may have: a row of so many is refused for its length. */
export const TOO_LONG = 262_145;

/**
 * Cuts a file between its records into parts of PART_BYTES at most, the same file always alike. A file without rows is one
 * part. In place of a record that alone is longer stands a short one that the service refuses as too long all the same.
 * @param separator what parts the cells of CSV, where that was said
 * @throws FileUnreadableError where a JSON file is no list, and what `content` throws
 */
export async function* cut(
  content: AsyncIterable<Uint8Array>,
  format: RowFormat,
  separator?: string,
): AsyncGenerator<FilePart> {
  if (format === 'csv') yield* csvParts(content, separator);
  else if (format === 'tsv') yield* csvParts(content, separator ?? '\t');
  else if (format === 'ndjson') yield* packed(ndjsonRecords(content), { ...PLAIN, head: NONE, headLines: 0 });
  else yield* packed(jsonRecords(content), LIST);
}

/** What stands around the records of a part. */
interface Frame {
  readonly head: Uint8Array;
  /** Lines of the head. */
  readonly headLines: number;
  /** Between two records; null where what stands there in the file is kept. */
  readonly separator: Uint8Array | null;
  readonly tail: Uint8Array;
  /** A record that is refused as too long; `open` within quotes that are never closed. */
  standIn(open: boolean): Uint8Array;
}

const NONE = new Uint8Array(0);
const PLAIN: Pick<Frame, 'separator' | 'tail' | 'standIn'> = {
  separator: null,
  tail: NONE,
  standIn: (open) => Buffer.from(open ? `"${'x'.repeat(TOO_LONG)}` : `${'x'.repeat(TOO_LONG)}\n`),
};
const LIST: Frame = {
  head: Buffer.from('['),
  headLines: 0,
  separator: Buffer.from(','),
  tail: Buffer.from(']'),
  standIn: () => Buffer.from(`"${'x'.repeat(TOO_LONG)}"`),
};

async function* csvParts(content: AsyncIterable<Uint8Array>, separator?: string): AsyncGenerator<FilePart> {
  const file = await csvFile(content, separator);
  const records = file.records[Symbol.asyncIterator]();
  const header = await records.next();
  if (header.done === true) {
    yield { body: file.declaration, before: 0 };
    return;
  }
  const { bytes, lines, place, open = false } = header.value;
  const declared = file.declaration.length === 0 ? 0 : 1;
  const head = Buffer.concat([file.declaration, bytes ?? PLAIN.standIn(open)]);
  const headLines = declared + (bytes === null ? 1 : lines);
  yield* packed(
    { [Symbol.asyncIterator]: () => records },
    { ...PLAIN, head, headLines },
    place - 1 - declared,
  );
}

/** `before` is that of a part without records. */
async function* packed(
  records: AsyncIterable<FileRecord>,
  frame: Frame,
  before = 0,
): AsyncGenerator<FilePart> {
  let part = new Part(frame, before);
  let given = 0;
  for await (const record of records) {
    if (!part.takes(record)) {
      yield part.ended();
      given++;
      part = new Part(frame, before);
    }
    part.add(record);
  }
  if (given === 0 || !part.empty) yield part.ended();
}

class Part {
  readonly #frame: Frame;
  readonly #pieces: Uint8Array[];
  #size: number;
  #before: number;
  #empty = true;
  /** Behind a stand-in, which has other lines than what it stands for, no other record may stand. */
  #full = false;

  constructor(frame: Frame, before: number) {
    this.#frame = frame;
    this.#before = before;
    this.#pieces = [frame.head];
    this.#size = frame.head.length + frame.tail.length;
  }

  get empty(): boolean {
    return this.#empty;
  }

  takes({ gap, bytes }: FileRecord): boolean {
    if (this.#empty) return true;
    const between = this.#frame.separator ?? gap;
    if (this.#full || bytes === null || between === null) return false;
    return this.#size + between.length + bytes.length <= PART_BYTES;
  }

  add({ place, gap, bytes, open = false }: FileRecord): void {
    const between = this.#empty ? NONE : (this.#frame.separator ?? gap ?? NONE);
    if (this.#empty) this.#before = place - 1 - this.#frame.headLines;
    const kept = bytes ?? this.#frame.standIn(open);
    this.#pieces.push(between, kept);
    this.#size += between.length + kept.length;
    this.#empty = false;
    this.#full = bytes === null;
  }

  ended(): FilePart {
    return { body: Buffer.concat([...this.#pieces, this.#frame.tail]), before: this.#before };
  }
}
