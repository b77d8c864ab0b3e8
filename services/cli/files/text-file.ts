import { readFile } from 'node:fs/promises';
import { FileUnreadableError } from '../errors.ts';
import { fileFault } from './file-fault.ts';

/**
 * A whole file as text, its byte order mark dropped.
 * @throws FileUnreadableError when it is missing, not allowed, or not UTF-8.
 */
export async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** What a file system or decoding error says, with the file's name before it. */
export function unreadable(file: string, error: unknown): FileUnreadableError {
  return new FileUnreadableError(`${file} cannot be read: ${fileFault(error, 'file')}.`, { cause: error });
}
