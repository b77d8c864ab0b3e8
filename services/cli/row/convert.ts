import { listAt, textAt } from '../api/json.ts';
import { UsageError } from '../errors.ts';

/** A value as JSON carries it. Dates travel as text; the server knows which dates exist. */
export type Value = string | number | boolean | null;

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * A number that a person typed, `-1.5` or `3e6`.
 * @throws UsageError naming `field` when it is none, or too large to be one.
 */
export function toNumber(field: string, text: string): number {
  const value = Number(text);
  if (!DECIMAL.test(text.trim()) || !Number.isFinite(value)) {
    throw new UsageError(`"${field}" is a number, and "${text}" is not.`);
  }
  return value;
}

/**
 * The typed text as the input's type wants it; empty is missing, as an empty cell of a CSV file is, and so is what the
 * definition of the input declares as missing.
 * @throws UsageError naming `field`.
 */
export function toInput(field: string, input: unknown, text: string): Value {
  const type = textAt(input, 'type');
  if (text === '' || listAt(input, 'missing').some((value) => String(value) === text.trim())) return null;
  if (type === 'text' || type === 'category') return text;
  if (text.trim() === '') return null;
  if (type === 'number') return toNumber(field, text);
  if (type === 'boolean') return toBoolean(field, text);
  return text.trim();
}

function toBoolean(field: string, text: string): boolean {
  const word = text.trim().toLowerCase();
  if (['true', 't', 'yes', 'y', 'on', '1', '1.0'].includes(word)) return true;
  if (['false', 'f', 'no', 'n', 'off', '0', '0.0'].includes(word)) return false;
  throw new UsageError(`"${field}" is true or false, and "${text}" is neither.`);
}
