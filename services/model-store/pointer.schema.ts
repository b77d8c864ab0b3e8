import type { Static } from 'typebox';
import * as Type from 'typebox';

/** What a pointer object holds: all that answering needs to know of a predictor besides the model itself. */
export const PointerSchema = Type.Object({
  format: Type.Literal(1),
  id: Type.Integer({ minimum: 1 }),
  name: Type.String(),
  revision: Type.Integer({ minimum: 1 }),
  definition: Type.Object({}, { additionalProperties: true }),
  change: Type.Integer({ minimum: 1 }),
  /** There is no such predictor any more. What else stands here says nothing then. */
  deleted: Type.Optional(Type.Literal(true)),
  champion: Type.Union([
    Type.Null(),
    Type.Object({
      model: Type.Integer({ minimum: 1 }),
      key: Type.String(),
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      promotedAt: Type.String(),
    }),
  ]),
});

export type Pointer = Static<typeof PointerSchema>;
