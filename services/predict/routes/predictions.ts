import type { FastifyInstance, FastifyReply } from 'fastify';
import type { RecordedPrediction } from '../../../database/index.ts';
import { type AnsweredRow, answerRow } from '../answers/answer-row.ts';
import { answerText } from '../answers/answer-text.ts';
import type { Context } from '../context.ts';
import { firstAnswer, keyReused, readKey, sendOnce } from '../http/idempotency.ts';
import { Problem } from '../http/problem.ts';
import { sendJsonText } from '../http/send-json.ts';
import { operation } from '../openapi/operation.ts';
import { newPredictionId } from '../recording/prediction-id.ts';
import { RecordedSchema, RowSchema } from '../schemas/prediction.schema.ts';

const url = '/predictors/:predictor/predictions';

const schema = operation(url, {
  id: 'predict',
  tag: 'predictions',
  summary: 'Answer a row and store the answer',
  body: { 'application/json': RowSchema },
  answers: { 201: RecordedSchema },
  problems: [
    'body_not_json',
    'predictor_unknown',
    'predictor_not_trained',
    'model_damaged',
    'body_too_large',
    'unsupported_media_type',
    'row_invalid',
    'database_unavailable',
  ],
  repeatable: true,
});

/** Answers rows and stores the answers. */
export function predictionRoutes(app: FastifyInstance, context: Context): void {
  app.post<{ Params: { predictor: string } }>(url, { schema }, async (request, reply) => {
    const key = readKey(request);
    let answered: AnsweredRow;
    try {
      answered = await answerRow(context, request.params.predictor, request.body);
    } catch (refusal) {
      return sendOnce(reply, await firstAnswer(context.database, key, refusal));
    }
    const { serving, champion, row, answer } = answered;
    const id = newPredictionId(context.now());
    const text = `{"id":"${id}","predictor":"${serving.name}","model":${champion.version},${answerText(champion, answer)},"recorded":true}`;
    const fate = await context.recorder.record({
      id,
      predictorId: serving.id,
      predictor: serving.name,
      revision: serving.revision,
      model: champion.version,
      inputs: row,
      answer,
      answeredAt: context.now(),
      ...(key === null ? {} : { idempotency: { ...key, response: text } }),
    });
    return sendFate(reply, fate, text);
  });
}

function sendFate(
  reply: FastifyReply,
  { outcome, response }: RecordedPrediction,
  text: string,
): FastifyReply {
  switch (outcome) {
    case 'recorded':
      return sendJsonText(reply, 201, text);
    case 'replayed':
      return sendJsonText(reply.header('idempotency-replayed', 'true'), 201, response ?? text);
    case 'reused':
      throw keyReused();
    default:
      throw new Problem('predictor_unknown', 'The predictor is gone.');
  }
}
