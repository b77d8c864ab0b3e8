import { Ajv } from 'ajv';
import Type, { type Static } from 'typebox';
import { BadObjectError } from './errors.ts';

const SpooledPredictionSchema = Type.Object({
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

const validate = new Ajv().compile<Static<typeof SpooledPredictionSchema>>(SpooledPredictionSchema);

/** A prediction that was answered and is not in the database yet: all that recording it takes. */
export type SpooledPrediction = Omit<Static<typeof SpooledPredictionSchema>, 'format'>;

export function writeSpooled(prediction: SpooledPrediction): Uint8Array {
  const { id, predictorId, predictor, revision, model, inputs, answer, answeredAt } = prediction;
  const { idempotency } = prediction;
  return Buffer.from(
    JSON.stringify({
      ...{ format: 1, id, predictorId, predictor, revision, model, inputs, answer, answeredAt },
      ...(idempotency === undefined ? {} : { idempotency }),
    }),
  );
}

/** @throws BadObjectError when the bytes are no spooled prediction, or another's than `id` says */
export function readSpooled(id: string, bytes: Uint8Array): SpooledPrediction {
  const content = parse(id, bytes);
  if (!validate(content) || content.id !== id) {
    const [fault] = validate.errors ?? [];
    const why = fault === undefined ? 'it is of another id' : `${fault.instancePath} ${fault.message}`;
    throw new BadObjectError(`The spooled prediction ${id} does not hold what it should: ${why}.`);
  }
  const { format, ...prediction } = content;
  return prediction;
}

function parse(id: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch (cause) {
    throw new BadObjectError(`The spooled prediction ${id} is no JSON.`, { cause });
  }
}
