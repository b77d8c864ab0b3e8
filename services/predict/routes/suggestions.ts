import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AnsweredRow, answerRow, readRow } from '../answers/answer-row.ts';
import { answerText } from '../answers/answer-text.ts';
import type { Serving, ServingModel } from '../champions/serving.ts';
import type { Context } from '../context.ts';
import { answerOnce, firstAnswer, readKey, sendOnce } from '../http/idempotency.ts';
import { sendJsonText } from '../http/send-json.ts';
import { operation } from '../openapi/operation.ts';
import { RowSchema, SuggestionsSchema } from '../schemas/prediction.schema.ts';

const url = '/predictors/:predictor/suggestions';

const schema = operation(url, {
  id: 'suggest',
  tag: 'predictions',
  summary: 'Answer a row as it is typed: stored nowhere, counted nowhere',
  body: { 'application/json': RowSchema },
  answers: { 200: SuggestionsSchema },
  problems: [
    'body_not_json',
    'predictor_unknown',
    'predictor_not_trained',
    'model_damaged',
    'body_too_large',
    'unsupported_media_type',
    'row_invalid',
  ],
  repeatable: true,
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
    return sendOnce(reply, await firstAnswer(context.database, key, refusal));
  }
  if (key === null) return sendJsonText(reply, 200, text);
  const work = async () => ({ status: 200, response: JSON.parse(text) });
  return sendOnce(reply, await answerOnce(context.database, key, work));
}

function textOf({ serving, champion, answer }: AnsweredRow): string {
  return `{"predictor":"${serving.name}","model":${champion.version},${answerText(champion, answer)}}`;
}
