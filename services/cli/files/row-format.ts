import path from 'node:path';

/** The formats that rows come and go in. */
export const ROW_FORMATS = ['csv', 'tsv', 'ndjson', 'json'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

export const MEDIA_TYPES: Readonly<Record<RowFormat, string>> = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  ndjson: 'application/x-ndjson',
  json: 'application/json',
};

const EXTENSIONS: Readonly<Record<string, RowFormat>> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'json',
};

/**
 * The format of a file by its extension, before a `.gz`; where that says nothing (standard input, `rows.txt`) by how it starts: a
 * JSON list with `[`, an NDJSON row with `{`, a CSV header with anything else.
 */
export function rowFormat(file: string, start: string): RowFormat {
  const byName = EXTENSIONS[path.extname(file.replace(/\.gz$/i, '')).toLowerCase()];
  if (byName !== undefined) return byName;
  const [first] = start.replace(/^\ufeff/, '').trimStart();
  if (first === '[') return 'json';
  return first === '{' ? 'ndjson' : 'csv';
}
