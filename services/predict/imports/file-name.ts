import { readStorable } from '../http/page-query.ts';

/** As long as a file's name may be on common file systems; a path may be longer. */
const NAME_LENGTH = 255;
const PATH_LENGTH = 4096;

/**
 * Reads `?file=` for the list of imports: the last part of a path, in whichever way it is written, without what would not be
 * seen there. Null where nothing is left.
 * @throws Problem `query_invalid`
 */
export function readFileName(query: unknown): string | null {
  const path = readStorable(query, 'file', PATH_LENGTH) ?? '';
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const shown = name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
  return [...shown].slice(0, NAME_LENGTH).join('') || null;
}
