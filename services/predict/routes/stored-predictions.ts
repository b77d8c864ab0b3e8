import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { sendJson } from '../http/send-json.ts';
import { operation } from '../openapi/operation.ts';
import { isPredictionId } from '../recording/prediction-id.ts';
import { storedPrediction } from '../recording/stored-prediction.ts';
import { inOrder } from '../schemas/in-order.ts';
import { ErasedSchema, PredictionSchema } from '../schemas/prediction.schema.ts';

const url = '/predictions/:id';

/** Reads and erases stored predictions. */
export function storedPredictionRoutes(app: FastifyInstance, context: Context): void {
  const { database, recording } = context;
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
      const erased = await storedPrediction(context, id, (known) => database.predictions.erase(known));
      // A copy may lie in the spool although the row was in the database, or where it was set aside.
      if (isPredictionId(id)) await recording.spool.erase(id.toLowerCase());
      if (erased === null) throw unknownPrediction(id);
      return sendJson(reply, 200, { id, erased: true, flaggedModels: erased.flaggedModels });
    },
  );
}

export function unknownPrediction(id: string): Problem {
  return new Problem('prediction_unknown', `There is no prediction ${JSON.stringify(id.slice(0, 64))}.`);
}
