import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FileUnreadableError } from '../errors.ts';
import { thrown } from '../thrown.ts';

/** There is gzip that unpacks to itself. */
const LAYERS = 2;

/**
 * A file's bytes as UTF-8 text, as it has to be before it is cut: unpacked where they are gzip, and written anew where a
 * byte order mark says that they are UTF-16. The service does the same with a file that is sent whole.
 * @throws FileUnreadableError where they are a ZIP archive, which all workbooks are, or damaged
 */
export async function* plainText(
  content: AsyncGenerator<Uint8Array>,
  layers = LAYERS,
): AsyncGenerator<Uint8Array> {
  const first = await content.next();
  if (first.done === true) return;
  const [a, b, c, d] = first.value;
  const all = resumed(first.value, content);
  if (layers > 0 && a === 0x1f && b === 0x8b) yield* plainText(gunzipped(all), layers - 1);
  else if (a === 0x50 && b === 0x4b && c === 3 && d === 4) throw new FileUnreadableError(WORKBOOK);
  else if (a === 0xff && b === 0xfe) yield* fromUtf16(all, 'utf-16le');
  else if (a === 0xfe && b === 0xff) yield* fromUtf16(all, 'utf-16be');
  else yield* all;
}

const WORKBOOK =
  'The file is an Excel workbook (.xlsx) or another ZIP archive: open it and save the sheet as "CSV UTF-8".';

async function* resumed(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

async function* gunzipped(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(packed);
  const gunzip = createGunzip({ chunkSize: 65_536 });
  // What the file itself fails with is its own error, and not one of gzip.
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const piece of source.pipe(gunzip)) yield piece;
  } catch (error) {
    if (!thrown(error).code?.startsWith('Z_')) throw error;
    throw new FileUnreadableError(
      `The file is gzip, and damaged or cut off (${thrown(error).message}): pack it again.`,
      { cause: error },
    );
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

async function* fromUtf16(
  content: AsyncIterable<Uint8Array>,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const piece of content) yield Buffer.from(decoder.decode(piece, { stream: true }));
    yield Buffer.from(decoder.decode());
  } catch (error) {
    if (thrown(error).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    throw new FileUnreadableError('The file is UTF-16, and damaged: save it as UTF-8.', { cause: error });
  }
}
