import { jsonbSize, type PredictionJson, predictionJson } from '../../../database/index.ts';
import { Problem } from '../../api/problem.ts';
import type { InputValue, Row } from '../../ml/predictor/definition.ts';

/** The most that a row may take with its answer, in bytes: the Data API hands over 64 KiB of a row at most. */
export const STORED_LIMIT = 49_152;

/** A number that PostgreSQL writes out in full: 6 bytes of JSON may become 301. */
const EXPONENT = /\de[+-]\d/;

/** Bytes that stand around a value and its name, quotes and all, at most. */
const AROUND = 8;

/** Is a row with its target surely no larger than can be stored? Of nearly every row that is all to be said, and it needs no JSON. */
export function surelyFits(inputs: Row, target: string | number): boolean {
  let most = AROUND + mostOf(target);
  for (const name in inputs) most += AROUND + mostOf(name) + mostOf(inputs[name] ?? null);
  return most <= STORED_LIMIT;
}

/** What a value takes at most: a character six bytes, a number 25 while it is written without an exponent, else 350. */
function mostOf(value: InputValue): number {
  if (typeof value === 'string') return 6 * value.length;
  if (typeof value !== 'number') return 5;
  const distance = Math.abs(value);
  return value === 0 || (distance >= 1e-6 && distance < 1e21) ? 25 : 350;
}

/**
 * The size of a row's stored form, in bytes: its inputs and its answer (or target) as jsonb. A bound where it is small.
 * `json` is both as JSON, where somebody has written them already.
 */
export function storedSize(inputs: object, answer: unknown, json = predictionJson(inputs, answer)): number {
  const bytes = Buffer.byteLength(json.inputs) + Buffer.byteLength(json.answer);
  // But for such numbers, jsonb adds a space to a comma or a colon, and nothing else.
  if (bytes * 2 <= STORED_LIMIT && !EXPONENT.test(json.inputs) && !EXPONENT.test(json.answer)) return bytes;
  return jsonbSize(inputs) + jsonbSize(answer);
}

/** The same. @throws Problem `row_too_large` when it is over the limit */
export function checkedSize(inputs: object, answer: object, json: PredictionJson): number {
  const size = storedSize(inputs, answer, json);
  if (size <= STORED_LIMIT) return size;
  throw new Problem(
    'row_too_large',
    `The row takes ${size} bytes with its answer, and ${STORED_LIMIT} can be stored: send shorter texts, or ask for fewer suggestions.`,
  );
}
