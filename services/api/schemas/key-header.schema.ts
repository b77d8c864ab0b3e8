import * as Type from 'typebox';

export const KeyHeader = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ description: 'The same key and body give the first answer again, for 24 hours at least.' }),
  ),
});
