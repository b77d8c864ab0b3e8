import { createHash } from 'node:crypto';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { FileUnreadableError } from '../errors.ts';
import type { Input } from '../terminal/terminal.ts';
import { unreadable } from './text-file.ts';

const CHUNK = 256 * 1024;

/** A file that is read twice: once for its hash, once to be sent. Close it. */
export interface ImportFile {
  readonly size: number;
  /** Its name without the folders, which are nobody's business; null for standard input. */
  readonly baseName: string | null;
  /** Lower-case hexadecimal SHA-256 of the whole content. */
  readonly sha256: string;
  /** How its text starts: at most 1,000 characters. */
  readonly start: string;
  /**
   * The content again, in pieces.
   * @throws FileUnreadableError before the last piece when it is not what was hashed.
   */
  content(): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens and hashes `file`; `-` is standard input, which is kept in a temporary file meanwhile.
 * @throws FileUnreadableError
 */
export async function openImport(file: string, input: Input): Promise<ImportFile> {
  const { handle, name, dispose } = await opened(file, input);
  try {
    const hash = createHash('sha256');
    let size = 0;
    let start = '';
    for await (const chunk of pieces(handle, Number.POSITIVE_INFINITY)) {
      if (size === 0) start = startOf(chunk.subarray(0, 4000));
      hash.update(chunk);
      size += chunk.length;
    }
    const sha256 = hash.digest('hex');
    const baseName = file === '-' ? null : path.basename(file);
    return {
      size,
      baseName,
      sha256,
      start,
      content: () => verified(handle, name, size, sha256),
      close: dispose,
    };
  } catch (error) {
    await dispose();
    throw unreadable(name, error);
  }
}

/** How a text starts, packed or not. */
function startOf(bytes: Uint8Array): string {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = packed ? unpackedStart(bytes) : bytes;
  const encoding = plain[0] === 0xff && plain[1] === 0xfe ? 'utf-16le' : 'utf-8';
  return new TextDecoder(encoding).decode(plain).slice(0, 1000);
}

/** What some first bytes of gzip unpack to: 4 MB at most of 4,000. */
function unpackedStart(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return NONE; // damaged, which is said when all of it is read
  }
}

const NONE = new Uint8Array(0);

interface Opened {
  readonly handle: FileHandle;
  readonly name: string;
  dispose(): Promise<void>;
}

async function opened(file: string, input: Input): Promise<Opened> {
  if (file === '-') return spooled(input);
  try {
    const handle = await open(file, 'r');
    return { handle, name: file, dispose: () => handle.close() };
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function spooled(input: Input): Promise<Opened> {
  const folder = await mkdtemp(path.join(tmpdir(), `hundredfold-rows-${process.pid}-`));
  const handle = await open(path.join(folder, 'rows'), 'w+', 0o600);
  const dispose = async () => {
    await handle.close();
    await rm(folder, { recursive: true, force: true });
  };
  // Unlinked at once where the system allows it, so that not even Ctrl-C leaves the rows behind.
  if (process.platform !== 'win32') await rm(folder, { recursive: true });
  try {
    for await (const chunk of input) await handle.write(chunk);
  } catch (error) {
    await dispose();
    throw unreadable('standard input', error);
  }
  return { handle, name: 'standard input', dispose };
}

/** From the beginning, `size` bytes at most: what a log has grown by meanwhile was not hashed. */
async function* pieces(handle: FileHandle, size: number): AsyncGenerator<Uint8Array> {
  let position = 0;
  while (position < size) {
    const wanted = Math.min(CHUNK, size - position);
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** One piece behind what is read, so that the last one, which completes the request, waits for the hash. */
async function* verified(
  handle: FileHandle,
  name: string,
  size: number,
  sha256: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let held: Uint8Array | undefined;
  for await (const chunk of pieces(handle, size)) {
    hash.update(chunk);
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (hash.digest('hex') !== sha256) {
    throw new FileUnreadableError(`${name} changed while it was read: nothing was imported.`);
  }
  if (held !== undefined) yield held;
}
