import * as Type from 'typebox';
import { WARNINGS } from '../../ml/warning.ts';

export const WarningSchema = Type.Object({
  code: Type.Unsafe<(typeof WARNINGS)[number]>({ type: 'string', enum: WARNINGS }),
  detail: Type.String({ description: 'What was seen, with counts, and what to do.' }),
  columns: Type.Array(Type.String(), { description: 'The inputs, or the target, that it is about.' }),
  rows: Type.Integer({ description: 'How many rows are concerned.' }),
  import: Type.Optional(
    Type.Integer({ description: 'Of the rows of this import alone: no training has read them yet.' }),
  ),
});

export const Warnings = Type.Array(WarningSchema, {
  description: 'What a person should look at: nothing was refused.',
});
