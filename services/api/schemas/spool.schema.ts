import * as Type from 'typebox';
import { Nullable } from './nullable.ts';

export const SpoolSchema = Type.Object({
  waiting: Type.Integer({ description: 'Predictions that were answered and wait for the database.' }),
  aside: Type.Integer({
    description: 'Predictions that could not be recorded and were set aside: the log says why, by their ids.',
  }),
});

export const ReturnedSchema = Type.Object({
  returned: Type.Integer({ description: 'Predictions that were put back, to be recorded.' }),
  stayed: Type.Integer({
    description: 'Objects that stay aside: they are no predictions, or another lies in their place.',
  }),
  next: Nullable(Type.String({ description: 'Where the next call goes on; null after the last object.' })),
});
