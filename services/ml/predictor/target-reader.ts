import { cleanText } from './clean.ts';
import type { FieldError } from './definition.error.ts';
import type { PredictorDefinition } from './definition.ts';
import { compileMissing, missingHint } from './missing.ts';
import { numberCellFault, numberFault, readNumber } from './number-cell.ts';
import { shown } from './shown.ts';
import { LABEL_LENGTH, textFault } from './text.ts';
import { Unfit } from './unfit.ts';

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
  const isMissing = compileMissing(target.missing, target.type);
  const unlessMissing =
    <Sent>(read: (sent: Sent) => TargetReading) =>
    (sent: Sent): TargetReading => {
      if (isMissing?.(sent)) return { reason: standsForMissing(sent) };
      const reading = read(sent);
      return isMissing?.(reading.target) ? { reason: standsForMissing(sent) } : reading;
    };
  const readValue = unlessMissing(target.type === 'label' ? readLabel : readNumberValue);
  const key = target.type === 'label' ? 'label' : 'value';
  return {
    readValue,
    readCell: unlessMissing(target.type === 'label' ? readLabel : readNumberCell),
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
      const sent: unknown = Reflect.get(body, key);
      if (isEmpty(sent)) {
        const message = `is ${sent === null || sent === '' ? 'empty' : 'blank'}: send the right one, as ${example}`;
        return { errors: [...errors, { field: key, message }] };
      }
      const reading = readValue(sent);
      if (reading.reason !== undefined) errors.push({ field: key, message: reading.reason });
      return errors.length > 0 || reading.target === undefined ? { errors } : { target: reading.target };
    },
  };
}

const NO_EXAMPLE = 'a row without its target is no example';
const MISSING: TargetReading = { reason: `is missing, and ${NO_EXAMPLE}` };

function isEmpty(sent: unknown): boolean {
  return sent === null || (typeof sent === 'string' && cleanText(sent) === '');
}

function standsForMissing(sent: unknown): string {
  return `is missing, since the definition says so of ${shown(sent)}, and ${NO_EXAMPLE}`;
}

/** A label in its clean spelling. */
function readLabel(value: unknown): TargetReading {
  if (value instanceof Unfit) return value;
  if (value === null || value === undefined || value === '') return MISSING;
  if (typeof value !== 'string') {
    const advice = typeof value === 'number' || typeof value === 'boolean' ? ': put it in quotes' : '';
    return { reason: `must be text, since the target is a label; ${shown(value)} was sent${advice}` };
  }
  const target = cleanText(value);
  if (target === '') return { reason: `is blank, and ${NO_EXAMPLE}` };
  const reason = textFault(target, LABEL_LENGTH);
  return reason === undefined ? { target } : { reason };
}

function readNumberValue(value: unknown): TargetReading {
  if (value instanceof Unfit) return value;
  if (value === null || value === undefined) return MISSING;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    const advice =
      typeof value === 'string' && readNumber(value) !== undefined
        ? ': leave out the quotes'
        : missingHint(value);
    return { reason: `must be a number; ${shown(value)} was sent${advice}` };
  }
  const reason = numberFault(value);
  return reason === undefined ? { target: value + 0 } : { reason };
}

function readNumberCell(cell: string): TargetReading {
  if (cell.trim() === '') return MISSING;
  const target = readNumber(cell);
  if (target === undefined) {
    return { reason: `must be a number such as 12.5; ${shown(cell)} was sent${missingHint(cell)}` };
  }
  const reason = numberCellFault(cell, target);
  return reason === undefined ? { target } : { reason };
}
