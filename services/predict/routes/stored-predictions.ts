import type { FastifyInstance } from 'fastify';
import { operation } from '../../api/openapi/operation.ts';
import { Problem } from '../../api/problem.ts';
import { ErasedSchema, PredictionSchema } from '../../api/schemas/prediction.schema.ts';
import { isDatabasesFault, isFaultOfAllRows } from '../../recording/fault.ts';
import { isPredictionId } from '../../recording/prediction-id.ts';
import { storedPrediction } from '../answers/stored-prediction.ts';
import type { Context } from '../context/context.ts';
import { sendJson } from '../http/send-json.ts';
import { inOrder } from '../predictors/in-order.ts';

const url = '/predictions/:id';

/** Reads and erases stored predictions. */
export function storedPredictionRoutes(app: FastifyInstance, context: Context): void {
  const { database } = context;
  app.get<{ Params: { id: string } }>(
    url,
    {
      schema: operation(url, {
        id: 'readPrediction',
        tag: 'predictions',
        summary: 'The row, what was answered, and the label known for it now',
        answers: { 200: PredictionSchema },
        problems: ['prediction_unknown', 'database_unavailable', 'model_store_unavailable'],
      }),
    },
    async (request, reply) => {
      const { id } = request.params;
      const shown = await storedPrediction(context, id, (known) => database.predictions.describe(known));
      if (shown === null) throw unknownPrediction(id);
      return sendJson(reply, 200, inOrder(PredictionSchema, shown));
    },
  );

  app.delete<{ Params: { id: string } }>(
    url,
    {
      schema: operation(url, {
        id: 'erasePrediction',
        tag: 'predictions',
        summary: 'Erase a prediction with its label; models that learned from it are flagged',
        answers: { 200: ErasedSchema },
        problems: ['prediction_unknown', 'database_unavailable', 'model_store_unavailable'],
      }),
    },
    async (request, reply) => {
      const { id } = request.params;
      const erased = isPredictionId(id) ? await erase(context, id.toLowerCase()) : null;
      if (erased === null) throw unknownPrediction(id);
      return sendJson(reply, 200, { id, erased: true, flaggedModels: erased.flaggedModels });
    },
  );
}

/**
 * Erases from the spool first, where a copy may lie whether the row was recorded or set aside, and from the database last: a
 * spool that fails keeps all of it, and what is answered is true. What lies in the spool alone is recorded before, so that the
 * database knows the id, and no copy that is under way brings the row back. One that the database does not record is erased
 * all the same: it lies in the spool alone.
 * @throws what the database or the spool says when it is away; the same call again erases the rest
 */
async function erase({ database, recording }: Context, id: string) {
  await recording.drain.one(id).catch((error: unknown) => {
    if (isFaultOfAllRows(error) || !isDatabasesFault(error)) throw error;
  });
  await recording.spool.erase(id);
  return database.predictions.erase(id);
}

export function unknownPrediction(id: string): Problem {
  return new Problem('prediction_unknown', `There is no prediction ${JSON.stringify(id.slice(0, 64))}.`);
}
