import type { PredictorDefinition } from '../ml/predictor/definition.ts';
import { notJsonBecause, parseRow } from '../ml/predictor/row-json.ts';
import {
  type ByteSource,
  type FileRow,
  type FileRows,
  type Reading,
  rejected,
  TOO_LONG,
} from './file-row.ts';
import { fileText } from './file-text.ts';
import { compileJsonRecord } from './json-record.ts';
import { linesOf } from './line-splitter.ts';
import { RowFileError } from './row-file.error.ts';

/**
 * The rows of an NDJSON file: one JSON object a line. Blank lines are skipped; a bad line rejects itself alone.
 * `before` is added to the lines.
 * @throws RowFileError while reading, when the file as a whole cannot be imported
 */
export function readNdjson(
  source: ByteSource,
  definition: PredictorDefinition,
  { before = 0 }: Reading = {},
): FileRows {
  const read = compileJsonRecord(definition);
  async function* rows(): AsyncGenerator<FileRow> {
    let count = 0;
    for await (const { line, text } of linesOf(fileText(source, before), before)) {
      if (text !== null && text.trim() === '') continue;
      count++;
      yield text === null ? rejected(line, TOO_LONG) : readLine(line, text, read);
    }
    if (count === 0) throw new RowFileError('import_empty', 'The file is empty: send at least one row.');
  }
  return { ignoredColumns: [], [Symbol.asyncIterator]: rows };
}

function readLine(
  line: number,
  text: string,
  read: (line: number, value: unknown, text: string) => FileRow,
): FileRow {
  let value: unknown;
  try {
    value = parseRow(text);
  } catch (cause) {
    const why = notJsonBecause(cause) || ': send one object such as {"query": "…"} on each line';
    return rejected(line, `is not JSON${why}`);
  }
  return read(line, value, text);
}
