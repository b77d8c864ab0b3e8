import * as Type from 'typebox';
import { Nullable, Time } from './nullable.ts';
import { PageOf } from './page-of.ts';

const Role = Type.Unsafe<string>({
  type: 'string',
  enum: ['predict', 'read', 'admin'],
  description: 'What it may call; an admin everything.',
});

const shown = {
  id: Type.String({ description: 'Names the key in lists and logs; no secret.' }),
  role: Role,
  note: Nullable(Type.String({ description: 'What it is for.' })),
  createdAt: Time,
};

export const KeyBody = Type.Object(
  { role: Role, note: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })) },
  { additionalProperties: false },
);

export const NewKeySchema = Type.Object({
  ...shown,
  key: Nullable(
    Type.String({ description: 'The key itself, this once; null where the answer is given again.' }),
  ),
  inForce: Type.Boolean({
    description: 'False where the model store did not answer: it is in force once that does.',
  }),
});

export const KeySchema = Type.Object({ ...shown, revokedAt: Nullable(Time) });

export const KeysPage = PageOf('keys', KeySchema);
