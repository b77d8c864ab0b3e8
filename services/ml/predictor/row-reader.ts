import type { FieldError } from './definition.error.ts';
import { type InputValue, inputNames, type PredictorDefinition, type Row } from './definition.ts';
import { clip, shown } from './shown.ts';
import { compileFault, type Fault, wanted } from './value.ts';

/** A row that fits, or everything that is wrong with it: `field` is the column's name as it stands. */
export type RowReading =
  | { readonly row: Row; readonly errors?: undefined }
  | { readonly row?: undefined; readonly errors: FieldError[] };

export interface RowReader {
  /** Reads a parsed JSON body. The row holds every input, `null` where it was missing, and nothing else. */
  read(body: unknown): RowReading;
}

/** What says which rows fit: a definition, or a part of one. */
type Columns = Pick<PredictorDefinition, 'inputs' | 'target'>;

interface Column {
  readonly name: string;
  readonly fault: Fault;
}

type Body = Readonly<Record<string, unknown>>;

/** At most this many unknown fields are named: a body may hold thousands. */
const NAMED = 20;

/** Makes the reader of a predictor's rows, once for each revision of its definition. */
export function compileRow(definition: Columns): RowReader {
  const columns = inputNames(definition).flatMap((name): Column[] => {
    const input = definition.inputs[name];
    if (input === undefined) return [];
    const fault = compileFault(input);
    const missing = input.optional ? undefined : `is missing: send ${wanted(input)}`;
    return [{ name, fault: (value) => (value === null ? missing : fault(value)) }];
  });
  return {
    read(body) {
      if (!isObject(body)) return { errors: [notAnObject(body)] };
      const row = readQuickly(body, columns);
      if (row !== undefined) return { row };
      return { errors: [...columnErrors(body, columns), ...unknownFields(body, definition)] };
    },
  };
}

/** The quick way, which answers of a row only whether it fits. */
function readQuickly(body: Body, columns: readonly Column[]): Row | undefined {
  const row: Record<string, InputValue> = {};
  let sent = 0;
  for (const column of columns) {
    const value = own(body, column.name);
    if (value !== null || Object.hasOwn(body, column.name)) sent++;
    if (column.fault(value) !== undefined || !isValue(value)) return undefined;
    row[column.name] = value === 0 ? 0 : value; // -0 is 0: PostgreSQL stores no other
  }
  return Object.keys(body).length === sent ? row : undefined;
}

/** Only own keys: a column may be called toString, which every object inherits. */
function own(body: Body, name: string): unknown {
  return Object.hasOwn(body, name) ? (body[name] ?? null) : null;
}

function columnErrors(body: Body, columns: readonly Column[]): FieldError[] {
  return columns.flatMap(({ name, fault }) => {
    const message = fault(own(body, name));
    return message === undefined ? [] : [{ field: name, message }];
  });
}

function isObject(body: unknown): body is Body {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

/** True of every value that passed its check; it tells the compiler so. */
function isValue(value: unknown): value is InputValue {
  return typeof value !== 'object' || value === null;
}

function notAnObject(body: unknown): FieldError {
  return {
    field: '',
    message: `must be one JSON object with the row's inputs as keys; ${shown(body)} was sent`,
  };
}

function unknownFields(body: Body, definition: Columns): FieldError[] {
  const unknown = Object.keys(body).filter((key) => !Object.hasOwn(definition.inputs, key));
  const errors = unknown.slice(0, NAMED).map((key) => ({
    field: clip(key),
    message:
      key === definition.target.name
        ? 'is the target, which is to be predicted: leave it out'
        : 'is not an input of this predictor: leave it out',
  }));
  if (unknown.length > NAMED) {
    errors.push({ field: '', message: `holds ${unknown.length - NAMED} more unknown fields` });
  }
  return errors;
}
