import * as Type from 'typebox';
import { Nullable, Time } from './nullable.ts';
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
