import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem, problemDocument } from '../../api/problem.ts';
import type { ProblemCode } from '../../api/problem-codes.ts';
import { sendJsonText } from '../http/send-json.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a call with many rows: how many came, and how many were answered. */
    rows: { readonly rows: number; readonly answered: number } | null;
  }
}

/** What became of one row of many. */
export interface Fate {
  readonly status: number;
  /** The answer, or what is wrong, as JSON. */
  readonly text: string;
  /** Why there is no answer. */
  readonly problem?: Problem;
  /** Was it answered before, under its key? */
  readonly isReplayed?: boolean;
}

export function refusedFate(problem: Problem): Fate {
  const { status, detail, code, errors } = problemDocument(problem);
  return { status, text: JSON.stringify({ code, detail, ...(errors ? { errors } : {}) }), problem };
}

/** Bytes of a row's answer beside its text: its status, a comma. */
const ENVELOPE = 20;

/**
 * Sees that answers can be sent before they are stored. `limit` is in bytes of the body as a text in JSON, as a function
 * hands it on.
 * @throws Problem `answer_too_large`
 */
export function checkAnswerSize(answers: readonly { readonly text: string }[], limit: number): void {
  if (limit === Number.POSITIVE_INFINITY) return;
  let size = 0;
  for (const { text } of answers) size += Buffer.byteLength(JSON.stringify(text)) + ENVELOPE;
  if (size <= limit) return;
  throw new Problem(
    'answer_too_large',
    `The answer to these ${answers.length} rows is larger than can be sent (${limit} bytes): send fewer rows in a call. None was answered.`,
  );
}

/** The fates as the body of an answer, without its braces. */
export function fatesText(fates: readonly Fate[], ignored: readonly string[] = []): string {
  const answers = fates.map(({ status, text }) => `{"status":${status},${text.slice(1)}`).join(',');
  return `"answers":[${answers}]${ignored.length === 0 ? '' : `,"ignored":${JSON.stringify(ignored)}`}`;
}

/**
 * Sends what became of each row: 200, or, where none was answered, a problem that holds the same.
 * @throws Problem `idempotency_key_reused`, `predictor_unknown` where that is all that there is to say
 */
export function sendFates(
  request: FastifyRequest,
  reply: FastifyReply,
  fates: readonly Fate[],
  ignored: readonly string[] = [],
): FastifyReply {
  const answered = fates.filter(({ problem }) => problem === undefined);
  request.rows = { rows: fates.length, answered: answered.length };
  const text = fatesText(fates, ignored);
  if (answered.length > 0) {
    if (answered.every(({ isReplayed }) => isReplayed)) reply.header('idempotency-replayed', 'true');
    return sendJsonText(reply, 200, `{${text}}`);
  }
  const problem = noneAnswered(fates);
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .header('content-type', 'application/problem+json')
    .send(`${JSON.stringify(problemDocument(problem)).slice(0, -1)},${text}}`);
}

/** What is no row's own trouble. */
const OF_ALL: ReadonlySet<ProblemCode> = new Set(['idempotency_key_reused', 'predictor_unknown']);

/** Where it is our fault for one of them, the same call may be answered later: that is what the whole says then. */
function noneAnswered(fates: readonly Fate[]): Problem {
  const problems = fates.flatMap(({ problem }) => problem ?? []);
  const [first] = problems;
  if (first !== undefined && OF_ALL.has(first.code) && problems.every(({ code }) => code === first.code))
    throw first;
  const ours = problems.find(({ status }) => status >= 500);
  if (ours !== undefined) return ours;
  return new Problem(
    'rows_invalid',
    `None of the rows was answered: see answers. The first: ${wordsOf(first)}`,
  );
}

function wordsOf(problem: Problem | undefined): string {
  const [error] = problem?.errors ?? [];
  return error === undefined ? (problem?.message ?? '') : `${error.field} ${error.message}.`.trim();
}
