import type { FastifySchema } from 'fastify';
import { DialectQuery } from '../schemas/example.schema.ts';
import { ROW_BODIES } from '../schemas/prediction.schema.ts';
import { type Operation, operation } from './operation.ts';

/** Describes a call that answers a row, or many: what all of them share, and what is said of this one. */
export function answering(
  url: string,
  { problems = [], ...described }: Omit<Operation, 'tag' | 'body' | 'repeatable'>,
): FastifySchema {
  return operation(url, {
    ...described,
    tag: 'predictions',
    query: DialectQuery,
    body: ROW_BODIES,
    problems: [
      'body_not_json',
      'predictor_unknown',
      'predictor_not_trained',
      'model_damaged',
      'body_too_large',
      'unsupported_media_type',
      'row_invalid',
      'too_many_rows',
      'rows_empty',
      'rows_invalid',
      'import_not_utf8',
      'import_nul_byte',
      'import_gzip_damaged',
      'import_other_format',
      'import_empty',
      'csv_quote_unclosed',
      'csv_header_unreadable',
      'csv_column_missing',
      'csv_column_doubled',
      'query_invalid',
      'database_unavailable',
      'model_store_unavailable',
      ...problems,
    ],
    repeatable: true,
  });
}
