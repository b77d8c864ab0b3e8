import type { FastifyReply, FastifyRequest } from 'fastify';
import { type IdempotencyKey, rowKey } from '../../../database/index.ts';
import { Problem } from '../../api/problem.ts';
import { blockOf } from '../../model-store/index.ts';
import type { Kept } from '../../recording/kept.ts';
import { newPlacedIds, placedIdsOf } from '../../recording/prediction-id.ts';
import { callerOf } from '../access/enforce.ts';
import { answerWith } from '../answers/answer-row.ts';
import { keptAnswer, type WrittenAnswer, writeAnswer } from '../answers/written-answer.ts';
import type { Context } from '../context/context.ts';
import { keyReused, readKey } from '../http/idempotency.ts';
import { toProblem } from '../http/to-problem.ts';
import { claimKey, type EarlierAnswers, earlierAnswers } from './call-key.ts';
import { checkAnswerSize, type Fate, refusedFate, sendFates } from './fate.ts';
import type { RowsBody } from './rows-body.ts';
import { type RowsCall, readCall } from './rows-call.ts';

type Request = FastifyRequest<{ Params: { predictor: string } }>;

/** Answers many rows by one model, keeps the answers, and sends what became of each. */
export async function predictRows(
  context: Context,
  request: Request,
  reply: FastifyReply,
  body: RowsBody,
): Promise<FastifyReply> {
  const key = readKey(request);
  let call: RowsCall;
  try {
    call = await readCall(context, request.params.predictor, body);
  } catch (refusal) {
    const earlier = key === null ? null : await earlierAnswers(context, key);
    if (earlier === null) throw refusal;
    const refused = refusedFate(toProblem(refusal));
    const fates = Array.from({ length: earlier.rows }, (_, place) => earlierFate(earlier, place) ?? refused);
    return sendFates(request, reply, fates);
  }
  const { earlier, isSure } = await ofKey(context, key, call);
  const steps = await answered(context, request, call, { key, earlier });
  checkAnswerSize(steps, context.settings.answerLimit);
  const pending = steps.filter((step) => 'row' in step);
  const keep = () => keepAll(context, pending, isSure);
  const kept =
    key === null ? await keep() : await context.recording.manyKeeper.inTurn(`${key.scope} ${key.key}`, keep);
  const fates = steps.flatMap((step) => ('row' in step ? (kept.get(step) ?? []) : step));
  return sendFates(request, reply, fates, call.ignored);
}

interface OfKey {
  readonly earlier: EarlierAnswers | null;
  /** Is it certain that the key came with no other body? */
  readonly isSure: boolean;
}

/** What the call was answered under its key before. @throws Problem `idempotency_key_reused` */
async function ofKey(context: Context, key: IdempotencyKey | null, { rows }: RowsCall): Promise<OfKey> {
  if (key === null) return { earlier: null, isSure: true };
  // A key under which nothing is stored is not used up.
  if (rows.every(({ row }) => row === undefined)) {
    return { earlier: await earlierAnswers(context, key), isSure: true };
  }
  const earlier = await claimKey(context, key, rows.length);
  return { earlier, isSure: earlier !== null && !context.recording.drain.isSuspected };
}

/** The fates that are known by now, and of the other rows the answers that are to be kept: all rows in their order. */
async function answered(
  context: Context,
  request: Request,
  { serving, champion, rows }: RowsCall,
  { key, earlier }: Pick<OfKey, 'earlier'> & { readonly key: IdempotencyKey | null },
): Promise<(Fate | WrittenAnswer)[]> {
  const answeredAt = context.now();
  const pause = context.turns.begin();
  const idOf =
    key === null ? newPlacedIds(answeredAt) : placedIdsOf(serving.name, callerOf(request), key.key);
  const identityOf = (place: number) => ({
    id: idOf(place),
    key: key === null ? null : rowKey(key, place),
    answeredAt,
  });
  const steps: (Fate | WrittenAnswer)[] = [];
  for (const [place, { row, problem }] of rows.entries()) {
    const before = earlierFate(earlier, place);
    if (before !== null) steps.push(before);
    else if (problem !== undefined) steps.push(refusedFate(problem));
    else steps.push(orRefused(() => writeAnswer(answerWith(serving, champion, row), identityOf(place))));
    const turn = pause();
    if (turn !== undefined) await turn;
  }
  return steps;
}

function earlierFate(earlier: EarlierAnswers | null, place: number): Fate | null {
  const answer = earlier?.answers.get(place);
  return answer === undefined ? null : { status: 201, text: JSON.stringify(answer), isReplayed: true };
}

function orRefused<T>(work: () => T): T | Fate {
  try {
    return work();
  } catch (error) {
    if (error instanceof Problem) return refusedFate(error);
    throw error;
  }
}

/**
 * Keeps answers, and says what became of each. Where a key may have come with another body, the first rows go before the
 * others: if it did, none of those is stored.
 * @throws Problem `idempotency_key_reused`
 */
async function keepAll(
  { recording, log }: Context,
  pending: readonly WrittenAnswer[],
  isSure: boolean,
): Promise<Map<WrittenAnswer, Fate>> {
  const { manyKeeper } = recording;
  // Those that would wait in one object of the spool.
  const [first] = pending;
  const isOfFirst = ({ row }: WrittenAnswer) =>
    first !== undefined && blockOf(row.id) === blockOf(first.row.id);
  const before = isSure ? 0 : pending.filter(isOfFirst).length;
  const firstKept = await manyKeeper.keep(pending.slice(0, before));
  if (firstKept.some((kept) => kept.status === 'fulfilled' && kept.value.outcome === 'reused'))
    throw keyReused();
  const settled = [...firstKept, ...(await manyKeeper.keep(pending.slice(before)))];
  const fates = pending.flatMap((written, place): [WrittenAnswer, Fate][] => {
    const kept = settled[place];
    return kept === undefined ? [] : [[written, fateOf(kept, written)]];
  });
  const lost = settled.filter((kept) => kept.status === 'rejected');
  const [one] = lost;
  if (one !== undefined)
    log.error(`${lost.length} of ${pending.length} rows of a call were not kept`, one.reason);
  return new Map(fates);
}

function fateOf(kept: PromiseSettledResult<Kept>, written: WrittenAnswer): Fate {
  if (kept.status === 'rejected') return refusedFate(toProblem(kept.reason));
  return orRefused(() => ({ status: 201, ...keptAnswer(kept.value, written) }));
}
