import type { FastifyInstance, FastifyReply } from 'fastify';
import type { PredictionJson } from '../../../database/index.ts';
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
    const answeredAt = context.now();
    const id =
      key === null ? newPredictionId(answeredAt) : predictionIdOf(predictor, callerOf(request), key.key);
    request.prediction = id;
    let written: WrittenAnswer;
    try {
      written = writeAnswer(await answerRow(context, predictor, request.body));
    } catch (refusal) {
      const { status, text } = await firstAnswer(context, key, id, refusal);
      return sendJsonText(replayed(reply), status, text);
    }
    const { serving, champion, row, answer, fields, json, bytes } = written;
    const head = `{"id":"${id}","predictor":"${serving.name}","model":${champion.version},${fields}`;
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
        json,
        answeredAt,
        ...(key === null ? {} : { idempotency: { ...key, response: text } }),
      },
      bytes,
    );
    return sendKept(reply, kept, predictor, text);
  });
}

/** An answered row, and what goes to the database of it, written once. */
interface WrittenAnswer extends AnsweredRow {
  /** The answer as JSON without its braces, and the same with them beside the row. */
  readonly fields: string;
  readonly json: PredictionJson;
  readonly bytes: number;
}

/** @throws Problem `row_too_large` */
function writeAnswer(answered: AnsweredRow): WrittenAnswer {
  const { champion, row, answer } = answered;
  const fields = answerText(champion, answer);
  const json = { inputs: JSON.stringify(row), answer: `{${fields}}` };
  return { ...answered, fields, json, bytes: checkedSize(row, answer, json) };
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
