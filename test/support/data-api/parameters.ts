import type { Field, SqlParameter } from '@aws-sdk/client-rds-data';
import { Refusal } from './refusal.ts';
import { sqlParts } from './sql-tokens.ts';

/** A parameter as it arrives: bytes are base64 on the wire. */
export type WireField = Omit<Field, 'blobValue'> & { readonly blobValue?: string };
export type WireParameter = Omit<SqlParameter, 'value'> & { readonly value?: WireField };

const HINTED: Readonly<Record<string, string>> = {
  DATE: 'date',
  DECIMAL: 'numeric',
  JSON: 'json',
  TIME: 'time',
  TIMESTAMP: 'timestamp',
  UUID: 'uuid',
};

/** Accepted formats, as the guide gives them. */
const FORMATS: Readonly<Record<string, RegExp>> = {
  DATE: /^\d{4}-\d\d-\d\d$/,
  TIME: /^\d\d:\d\d:\d\d(\.\d+)?$/,
  TIMESTAMP: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/,
  UUID: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
};

/** The statement with `$1` for its named parameters, each typed as the API binds it, and their values. */
export function bind(
  sql: string,
  parameters: readonly WireParameter[],
): { readonly text: string; readonly values: (string | Buffer | null)[] } {
  const known = new Map(parameters.map((parameter) => [parameter.name ?? '', parameter]));
  const order: string[] = [];
  const text = sqlParts(sql)
    .map((part) => (part.plain ? part.text.replace(/(?<!:):([a-zA-Z_]\w*)/g, placeholder) : part.text))
    .join('');
  const unused = [...known.keys()].find((name) => !order.includes(name));
  if (unused !== undefined)
    throw new Refusal('BadRequestException', `Parameter ${unused} is not in the statement.`);
  return { text, values: order.map((name) => sentText(known.get(name)?.value ?? {})) };

  function placeholder(whole: string, name: string): string {
    const parameter = known.get(name);
    if (parameter === undefined) return whole;
    if (!order.includes(name)) order.push(name);
    const type = typeOf(parameter);
    return `$${order.indexOf(name) + 1}${type === '' ? '' : `::${type}`}`;
  }
}

function typeOf({ name, typeHint, value = {} }: WireParameter): string {
  if (value.arrayValue !== undefined) {
    throw new Refusal('BadRequestException', 'Array parameters are not supported.');
  }
  if (typeHint !== undefined) return hintedType(name ?? '', typeHint, value);
  if (value.isNull === true) return '';
  if (value.stringValue !== undefined) return 'varchar';
  if (value.longValue !== undefined) return 'int8';
  if (value.doubleValue !== undefined) return 'float8';
  if (value.booleanValue !== undefined) return 'bool';
  if (value.blobValue !== undefined) return 'bytea';
  throw new Refusal('BadRequestException', `Parameter ${name} has no value.`);
}

function hintedType(name: string, hint: string, { stringValue, isNull }: WireField): string {
  const type = HINTED[hint];
  if (type === undefined) throw new Refusal('ValidationException', `${hint} is not a type hint.`);
  if (isNull === true) return type;
  if (stringValue === undefined) {
    throw new Refusal('BadRequestException', `Parameter ${name} has a type hint and is not a string.`);
  }
  if (FORMATS[hint]?.test(stringValue) === false) {
    throw new Refusal('BadRequestException', `Parameter ${name} cannot be read as ${hint}: "${stringValue}"`);
  }
  return type;
}

function sentText({
  stringValue,
  longValue,
  doubleValue,
  booleanValue,
  blobValue,
}: WireField): string | Buffer | null {
  if (blobValue !== undefined) return Buffer.from(blobValue, 'base64');
  const value = stringValue ?? longValue ?? doubleValue ?? booleanValue;
  return value === undefined ? null : String(value);
}
