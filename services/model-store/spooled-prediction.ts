import { randomUUID } from 'node:crypto';
import type { Static } from 'typebox';
import { BadObjectError } from './errors.ts';
import { blockOf } from './keys.ts';
import type { SpooledPredictionSchema } from './spooled-prediction.schema.ts';
import { validate } from './spooled-prediction.validator.ts';

/** A prediction that was answered and is not in the database yet: all that recording it takes. */
export type SpooledPrediction = Omit<Static<typeof SpooledPredictionSchema>, 'format'>;

export function writeSpooled(prediction: SpooledPrediction): Uint8Array {
  return Buffer.from(JSON.stringify(documentOf(prediction)));
}

/** The same prediction in bytes that nobody else writes. */
export function writeClaimed(prediction: SpooledPrediction): Uint8Array {
  return Buffer.from(JSON.stringify({ ...documentOf(prediction), claim: randomUUID() }));
}

function documentOf(prediction: SpooledPrediction): object {
  const { id, predictorId, predictor, revision, model, inputs, answer, answeredAt } = prediction;
  const { idempotency } = prediction;
  return {
    ...{ format: 1, id, predictorId, predictor, revision, model, inputs, answer, answeredAt },
    ...(idempotency === undefined ? {} : { idempotency }),
  };
}

/** @throws BadObjectError when the bytes are no spooled prediction, or another's than `id` says */
export function readSpooled(id: string, bytes: Uint8Array): SpooledPrediction {
  return checked(id, parse(id, bytes));
}

/** Predictions that lie in one object. */
export function writeBlock(predictions: readonly SpooledPrediction[]): Uint8Array {
  return Buffer.from(JSON.stringify({ format: 2, predictions: predictions.map(documentOf) }));
}

/** @throws BadObjectError when the bytes are no such object, or one of the predictions belongs to another than `name` */
export function readBlock(name: string, bytes: Uint8Array): SpooledPrediction[] {
  const content = parse(name, bytes);
  const { format, predictions } = Object(content);
  if (format !== 2 || !Array.isArray(predictions)) {
    throw new BadObjectError(`The spooled predictions ${name} do not hold what they should.`);
  }
  return predictions.map((prediction: unknown) => {
    const { id } = Object(prediction);
    if (typeof id === 'string' && blockOf(id) === name) return checked(id, prediction);
    throw new BadObjectError(`The spooled predictions ${name} hold one of another place.`);
  });
}

function checked(id: string, content: unknown): SpooledPrediction {
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
