import { Refusal } from './refusal.ts';

/** A field on the wire: bytes are base64, numbers that JSON does not know are texts. */
export type ResultField = Readonly<Record<string, unknown>>;

export interface ResultOptions {
  readonly longReturnType?: string;
  readonly decimalReturnType?: string;
}

/** The scalar types that the guide lists for Aurora PostgreSQL; `timestamptz` is said to come in UTC. */
const SCALARS = new Set(
  (
    'bool bytea date cidr numeric float8 inet int4 int2 int8 jsonb json float4 text bpchar varchar name time ' +
    'timestamp timestamptz uuid vector'
  ).split(' '),
);
const ARRAYS = new Set(
  '_bool _bit _date _numeric _float8 _int4 _int2 _int8 _json _float4 _text _bpchar _varchar _name _time _timestamp _uuid'.split(
    ' ',
  ),
);

/** @throws Refusal for a type that is not on the list; enums are. */
export function assertSupported(typeName: string, isEnum: boolean): void {
  if (isEnum || SCALARS.has(typeName) || ARRAYS.has(typeName)) return;
  const shown = typeName === 'char' ? '"CHAR"' : typeName.toUpperCase();
  throw new Refusal('UnsupportedResultException', `The result contains the unsupported data type ${shown}.`);
}

/** A value that PostgreSQL wrote as text, as the API gives it. */
export function resultField(typeName: string, text: string | null, options: ResultOptions): ResultField {
  if (text === null) return { isNull: true };
  if (typeName.startsWith('_')) return { arrayValue: arrayValue(typeName.slice(1), text) };
  switch (typeName) {
    case 'bool':
      return { booleanValue: text === 't' };
    case 'int2':
    case 'int4':
    case 'int8':
      return options.longReturnType === 'STRING' ? { stringValue: text } : { longValue: Number(text) };
    case 'float4':
    case 'float8':
      return { doubleValue: double(text) };
    case 'numeric':
      return options.decimalReturnType === 'DOUBLE_OR_LONG'
        ? { [text.includes('.') ? 'doubleValue' : 'longValue']: Number(text) }
        : { stringValue: text };
    case 'bytea':
      return { blobValue: Buffer.from(text.slice(2), 'hex').toString('base64') };
    default:
      return { stringValue: wordTime(typeName, text) };
  }
}

function double(text: string): number | string {
  return /^(NaN|-?Infinity)$/.test(text) ? text : Number(text);
}

/** No offset, since all is UTC; no fraction where it is zero, else milliseconds, or microseconds where they differ. */
function wordTime(typeName: string, text: string): string {
  if (!/^time/.test(typeName)) return text;
  if (text.endsWith('infinity')) throw new Refusal('InternalServerErrorException', 'UnknownError');
  return text
    .replace(/\+00$/, '')
    .replace(/\+00(?= BC$)/, '')
    .replace(/\.(\d+)/, (_, digits: string) => {
      const all = digits.padEnd(6, '0');
      return `.${all.endsWith('000') ? all.slice(0, 3) : all}`;
    });
}

function arrayValue(element: string, text: string): ResultField {
  if (/^\{\{/.test(text) || text.startsWith('[')) {
    throw new Refusal('UnsupportedResultException', 'The result contains a multidimensional array.');
  }
  const values = elements(text);
  if (values.some((value) => value === null)) {
    // The API's kinds of arrays have no place for a null; what it does with one is written nowhere.
    throw new Refusal('UnsupportedResultException', 'The result contains an array with a null.');
  }
  const texts = values.map(String);
  if (element === 'bool') return { booleanValues: texts.map((value) => value === 't') };
  if (/^int[248]$/.test(element)) return { longValues: texts.map(Number) };
  if (/^float[48]$/.test(element)) return { doubleValues: texts.map(double) };
  return { stringValues: texts.map((value) => wordTime(element, value)) };
}

function elements(text: string): (string | null)[] {
  const found = text.slice(1, -1).matchAll(/"((?:[^"\\]|\\[\s\S])*)"|([^,]+)/g);
  return [...found].map(([, quoted, bare]) => {
    if (quoted !== undefined) return quoted.replace(/\\([\s\S])/g, '$1');
    return bare === 'NULL' ? null : (bare ?? '');
  });
}
