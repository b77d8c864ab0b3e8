import { asObject, at } from '../api/json.ts';
import { csvLine } from './csv.ts';

/** Turns examples into the text of a file that `import` takes. */
export interface RowWriter {
  /** What stands before the first row. */
  readonly head: string;
  row(example: unknown): string;
}

/** The columns of a predictor: its inputs in the definition's order, and its target. */
export interface Columns {
  readonly inputs: readonly string[];
  readonly target: string;
}

export function csvRows({ inputs, target }: Columns): RowWriter {
  return {
    head: csvLine([...inputs, target]),
    row: (example) => csvLine([...inputs.map((name) => at(example, 'inputs', name)), targetOf(example)]),
  };
}

/** Faithful where CSV is not: an empty text stays one, and does not become missing. */
export function ndjsonRows({ target }: Columns): RowWriter {
  return {
    head: '',
    row: (example) =>
      `${JSON.stringify({ ...asObject(at(example, 'inputs')), [target]: targetOf(example) })}\n`,
  };
}

function targetOf(example: unknown): unknown {
  return at(example, 'label') ?? at(example, 'value') ?? null;
}
