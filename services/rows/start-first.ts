import type { ByteSource } from './file-row.ts';

/** The same bytes, the first piece of them `size` long at least, where there are so many: what a file is, its start says. */
export async function* startFirst(source: ByteSource, size: number): AsyncGenerator<Uint8Array> {
  let start: Uint8Array | null = new Uint8Array(0);
  for await (const piece of source) {
    if (start === null) {
      yield piece;
      continue;
    }
    start = start.length === 0 ? piece : Buffer.concat([start, piece]);
    if (start.length < size) continue;
    yield start;
    start = null;
  }
  if (start !== null && start.length > 0) yield start;
}
