import type { Field, SqlParameter } from '@aws-sdk/client-rds-data';
import { arrayLiteral, elementType } from './array-literal.ts';
import { textOf, typeOf } from './value-text.ts';

/**
 * How a value is sent, and the type that the SQL states for it (empty: none). Values travel as text (bytes as bytes),
 * since a number would pass through JSON's doubles, and a cast in the SQL says what it is: this loses nothing, works
 * for every type that PostgreSQL can read, and lets a cast of the caller's own take the place of ours.
 */
export interface SentValue {
  readonly field: Field;
  readonly type: string;
}

/** @throws DataApiValueError for what no column can hold: a function, a symbol, an invalid date. */
export function sentValue(value: unknown): SentValue {
  if (value === null || value === undefined) return { field: { isNull: true }, type: '' };
  if (value instanceof Uint8Array) return { field: { blobValue: value }, type: '' };
  if (Array.isArray(value)) return text(arrayLiteral(value), `${elementType(value)}[]`);
  return text(textOf(value), typeOf(value));
}

/** The parameters `p0`, `p1`, … of a statement. */
export function sqlParameters(values: readonly unknown[]): SqlParameter[] {
  return values.map((value, index) => ({ name: `p${index}`, value: sentValue(value).field }));
}

function text(stringValue: string, type: string): SentValue {
  return { field: { stringValue }, type };
}
