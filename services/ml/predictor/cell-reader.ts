import { type InputDefinition, type InputValue, inputNames, type PredictorDefinition } from './definition.ts';
import { readNumber } from './number-cell.ts';
import { shown } from './shown.ts';
import { compileTarget, type TargetReading } from './target-reader.ts';
import { compileFault, wanted } from './value.ts';

/** A cell's value (`null` for an empty one), or the reason why it does not fit, as the end of "age …". */
export type CellReading =
  | { readonly value: InputValue; readonly reason?: undefined }
  | { readonly value?: undefined; readonly reason: string };

/** The readers of a CSV file's cells: one for each input in code-point order, and the target's. */
export interface CellReader {
  readonly inputs: readonly { readonly name: string; readonly read: (cell: string) => CellReading }[];
  readonly target: { readonly name: string; readonly read: (cell: string) => TargetReading };
}

/**
 * Makes the readers of a predictor's cells, once for each revision of its definition. An empty cell is missing.
 * Numbers are decimal; booleans are true/false, yes/no, t/f, y/n (as PostgreSQL and people write them) or 1/0 in any
 * case; both forgive blanks around them. Text is taken as it stands.
 */
export function compileCells(definition: Pick<PredictorDefinition, 'inputs' | 'target'>): CellReader {
  return {
    inputs: inputNames(definition).flatMap((name) => {
      const input = definition.inputs[name];
      return input === undefined ? [] : [{ name, read: compileCell(input) }];
    }),
    target: { name: definition.target.name, read: compileTarget(definition).readCell },
  };
}

function compileCell(input: InputDefinition): (cell: string) => CellReading {
  const read = READERS[input.type];
  const fault = compileFault(input);
  const nothing: CellReading = input.optional
    ? { value: null }
    : { reason: `is missing: give ${wanted(input)}, or make the input optional` };
  return (cell) => {
    const value = cell === '' ? null : read(cell);
    if (value === null) return nothing;
    if (value === undefined) return { reason: `must be ${wanted(input)}; ${shown(cell)} was sent` };
    const reason = fault(value);
    return reason === undefined ? { value } : { reason };
  };
}

/** Text to value: `null` when there is nothing but blanks, undefined when it is not of the type. */
type Reader = (cell: string) => InputValue | undefined;

const READERS: Readonly<Record<InputDefinition['type'], Reader>> = {
  text: (cell) => cell,
  category: (cell) => cell,
  number: (cell) => readNumber(cell) ?? blank(cell),
  boolean: (cell) => BOOLEANS.get(cell.trim().toLowerCase()) ?? blank(cell),
  date: (cell) => cell.trim() || null,
};

const BOOLEANS = new Map([
  ...['true', 't', 'yes', 'y', '1'].map((word) => [word, true] as const),
  ...['false', 'f', 'no', 'n', '0'].map((word) => [word, false] as const),
]);

function blank(cell: string): null | undefined {
  return cell.trim() === '' ? null : undefined;
}
