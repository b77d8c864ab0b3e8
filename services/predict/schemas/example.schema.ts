import * as Type from 'typebox';
import { Nullable, Time } from './nullable.ts';
import { PageOf } from './page-of.ts';
import { RowSchema } from './prediction.schema.ts';

export const ExampleSchema = Type.Object({
  id: Type.String(),
  prediction: Nullable(Type.String({ format: 'uuid', description: 'Null for an imported row.' })),
  inputs: RowSchema,
  label: Type.Optional(Type.String()),
  value: Type.Optional(Type.Number()),
  source: Type.Unsafe<string>({ type: 'string', enum: ['imported', 'accepted', 'corrected'] }),
  createdAt: Time,
});

export const ExamplesPage = PageOf('examples', ExampleSchema);

const rejection = {
  rejected: Type.Array(Type.Object({ line: Type.Integer(), reason: Type.String() }), {
    description: 'The first 100. `line` is where the row starts; in a JSON array its place, from 1.',
  }),
  rejectedTotal: Type.Integer(),
  ignoredColumns: Type.Array(Type.String()),
};

export const ImportPartSchema = Type.Object({
  part: Type.Integer(),
  staged: Type.Integer({ description: 'Rows that become examples when the import is closed.' }),
  ...rejection,
});

export const ImportedSchema = Type.Object({
  imported: Type.Integer(),
  ...rejection,
});

const dialect = {
  separator: Type.Optional(
    Type.Unsafe<string>({
      type: 'string',
      enum: [',', ';', '|', 'tab'],
      default: ',',
      description: 'What parts the cells of text/csv.',
    }),
  ),
  decimal: Type.Optional(
    Type.Unsafe<string>({
      type: 'string',
      enum: ['.', ','],
      default: '.',
      description: "What stands before a number's fraction in text/csv.",
    }),
  ),
};

/** How the cells of text/csv are written. */
export const DialectQuery = Type.Object(dialect);

export const ImportQuery = Type.Object({
  train: Type.Optional(
    Type.Boolean({ default: true, description: '`false`: do not ask for a training at the end.' }),
  ),
  ...dialect,
  part: Type.Optional(Type.Integer({ minimum: 1, description: 'This body is a part of a file.' })),
  parts: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Into so many the file is cut; alone: import it now.' }),
  ),
  before: Type.Optional(
    Type.Integer({ minimum: 0, default: 0, description: 'Added to the line of every row of the part.' }),
  ),
});

/** What an import may be, by its media type. */
export const IMPORT_BODIES = {
  'text/csv': Type.String({ description: 'A header, then a row a line.' }),
  'text/tab-separated-values': Type.String({ description: 'The same, its cells parted by tabs.' }),
  'application/x-ndjson': Type.String({ description: 'One JSON object a line.' }),
  'application/json': Type.Array(Type.Object({}, { additionalProperties: true })),
};
