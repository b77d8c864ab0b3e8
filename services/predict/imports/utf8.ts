import { ImportError } from './import.error.ts';
import type { ByteSource } from './import-record.ts';

/** A body arrives in pieces of any size: large ones are taken in steps, so that few rows are in memory at a time. */
const STEP = 65_536;

/**
 * A body's text, piece by piece, without its byte order mark. `before` lines stand before it in its file.
 * @throws ImportError `import_not_utf8`, `import_nul_byte`
 */
export async function* utf8Text(source: ByteSource, before = 0): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let first = true;
  let line = before + 1;
  for await (const chunk of source) {
    for (let from = 0; from < chunk.length; from += STEP) {
      const bytes = chunk.subarray(from, from + STEP);
      if (first && isUtf16(bytes[0])) throw utf16();
      first = false;
      if (bytes.includes(0)) throw nulByte(line + newlines(bytes.subarray(0, bytes.indexOf(0))));
      yield decoded(() => decoder.decode(bytes, { stream: true }), bytes, line);
      line += newlines(bytes);
    }
  }
  const rest = decoded(() => decoder.decode(), new Uint8Array(0), line);
  if (rest !== '') yield rest;
}

/** A byte order mark of UTF-16 begins with a byte that UTF-8 never has. */
function isUtf16(first: number | undefined): boolean {
  return first === 0xfe || first === 0xff;
}

function decoded(decode: () => string, bytes: Uint8Array, line: number): string {
  try {
    return decode();
  } catch {
    const before = new TextDecoder().decode(bytes).split('\ufffd', 1)[0] ?? '';
    const at = line + newlines(Buffer.from(before));
    throw new ImportError(
      'import_not_utf8',
      `The file is not UTF-8 near line ${at}: save it as UTF-8 and send it again.`,
    );
  }
}

function utf16(): ImportError {
  return new ImportError('import_not_utf8', 'The file is UTF-16: save it as UTF-8 and send it again.');
}

function nulByte(line: number): ImportError {
  return new ImportError(
    'import_nul_byte',
    `The file holds a NUL byte in line ${line}, so it is no text, or UTF-16: save it as UTF-8 text and send it again.`,
  );
}

function newlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}
