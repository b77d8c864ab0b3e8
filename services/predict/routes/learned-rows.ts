import type { FastifyInstance } from 'fastify';
import type { LearnedRow } from '../../../database/index.ts';
import { operation } from '../../api/openapi/operation.ts';
import { LearnedRowsPage } from '../../api/schemas/model.schema.ts';
import { PageQuery } from '../../api/schemas/page.schema.ts';
import type { Context } from '../context/context.ts';
import { readPage } from '../http/page-query.ts';
import { sendJson } from '../http/send-json.ts';
import { storedModel } from './models.ts';

const url = '/predictors/:predictor/models/:model/examples';

/** Lists what a model learned from. */
export function learnedRowRoutes(app: FastifyInstance, { database }: Context): void {
  app.get<{ Params: { predictor: string; model: string } }>(
    url,
    {
      schema: operation(url, {
        id: 'listLearnedRows',
        tag: 'models',
        summary: 'The rows that a model learned from, with the labels that they had then, newest first',
        description: 'A page of large rows is shorter than its limit: it holds 1 MiB at most.',
        query: PageQuery,
        answers: { 200: LearnedRowsPage },
        problems: ['predictor_unknown', 'model_unknown', 'query_invalid', 'database_unavailable'],
      }),
    },
    async (request, reply) => {
      const page = readPage(request.query, 'number');
      const { predictor, model } = request.params;
      const { id, found } = await storedModel(database, predictor, model);
      const { rows, next } = await database.examples.learned(id, found.version, page);
      return sendJson(reply, 200, { examples: rows.map(shownRow), next });
    },
  );
}

function shownRow({ rowId, predictionId, inputs, label, value, source, erased }: LearnedRow): object {
  if (erased) return { row: rowId, erased };
  const target = value === null ? { label } : { value };
  return { row: rowId, prediction: predictionId, inputs, ...target, source, erased };
}
