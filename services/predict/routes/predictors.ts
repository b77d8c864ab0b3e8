import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { readPage } from '../http/page-query.ts';
import { sendJson } from '../http/send-json.ts';
import { operation } from '../openapi/operation.ts';
import { catchUp } from '../predictors/catch-up.ts';
import { describedPredictor, shownPredictor } from '../predictors/shown-predictor.ts';
import { PageQuery } from '../schemas/page.schema.ts';
import { PredictorSchema, PredictorsPage } from '../schemas/predictor.schema.ts';

/** Reads predictors: definition, counter, champion, last retraining, each of one instant. */
export function predictorRoutes(app: FastifyInstance, context: Context): void {
  const { database } = context;
  app.get(
    '/predictors',
    {
      schema: operation('/predictors', {
        id: 'listPredictors',
        tag: 'predictors',
        summary: 'All predictors, by name',
        query: PageQuery,
        answers: { 200: PredictorsPage },
        problems: ['query_invalid', 'database_unavailable'],
      }),
    },
    async (request, reply) => {
      const { rows, next } = await database.predictors.list(readPage(request.query, 'name'));
      return sendJson(reply, 200, { predictors: rows.map((row) => shownPredictor(row)), next });
    },
  );

  const url = '/predictors/:predictor';
  app.get<{ Params: { predictor: string } }>(
    url,
    {
      schema: operation(url, {
        id: 'readPredictor',
        tag: 'predictors',
        summary: 'A predictor: definition, counter, examples, champion, last retraining',
        answers: { 200: PredictorSchema },
        problems: ['predictor_unknown', 'database_unavailable'],
      }),
    },
    async (request, reply) => {
      const { predictor } = request.params;
      const described = await describedPredictor(database, predictor);
      await catchUp(context, predictor);
      return sendJson(reply, 200, shownPredictor(described));
    },
  );
}
