import type { ArrayValue, Field } from '@aws-sdk/client-rds-data';
import { readDate } from './date-text.ts';
import { DataApiUnsupportedError, DataApiValueError } from './errors.ts';

type Scalar = string | number | boolean | Uint8Array;
type Read = (value: Scalar) => unknown;

const same: Read = (value) => value;
const asNumber: Read = (value) => (typeof value === 'string' ? Number(value) : value);
const asText: Read = (value) => String(value);
const asJson: Read = (value) => (typeof value === 'string' ? JSON.parse(value) : value);
const asBoolean: Read = (value) => (typeof value === 'string' ? value === 'true' || value === 't' : value);
const asDate =
  (zone: 'utc' | 'local'): Read =>
  (value) =>
    typeof value === 'string' ? readDate(value, zone) : value;
/** PostgreSQL writes no zeros at the end of a fraction; the API writes three or six digits. */
const asTime: Read = (value) =>
  typeof value === 'string' ? value.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') : value;
const asInt8: Read = (value) => {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new DataApiValueError(`The API gave ${value} for a bigint, digits lost; cast it to text.`);
  }
  return String(value);
};

/** What the `pg` driver makes of each type, by the type's name; of any other it is the text as it came. */
const READ: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['int2', asNumber],
  ['int4', asNumber],
  ['oid', asNumber],
  ['float4', asNumber],
  ['float8', asNumber],
  ['int8', asInt8],
  ['numeric', asText],
  ['bool', asBoolean],
  ['json', asJson],
  ['jsonb', asJson],
  ['date', asDate('local')],
  ['timestamp', asDate('local')],
  ['timestamptz', asDate('utc')],
  ['time', asTime],
]);

/** As drivers and the API's own documentation write them. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['smallint', 'int2'],
  ['smallserial', 'int2'],
  ['serial2', 'int2'],
  ['int', 'int4'],
  ['integer', 'int4'],
  ['serial', 'int4'],
  ['serial4', 'int4'],
  ['bigint', 'int8'],
  ['bigserial', 'int8'],
  ['serial8', 'int8'],
  ['decimal', 'numeric'],
  ['real', 'float4'],
  ['double precision', 'float8'],
  ['boolean', 'bool'],
  ['timestamp with time zone', 'timestamptz'],
  ['timestamp without time zone', 'timestamp'],
]);

/** How to read the fields of a column of this type: as `pg` would have given them. */
export function columnReader(typeName: string): (field: Field) => unknown {
  const lower = typeName.toLowerCase();
  const isArray = lower.startsWith('_') || lower.endsWith('[]');
  const bare = lower.replace(/^_|\[\]$/g, '');
  const type = OTHER_NAMES.get(bare) ?? bare;
  const scalar = READ.get(type) ?? same;
  // `pg` gives numbers for the elements of a numeric[].
  const element = isArray && type === 'numeric' ? asNumber : scalar;
  return (field) => readField(field, scalar, element);
}

function readField(field: Field, scalar: Read, element: Read): unknown {
  if (field.isNull === true) return null;
  if (field.blobValue !== undefined) return Buffer.from(field.blobValue);
  if (field.arrayValue !== undefined) return readArray(field.arrayValue, element);
  const value = field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue;
  if (value === undefined)
    throw new DataApiUnsupportedError('the API gave a value of a kind that is not known here');
  return scalar(value);
}

function readArray(array: ArrayValue | null, element: Read): unknown[] | null {
  if (array === null) return null;
  if (array.arrayValues !== undefined) return array.arrayValues.map((nested) => readArray(nested, element));
  const values: readonly (Scalar | null)[] =
    array.stringValues ?? array.longValues ?? array.doubleValues ?? array.booleanValues ?? [];
  return values.map((value) => (value === null ? null : element(value)));
}
