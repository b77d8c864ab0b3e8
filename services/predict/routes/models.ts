import type { FastifyInstance } from 'fastify';
import type { Database, RegisteredModel } from '../../../database/index.ts';
import { operation } from '../../api/openapi/operation.ts';
import { Problem } from '../../api/problem.ts';
import { ModelSchema, ModelsPage } from '../../api/schemas/model.schema.ts';
import { PageQuery } from '../../api/schemas/page.schema.ts';
import type { Context } from '../context/context.ts';
import { readPage } from '../http/page-query.ts';
import { sendJson } from '../http/send-json.ts';
import { storedPredictor } from '../predictors/serving-predictor.ts';

const url = '/predictors/:predictor/models';

/** Lists models and shows one. */
export function modelRoutes(app: FastifyInstance, { database }: Context): void {
  app.get<{ Params: { predictor: string } }>(
    url,
    {
      schema: operation(url, {
        id: 'listModels',
        tag: 'models',
        summary: 'Models with their metrics, newest first',
        query: PageQuery,
        answers: { 200: ModelsPage },
        problems: ['predictor_unknown', 'query_invalid', 'database_unavailable'],
      }),
    },
    async (request, reply) => {
      const page = readPage(request.query, 'version');
      const { id } = await storedPredictor(database, request.params.predictor);
      const { rows, next } = await database.models.list(id, page);
      return sendJson(reply, 200, { models: rows.map(shownModel), next });
    },
  );

  app.get<{ Params: { predictor: string; model: string } }>(
    `${url}/:model`,
    {
      schema: operation(`${url}/:model`, {
        id: 'readModel',
        tag: 'models',
        summary: 'One model with its metrics',
        answers: { 200: ModelSchema },
        problems: ['predictor_unknown', 'model_unknown', 'database_unavailable'],
      }),
    },
    async (request, reply) => {
      const { predictor, model } = request.params;
      const { found } = await storedModel(database, predictor, model);
      return sendJson(reply, 200, shownModel(found));
    },
  );
}

/**
 * A model as it is registered, with its predictor's number.
 * @throws Problem `predictor_unknown`, `model_unknown`
 */
export async function storedModel(
  database: Database,
  predictor: string,
  model: string,
): Promise<{ id: number; found: RegisteredModel }> {
  const { id } = await storedPredictor(database, predictor);
  const version = /^\d{1,9}$/.test(model) ? Number(model) : 0;
  const found = await database.models.find(id, version);
  if (found === null) throw unknownModel(predictor, model);
  return { id, found };
}

export function unknownModel(predictor: string, model: string | number): Problem {
  return new Problem('model_unknown', `${predictor} has no model ${String(model).slice(0, 20)}.`);
}

function shownModel({ version, key, size, fingerprint, codeVersion, prunedAt, ...model }: RegisteredModel) {
  return { model: version, ...model, learnedFromErased: model.erased > 0, pruned: prunedAt !== null };
}
