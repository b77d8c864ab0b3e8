import type { FastifyReply, FastifyRequest } from 'fastify';
import { DatabaseAwayError } from '../../recording/errors.ts';
import { answerOfKey, type FirstAnswer, firstAnswer } from '../answers/first-answer.ts';
import { suggestionText } from '../answers/suggestion-text.ts';
import type { Context } from '../context/context.ts';
import { answerOnce, readKey, sendOnce } from '../http/idempotency.ts';
import { sendJsonText } from '../http/send-json.ts';
import { checkAnswerSize, type Fate, fatesText, refusedFate, sendFates } from './fate.ts';
import type { RowsBody } from './rows-body.ts';
import { type RowsCall, readCall } from './rows-call.ts';

/** Answers many rows by one model, and keeps nothing but what an Idempotency-Key wants again. */
export async function suggestRows(
  context: Context,
  request: FastifyRequest<{ Params: { predictor: string } }>,
  reply: FastifyReply,
  body: RowsBody,
): Promise<FastifyReply> {
  const key = readKey(request);
  let call: RowsCall;
  try {
    call = await readCall(context, request.params.predictor, body);
  } catch (refusal) {
    const first = await firstAnswer(context, key, null, refusal);
    return sendFirst(reply, first);
  }
  const fates = await suggested(context, call);
  checkAnswerSize(fates, context.settings.answerLimit);
  if (key === null) return sendFates(request, reply, fates, call.ignored);
  // A key is not used up by a call that has no answer.
  if (fates.every(({ problem }) => problem !== undefined)) {
    const first = await answerOfKey(context.recording, key);
    if (first === null) return sendFates(request, reply, fates, call.ignored);
    return sendFirst(reply, first);
  }
  const work = async () => ({ status: 200, response: JSON.parse(`{${fatesText(fates, call.ignored)}}`) });
  try {
    return sendOnce(reply, await context.recording.watch.ask((database) => answerOnce(database, key, work)));
  } catch (error) {
    if (!(error instanceof DatabaseAwayError)) throw error;
    return sendFates(request, reply, fates, call.ignored);
  }
}

function sendFirst(reply: FastifyReply, { status, text }: FirstAnswer): FastifyReply {
  return sendJsonText(reply.header('idempotency-replayed', 'true'), status, text);
}

async function suggested(context: Context, { serving, champion, rows }: RowsCall): Promise<Fate[]> {
  const pause = context.turns.begin();
  const fates: Fate[] = [];
  for (const { row, problem } of rows) {
    fates.push(
      row === undefined
        ? refusedFate(problem)
        : { status: 200, text: suggestionText(serving, champion, row) },
    );
    const turn = pause();
    if (turn !== undefined) await turn;
  }
  return fates;
}
