import { RowFileError } from './row-file.error.ts';

const SHEET = 'open it and save the sheet as "CSV UTF-8"';
const UNPACK = 'unpack it, or pack it by gzip, and send that';

interface Format {
  /** Null for a byte that differs. */
  readonly start: readonly (number | null)[];
  readonly what: string;
  readonly advice: string;
}

/** What files of other formats begin with, so that no text does, and what to do about them. */
const FORMATS: readonly Format[] = [
  {
    start: [0x50, 0x4b, 0x03, 0x04],
    what: 'an Excel workbook (.xlsx) or another ZIP archive',
    advice: SHEET,
  },
  { start: [0x50, 0x4b, 0x05, 0x06], what: 'an empty ZIP archive', advice: UNPACK },
  { start: [0xd0, 0xcf, 0x11, 0xe0], what: 'an Excel workbook (.xls)', advice: SHEET },
  {
    start: [...Buffer.from('%PDF-')],
    what: 'a PDF document',
    advice: 'send the table that it was made from',
  },
  { start: [...Buffer.from('{\\rtf')], what: 'an RTF document', advice: 'save it as plain text in UTF-8' },
  { start: [...Buffer.from('PAR1\x15')], what: 'Parquet', advice: 'write it as CSV or NDJSON' },
  {
    start: [...Buffer.from('SQLite format 3')],
    what: 'an SQLite database',
    advice: 'write the table as CSV',
  },
  { start: [0x28, 0xb5, 0x2f, 0xfd], what: 'packed by zstd', advice: UNPACK },
  { start: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: 'packed by xz', advice: UNPACK },
  { start: [...Buffer.from('BZh'), null, ...Buffer.from('1AY&SY')], what: 'packed by bzip2', advice: UNPACK },
  { start: [0x1f, 0x8b, 0x08], what: 'packed by gzip several times', advice: 'unpack it once and send that' },
];

/** @throws RowFileError where the first bytes are no text's */
export function refuseOtherFormat(start: Uint8Array): void {
  const format = FORMATS.find(({ start: wanted }) =>
    wanted.every((byte, at) => byte === null || start[at] === byte),
  );
  if (format === undefined) return;
  throw otherFormat(`The file is ${format.what}, and no text with rows: ${format.advice}.`);
}

/** @throws RowFileError where a text begins as a web page or an XML document does */
export function refuseMarkup(start: string): void {
  if (/^\s*<\?xml\s/i.test(start)) {
    throw otherFormat('The file is XML: write it as CSV, or as one JSON object a line.');
  }
  if (!/^\s*<(?:!doctype\s+html|html|head|body|meta|table|div|script|style)[\s>]/i.test(start)) return;
  throw otherFormat(
    'The file is a web page, as a sign-in page that was saved in place of the file: sign in and download it again. A table of a page is to be saved as CSV.',
  );
}

function otherFormat(message: string): RowFileError {
  return new RowFileError('import_other_format', message);
}
