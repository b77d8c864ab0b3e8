import { dateText } from './date-text.ts';
import { DataApiValueError } from './errors.ts';

const INT4 = 2_147_483_647;
const INT8 = 9_223_372_036_854_775_807n;

/** A single value as PostgreSQL reads it. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return dateText(value);
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  const json = JSON.stringify(value);
  if (json === undefined) throw new DataApiValueError(`a ${typeof value} cannot be sent to a database`);
  return json;
}

/** The type that a single value has of itself; empty for a string, which may stand for any. */
export function typeOf(value: unknown): string {
  if (typeof value === 'string') return '';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'bigint') return value >= -INT8 - 1n && value <= INT8 ? 'bigint' : 'numeric';
  if (typeof value === 'number') return numberType(value);
  if (value instanceof Date) return 'timestamptz';
  return value instanceof Uint8Array ? 'bytea' : 'jsonb';
}

/** The narrowest type that holds it exactly: PostgreSQL widens by itself, and never narrows. */
function numberType(value: number): string {
  if (!Number.isFinite(value) || Object.is(value, -0)) return 'float8';
  if (!Number.isSafeInteger(value)) return 'numeric';
  return Math.abs(value) <= INT4 ? 'integer' : 'bigint';
}
