import type { PredictorDefinition } from '../../ml/predictor/definition.ts';
import { readCsv } from './csv.ts';
import type { ByteSource, ImportRecords } from './import-record.ts';
import { readJsonArray } from './json-array.ts';
import { readNdjson } from './ndjson.ts';

/** `before` is what is added to the lines of a body that is a part of a file. */
export type ImportReader = (
  source: ByteSource,
  definition: PredictorDefinition,
  before?: number,
) => ImportRecords;

/** How a file of examples is read, by its media type. */
export const IMPORT_READERS: ReadonlyMap<string, ImportReader> = new Map([
  ['text/csv', readCsv],
  ['application/x-ndjson', readNdjson],
  ['application/ndjson', readNdjson],
  ['application/jsonl', readNdjson],
  ['application/json', readJsonArray],
]);

/** The media type of a `content-type` header, without its parameters. */
export function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
