import { cleanText } from '../ml/predictor/clean.ts';
import type { FieldError } from '../ml/predictor/definition.error.ts';
import type { PredictorDefinition } from '../ml/predictor/definition.ts';
import { bindHeader, type FileOf, type Header, type NeededColumn } from '../ml/predictor/header.ts';
import { nearestName } from '../ml/predictor/nearest-name.ts';
import { clip } from '../ml/predictor/shown.ts';
import { type Dialect, declaration, KNOWN_SEPARATORS, plural, type Separator } from './csv-dialect.ts';
import type { CsvRecord } from './csv-splitter.ts';
import { RowFileError } from './row-file.error.ts';

/** So many records behind the first are looked through for the header, where the first is none. */
const FOLLOWING = 20;
/** So many columns of the header are named, and so many that it lacks. */
const SHOWN = 20;

/** Finds a file's header in its first record, or why it cannot be there. */
export class HeaderSearch {
  readonly #definition: PredictorDefinition;
  readonly #dialect: Dialect;
  readonly #fileOf: FileOf;
  #separator: Separator = ',';
  readonly #seen: CsvRecord[] = [];

  constructor(definition: PredictorDefinition, dialect: Dialect, fileOf: FileOf = 'examples') {
    this.#definition = definition;
    this.#dialect = dialect;
    this.#fileOf = fileOf;
  }

  /** What parts the cells: whoever sends the file says it before the file itself does. */
  parted(byItself: Separator | undefined): Separator {
    this.#separator = this.#dialect.separator ?? byItself ?? ',';
    return this.#separator;
  }

  /**
   * The header, if the record is one; nothing while what it lacks is looked for in those that follow.
   * @throws RowFileError
   */
  look(record: CsvRecord): Header | undefined {
    const first = this.#seen.length === 0;
    if (first && /^\s*[[{]\s*["{[]/.test(record.cells[0] ?? '')) throw isJson();
    if (first && record.fault !== undefined) {
      throw new RowFileError('csv_header_unreadable', `The header cannot be read: it ${record.fault}.`);
    }
    const header = first ? this.#bound(record.cells) : undefined;
    if (header !== undefined && header.missing.length === 0) {
      if (header.doubled.length > 0) throw doubled(header.doubled);
      return header;
    }
    this.#seen.push(record);
    if (this.#seen.length > FOLLOWING) throw this.failed();
    return undefined;
  }

  /** Why there is no header. */
  failed(): RowFileError {
    const [first] = this.#seen;
    if (first === undefined) {
      return new RowFileError('import_empty', 'The file is empty: send a header and rows.');
    }
    const { columns, missing } = this.#bound(first.cells);
    const shown = missing.slice(0, SHOWN);
    const lacks = `The file has no column ${quoted(shown.map(({ column }) => column))}`;
    const otherwise = this.#otherwise(first.line, columns);
    if (otherwise !== undefined) return new RowFileError('csv_column_missing', `${lacks}${otherwise}`);
    return new RowFileError(
      'csv_column_missing',
      `${lacks}. ${held(first.line, columns)}.${this.#advice(columns, missing)}`,
      shown.map((needed) => lacking(needed, columns)),
    );
  }

  #bound(cells: readonly string[]): Header {
    return bindHeader(this.#definition, cells, this.#dialect.decimal, this.#fileOf);
  }

  /** Where the columns are found if the file is read otherwise: in another line, or parted otherwise. */
  #otherwise(firstLine: number, columns: readonly string[]): string | undefined {
    for (const [at, { line, cells, fault }] of this.#seen.entries()) {
      const parted = fault === undefined && KNOWN_SEPARATORS.find((one) => this.#fits(cells, one));
      if (!parted) continue;
      const says = `--decimal ',', or ?decimal=,`;
      const declared = `(${declaration(parted)}), as is a decimal comma (${says})`;
      if (at === 0) return `: its cells are parted by ${plural(parted)}, which is to be said ${declared}.`;
      const above = `. ${held(firstLine, columns)}, and line ${line} names the columns`;
      if (parted === this.#separator) return `${above}: take away what stands above it.`;
      return `${above}, parted by ${plural(parted)}: take away what stands above it. What parts the cells is to be said ${declared}.`;
    }
    return undefined;
  }

  #fits(cells: readonly string[], separator: Separator): boolean {
    const names = separator === this.#separator ? cells : cells.join(this.#separator).split(separator);
    return this.#bound(names.map(unquoted)).missing.length === 0;
  }

  #advice(cells: readonly string[], missing: readonly NeededColumn[]): string {
    const text = cells.join(this.#separator);
    const other = KNOWN_SEPARATORS.find(
      (separator) => separator !== this.#separator && cells.length === 1 && text.includes(separator),
    );
    if (other !== undefined) {
      return ` Its cells seem to be parted by ${plural(other)}, which is to be said: ${declaration(other)}.`;
    }
    const near = missing.slice(0, SHOWN).flatMap(({ column }) => nearestName(column, cells) ?? []);
    const meant = near.length === 0 ? '' : ` Did you mean ${quoted(near)}?`;
    return `${meant} Name the columns in the first line as the predictor does, or give an input the file's name for it as its "column".`;
  }
}

function lacking({ name, column }: NeededColumn, cells: readonly string[]): FieldError {
  const from =
    name === column
      ? 'has no column'
      : `is read from the column ${JSON.stringify(column)}, which is not there`;
  if (cells.includes(twiceEncoded(column))) {
    return {
      field: name,
      message: `${from}: the file has ${JSON.stringify(twiceEncoded(column))}, which is UTF-8 that was taken for Windows-1252 and encoded again: save it as UTF-8 once more from its source`,
    };
  }
  const near = nearestName(column, cells);
  if (near === undefined) return { field: name, message: `${from}: add it to the header` };
  const shown = JSON.stringify(clip(near));
  return {
    field: name,
    message: `${from}; did you mean ${shown}? Name it ${JSON.stringify(column)} in the header, or say "column": ${shown} in the definition`,
  };
}

/** A row of JSON may well be split as CSV. */
function isJson(): RowFileError {
  return new RowFileError(
    'import_other_format',
    'The file is JSON and was sent as CSV: send a list as application/json, or one object a line as application/x-ndjson (--format json, --format ndjson).',
  );
}

function doubled(columns: readonly NeededColumn[]): RowFileError {
  return new RowFileError(
    'csv_column_doubled',
    `The file has two columns ${quoted(columns.map(({ column }) => column))}: rename or remove one.`,
    columns.map(({ name }) => ({ field: name, message: 'has two columns: rename or remove one' })),
  );
}

/** What the first line held. */
function held(line: number, cells: readonly string[]): string {
  const more = cells.length > SHOWN ? ` and ${cells.length - SHOWN} more` : '';
  return `Its first line${line === 1 ? '' : ` (${line})`} holds ${quoted(cells.slice(0, SHOWN))}${more}`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(clip(name))).join(', ');
}

/** A cell that was split at another separator still has its quotes. */
function unquoted(cell: string): string {
  return /^\s*"(.*)"\s*$/s.exec(cell)?.[1] ?? cell;
}

function twiceEncoded(name: string): string {
  return cleanText(new TextDecoder('windows-1252').decode(Buffer.from(name)));
}
