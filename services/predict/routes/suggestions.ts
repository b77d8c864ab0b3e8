import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AnsweredRow, answerRow, readRow } from '../answers/answer-row.ts';
import { answerText } from '../answers/answer-text.ts';
import type { Serving, ServingModel } from '../champions/serving.ts';
import type { Context } from '../context.ts';
import { firstAnswer } from '../http/first-answer.ts';
import { answerOnce, readKey, sendOnce } from '../http/idempotency.ts';
import { sendJsonText } from '../http/send-json.ts';
import { answering } from '../openapi/answering.ts';
import { DatabaseAwayError } from '../recording/errors.ts';
import { SuggestionsSchema } from '../schemas/prediction.schema.ts';

const url = '/predictors/:predictor/suggestions';

const schema = answering(url, {
  id: 'suggest',
  summary: 'Answer a row as it is typed: stored nowhere, counted nowhere',
  description:
    'With an Idempotency-Key the answer is kept under it while the database answers; while that is away, the row is simply answered.',
  answers: { 200: SuggestionsSchema },
});

/** Answers rows and keeps nothing. The database is asked only where an Idempotency-Key wants the first answer again. */
export function suggestionRoutes(app: FastifyInstance, context: Context): void {
  app.post<{ Params: { predictor: string } }>(url, { schema }, (request, reply) => {
    const serving = context.champions.peek(request.params.predictor);
    const champion = serving?.champion ?? null;
    if (serving === undefined || champion === null || request.headers['idempotency-key'] !== undefined) {
      return suggestSlowly(context, request, reply);
    }
    // The usual case waits for nothing, and so makes no promise.
    sendJsonText(reply, 200, suggested(serving, champion, request.body));
    return undefined;
  });
}

function suggested(serving: Serving, champion: ServingModel, body: unknown): string {
  const row = readRow(serving, body);
  const recent = serving.recent?.get(row);
  if (recent !== undefined) return recent;
  const text = textOf({
    serving,
    champion,
    row,
    answer: champion.model.answer(row, serving.definition.suggestions),
  });
  serving.recent?.set(row, text);
  return text;
}

async function suggestSlowly(
  context: Context,
  request: FastifyRequest<{ Params: { predictor: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const key = readKey(request);
  let text: string;
  try {
    text = textOf(await answerRow(context, request.params.predictor, request.body));
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

function textOf({ serving, champion, answer }: AnsweredRow): string {
  return `{"predictor":"${serving.name}","model":${champion.version},${answerText(champion, answer)}}`;
}
