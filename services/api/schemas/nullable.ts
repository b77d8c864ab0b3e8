import type { TSchema } from 'typebox';
import * as Type from 'typebox';

export function Nullable<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()]);
}

/** A time as RFC 3339. */
export const Time = Type.String({ format: 'date-time' });
