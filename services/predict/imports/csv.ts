import type { PredictorDefinition } from '../../ml/predictor/definition.ts';
import { bindHeader, type Header } from '../../ml/predictor/header.ts';
import { clip } from '../../ml/predictor/shown.ts';
import { type CsvRecord, CsvSplitter } from './csv-splitter.ts';
import { ImportError } from './import.error.ts';
import {
  accepted,
  type ByteSource,
  type ImportRecord,
  type ImportRecords,
  rejected,
} from './import-record.ts';
import { utf8Text } from './utf8.ts';

/** At most this many ignored columns are named. */
const NAMED = 100;

/**
 * The rows of a CSV file with a header. Ragged rows and bad cells reject their row alone. `before` is added to the lines.
 * @throws ImportError while reading, when the file as a whole cannot be imported
 */
export function readCsv(source: ByteSource, definition: PredictorDefinition, before = 0): ImportRecords {
  const ignoredColumns: string[] = [];
  async function* rows(): AsyncGenerator<ImportRecord> {
    let header: Header | undefined;
    let count = 0;
    for await (const record of records(source, before)) {
      if (header === undefined) {
        header = readHeader(record, definition);
        ignoredColumns.push(...header.ignored.slice(0, NAMED).map(clip));
      } else {
        count++;
        yield readRecord(record, header);
      }
    }
    if (header === undefined)
      throw new ImportError('import_empty', 'The file is empty: send a header and rows.');
    if (count === 0) {
      throw new ImportError('csv_header_alone', 'The file holds a header and no rows: add at least one row.');
    }
  }
  return { ignoredColumns, [Symbol.asyncIterator]: rows };
}

async function* records(source: ByteSource, before: number): AsyncGenerator<CsvRecord> {
  const splitter = new CsvSplitter(before);
  for await (const text of utf8Text(source, before)) yield* splitter.feed(text);
  if (splitter.openQuote !== undefined) {
    throw new ImportError(
      'csv_quote_unclosed',
      `The quote opened in line ${splitter.openQuote} is never closed: close it, or double the quotes inside a cell.`,
    );
  }
  yield* splitter.end();
}

function readRecord({ line, cells, fault }: CsvRecord, header: Header): ImportRecord {
  if (fault !== undefined) return rejected(line, fault);
  const reading = header.read(cells);
  if (reading.reason !== undefined) return rejected(line, reading.reason);
  return accepted(line, reading.inputs, reading.target);
}

function readHeader({ cells, fault }: CsvRecord, definition: PredictorDefinition): Header {
  if (fault !== undefined) {
    throw new ImportError('csv_header_unreadable', `The header cannot be read: it ${fault}.`);
  }
  const header = bindHeader(definition, cells);
  if (header.missing.length > 0) {
    throw new ImportError(
      'csv_column_missing',
      `The file has no column ${quoted(header.missing)}${separatorHint(cells)}: name it so in the header.`,
      header.missing.map((field) => ({ field, message: 'has no column: add it to the header' })),
    );
  }
  if (header.doubled.length > 0) {
    throw new ImportError(
      'csv_column_doubled',
      `The file has two columns ${quoted(header.doubled)}: rename or remove one.`,
      header.doubled.map((field) => ({ field, message: 'has two columns: rename or remove one' })),
    );
  }
  return header;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(', ');
}

/** Spreadsheets in much of Europe write semicolons. */
function separatorHint(cells: readonly string[]): string {
  const [only, ...rest] = cells;
  if (rest.length > 0 || only === undefined || !/[;\t]/.test(only)) return '';
  return ` (its cells seem to be parted by ${only.includes(';') ? 'semicolons' : 'tabs'}: part them by commas)`;
}
