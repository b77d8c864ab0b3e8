import { compileCells } from './cell-reader.ts';
import type { InputValue, PredictorDefinition, Row } from './definition.ts';

/** What a CSV record holds: a row and its target, or everything that is wrong with its cells in one sentence. */
export type RecordReading =
  | { readonly inputs: Row; readonly target: string | number; readonly reason?: undefined }
  | { readonly inputs?: undefined; readonly reason: string };

/** How a CSV file's columns stand to a predictor's. */
export interface Header {
  /** Inputs or the target that no column is named after: the file cannot be read. */
  readonly missing: readonly string[];
  /** Inputs or the target that two columns are named after: the file cannot be read. */
  readonly doubled: readonly string[];
  /** The names of columns that are neither, each once, in the order of the file. */
  readonly ignored: readonly string[];
  /** Reads the cells of one record; as many as the header has. */
  read(cells: readonly string[]): RecordReading;
}

/** Finds the inputs and the target among a file's columns, in any order. Blanks around a column's name are forgiven. */
export function bindHeader(
  definition: Pick<PredictorDefinition, 'inputs' | 'target'>,
  names: readonly string[],
): Header {
  const reader = compileCells(definition);
  const known = new Set([...reader.inputs.map(({ name }) => name), reader.target.name]);
  const columns = names.map((name) => (known.has(name) ? name : name.trim()));
  const at = new Map(columns.map((name, index) => [name, index]));
  const inputs = reader.inputs.map((input) => ({ ...input, at: at.get(input.name) ?? -1 }));
  const targetAt = at.get(reader.target.name) ?? -1;
  return {
    missing: [...known].filter((name) => !at.has(name)),
    doubled: [...known].filter((name) => columns.indexOf(name) !== columns.lastIndexOf(name)),
    ignored: [...new Set(columns.filter((name) => !known.has(name)))],
    read(cells) {
      if (cells.length !== columns.length) {
        return { reason: `has ${cells.length} cells where the header has ${columns.length}` };
      }
      const row: Record<string, InputValue> = {};
      const faults: string[] = [];
      for (const input of inputs) {
        const reading = input.read(cells[input.at] ?? '');
        if (reading.reason === undefined) row[input.name] = reading.value;
        else faults.push(`${input.name} ${reading.reason}`);
      }
      const reading = reader.target.read(cells[targetAt] ?? '');
      if (reading.reason !== undefined) faults.push(`${reader.target.name} ${reading.reason}`);
      if (faults.length > 0 || reading.target === undefined) return { reason: faults.join('; ') };
      return { inputs: row, target: reading.target };
    },
  };
}
