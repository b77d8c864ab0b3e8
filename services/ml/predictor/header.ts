import { compileCells } from './cell-reader.ts';
import { cleanText } from './clean.ts';
import { type DecimalMark, withMark } from './decimal-mark.ts';
import type { FieldError } from './definition.error.ts';
import type { InputValue, PredictorDefinition, Row } from './definition.ts';

/** What a CSV record holds: a row and its target, or everything that is wrong with its cells in one sentence. */
export type RecordReading =
  | { readonly inputs: Row; readonly target: string | number; readonly reason?: undefined }
  | { readonly inputs?: undefined; readonly reason: string };

/** What the cells of a record hold of the inputs, or everything that is wrong with them. */
export type CellsReading =
  | { readonly row: Row; readonly errors?: undefined }
  | { readonly row?: undefined; readonly errors: readonly FieldError[] };

/** What a file holds: examples, which have every input and the target, or rows to be answered, of which optional inputs may be left out. */
export type FileOf = 'examples' | 'rows';

/** An input or the target, and the column that it is read from. */
export interface NeededColumn {
  readonly name: string;
  /** Its column's name as it is compared. */
  readonly column: string;
}

/** How a CSV file's columns stand to a predictor's. */
export interface Header {
  /** The columns' names as they are compared. */
  readonly columns: readonly string[];
  /** What has no column: the file cannot be read. */
  readonly missing: readonly NeededColumn[];
  /** What has two columns of its name: the file cannot be read. */
  readonly doubled: readonly NeededColumn[];
  /** The names of columns that are neither, each once, in the order of the file; those without a name are counted. */
  readonly ignored: readonly string[];
  /**
   * Reads the cells of one record: as many as the header has. Cells behind the last column that has a name may be
   * lacking, and more may stand there that are empty.
   */
  read(cells: readonly string[]): RecordReading;
  /** The same of the inputs alone. */
  readInputs(cells: readonly string[]): CellsReading;
}

/**
 * Finds the inputs and the target among a file's columns, in any order, by what can be seen of their names.
 * @param mark what the file writes before a number's fraction
 * @param fileOf of rows to be answered, the target's column is one that is ignored
 */
export function bindHeader(
  definition: Pick<PredictorDefinition, 'inputs' | 'target'>,
  names: readonly string[],
  mark: DecimalMark = '.',
  fileOf: FileOf = 'examples',
): Header {
  const reader = compileCells(definition);
  const columns = names.map(cleanText);
  const at = new Map(columns.map((name, index) => [name, index]));
  const place = (name: string, column = name) => {
    const needed = { name, column: cleanText(column) };
    return { ...needed, at: at.get(needed.column) ?? -1 };
  };
  const inputs = reader.inputs.map(({ name, read }) => {
    const input = definition.inputs[name];
    return { ...place(name, input?.column), read: input?.type === 'number' ? withMark(read, mark) : read };
  });
  const { name, column, type } = definition.target;
  const readTarget = reader.target.read;
  const target = {
    ...place(name, column),
    read: type === 'number' ? withMark(readTarget, mark) : readTarget,
  };
  const known = fileOf === 'rows' ? inputs : [...inputs, target];
  // Of optional inputs any may be left out, and not all of them: then it is a header of something else.
  const isOther = known.every(({ at }) => at < 0);
  const isNeeded = ({ name }: NeededColumn) =>
    isOther || fileOf === 'examples' || definition.inputs[name]?.optional === false;
  const fewest = columns.findLastIndex((name) => name !== '') + 1;
  const shift = mark === '.' ? shiftedBy(definition, columns, known) : () => undefined;
  const lengthFault = (cells: readonly string[]) => {
    if (cells.length < fewest) return lacksCells(cells, columns);
    return cells.length > columns.length ? (hasSurplus(cells, columns) ?? shift(cells)) : undefined;
  };
  const readInputs = (cells: readonly string[]): CellsReading => {
    const row: Record<string, InputValue> = {};
    const errors: FieldError[] = [];
    for (const input of inputs) {
      const reading = input.read(cells[input.at] ?? '');
      if (reading.reason === undefined) row[input.name] = reading.value;
      else errors.push({ field: input.name, message: reading.reason });
    }
    return errors.length > 0 ? { errors } : { row };
  };
  return {
    columns,
    missing: known.filter((one) => one.at < 0 && isNeeded(one)),
    doubled: known.filter(({ column }) => columns.indexOf(column) !== columns.lastIndexOf(column)),
    ignored: ignoredOf(columns, new Set(known.map(({ column }) => column))),
    read(cells) {
      const reason = lengthFault(cells);
      if (reason !== undefined) return { reason };
      const { row, errors = [] } = readInputs(cells);
      const faults = errors.map(({ field, message }) => `${field} ${message}`);
      const reading = target.read(cells[target.at] ?? '');
      if (reading.reason !== undefined) faults.push(`${target.name} ${reading.reason}`);
      if (row === undefined || reading.target === undefined) return { reason: faults.join('; ') };
      return { inputs: row, target: reading.target };
    },
    readInputs(cells) {
      const message = lengthFault(cells);
      return message === undefined ? readInputs(cells) : { errors: [{ field: '', message }] };
    },
  };
}

function ignoredOf(columns: readonly string[], known: ReadonlySet<string>): string[] {
  const named = columns.filter((name) => name !== '' && !known.has(name));
  const unnamed = columns.filter((name) => name === '').length;
  if (unnamed > 0) named.push(unnamed === 1 ? '(one without a name)' : `(${unnamed} without a name)`);
  return [...new Set(named)];
}

function lacksCells(cells: readonly string[], columns: readonly string[]): string {
  return `has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} where the header has ${columns.length}`;
}

function hasSurplus(cells: readonly string[], columns: readonly string[]): string | undefined {
  if (cells.slice(columns.length).every((cell) => cell.trim() === '')) return undefined;
  return `${lacksCells(cells, columns)}: put a cell that holds the separator into quotes`;
}

/**
 * A row with more cells than the header, all of them empty, may end in separators, or be one cell longer for a decimal
 * comma without quotes: `pen,12,5,Office,` under `item,price,team,note`. Where digits behind a number's digits reach
 * into a column that is no number, the two cannot be told apart.
 */
function shiftedBy(
  { inputs, target }: Pick<PredictorDefinition, 'inputs' | 'target'>,
  columns: readonly string[],
  needed: readonly (NeededColumn & { readonly at: number })[],
): (cells: readonly string[]) => string | undefined {
  const typeOf = (name: string) => (name === target.name ? target.type : inputs[name]?.type);
  const numbers = needed.filter(({ name }) => typeOf(name) === 'number');
  const places = new Set(numbers.map(({ at }) => at));
  return (cells) => {
    for (const { name, at } of numbers) {
      if (!/^[+-]?\d+$/.test(cells[at] ?? '')) continue;
      let next = at + 1;
      while (places.has(next) && /^\d+$/.test(cells[next] ?? '')) next++;
      if (next >= columns.length || !/^\d+$/.test(cells[next] ?? '')) continue;
      return `has an empty cell more than the header, and ${name} may be ${cells[at]},${cells[at + 1]}: put a number with a decimal comma into quotes, or take the separator at the end away`;
    }
    return undefined;
  };
}
