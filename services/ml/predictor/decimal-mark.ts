import { shown } from './shown.ts';

/** What a file writes before a number's fraction. */
export type DecimalMark = '.' | ',';

const WITH_POINT = /^[+-]?\d*\.\d+(?:e[+-]?\d+)?$/i;
const WITH_COMMA = /^[+-]?(?:\d+,?\d*|,\d+)(?:e[+-]?\d+)?$/i;

/**
 * What parts thousands where the comma is decimal, and can be nothing else: a comma stands behind it, or it stands there
 * several times. A single point and three digits may be either.
 */
const GROUPED =
  /^[+-]?\d{1,3}(?:([.' \u00a0\u202f\u2019])\d{3}(?:\1\d{3})*,\d+|([.' \u00a0\u202f\u2019])\d{3}(?:\2\d{3})+)$/;

type Reader<Reading> = (cell: string) => Reading;

interface Refused {
  readonly value?: undefined;
  readonly target?: undefined;
  readonly reason: string;
}

/**
 * Of a reader of numbers with a point one for files with this mark. Where the comma is decimal, `1.234,5` is a number too,
 * and `1.5` none, since it may be another one: no cell is ever read as a number that it is not.
 */
export function withMark<Reading extends { readonly reason?: string | undefined }>(
  read: Reader<Reading>,
  mark: DecimalMark,
): Reader<Reading | Refused> {
  if (mark === '.') {
    return (cell) => {
      const reading = read(cell);
      if (reading.reason === undefined || !hasDecimalComma(cell)) return reading;
      return { reason: `${reading.reason}${COMMA_ADVICE}` };
    };
  }
  return (cell) => {
    const text = cell.trim();
    if (WITH_COMMA.test(text)) return read(text.replace(',', '.'));
    if (GROUPED.test(text)) return read(text.replace(/[^\d,+-]/g, '').replace(',', '.'));
    if (!WITH_POINT.test(text)) return read(cell);
    const thousands = /^[+-]?\d{1,3}\.\d{3}$/.test(text) ? ` or ${text.replace('.', '')}` : '';
    const advice = `write ${text.replace('.', ',')}${thousands}`;
    return { reason: `must be a number whose decimal mark is a comma; ${shown(cell)} was sent: ${advice}` };
  };
}

const COMMA_ADVICE =
  ": where the comma is decimal, say so (--decimal ',', or ?decimal=,); where it parts thousands, leave it out";

function hasDecimalComma(cell: string): boolean {
  const text = cell.trim();
  return text.includes(',') && (WITH_COMMA.test(text) || GROUPED.test(text));
}
