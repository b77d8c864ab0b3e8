import type { Gunzip } from 'node:zlib';
import type { ByteSource } from './file-row.ts';
import { RowFileError } from './row-file.error.ts';
import { startFirst } from './start-first.ts';

/** As many first bytes as tell gzip from all else. */
const START = 3;
/** A `.gz` file in a body that was packed on its way. */
const LAYERS = 2;
const PIECE = 65_536;

/**
 * A body's bytes, unpacked where they are gzip, whatever its name or headers say. Nothing is held but a piece at a time, and
 * nothing is read ahead. `check` is told after each piece how long the unpacked body is by now, and throws where that is
 * too long: a few kilobytes may unpack to gigabytes.
 * @throws RowFileError `import_gzip_damaged`, and what `check` throws
 */
export async function* unpacked(
  source: ByteSource,
  check: (size: number) => void,
  layers = LAYERS,
): AsyncGenerator<Uint8Array> {
  const pieces = startFirst(source, START);
  const first = await pieces.next();
  if (first.done === true) return;
  const all = from(first.value, pieces);
  if (layers === 0 || !isGzip(first.value)) {
    yield* all;
    return;
  }
  yield* unpacked(counted(gunzipped(all), check), check, layers - 1);
}

async function* from(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

async function* counted(source: ByteSource, check: (size: number) => void): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    check(size);
    yield piece;
  }
}

function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b && start[2] === 8;
}

/** One piece after the other, since a stream between would read ahead: the answer then waits for what is still on its way. */
async function* gunzipped(source: ByteSource): AsyncGenerator<Uint8Array> {
  // Loaded for who needs it: no start waits for it.
  const { createGunzip } = await import('node:zlib');
  const gunzip = createGunzip({ chunkSize: PIECE });
  const state = new Unpacking(gunzip);
  try {
    for await (const piece of source) {
      yield* state.take((taken) => gunzip.write(piece, taken));
      // Zeros behind the end, with which some programs fill up.
      if (state.ended) return;
    }
    // Taken is the end before it is known whether something lacks: what then comes is the end of all, or the fault.
    yield* state.take(() => gunzip.end());
  } finally {
    gunzip.destroy();
  }
}

class Unpacking {
  readonly #gunzip: Gunzip;
  #wake: () => void = () => undefined;
  #fault: unknown = null;
  ended = false;

  constructor(gunzip: Gunzip) {
    this.#gunzip = gunzip;
    gunzip.on('readable', () => this.#wake());
    gunzip.on('end', () => {
      this.ended = true;
      this.#wake();
    });
    gunzip.on('error', (error) => {
      this.#fault = error;
      this.#wake();
    });
  }

  /** What comes out for what `give` puts in. */
  async *take(give: (taken: () => void) => void): AsyncGenerator<Uint8Array> {
    let done = false;
    give(() => {
      done = true;
      this.#wake();
    });
    for (;;) {
      const piece: Uint8Array | null = this.#gunzip.read();
      if (this.#fault !== null) throw damaged(this.#fault);
      if (piece !== null) yield piece;
      else if (done || this.ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}

function damaged(cause: unknown): RowFileError {
  const why = cause instanceof Error ? cause.message : 'it cannot be unpacked';
  return new RowFileError(
    'import_gzip_damaged',
    `The file is gzip, and damaged or cut off (${why}): pack it again, or send it unpacked.`,
    [],
    { cause },
  );
}
