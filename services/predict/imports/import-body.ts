import type { Readable } from 'node:stream';
import { Problem } from '../../api/problem.ts';

export interface BodyLimits {
  /** Bytes at most. */
  readonly importLimit: number;
  /** What to do where it is longer. */
  readonly importAdvice?: string;
  /** Milliseconds without a byte, at most. */
  readonly importPause: number;
}

const IN_PARTS =
  'send the file in parts, as `hundredfold import --parts` does, which are imported together at the end';

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
export function checkSize(
  size: number,
  { importLimit, importAdvice = IN_PARTS }: Pick<BodyLimits, 'importLimit' | 'importAdvice'>,
): void {
  if (size <= importLimit) return;
  throw new Problem('body_too_large', `This body may be ${importLimit} bytes long: ${importAdvice}.`);
}

/** The same of what a body unpacks to. @throws Problem `body_too_large` */
export function checkUnpacked(size: number, { importLimit }: Pick<BodyLimits, 'importLimit'>): void {
  if (size <= importLimit) return;
  const detail = `This body unpacks to more than the ${importLimit} bytes that it may have: ${IN_PARTS}.`;
  throw new Problem('body_too_large', detail);
}

/** The whole of a body that is small enough to be held. @throws Problem `body_too_large`, `import_stalled` */
export async function wholeBody(stream: Readable, limits: BodyLimits): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of importBody(stream, limits)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function stallTimer(stream: Readable, pause: number): NodeJS.Timeout {
  return setTimeout(() => {
    const detail = `Nothing was sent for ${pause / 1000} s, so nothing was imported: send the file again.`;
    stream.destroy(new Problem('import_stalled', detail));
  }, pause);
}
