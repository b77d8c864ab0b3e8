import type { FieldError } from './definition.error.ts';
import type { PredictorDefinition } from './definition.ts';
import { readNumber } from './number-cell.ts';
import { shown } from './shown.ts';
import { labelFault } from './text.ts';

/** A target that fits (a label, or a finite number), or the reason why not, as the end of "completion …". */
export type TargetReading =
  | { readonly target: string | number; readonly reason?: undefined }
  | { readonly target?: undefined; readonly reason: string };

export interface TargetReader {
  /** A value of a JSON document: a label in quotes, or a number. */
  readValue(value: unknown): TargetReading;
  /** A cell of a CSV file: any text is a label; a number is read as decimal digits. */
  readCell(cell: string): TargetReading;
  /** The body `{"label": "…"}` or `{"value": 3}` that tells a prediction's true target. */
  readBody(
    body: unknown,
  ):
    | { readonly target: string | number; readonly errors?: undefined }
    | { readonly target?: undefined; readonly errors: FieldError[] };
}

/** Makes the reader of a predictor's target, once for each revision of its definition. */
export function compileTarget({ target }: Pick<PredictorDefinition, 'target'>): TargetReader {
  const readValue = target.type === 'label' ? readLabel : readNumberValue;
  const key = target.type === 'label' ? 'label' : 'value';
  return {
    readValue,
    readCell: target.type === 'label' ? readLabel : readNumberCell,
    readBody(body) {
      const example = key === 'label' ? '{"label": "…"}' : '{"value": 12.5}';
      if (typeof body !== 'object' || body === null || Array.isArray(body)) {
        return { errors: [{ field: '', message: `must be an object: send ${example}` }] };
      }
      const errors = Object.keys(body)
        .filter((sent) => sent !== key)
        .slice(0, 20)
        .map((field) => ({
          field,
          message: `is not known here, since the target is a ${target.type}: send ${example}`,
        }));
      if (!Object.hasOwn(body, key)) {
        return { errors: [...errors, { field: key, message: `is missing: send ${example}` }] };
      }
      const reading = readValue(Reflect.get(body, key));
      if (reading.reason !== undefined) errors.push({ field: key, message: reading.reason });
      return errors.length > 0 || reading.target === undefined ? { errors } : { target: reading.target };
    },
  };
}

const MISSING = 'is missing, and a row without its target is no example';

function readLabel(value: unknown): TargetReading {
  if (value === null || value === undefined || value === '') return { reason: MISSING };
  const reason = labelFault(value);
  return reason === undefined && typeof value === 'string' ? { target: value } : { reason: reason ?? '' };
}

function readNumberValue(value: unknown): TargetReading {
  if (value === null || value === undefined) return { reason: MISSING };
  if (typeof value === 'number' && Number.isFinite(value)) return { target: value === 0 ? 0 : value };
  return { reason: `must be a number; ${shown(value)} was sent` };
}

function readNumberCell(cell: string): TargetReading {
  if (cell.trim() === '') return { reason: MISSING };
  const number = readNumber(cell);
  return number === undefined
    ? { reason: `must be a number such as 12.5; ${shown(cell)} was sent` }
    : { target: number };
}
