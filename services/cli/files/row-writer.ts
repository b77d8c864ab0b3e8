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
  /** With what a row is erased by, in columns of their own before the others: `import` leaves them out. */
  readonly ids: boolean;
}

export function csvRows({ inputs, target, ids }: Columns): RowWriter {
  const named = ids ? IDS.map(({ of }) => of) : [];
  return {
    head: csvLine([...(ids ? idNames([...inputs, target]) : []), ...inputs, target]),
    row: (example) =>
      csvLine([
        ...named.map((of) => at(example, of)),
        ...inputs.map((name) => at(example, 'inputs', name)),
        targetOf(example),
      ]),
  };
}

/** Faithful where CSV is not: an empty text stays one, and does not become missing. */
export function ndjsonRows({ inputs, target, ids }: Columns): RowWriter {
  const names = ids ? idNames([...inputs, target]) : [];
  return {
    head: '',
    row: (example) => {
      const named = names.map((name, place) => [name, at(example, IDS[place]?.of ?? '') ?? null]);
      const row = { ...asObject(at(example, 'inputs')), [target]: targetOf(example) };
      return `${JSON.stringify({ ...Object.fromEntries(named), ...row })}\n`;
    },
  };
}

const IDS = [
  { name: 'example_id', of: 'id' },
  { name: 'prediction_id', of: 'prediction' },
] as const;

/** Names of their columns that no input has. */
function idNames(taken: readonly string[]): string[] {
  return IDS.map(({ name }) => {
    let free: string = name;
    while (taken.includes(free)) free = `_${free}`;
    return free;
  });
}

function targetOf(example: unknown): unknown {
  return at(example, 'label') ?? at(example, 'value') ?? null;
}
