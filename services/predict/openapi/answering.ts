import type { FastifySchema } from 'fastify';
import { RowSchema } from '../schemas/prediction.schema.ts';
import { type Operation, operation } from './operation.ts';

/** Describes a call that answers a row: what all of them share, and what is said of this one. */
export function answering(
  url: string,
  { problems = [], ...described }: Omit<Operation, 'tag' | 'body' | 'repeatable'>,
): FastifySchema {
  return operation(url, {
    ...described,
    tag: 'predictions',
    body: { 'application/json': RowSchema },
    problems: [
      'body_not_json',
      'predictor_unknown',
      'predictor_not_trained',
      'model_damaged',
      'body_too_large',
      'unsupported_media_type',
      'row_invalid',
      'database_unavailable',
      'model_store_unavailable',
      ...problems,
    ],
    repeatable: true,
  });
}
