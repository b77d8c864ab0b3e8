import { cleanText } from './clean.ts';
import type { FieldError } from './definition.error.ts';
import { fieldPath } from './field-path.ts';

type Keys = Readonly<Record<string, unknown>>;

/** A document with its columns' names in their clean spelling; two inputs that are then one are told of by name. */
export function withCleanNames(document: unknown): {
  readonly document: unknown;
  readonly errors: FieldError[];
} {
  const errors: FieldError[] = [];
  if (!isKeys(document)) return { document, errors };
  const { inputs, target } = document;
  const clean: Record<string, unknown> = { ...document };
  if (isKeys(target)) clean.target = cleaned(target);
  if (isKeys(inputs)) {
    const sentAs = new Map<string, string>();
    for (const name of Object.keys(inputs)) {
      const other = sentAs.get(cleanText(name));
      if (other === undefined) sentAs.set(cleanText(name), name);
      else {
        errors.push({
          field: fieldPath(['inputs', name]),
          message: `is the same name as ${JSON.stringify(other)} but for what no screen shows: keep one of the two`,
        });
      }
    }
    // A name of which nothing is left, and `__proto__`, which no assignment keeps, are refused as they were sent.
    clean.inputs = Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [cleanText(name) || name, cleaned(input)]),
    );
  }
  return { document: clean, errors };
}

function cleaned(column: unknown): unknown {
  if (!isKeys(column)) return column;
  const names = ['name', 'column', 'was'].filter((key) => typeof column[key] === 'string');
  return { ...column, ...Object.fromEntries(names.map((key) => [key, cleanText(String(column[key]))])) };
}

function isKeys(value: unknown): value is Keys {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
