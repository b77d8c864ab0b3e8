import * as Type from 'typebox';
import { PROBLEMS } from '../problem-codes.ts';

export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What is wrong with this request, and what to do.' }),
    code: Type.Unsafe<string>({ type: 'string', enum: Object.keys(PROBLEMS) }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          field: Type.String({ description: 'Where; empty for the whole.' }),
          message: Type.String(),
        }),
      ),
    ),
    answers: Type.Optional(
      Type.Array(Type.Object({}, { additionalProperties: true }), {
        description: 'Of a call with many rows of which none was answered: what is wrong with each.',
      }),
    ),
  },
  { $id: 'Problem', description: 'Why a request was refused (RFC 9457).' },
);
