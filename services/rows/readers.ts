import type { PredictorDefinition } from '../ml/predictor/definition.ts';
import { readCsv } from './csv.ts';
import type { ByteSource, FileRows, Reading } from './file-row.ts';
import { readJsonArray } from './json-array.ts';
import { readNdjson } from './ndjson.ts';

export type RowFileReader = (
  source: ByteSource,
  definition: PredictorDefinition,
  reading?: Reading,
) => FileRows;

const readTsv: RowFileReader = (source, definition, reading = {}) =>
  readCsv(source, definition, { ...reading, dialect: { separator: '\t', ...reading.dialect } });

/** How a file of examples is read, by its media type. */
export const ROW_FILE_READERS: ReadonlyMap<string, RowFileReader> = new Map([
  ['text/csv', readCsv],
  ['text/tab-separated-values', readTsv],
  ['application/x-ndjson', readNdjson],
  ['application/ndjson', readNdjson],
  ['application/jsonl', readNdjson],
  ['application/json', readJsonArray],
]);

/** Those of them whose cells something parts. */
export const PARTED: ReadonlySet<string> = new Set(['text/csv', 'text/tab-separated-values']);

/** The media type of a `content-type` header, without its parameters. */
export function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
