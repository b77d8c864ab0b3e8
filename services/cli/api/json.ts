import { UnexpectedAnswerError } from '../errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object, or null: answers may carry more and, from an older server, less than is asked for. */
export function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

/** What stands at `path`, step by step; undefined where a step is missing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) {
    const object = asObject(here);
    if (object === null || !Object.hasOwn(object, key)) return undefined;
    here = object[key];
  }
  return here;
}

export function textAt(value: unknown, ...path: readonly string[]): string | null {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : null;
}

export function numberAt(value: unknown, ...path: readonly string[]): number | null {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : null;
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/**
 * A text without which the command cannot go on.
 * @throws UnexpectedAnswerError naming the missing field.
 */
export function neededText(value: unknown, ...path: readonly string[]): string {
  const found = textAt(value, ...path);
  if (found === null) throw new UnexpectedAnswerError(`The answer has no text at "${path.join('.')}".`);
  return found;
}

/** A value of a row or a target as text: JSON for what is not a text itself, nothing for null. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
