import type { FastifyInstance, FastifyReply } from 'fastify';
import { answering } from '../../api/openapi/answering.ts';
import { RecordedRowsSchema, RecordedSchema } from '../../api/schemas/prediction.schema.ts';
import { newPredictionId, predictionIdOf } from '../../recording/prediction-id.ts';
import { callerOf } from '../access/enforce.ts';
import { answerRow } from '../answers/answer-row.ts';
import { firstAnswer } from '../answers/first-answer.ts';
import { keptAnswer, type WrittenAnswer, writeAnswer } from '../answers/written-answer.ts';
import type { Context } from '../context/context.ts';
import { readKey } from '../http/idempotency.ts';
import { sendJsonText } from '../http/send-json.ts';
import { predictRows } from '../many-rows/predict-rows.ts';
import { acceptRows, RowsBody } from '../many-rows/rows-body.ts';

const url = '/predictors/:predictor/predictions';

const schema = answering(url, {
  id: 'predict',
  summary: 'Answer a row, or many, and store the answers',
  description:
    'Stored before it is answered: in the database, or, while that does not answer, where it is recorded from later (`"recorded":"deferred"`). Of many rows each has its own fate.',
  answers: { 201: RecordedSchema, 200: RecordedRowsSchema },
  problems: ['prediction_erased', 'row_too_large'],
});

/** Answers rows and stores the answers. */
export function predictionRoutes(app: FastifyInstance, context: Context): void {
  app.register(async (scope) => {
    acceptRows(scope, context.settings);
    scope.post<{ Params: { predictor: string } }>(url, { schema }, async (request, reply) => {
      const { body } = request;
      if (body instanceof RowsBody) return predictRows(context, request, reply, body);
      const { predictor } = request.params;
      const key = readKey(request);
      const answeredAt = context.now();
      const id =
        key === null ? newPredictionId(answeredAt) : predictionIdOf(predictor, callerOf(request), key.key);
      request.prediction = id;
      let written: WrittenAnswer;
      try {
        written = writeAnswer(await answerRow(context, predictor, body), { id, key, answeredAt });
      } catch (refusal) {
        const { status, text } = await firstAnswer(context, key, id, refusal);
        return sendJsonText(replayed(reply), status, text);
      }
      const kept = await context.recording.keeper.keep(written.row, written.bytes);
      const { text, isReplayed } = keptAnswer(kept, written);
      return sendJsonText(isReplayed ? replayed(reply) : reply, 201, text);
    });
  });
}

function replayed(reply: FastifyReply): FastifyReply {
  return reply.header('idempotency-replayed', 'true');
}
