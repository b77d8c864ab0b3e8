import type { PredictorDefinition } from '../ml/predictor/definition.ts';
import { compileRow } from '../ml/predictor/row-reader.ts';
import { withSpelledKeys } from '../ml/predictor/spelled-keys.ts';
import { compileTarget } from '../ml/predictor/target-reader.ts';
import { type FileRow, rejected } from './file-row.ts';
import { shapeAdvice } from './foreign-shape.ts';

/**
 * Makes the reader of one JSON object that holds a row and its target, e.g. `{"query": "labora", "completion": "…"}`.
 * `text` is what it was read from. Fields that are neither reject the row, as they do in a row sent for a prediction.
 */
export function compileJsonRecord(
  definition: PredictorDefinition,
): (line: number, value: unknown, text: string) => FileRow {
  const rows = compileRow(definition);
  const targets = compileTarget(definition);
  const { name } = definition.target;
  const isColumn = (key: string) => key === name || Object.hasOwn(definition.inputs, key);
  return (line, value, text) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return rejected(line, `${NO_OBJECT}${Array.isArray(value) ? LIST_ADVICE : ''}`);
    }
    const body = withSpelledKeys({ ...value }, isColumn);
    const row = rows.read(Object.fromEntries(Object.entries(body).filter(([key]) => key !== name)));
    const target = targets.readValue(Object.hasOwn(body, name) ? body[name] : undefined);
    const faults = (row.errors ?? []).map(({ field, message }) => `${field} ${message}`);
    if (target.reason !== undefined) faults.push(`${name} ${target.reason}`);
    if (row.row === undefined || target.target === undefined) {
      return rejected(line, `${faults.join('; ')}${adviceFor(value, text)}`);
    }
    return { line, inputs: row.row, target: target.target };
  };
}

const NO_OBJECT = 'must be a JSON object with the inputs and the target as keys';
const LIST_ADVICE =
  '; a list was sent (df.to_json(orient="records") writes objects, and a JSON list of rows is application/json)';

/** No input holds an object or a list: what holds one may have the rows inside. */
function adviceFor(value: object, text: string): string {
  const holdsMore = Object.values(value).some((one) => typeof one === 'object' && one !== null);
  return holdsMore ? shapeAdvice(text.slice(0, 1000)) : '';
}
