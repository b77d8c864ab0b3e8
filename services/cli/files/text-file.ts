import { readFile } from 'node:fs/promises';
import { FileUnreadableError } from '../errors.ts';
import { thrown } from '../thrown.ts';

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
  return new FileUnreadableError(`${file} cannot be read: ${reason(error)}.`, { cause: error });
}

function reason(error: unknown): string {
  const { code, message } = thrown(error);
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
      return 'permission denied';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'it is not UTF-8 text';
    default:
      return message;
  }
}
