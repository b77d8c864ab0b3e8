import type { PredictorDefinition } from '../../ml/predictor/definition.ts';
import { compileRow } from '../../ml/predictor/row-reader.ts';
import { withSpelledKeys } from '../../ml/predictor/spelled-keys.ts';
import { compileTarget } from '../../ml/predictor/target-reader.ts';
import { accepted, type ImportRecord, rejected } from './import-record.ts';

/**
 * Makes the reader of one JSON object that holds a row and its target, e.g. `{"query": "labora", "completion": "…"}`.
 * Fields that are neither reject the row, as they do in a row sent for a prediction.
 */
export function compileJsonRecord(
  definition: PredictorDefinition,
): (line: number, value: unknown) => ImportRecord {
  const rows = compileRow(definition);
  const targets = compileTarget(definition);
  const { name } = definition.target;
  const isColumn = (key: string) => key === name || Object.hasOwn(definition.inputs, key);
  return (line, value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return rejected(line, 'must be a JSON object with the inputs and the target as keys');
    }
    const body = withSpelledKeys({ ...value }, isColumn);
    const row = rows.read(Object.fromEntries(Object.entries(body).filter(([key]) => key !== name)));
    const target = targets.readValue(Object.hasOwn(body, name) ? body[name] : undefined);
    const faults = (row.errors ?? []).map(({ field, message }) => `${field} ${message}`);
    if (target.reason !== undefined) faults.push(`${name} ${target.reason}`);
    if (row.row === undefined || target.target === undefined) return rejected(line, faults.join('; '));
    return accepted(line, row.row, target.target);
  };
}
