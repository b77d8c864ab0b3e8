import { Collected, type FileRecord, withoutMark } from './file-record.ts';

const LF = 0x0a;

/** The lines of an NDJSON file as bytes; blank ones are none. */
export async function* ndjsonRecords(content: AsyncIterable<Uint8Array>): AsyncGenerator<FileRecord> {
  const record = new Collected();
  const gap = new Collected();
  let line = 1;
  function* ended(): Generator<FileRecord> {
    const bytes = record.take();
    if (bytes !== null && isBlank(bytes)) gap.add(bytes);
    else yield { place: line, gap: gap.take(), bytes, lines: 1 };
    line++;
  }
  for await (const piece of withoutMark(content)) {
    let from = 0;
    for (let at = piece.indexOf(LF); at >= 0; at = piece.indexOf(LF, from)) {
      record.add(piece.subarray(from, at + 1));
      from = at + 1;
      yield* ended();
    }
    record.add(piece.subarray(from));
  }
  if (record.length > 0) yield* ended();
}

/** As the service sees it: nothing but what JavaScript takes for white space. */
function isBlank(bytes: Uint8Array): boolean {
  return bytes[0] !== 0x7b && Buffer.from(bytes).toString().trim() === '';
}
