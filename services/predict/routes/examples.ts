import type { FastifyInstance } from 'fastify';
import type { StoredExample } from '../../../database/index.ts';
import type { Context } from '../context.ts';
import { readPage } from '../http/page-query.ts';
import { sendJson } from '../http/send-json.ts';
import { operation } from '../openapi/operation.ts';
import { ExamplesPage } from '../schemas/example.schema.ts';
import { PageQuery } from '../schemas/page.schema.ts';
import { storedPredictor } from '../serving-predictor.ts';

const url = '/predictors/:predictor/examples';

/** Lists examples. */
export function exampleRoutes(app: FastifyInstance, { database }: Context): void {
  app.get<{ Params: { predictor: string } }>(
    url,
    {
      schema: operation(url, {
        id: 'listExamples',
        tag: 'examples',
        summary: 'Rows whose target is known, newest first',
        query: PageQuery,
        answers: { 200: ExamplesPage },
        problems: ['predictor_unknown', 'query_invalid', 'database_unavailable'],
      }),
    },
    async (request, reply) => {
      const page = readPage(request.query, 'number');
      const { id } = await storedPredictor(database, request.params.predictor);
      const { rows, next } = await database.examples.list(id, page);
      return sendJson(reply, 200, { examples: rows.map(shownExample), next });
    },
  );
}

function shownExample({
  rowId,
  predictionId,
  inputs,
  label,
  value,
  source,
  createdAt,
}: StoredExample): object {
  const target = label === null ? { value } : { label };
  return { id: rowId, prediction: predictionId, inputs, ...target, source, createdAt };
}
