import type { TSchema } from 'typebox';
import type { Json, JsonObject } from '../../../database/index.ts';

/**
 * The same JSON with its keys in the order of the schema, all the way down, others after them: a reader looks for the
 * name or the id first, and PostgreSQL orders the keys of its jsonb by their length.
 */
export function inOrder(schema: TSchema, value: JsonObject): JsonObject;
export function inOrder(schema: TSchema, value: Json): Json;
export function inOrder(schema: TSchema, value: Json): Json {
  if (Array.isArray(value)) {
    const items = partOf(schema, 'items');
    return items === undefined ? value : value.map((item: Json) => inOrder(items, item));
  }
  if (!isObject(value)) return value;
  const properties = propertiesOf(schema);
  const known = [...properties].flatMap(([key, part]) => {
    const held = value[key];
    return held === undefined ? [] : [[key, inOrder(part, held)] as const];
  });
  const others = Object.entries(value).filter(([key]) => !properties.has(key));
  return Object.fromEntries([...known, ...others]);
}

/** An object's properties, also where it may be null instead. */
function propertiesOf(schema: object): Map<string, TSchema> {
  const choices: unknown = Reflect.get(schema, 'anyOf');
  const own: unknown = Reflect.get(schema, 'properties');
  const found = new Map<string, TSchema>();
  if (isSchema(own)) for (const [key, part] of Object.entries(own)) if (isSchema(part)) found.set(key, part);
  if (Array.isArray(choices)) {
    for (const choice of choices)
      if (isSchema(choice)) for (const [key, part] of propertiesOf(choice)) found.set(key, part);
  }
  return found;
}

function partOf(schema: object, key: string): TSchema | undefined {
  const part: unknown = Reflect.get(schema, key);
  return isSchema(part) ? part : undefined;
}

function isSchema(part: unknown): part is TSchema {
  return typeof part === 'object' && part !== null && !Array.isArray(part);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
