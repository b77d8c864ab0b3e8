import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answering } from '../../api/openapi/answering.ts';
import { SuggestedSchema } from '../../api/schemas/prediction.schema.ts';
import { DatabaseAwayError } from '../../recording/errors.ts';
import { answerRow, readRow } from '../answers/answer-row.ts';
import { firstAnswer } from '../answers/first-answer.ts';
import { suggestionsText, suggestionText } from '../answers/suggestion-text.ts';
import type { Context } from '../context/context.ts';
import { answerOnce, readKey, sendOnce } from '../http/idempotency.ts';
import { sendJsonText } from '../http/send-json.ts';
import { acceptRows, RowsBody } from '../many-rows/rows-body.ts';
import { suggestRows } from '../many-rows/suggest-rows.ts';

const url = '/predictors/:predictor/suggestions';

const schema = answering(url, {
  id: 'suggest',
  summary: 'Answer a row as it is typed, or many: stored nowhere, counted nowhere',
  description:
    'With an Idempotency-Key the answer is kept under it while the database answers; while that is away, the row is simply answered. Of many rows each has its own fate.',
  answers: { 200: SuggestedSchema },
});

/** Answers rows and keeps nothing. The database is asked only where an Idempotency-Key wants the first answer again. */
export function suggestionRoutes(app: FastifyInstance, context: Context): void {
  app.register(async (scope) => {
    acceptRows(scope, context.settings);
    scope.post<{ Params: { predictor: string } }>(url, { schema }, (request, reply) => {
      const { body } = request;
      if (body instanceof RowsBody) return suggestRows(context, request, reply, body);
      const serving = context.champions.peek(request.params.predictor);
      const champion = serving?.champion ?? null;
      if (serving === undefined || champion === null || request.headers['idempotency-key'] !== undefined) {
        return suggestSlowly(context, request, reply);
      }
      // The usual case waits for nothing, and so makes no promise.
      sendJsonText(reply, 200, suggestionText(serving, champion, readRow(serving, body)));
      return undefined;
    });
  });
}

async function suggestSlowly(
  context: Context,
  request: FastifyRequest<{ Params: { predictor: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const key = readKey(request);
  let text: string;
  try {
    text = suggestionsText(await answerRow(context, request.params.predictor, request.body));
  } catch (refusal) {
    const first = await firstAnswer(context, key, null, refusal);
    return sendJsonText(reply.header('idempotency-replayed', 'true'), first.status, first.text);
  }
  if (key === null) return sendJsonText(reply, 200, text);
  const work = async () => ({ status: 200, response: JSON.parse(text) });
  try {
    return sendOnce(reply, await context.recording.watch.ask((database) => answerOnce(database, key, work)));
  } catch (error) {
    if (!(error instanceof DatabaseAwayError)) throw error;
    return sendJsonText(reply, 200, text);
  }
}
