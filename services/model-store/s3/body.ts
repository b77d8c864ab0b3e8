import type { Attempt } from './attempt.ts';
import { DamagedBodyError } from './fault.ts';
import { type S3Limits, transferTime } from './s3.settings.ts';

/**
 * Reads an answer's body, each piece and the whole within their time. The SDK compares it with the object's checksum as it
 * is read.
 *
 * @throws DamagedBodyError when what came is not what the store has
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  length: number | undefined,
  { answer, silence }: S3Limits,
  attempt: Attempt,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let received = 0;
  if (length !== undefined) attempt.endWithin(answer + transferTime(length));
  attempt.expect('more of the body', silence);
  try {
    for await (const piece of body) {
      pieces.push(piece);
      received += piece.length;
      attempt.expect('more of the body', silence);
    }
  } catch (cause) {
    // The SDK gives this error no name of its own.
    if (!(cause instanceof Error && cause.message.startsWith('Checksum mismatch'))) throw cause;
    throw new DamagedBodyError('what came is not what was stored: its checksum is another', { cause });
  }
  if (length !== undefined && received !== length) {
    throw new DamagedBodyError(`${received} bytes came, of ${length}`);
  }
  return Buffer.concat(pieces, received);
}
