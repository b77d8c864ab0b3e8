import * as Type from 'typebox';
import { Nullable, Time } from './nullable.ts';
import { PageQuery } from './page.schema.ts';
import { PageOf } from './page-of.ts';
import { RowSchema } from './prediction.schema.ts';
import { Warnings } from './warning.schema.ts';

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

export const ExamplesQuery = Type.Object({
  ...PageQuery.properties,
  import: Type.Optional(Type.Integer({ description: 'Those of this import.' })),
  label: Type.Optional(Type.String({ description: 'Those of this label, or of this value.' })),
  q: Type.Optional(Type.String({ description: 'Those whose inputs hold this text, in any case.' })),
});

export const ImportSchema = Type.Object({
  id: Type.Integer(),
  file: Nullable(Type.String({ description: 'The name of the file, where it was said.' })),
  rows: Type.Integer({ description: 'Rows that became examples.' }),
  rejected: Type.Integer(),
  at: Time,
  by: Nullable(Type.String({ description: 'The id of the key that sent it, or an ARN; null without keys.' })),
  erased: Type.Integer({ description: 'Rows of it that are gone since.' }),
  undoing: Type.Boolean({ description: 'It is being undone: nothing learns from what is left of it.' }),
});

export const ImportsPage = PageOf('imports', ImportSchema);

export const UndoneSchema = Type.Object({
  id: Type.Integer(),
  undone: Type.Boolean({ description: '`false`: rows are left; the same call goes on, or else the upkeep.' }),
  rows: Type.Integer({ description: 'Rows of it that are gone.' }),
  flaggedModels: Type.Array(Type.Integer(), {
    description: 'The models that learned from any of them. What they learned stays in them.',
  }),
});

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
  import: Type.Optional(
    Type.Integer({ description: 'Its id in the list of imports, by which it can be undone.' }),
  ),
  imported: Type.Integer(),
  ...rejection,
  warnings: Warnings,
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
  file: Type.Optional(
    Type.String({
      description: 'The name of the file, for the list of imports. Of a path its last part is kept.',
    }),
  ),
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
