import type { FastifyInstance } from 'fastify';
import { operation } from '../../api/openapi/operation.ts';
import { Problem } from '../../api/problem.ts';
import { ReproductionSchema } from '../../api/schemas/model.schema.ts';
import type { Context } from '../context/context.ts';
import { answerOnce, readKey, sendOnce } from '../http/idempotency.ts';
import { sendJson } from '../http/send-json.ts';
import { storedModel, unknownModel } from './models.ts';

const url = '/predictors/:predictor/models/:model/reproductions';

/** Has models made again from what they learned from, and says whether the bytes are equal. */
export function reproductionRoutes(app: FastifyInstance, { database, dispatcher, log }: Context): void {
  app.post<{ Params: { predictor: string; model: string } }>(
    url,
    {
      schema: operation(url, {
        id: 'reproduce',
        tag: 'models',
        summary: 'Have a model made again from what it learned from, to see whether the bytes are equal',
        description: 'Nothing is published. One that is under way is answered again.',
        answers: { 202: ReproductionSchema },
        problems: ['predictor_unknown', 'model_unknown', 'database_unavailable'],
        repeatable: true,
      }),
    },
    async (request, reply) => {
      const { predictor, model } = request.params;
      const { id, found } = await storedModel(database, predictor, model);
      const once = await answerOnce(database, readKey(request), async (transaction) => {
        const response = await transaction.reproductions.request(id, found.version);
        if (response === null) throw unknownModel(predictor, model);
        return { status: 202, response };
      });
      await dispatcher.announce();
      // What cannot be invoked now is invoked by the regular round.
      await database.reproductions.dispatch().catch((error: unknown) => {
        log.error(`the reproduction of model ${model} of ${predictor} could not be dispatched`, error);
      });
      return sendOnce(reply, once);
    },
  );

  app.get<{ Params: { predictor: string; model: string; reproduction: string } }>(
    `${url}/:reproduction`,
    {
      schema: operation(`${url}/:reproduction`, {
        id: 'readReproduction',
        tag: 'models',
        summary: 'How far a reproduction is, and how it ended',
        answers: { 200: ReproductionSchema },
        problems: ['predictor_unknown', 'model_unknown', 'reproduction_unknown', 'database_unavailable'],
      }),
    },
    async (request, reply) => {
      const { predictor, model, reproduction } = request.params;
      const { id, found } = await storedModel(database, predictor, model);
      const isId = /^\d{1,18}$/.test(reproduction);
      const shown = isId ? await database.reproductions.find(id, found.version, reproduction) : null;
      if (shown === null) {
        const which = reproduction.slice(0, 20);
        throw new Problem(
          'reproduction_unknown',
          `Model ${model} of ${predictor} has no reproduction ${which}.`,
        );
      }
      return sendJson(reply, 200, shown);
    },
  );
}
