import * as Type from 'typebox';

/** What a spooled prediction holds. */
export const SpooledPredictionSchema = Type.Object({
  format: Type.Literal(1),
  id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
  predictorId: Type.Integer({ minimum: 1 }),
  predictor: Type.String({ minLength: 1 }),
  revision: Type.Integer({ minimum: 1 }),
  model: Type.Integer({ minimum: 1 }),
  inputs: Type.Object({}, { additionalProperties: true }),
  answer: Type.Object({}, { additionalProperties: true }),
  answeredAt: Type.Number({ minimum: 0, description: 'Milliseconds since 1970.' }),
  idempotency: Type.Optional(
    Type.Object({
      scope: Type.String(),
      key: Type.String(),
      fingerprint: Type.String(),
      response: Type.String({ description: "The answer's JSON, as it is once the row is recorded." }),
    }),
  ),
});
