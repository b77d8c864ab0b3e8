import type { FastifyInstance } from 'fastify';
import { operation } from '../../api/openapi/operation.ts';
import { Problem } from '../../api/problem.ts';
import { LabelBody, LabelledSchema } from '../../api/schemas/prediction.schema.ts';
import { compileTarget } from '../../ml/predictor/target-reader.ts';
import { storedPrediction } from '../answers/stored-prediction.ts';
import type { Context } from '../context/context.ts';
import { neededBody } from '../http/json-body.ts';
import { sendJson } from '../http/send-json.ts';
import { unknownPrediction } from './stored-predictions.ts';

const url = '/predictions/:id/label';

const schema = operation(url, {
  id: 'label',
  tag: 'predictions',
  summary: 'Say what the true label or value of a prediction is, or change it',
  body: { 'application/json': LabelBody },
  answers: { 200: LabelledSchema },
  problems: [
    'body_not_json',
    'prediction_unknown',
    'unsupported_media_type',
    'label_invalid',
    'too_many_labels',
    'database_unavailable',
    'model_store_unavailable',
  ],
});

/** Which of the two a body holds is told by its key; whether it is the right one for the prediction, by the database. */
const readers = {
  label: compileTarget({ target: { name: 'label', type: 'label' } }),
  value: compileTarget({ target: { name: 'value', type: 'number', coverage: 0.9 } }),
};

export function labelRoutes(app: FastifyInstance, context: Context): void {
  const { database, dispatcher } = context;
  app.put<{ Params: { id: string } }>(url, { schema }, async (request, reply) => {
    const { id } = request.params;
    const target = readTarget(neededBody(request.body));
    const given = await storedPrediction(context, id, (known) => database.predictions.label(known, target));
    if (given === null) throw unknownPrediction(id);
    dispatcher.look();
    return sendJson(reply, 200, {
      id,
      predictor: given.predictor,
      ...target,
      source: given.source,
      rank: given.rank,
    });
  });
}

function readTarget(body: unknown): { label: string } | { value: number } {
  const holdsValue =
    typeof body === 'object' &&
    body !== null &&
    Object.hasOwn(body, 'value') &&
    !Object.hasOwn(body, 'label');
  const { target, errors } = readers[holdsValue ? 'value' : 'label'].readBody(body);
  if (typeof target === 'string') return { label: target };
  if (typeof target === 'number') return { value: target };
  throw new Problem(
    'label_invalid',
    'The label does not fit the target: send {"label": "…"} or {"value": 12.5}; see errors.',
    {
      errors: errors ?? [],
    },
  );
}
