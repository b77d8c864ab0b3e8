import type { PredictorDefinition } from '../ml/predictor/definition.ts';
import type { Header } from '../ml/predictor/header.ts';
import { clip } from '../ml/predictor/shown.ts';
import { declaredSeparator } from './csv-dialect.ts';
import { HeaderSearch } from './csv-header.ts';
import { type CsvRecord, CsvSplitter } from './csv-splitter.ts';
import { type ByteSource, type FileRow, type FileRows, type Reading, rejected } from './file-row.ts';
import { fileText } from './file-text.ts';
import { RowFileError } from './row-file.error.ts';

/** At most this many ignored columns are named. */
const NAMED = 100;

/**
 * The rows of a CSV file with a header. Ragged rows and bad cells reject their row alone; lines without any value are none.
 * @throws RowFileError while reading, when the file as a whole cannot be imported
 */
export function readCsv(
  source: ByteSource,
  definition: PredictorDefinition,
  { before = 0, part = false, dialect = {} }: Reading = {},
): FileRows {
  const ignoredColumns: string[] = [];
  async function* rows(): AsyncGenerator<FileRow> {
    let count = 0;
    let blanks = 0;
    const search = new HeaderSearch(definition, dialect);
    for await (const { header, records } of belowHeader(source, search, before)) {
      if (count + blanks === 0) ignoredColumns.push(...ignoredOf(header));
      for (const record of records) {
        if (isBlank(record)) blanks++;
        else {
          count++;
          yield readRecord(record, header);
        }
      }
    }
    if (count === 0 && !(part && blanks > 0)) {
      throw new RowFileError(
        'csv_header_alone',
        'The file holds a header and no rows: add at least one row.',
      );
    }
  }
  return { ignoredColumns, [Symbol.asyncIterator]: rows };
}

/** The names of columns that nobody reads, as an answer shows them. */
export function ignoredOf(header: Header): string[] {
  return header.ignored.slice(0, NAMED).map(clip);
}

/** Records that stand below a header; one at least. */
export interface RecordsBelow {
  readonly header: Header;
  readonly records: readonly CsvRecord[];
}

/**
 * The records of a CSV file below its header, as many at a time as came together: to wait for each one by itself takes as
 * long as to read it.
 * @throws RowFileError while reading, when the file as a whole cannot be read
 */
export async function* belowHeader(
  source: ByteSource,
  search: HeaderSearch,
  before = 0,
): AsyncGenerator<RecordsBelow> {
  let header: Header | undefined;
  for await (const all of recordsOf(source, before, search)) {
    let at = 0;
    for (; header === undefined && at < all.length; at++) {
      const record = all[at];
      if (record !== undefined && !isBlank(record)) header = search.look(record);
    }
    const records = at === 0 ? all : all.slice(at);
    if (header !== undefined && records.length > 0) yield { header, records };
  }
  if (header === undefined) throw search.failed();
}

async function* recordsOf(
  source: ByteSource,
  before: number,
  search: HeaderSearch,
): AsyncGenerator<CsvRecord[]> {
  let splitter: CsvSplitter | undefined;
  for await (const piece of fileText(source, before)) {
    if (splitter !== undefined) {
      yield splitter.feed(piece);
      continue;
    }
    const declared = declaredSeparator(piece);
    const separator = search.parted(declared?.separator);
    splitter = new CsvSplitter(before + (declared === null ? 0 : 1), separator);
    yield splitter.feed(declared?.rest ?? piece);
  }
  if (splitter === undefined) return;
  if (splitter.openQuote !== undefined) {
    throw new RowFileError(
      'csv_quote_unclosed',
      `The quote opened in line ${splitter.openQuote} is never closed: close it, or double the quotes inside a cell.`,
    );
  }
  yield splitter.end();
}

/** Has it no value at all? Spreadsheets write such lines where a cell was emptied or has but a colour. */
export function isBlank({ cells, fault }: CsvRecord): boolean {
  return fault === undefined && cells.every((cell) => cell === '' || cell.trim() === '');
}

function readRecord({ line, cells, fault }: CsvRecord, header: Header): FileRow {
  if (fault !== undefined) return rejected(line, fault);
  const reading = header.read(cells);
  if (reading.reason !== undefined) return rejected(line, reading.reason);
  return { line, inputs: reading.inputs, target: reading.target };
}
