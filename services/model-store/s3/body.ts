import type { Attempt } from './attempt.ts';
import { DamagedBodyError } from './fault.ts';

/**
 * Reads an answer's body, each piece within `silence` milliseconds. The SDK compares it with the object's checksum as it
 * is read.
 *
 * @throws DamagedBodyError when as much came as was said, and it is not what the store has
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  length: number | undefined,
  silence: number,
  attempt: Attempt,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let received = 0;
  attempt.expect('more of the body', silence);
  try {
    for await (const piece of body) {
      pieces.push(piece);
      received += piece.length;
      attempt.expect('more of the body', silence);
    }
  } catch (cause) {
    if (received !== length) throw cause;
    throw new DamagedBodyError('what came is not what was stored: its checksum is another', { cause });
  }
  if (length !== undefined && received !== length) {
    throw new DamagedBodyError(`${received} bytes came, of ${length}`);
  }
  return Buffer.concat(pieces, received);
}
