import type { FastifyInstance } from 'fastify';
import { ModelPrunedError, type RegisteredModel } from '../../../database/index.ts';
import { operation } from '../../api/openapi/operation.ts';
import { Problem } from '../../api/problem.ts';
import { ChampionBody, ChampionSchema } from '../../api/schemas/model.schema.ts';
import { BadObjectError, getArtifact } from '../../model-store/index.ts';
import type { Context } from '../context/context.ts';
import { neededBody } from '../http/json-body.ts';
import { sendJson } from '../http/send-json.ts';
import { storedPredictor } from '../predictors/serving-predictor.ts';
import { takeOver } from '../predictors/take-over.ts';
import { unknownModel } from './models.ts';

const url = '/predictors/:predictor/champion';

const schema = operation(url, {
  id: 'promote',
  tag: 'models',
  summary: 'Let a model serve at once: approve a challenger, or roll back',
  body: { 'application/json': ChampionBody },
  answers: { 200: ChampionSchema },
  problems: [
    'body_not_json',
    'predictor_unknown',
    'model_unknown',
    'model_outdated',
    'model_damaged',
    'model_pruned',
    'unsupported_media_type',
    'champion_invalid',
    'database_unavailable',
    'model_store_unavailable',
  ],
});

/** Promotes and rolls back. A model whose bytes are not what was registered never serves. */
export function championRoutes(app: FastifyInstance, context: Context): void {
  const { database } = context;
  app.put<{ Params: { predictor: string } }>(url, { schema }, async (request, reply) => {
    const { predictor } = request.params;
    const version = readVersion(neededBody(request.body));
    const { id } = await storedPredictor(database, predictor);
    const model = await database.models.find(id, version);
    if (model === null) throw unknownModel(predictor, version);
    await checkArtifact(context, id, model);
    await database.models.promote(id, version);
    await takeOver(context, predictor);
    const { champion } = await storedPredictor(database, predictor);
    return sendJson(reply, 200, { predictor, model: version, promotedAt: champion?.promotedAt });
  });
}

/** @throws ModelPrunedError, BadObjectError */
async function checkArtifact(
  { database, store }: Context,
  predictorId: number,
  model: RegisteredModel,
): Promise<void> {
  if (model.prunedAt !== null) throw new ModelPrunedError(model.version);
  try {
    await getArtifact(store, model);
  } catch (error) {
    // It may have been pruned since it was looked up.
    const now =
      error instanceof BadObjectError ? await database.models.find(predictorId, model.version) : null;
    throw now === null || now.prunedAt === null ? error : new ModelPrunedError(model.version, error);
  }
}

function readVersion(body: unknown): number {
  if (typeof body === 'object' && body !== null && 'model' in body && Object.keys(body).length === 1) {
    const { model } = body;
    if (typeof model === 'number' && Number.isInteger(model) && model >= 1 && model <= 999_999_999)
      return model;
  }
  throw new Problem('champion_invalid', 'Send the version of the model that is to serve: {"model": 3}.', {
    errors: [{ field: 'model', message: 'must be a whole number from 1, and the only key' }],
  });
}
