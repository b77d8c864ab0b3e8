import type { FastifyInstance } from 'fastify';
import type { Deletion } from '../../../database/index.ts';
import { operation } from '../../api/openapi/operation.ts';
import { Problem } from '../../api/problem.ts';
import { PageQuery } from '../../api/schemas/page.schema.ts';
import {
  DeletedSchema,
  DeletionQuery,
  PredictorSchema,
  PredictorsPage,
} from '../../api/schemas/predictor.schema.ts';
import type { Context } from '../context/context.ts';
import { readPage, readText } from '../http/page-query.ts';
import { sendJson } from '../http/send-json.ts';
import { catchUp } from '../predictors/catch-up.ts';
import { isName, unknownPredictor } from '../predictors/serving-predictor.ts';
import { describedPredictor, shownPredictor } from '../predictors/shown-predictor.ts';
import { deletePredictor } from '../removals/delete-predictor.ts';

/** Reads predictors: definition, counter, champion, last retraining, each of one instant. And deletes them. */
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

  app.delete<{ Params: { predictor: string } }>(
    url,
    {
      schema: operation(url, {
        id: 'deletePredictor',
        tag: 'predictors',
        summary: 'Delete a predictor with its rows, models and kept answers, for good',
        description:
          'From the answer on there is no such predictor. 202 where so many rows hang on it that some are left to be removed: the same call goes on, or else the service does so by itself. Its files in the model store are removed soon after.',
        query: DeletionQuery,
        answers: { 200: DeletedSchema, 202: DeletedSchema },
        problems: [
          'predictor_unknown',
          'deletion_unconfirmed',
          'query_invalid',
          'database_unavailable',
          'model_store_unavailable',
        ],
      }),
    },
    async (request, reply) => {
      const { predictor } = request.params;
      if (!isName(predictor)) throw unknownPredictor(predictor);
      if (readText(request.query, 'confirm') !== predictor) throw unconfirmed(predictor);
      const deletion = await deletePredictor(context, predictor);
      if (deletion === null) throw unknownPredictor(predictor);
      return sendJson(reply, deletion.done ? 200 : 202, shownDeletion(deletion));
    },
  );
}

function unconfirmed(name: string): Problem {
  const message = `must be ${name}`;
  const detail = `This deletes ${name} with all of its rows and models, for good. Send DELETE /predictors/${name}?confirm=${name} if that is what you want.`;
  return new Problem('deletion_unconfirmed', detail, { errors: [{ field: 'confirm', message }] });
}

function shownDeletion(deletion: Deletion): object {
  const { name: predictor, predictions, examples, imports, models, retrainings, spooled } = deletion;
  const { deletedAt, done } = deletion;
  return { predictor, predictions, examples, imports, models, retrainings, spooled, deletedAt, done };
}
