import { type InputValue, inputNames, type PredictorDefinition } from './definition.ts';
import { compileTarget, type TargetReading } from './target-reader.ts';
import { Unfit } from './unfit.ts';
import { compileInput } from './value.ts';

/** A cell's value (`null` for an empty one), or the reason why it does not fit, as the end of "age …". */
export type CellReading =
  | { readonly value: InputValue; readonly reason?: undefined }
  | { readonly value?: undefined; readonly reason: string };

/** The readers of a CSV file's cells: one for each input in code-point order, and the target's. */
export interface CellReader {
  readonly inputs: readonly { readonly name: string; readonly read: (cell: string) => CellReading }[];
  readonly target: { readonly name: string; readonly read: (cell: string) => TargetReading };
}

/** Makes the readers of a predictor's cells, once for each revision of its definition. */
export function compileCells(definition: Pick<PredictorDefinition, 'inputs' | 'target'>): CellReader {
  return {
    inputs: inputNames(definition).flatMap((name) => {
      const input = definition.inputs[name];
      if (input === undefined) return [];
      const { cell: read } = compileInput(input);
      return [{ name, read: (cell) => toReading(read(cell)) }];
    }),
    target: { name: definition.target.name, read: compileTarget(definition).readCell },
  };
}

function toReading(value: InputValue | Unfit): CellReading {
  return value instanceof Unfit ? { reason: value.reason } : { value };
}
