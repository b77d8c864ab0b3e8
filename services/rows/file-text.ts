import type { ByteSource } from './file-row.ts';
import { refuseMarkup, refuseOtherFormat } from './other-format.ts';
import { RowFileError } from './row-file.error.ts';
import { startFirst } from './start-first.ts';

/** A body arrives in pieces of any size: large ones are taken in steps, so that few rows are in memory at a time. */
const STEP = 65_536;

/** As many first bytes as tell formats apart. */
const MAGIC = 16;

/** The first piece of text has so many characters at least, where there are so many: enough to know a web page by. */
export const START = 64;

/**
 * A body's text, piece by piece, without byte order marks. It is UTF-8, or UTF-16 with a mark that says so, as programs
 * for spreadsheets write "Unicode text". `before` lines stand before it in its file.
 * @throws RowFileError `import_not_utf8`, `import_nul_byte`, `import_other_format`
 */
export async function* fileText(source: ByteSource, before = 0): AsyncGenerator<string> {
  let start: string | null = '';
  for await (const text of decodedText(source, before)) {
    if (start === null) {
      yield text;
      continue;
    }
    start = (start + text).replace(/^\ufeff+/, '');
    if (start.length < START) continue;
    refuseMarkup(start);
    yield start;
    start = null;
  }
  if (start === null || start === '') return;
  refuseMarkup(start);
  yield start;
}

async function* decodedText(source: ByteSource, before: number): AsyncGenerator<string> {
  let decoder: Decoder | null = null;
  for await (const chunk of startFirst(source, MAGIC)) {
    decoder ??= decoderFor(chunk, before);
    for (let from = 0; from < chunk.length; from += STEP)
      yield decoder.decode(chunk.subarray(from, from + STEP));
  }
  const rest = decoder?.end() ?? '';
  if (rest !== '') yield rest;
}

interface Decoder {
  decode(bytes: Uint8Array): string;
  end(): string;
}

/** @throws RowFileError where the first bytes are those of something else */
function decoderFor(start: Uint8Array, before: number): Decoder {
  refuseOtherFormat(start);
  const [first, second, third, fourth] = start;
  if (first === 0xff && second === 0xfe && third === 0 && fourth === 0) throw notUtf8('The file is UTF-32');
  if (first === 0xff && second === 0xfe) return new Utf16('utf-16le', before);
  if (first === 0xfe && second === 0xff) return new Utf16('utf-16be', before);
  return new Utf8(before);
}

class Utf8 implements Decoder {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #line: number;

  constructor(before: number) {
    this.#line = before + 1;
  }

  decode(bytes: Uint8Array): string {
    if (bytes.includes(0)) throw zeroByte(bytes, this.#line);
    const text = this.#decoded(() => this.#decoder.decode(bytes, { stream: true }), bytes);
    this.#line += lineEnds(bytes);
    return text;
  }

  end(): string {
    return this.#decoded(() => this.#decoder.decode(), new Uint8Array(0));
  }

  #decoded(decode: () => string, bytes: Uint8Array): string {
    try {
      return decode();
    } catch {
      const good = Buffer.from(new TextDecoder().decode(bytes).split('\ufffd', 1)[0] ?? '');
      const line = this.#line + lineEnds(good);
      throw notUtf8(`The file is not UTF-8 near line ${line}${wordAt(bytes, good.length)}`);
    }
  }
}

class Utf16 implements Decoder {
  readonly #decoder;
  #line: number;

  constructor(encoding: 'utf-16le' | 'utf-16be', before: number) {
    this.#decoder = new TextDecoder(encoding, { fatal: true });
    this.#line = before + 1;
  }

  decode(bytes: Uint8Array): string {
    return this.#decoded(() => this.#decoder.decode(bytes, { stream: true }));
  }

  end(): string {
    return this.#decoded(() => this.#decoder.decode());
  }

  #decoded(decode: () => string): string {
    let text: string;
    try {
      text = decode();
    } catch {
      throw notUtf8(`The file is UTF-16, and damaged near line ${this.#line}`);
    }
    const zero = text.indexOf('\0');
    if (zero >= 0) throw nulByte(this.#line + lineEnds(Buffer.from(text.slice(0, zero))));
    this.#line += lineEnds(Buffer.from(text));
    return text;
  }
}

/** The word around the byte that is no UTF-8, as Windows-1252 has it: the encoding of most such files. */
function wordAt(bytes: Uint8Array, at: number): string {
  const around = new TextDecoder('windows-1252').decode(bytes.subarray(Math.max(0, at - 20), at + 20));
  const word = /[\p{L}\p{N}]*[\u0080-\uffff][\p{L}\p{N}]*/u.exec(around)?.[0];
  return word === undefined ? '' : ` (${JSON.stringify(word)}, if it is Windows-1252)`;
}

function notUtf8(what: string): RowFileError {
  return new RowFileError(
    'import_not_utf8',
    `${what}: save it as UTF-8 (of a spreadsheet: "CSV UTF-8") and send it again.`,
  );
}

/** Every other byte of UTF-16 is zero in most languages of Europe. */
function zeroByte(bytes: Uint8Array, line: number): RowFileError {
  const start = bytes.subarray(0, 64);
  for (const first of [0, 1]) {
    const half = start.filter((_, at) => at % 2 === first);
    if (half.filter((byte) => byte === 0).length > half.length / 2) {
      return notUtf8('The file is UTF-16 without a byte order mark');
    }
  }
  return nulByte(line + lineEnds(bytes.subarray(0, bytes.indexOf(0))));
}

function nulByte(line: number): RowFileError {
  return new RowFileError(
    'import_nul_byte',
    `The file holds a NUL byte in line ${line}, so it is no text: save it as UTF-8 text without it, and send it again.`,
  );
}

/** LF or CRLF; CR where there is no other. */
function lineEnds(bytes: Uint8Array): number {
  return count(bytes, 0x0a) || count(bytes, 0x0d);
}

function count(bytes: Uint8Array, byte: number): number {
  let found = 0;
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) found++;
  return found;
}
