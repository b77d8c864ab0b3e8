import type { FastifyInstance } from 'fastify';
import { operation } from '../../api/openapi/operation.ts';
import { Problem } from '../../api/problem.ts';
import { TrainingSchema } from '../../api/schemas/training.schema.ts';
import type { Context } from '../context/context.ts';
import { neededBody } from '../http/json-body.ts';
import { sendJson } from '../http/send-json.ts';

const url = '/training';

/** The switch that stops all training, and no answering. */
export function trainingRoutes(app: FastifyInstance, context: Context): void {
  const { database, dispatcher } = context;
  app.get(
    url,
    {
      schema: operation(url, {
        id: 'isTrainingEnabled',
        tag: 'service',
        summary: 'May predictors be trained?',
        answers: { 200: TrainingSchema },
        problems: ['database_unavailable'],
      }),
    },
    async (_request, reply) => sendJson(reply, 200, { enabled: await database.retrainings.trainingIsOn() }),
  );

  app.put(
    url,
    {
      schema: operation(url, {
        id: 'enableTraining',
        tag: 'service',
        summary: 'Stop all training, or let it go on',
        description:
          'Stopped, a training under way gives its work back within a third of its lease, and requests wait. Nothing is lost: switched on again, they are carried out.',
        body: { 'application/json': TrainingSchema },
        answers: { 200: TrainingSchema },
        problems: ['body_not_json', 'unsupported_media_type', 'training_invalid', 'database_unavailable'],
      }),
    },
    async (request, reply) => {
      const enabled = readSwitch(neededBody(request.body));
      await database.retrainings.switchTraining(enabled);
      if (enabled) dispatcher.poke();
      return sendJson(reply, 200, { enabled });
    },
  );
}

function readSwitch(body: unknown): boolean {
  if (typeof body === 'object' && body !== null && 'enabled' in body && Object.keys(body).length === 1) {
    const { enabled } = body;
    if (typeof enabled === 'boolean') return enabled;
  }
  throw new Problem('training_invalid', 'Send whether predictors may be trained: {"enabled": false}.', {
    errors: [{ field: 'enabled', message: 'must be true or false, and the only key' }],
  });
}
