import type { FastifyInstance } from 'fastify';
import { operation } from '../../api/openapi/operation.ts';
import { PageQuery } from '../../api/schemas/page.schema.ts';
import { RetrainingSchema, RetrainingsPage } from '../../api/schemas/retraining.schema.ts';
import type { Context } from '../context/context.ts';
import { answerOnce, readKey, sendOnce } from '../http/idempotency.ts';
import { readPage } from '../http/page-query.ts';
import { sendJson } from '../http/send-json.ts';
import { catchUp } from '../predictors/catch-up.ts';
import { inOrder } from '../predictors/in-order.ts';
import { storedPredictor } from '../predictors/serving-predictor.ts';

const url = '/predictors/:predictor/retrainings';

/** Asks for retrainings, and lists them with their verdicts. */
export function retrainingRoutes(app: FastifyInstance, context: Context): void {
  const { database, dispatcher } = context;
  app.post<{ Params: { predictor: string } }>(
    url,
    {
      schema: operation(url, {
        id: 'retrain',
        tag: 'models',
        summary: 'Ask for a retraining now',
        answers: { 202: RetrainingSchema },
        problems: ['predictor_unknown', 'database_unavailable'],
        repeatable: true,
      }),
    },
    async (request, reply) => {
      const { id } = await storedPredictor(database, request.params.predictor);
      const once = await answerOnce(database, readKey(request), async (transaction) => ({
        status: 202,
        response: inOrder(RetrainingSchema, await transaction.retrainings.request(id)),
      }));
      dispatcher.poke();
      return sendOnce(reply, once);
    },
  );

  app.get<{ Params: { predictor: string } }>(
    url,
    {
      schema: operation(url, {
        id: 'listRetrainings',
        tag: 'models',
        summary: 'Retrainings with verdicts and reasons, newest first',
        query: PageQuery,
        answers: { 200: RetrainingsPage },
        problems: ['predictor_unknown', 'query_invalid', 'database_unavailable'],
      }),
    },
    async (request, reply) => {
      const page = readPage(request.query, 'number');
      const { id } = await storedPredictor(database, request.params.predictor);
      const { rows, next } = await database.retrainings.list(id, page);
      await catchUp(context, request.params.predictor);
      return sendJson(reply, 200, { retrainings: rows.map((row) => inOrder(RetrainingSchema, row)), next });
    },
  );
}
