import type { PredictorDefinition } from '../ml/predictor/definition.ts';
import { notJsonBecause, parseRow } from '../ml/predictor/row-json.ts';
import { ArraySplitter, notJson } from './array-splitter.ts';
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

/**
 * The rows of a JSON array of objects, of which one at a time is held. `line` is a row's place in the array, from 1: the
 * whole array may stand on one line. `before` is added to the places.
 * @throws RowFileError while reading, when the file as a whole cannot be imported
 */
export function readJsonArray(
  source: ByteSource,
  definition: PredictorDefinition,
  { before = 0 }: Reading = {},
): FileRows {
  const read = compileJsonRecord(definition);
  async function* rows(): AsyncGenerator<FileRow> {
    const splitter = new ArraySplitter();
    let place = before;
    for await (const piece of fileText(source)) {
      for (const { line, text } of splitter.feed(piece)) {
        place++;
        yield text === null ? rejected(place, TOO_LONG) : read(place, parse(text, line), text);
      }
    }
    splitter.end();
  }
  return { ignoredColumns: [], [Symbol.asyncIterator]: rows };
}

function parse(text: string, line: number): unknown {
  try {
    return parseRow(text);
  } catch (cause) {
    throw notJson(`has an element that is no JSON${notJsonBecause(cause)}`, line);
  }
}
