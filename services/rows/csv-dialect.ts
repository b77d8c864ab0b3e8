import type { DecimalMark } from '../ml/predictor/decimal-mark.ts';
import { RowFileError } from './row-file.error.ts';

/** What may stand between the cells of a file, and its name. */
export const SEPARATORS = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' } as const;
export type Separator = keyof typeof SEPARATORS;

export const KNOWN_SEPARATORS: readonly Separator[] = Object.keys(SEPARATORS).filter(isSeparator);

/** How a CSV file is written; what is not said is a comma between cells and a point in numbers. */
export interface Dialect {
  readonly separator?: Separator | undefined;
  readonly decimal?: DecimalMark | undefined;
}

export function isSeparator(text: string): text is Separator {
  return Object.hasOwn(SEPARATORS, text);
}

/** What a separator is called where more than one of it is meant. */
export function plural(separator: Separator): string {
  return `${SEPARATORS[separator]}s`;
}

/** What declares a separator, to the command and in a URL. */
export function declaration(separator: Separator): string {
  const given = separator === '\t' ? 'tab' : separator;
  return `--separator ${given === 'tab' ? given : `'${given}'`}, or ?separator=${encodeURIComponent(given)}`;
}

/**
 * What the first line of a text says of its separator, as Excel writes and reads it (`sep=;`), and the text behind that
 * line. Spreadsheets save the line with separators behind it.
 * @throws RowFileError `csv_header_unreadable` where it is one that is not known
 */
export function declaredSeparator(text: string): { separator: Separator; rest: string } | null {
  const line = /^"?sep=([^\r\n])"?\1{0,50}(\r\n|\n|\r|$)/i.exec(text);
  const [all, separator] = line ?? [];
  if (all === undefined || separator === undefined) return null;
  if (isSeparator(separator)) return { separator, rest: text.slice(all.length) };
  throw new RowFileError(
    'csv_header_unreadable',
    `The first line declares ${JSON.stringify(separator)} as what parts the cells: commas, semicolons, tabs and pipes are known. Save the file with one of them.`,
  );
}
