import { Readable } from 'node:stream';
import type { PredictorDefinition } from '../../services/ml/predictor/definition.ts';
import { parseDefinition } from '../../services/ml/predictor/parse-definition.ts';
import type { FileRow, FileRows, Reading } from '../../services/rows/file-row.ts';
import { RowFileError } from '../../services/rows/row-file.error.ts';

/** Searches: a text and an optional number in, a label out. */
export const searches = parseDefinition({
  name: 'searches',
  inputs: { query: { type: 'text' }, age: { type: 'number', optional: true } },
  target: { name: 'service', type: 'label' },
});

/** Inputs in, a label out, read from `column`; `ignored` is an input that no test looks at. */
export function definition(inputs: object, column?: string, ignored?: string): PredictorDefinition {
  const note = ignored === undefined ? {} : { [ignored]: { type: 'text', optional: true } };
  const target = { name: 'service', type: 'label', ...(column === undefined ? {} : { column }) };
  return parseDefinition({ name: 'searches', inputs: { ...inputs, ...note }, target });
}

type Read = (source: Readable, definition: PredictorDefinition, reading?: Reading) => FileRows;

/** Reads a file in pieces of a few bytes, so that everything is split somewhere. */
export async function readAll(
  read: Read,
  file: string | Buffer,
  pieceSize = 3,
  reading: Reading = {},
  of = searches,
) {
  const bytes = Buffer.from(file);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceSize) pieces.push(bytes.subarray(at, at + pieceSize));
  const records = read(Readable.from(pieces), of, reading);
  const rows: FileRow[] = [];
  for await (const record of records) rows.push(record);
  return { rows, ignored: records.ignoredColumns };
}

/** Why a file could not be read at all: its code and message. */
export async function failure(...read: Parameters<typeof readAll>): Promise<RowFileError> {
  try {
    await readAll(...read);
  } catch (error) {
    if (error instanceof RowFileError) return error;
    throw error;
  }
  throw new Error('the file was read');
}

/** A file of one piece, over and over: far more than memory would take kindly. */
export function endless(first: string, piece: string, times: number): Readable {
  const bytes = Buffer.from(piece);
  function* pieces() {
    yield Buffer.from(first);
    for (let i = 0; i < times; i++) yield bytes;
  }
  return Readable.from(pieces());
}
