import type { FieldError } from './definition.error.ts';
import { type InputValue, inputNames, type PredictorDefinition, type Row } from './definition.ts';
import { nearestName } from './nearest-name.ts';
import { clip, shown } from './shown.ts';
import { withSpelledKeys } from './spelled-keys.ts';
import { Unfit } from './unfit.ts';
import { compileInput, type Origin, type Reading } from './value.ts';

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
  readonly read: (value: unknown) => Reading;
}

type Body = Readonly<Record<string, unknown>>;

/** At most this many unknown fields are named: a body may hold thousands. */
const NAMED = 20;

/** Makes the reader of a predictor's rows, once for each revision of its definition. */
export function compileRow(definition: Columns, origin: Origin = 'sent'): RowReader {
  const columns = inputNames(definition).flatMap((name): Column[] => {
    const input = definition.inputs[name];
    return input === undefined ? [] : [{ name, read: compileInput(input, origin).value }];
  });
  const isColumn = (name: string) => Object.hasOwn(definition.inputs, name);
  return {
    read(sent) {
      if (!isObject(sent)) return { errors: [notAnObject(sent)] };
      const row = readQuickly(sent, columns);
      if (row !== undefined) return { row };
      const body = withSpelledKeys(sent, isColumn);
      const again = body === sent ? undefined : readQuickly(body, columns);
      if (again !== undefined) return { row: again };
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
    const read = column.read(value);
    if (read instanceof Unfit) return undefined;
    row[column.name] = read;
  }
  return Object.keys(body).length === sent ? row : undefined;
}

/** Only own keys: a column may be called toString, which every object inherits. */
function own(body: Body, name: string): unknown {
  return Object.hasOwn(body, name) ? (body[name] ?? null) : null;
}

function columnErrors(body: Body, columns: readonly Column[]): FieldError[] {
  return columns.flatMap(({ name, read }) => {
    const value = read(own(body, name));
    return value instanceof Unfit ? [{ field: name, message: value.reason }] : [];
  });
}

function isObject(body: unknown): body is Body {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

function notAnObject(body: unknown): FieldError {
  return {
    field: '',
    message: `must be one JSON object with the row's inputs as keys; ${shown(body)} was sent`,
  };
}

function meantBy(key: string, names: readonly string[]): string {
  const near = nearestName(key, names);
  return near === undefined ? '' : `, or did you mean ${JSON.stringify(clip(near))}?`;
}

function unknownFields(body: Body, definition: Columns): FieldError[] {
  const unknown = Object.keys(body).filter((key) => !Object.hasOwn(definition.inputs, key));
  const open = Object.keys(definition.inputs).filter((name) => !Object.hasOwn(body, name));
  const errors = unknown.slice(0, NAMED).map((key) => ({
    field: clip(key),
    message:
      key === definition.target.name
        ? 'is the target, which is to be predicted: leave it out'
        : `is not an input of this predictor: leave it out${meantBy(key, open)}`,
  }));
  if (unknown.length > NAMED) {
    errors.push({ field: '', message: `holds ${unknown.length - NAMED} more unknown fields` });
  }
  return errors;
}
