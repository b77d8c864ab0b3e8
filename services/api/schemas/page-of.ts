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
