import type { Static } from 'typebox';
import * as Type from 'typebox';

/** The copy of the keys in force that requests are checked by. No secrets: hashes. */
export const KeysObjectSchema = Type.Object({
  format: Type.Literal(1),
  /** Rises with every change of the keys. */
  change: Type.Integer({ minimum: 0 }),
  keys: Type.Array(
    Type.Object({
      id: Type.String({ pattern: '^[a-z2-7]{12}$' }),
      role: Type.Union([Type.Literal('predict'), Type.Literal('read'), Type.Literal('admin')]),
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    }),
  ),
});

export type KeysObject = Static<typeof KeysObjectSchema>;
