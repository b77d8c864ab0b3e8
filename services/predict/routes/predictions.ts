import type { FastifyInstance, FastifyReply } from 'fastify';
import { callerOf } from '../access/enforce.ts';
import { type AnsweredRow, answerRow } from '../answers/answer-row.ts';
import { answerText } from '../answers/answer-text.ts';
import { checkedSize } from '../answers/stored-size.ts';
import type { Context } from '../context.ts';
import { firstAnswer } from '../http/first-answer.ts';
import { keyReused, readKey } from '../http/idempotency.ts';
import { Problem } from '../http/problem.ts';
import { sendJsonText } from '../http/send-json.ts';
import { answering } from '../openapi/answering.ts';
import type { Kept } from '../recording/kept.ts';
import { newPredictionId, predictionIdOf } from '../recording/prediction-id.ts';
import { deferredText, recordedText } from '../recording/recorded-text.ts';
import { RecordedSchema } from '../schemas/prediction.schema.ts';
import { unknownPredictor } from '../serving-predictor.ts';

const url = '/predictors/:predictor/predictions';

const schema = answering(url, {
  id: 'predict',
  summary: 'Answer a row and store the answer',
  description:
    'Stored before it is answered: in the database, or, while that does not answer, where it is recorded from later (`"recorded":"deferred"`).',
  answers: { 201: RecordedSchema },
  problems: ['prediction_erased', 'row_too_large'],
});

/** Answers rows and stores the answers. */
export function predictionRoutes(app: FastifyInstance, context: Context): void {
  app.post<{ Params: { predictor: string } }>(url, { schema }, async (request, reply) => {
    const { predictor } = request.params;
    const key = readKey(request);
    const id =
      key === null ? newPredictionId(context.now()) : predictionIdOf(predictor, callerOf(request), key.key);
    request.prediction = id;
    let answered: AnsweredRow;
    let bytes: number;
    try {
      answered = await answerRow(context, predictor, request.body);
      bytes = checkedSize(answered.row, answered.answer);
    } catch (refusal) {
      const { status, text } = await firstAnswer(context, key, id, refusal);
      return sendJsonText(replayed(reply), status, text);
    }
    const { serving, champion, row, answer } = answered;
    const head = `{"id":"${id}","predictor":"${serving.name}","model":${champion.version},${answerText(champion, answer)}`;
    const text = recordedText(head);
    const kept = await context.recording.keeper.keep(
      {
        id,
        predictorId: serving.id,
        predictor: serving.name,
        revision: serving.revision,
        model: champion.version,
        inputs: row,
        answer,
        answeredAt: context.now(),
        ...(key === null ? {} : { idempotency: { ...key, response: text } }),
      },
      bytes,
    );
    return sendKept(reply, kept, predictor, text);
  });
}

function sendKept(
  reply: FastifyReply,
  { outcome, response }: Kept,
  predictor: string,
  text: string,
): FastifyReply {
  switch (outcome) {
    case 'recorded':
      return sendJsonText(reply, 201, text);
    case 'replayed':
      return sendJsonText(replayed(reply), 201, response ?? text);
    case 'deferred':
      return sendJsonText(response === null ? reply : replayed(reply), 201, deferredText(response ?? text));
    case 'reused':
      throw keyReused();
    case 'erased':
      throw new Problem(
        'prediction_erased',
        'The prediction of this Idempotency-Key was erased: use a new key for a new request.',
      );
    case 'predictor_unknown':
      throw unknownPredictor(predictor);
  }
}

function replayed(reply: FastifyReply): FastifyReply {
  return reply.header('idempotency-replayed', 'true');
}
