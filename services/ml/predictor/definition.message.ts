import type { ErrorObject } from 'ajv';
import type { FieldError } from './definition.error.ts';
import { NAME_LENGTH, RESERVED_NAMES } from './definition.schema.ts';
import { fieldPath, pointerKeys } from './field-path.ts';
import { shown } from './shown.ts';

/** Turns ajv's error about a definition into the key at fault and what to do; null when another error says it better. */
export function definitionMessage(error: ErrorObject, document: unknown): FieldError | null {
  const keys = pointerKeys(error.instancePath, document);
  const say = (message: string, ...more: string[]): FieldError => ({
    field: fieldPath([...keys, ...more]),
    message,
  });
  if (error.propertyName !== undefined) return say(nameMessage(error.keyword), error.propertyName);
  switch (error.keyword) {
    case 'propertyNames':
      return null;
    case 'required':
      return say('is missing: add it', String(error.params.missingProperty));
    case 'additionalProperties':
      return say(unknownKeyMessage(error), String(error.params.additionalProperty));
    case 'discriminator':
      return error.params.tagValue === undefined ? null : say(typeMessage(error), 'type');
    case 'pattern':
      return say(keys.at(-1) === 'name' && keys.length === 1 ? PREDICTOR_NAME : nameMessage(error.keyword));
    default:
      return say(keys.at(-1) === 'format' && error.keyword === 'minLength' ? NO_FORMAT : valueMessage(error));
  }
}

const NO_FORMAT = 'must not be empty: say how its dates are written, such as dd/MM/yyyy, or leave it out';

const PREDICTOR_NAME = 'must be lower-case letters, digits and hyphens, 63 at most: it stands in URLs';

/** A column's name that cannot be used. */
function nameMessage(keyword: string): string {
  switch (keyword) {
    case 'minLength':
      return 'must not be empty: give the column its name';
    case 'maxLength':
      return `is too long: shorten it to ${NAME_LENGTH} characters`;
    case 'not':
      return `is a reserved name: use another than ${RESERVED_NAMES.join(', ')}`;
    default:
      return 'holds U+0000 or half a surrogate pair, which PostgreSQL cannot store: take it out';
  }
}

function typeMessage({ params, parentSchema }: ErrorObject): string {
  if (params.tagValue === 'image') return 'image inputs are not supported yet: leave this input out';
  return `must be ${listed(readTypes(parentSchema?.oneOf))}; ${shown(params.tagValue)} was sent`;
}

/** The values of `type` among the shapes of the schema. */
function readTypes(shapes: unknown): string[] {
  if (!Array.isArray(shapes)) return [];
  return shapes.map((shape) => String(shape.properties.type.const));
}

function unknownKeyMessage({ parentSchema }: ErrorObject): string {
  const known = Object.keys(parentSchema?.properties ?? {});
  return `is not a key that is known here: remove it, or use ${listed(known)}`;
}

function valueMessage({ keyword, params, data }: ErrorObject): string {
  switch (keyword) {
    case 'type':
      return `must be ${PHRASES[params.type] ?? params.type}; ${shown(data)} was sent`;
    case 'minimum':
      return `must be ${params.limit} or more; ${shown(data)} was sent`;
    case 'maximum':
      return `must be ${params.limit} or less; ${shown(data)} was sent`;
    case 'enum':
      return `must be ${listed(params.allowedValues)}; ${shown(data)} was sent`;
    case 'maxLength':
      return `is too long: shorten it to ${params.limit} characters`;
    case 'minLength':
    case 'not':
      return nameMessage(keyword);
    case 'maxItems':
      return `must hold ${params.limit} entries at most${Array.isArray(data) ? `; ${data.length} were sent` : ''}`;
    case 'minProperties':
      return 'must name at least one column';
    case 'maxProperties':
      return `must name ${params.limit} columns at most`;
    case 'minItems':
      return 'must hold at least one entry, or be left out';
    case 'uniqueItems':
      return `must not hold an entry twice: remove one ${JSON.stringify(Array.isArray(data) ? data[params.i] : data)}`;
    default:
      return `does not fit (${keyword})`;
  }
}

const PHRASES: Readonly<Record<string, string>> = {
  string: 'text in quotes',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  number: 'a number',
  integer: 'a whole number',
  'string,number,boolean': 'a text in quotes, a number, true or false',
};

function listed(values: readonly unknown[]): string {
  const quoted = values.map((value) => `"${value}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}
