import { textOf, typeOf } from './value-text.ts';

/** An array as PostgreSQL reads it: `{"a",NULL,{"nested"}}`. The API takes no arrays as parameters. */
export function arrayLiteral(values: readonly unknown[]): string {
  return `{${values.map(element).join(',')}}`;
}

function element(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (Array.isArray(value)) return arrayLiteral(value);
  return `"${textOf(value).replace(/[\\"]/g, '\\$&')}"`;
}

const NUMBERS = ['integer', 'bigint', 'numeric', 'float8'];

/** The type that all elements share: of numbers the widest; `text` when they share none, or there are none. */
export function elementType(values: readonly unknown[]): string {
  const types = new Set(leaves(values).map(typeOf));
  const [only] = types;
  if (types.size === 1) return only || 'text';
  const widest = Math.max(...[...types].map((type) => NUMBERS.indexOf(type)));
  return types.size > 1 && [...types].every((type) => NUMBERS.includes(type))
    ? (NUMBERS[widest] ?? 'text')
    : 'text';
}

function leaves(values: readonly unknown[]): unknown[] {
  return values.flatMap((value): unknown[] => {
    if (Array.isArray(value)) return leaves(value);
    return value === null || value === undefined ? [] : [value];
  });
}
