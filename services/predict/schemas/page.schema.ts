import type { TSchema } from 'typebox';
import * as Type from 'typebox';
import { Nullable } from './nullable.ts';

/** A list's answer: its items under `name`, and the cursor of the next page. */
export function PageOf<Name extends string, S extends TSchema>(name: Name, item: S) {
  return Type.Object({
    [name]: Type.Array(item),
    next: Nullable(Type.String({ description: '`?cursor=` of the next page; null on the last.' })),
  });
}

export const PageQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(Type.String({ description: 'The `next` of the page before.' })),
});
