import type { Readable } from 'node:stream';
import { Problem } from '../http/problem.ts';

export interface BodyLimits {
  /** Bytes at most. */
  readonly importLimit: number;
  /** Milliseconds without a byte, at most. */
  readonly importPause: number;
}

/**
 * An upload's bytes as they are asked for. The stream is left open when reading ends early: destroying it would take
 * the connection along, and with it the answer. One that stands still is destroyed.
 * @throws Problem `body_too_large`, `import_stalled`
 */
export async function* importBody(stream: Readable, limits: BodyLimits): AsyncGenerator<Uint8Array> {
  let size = 0;
  let timer = stallTimer(stream, limits.importPause);
  try {
    for await (const piece of stream.iterator({ destroyOnReturn: false })) {
      clearTimeout(timer);
      size += piece.length;
      checkSize(size, limits);
      yield piece;
      timer = stallTimer(stream, limits.importPause);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** @throws Problem `body_too_large` */
export function checkSize(size: number, { importLimit }: Pick<BodyLimits, 'importLimit'>): void {
  if (size <= importLimit) return;
  throw new Problem(
    'body_too_large',
    `An import may be ${importLimit} bytes long: split the file, and send its parts one after the other.`,
  );
}

function stallTimer(stream: Readable, pause: number): NodeJS.Timeout {
  return setTimeout(() => {
    const detail = `Nothing was sent for ${pause / 1000} s, so nothing was imported: send the file again.`;
    stream.destroy(new Problem('import_stalled', detail));
  }, pause);
}
