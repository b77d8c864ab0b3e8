import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database, IdempotencyKey } from '../../../database/index.ts';
import { Problem } from '../../api/problem.ts';
import { callerOf } from '../access/enforce.ts';
import { sendJson } from './send-json.ts';

/** An answer that can be given again: its status and JSON. */
export interface RepeatableAnswer {
  readonly status: number;
  readonly response: object;
  /** It did nothing: the same request may be made again, and is carried out then. */
  readonly isWithoutEffect?: boolean;
}

/**
 * The request's Idempotency-Key, or null. Keys are the caller's own, so equal ones of two callers are two keys; unless
 * `caller` says otherwise.
 * @throws Problem `idempotency_key_invalid`
 */
export function readKey(
  request: FastifyRequest,
  fingerprint = request.fingerprint,
  caller = callerOf(request),
): IdempotencyKey | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new Problem('idempotency_key_invalid', 'An Idempotency-Key is 1 to 255 visible ASCII characters.');
  }
  return { scope: `${caller} ${request.method} ${pathOf(request)}`, key, fingerprint };
}

/** The path as the router reads it: one path may be written in several ways. */
function pathOf({ url }: FastifyRequest): string {
  return decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '').replace(/\/$/, '');
}

/**
 * Does `work` and keeps its answer under the key, in one transaction: the key and the work exist both or not at all.
 * A key that was used gives its first answer again, without `work`. `fingerprint` is asked for after the work, or in
 * place of it: a body that is streamed is hashed as it is read.
 * @throws Problem `idempotency_key_reused` when the key came with another body
 */
export async function answerOnce(
  database: Database,
  key: IdempotencyKey | null,
  work: (database: Database) => Promise<RepeatableAnswer>,
  fingerprint: () => Promise<string> = async () => key?.fingerprint ?? '',
): Promise<RepeatableAnswer & { replayed: boolean }> {
  return database.transaction(async (transaction) => {
    if (key === null) return { ...(await work(transaction)), replayed: false };
    const earlier = await transaction.idempotency.claim(key);
    if (earlier !== null) {
      if (earlier.fingerprint !== (await fingerprint())) throw keyReused();
      return { status: earlier.status, response: earlier.response, replayed: true };
    }
    const answer = await work(transaction);
    if (answer.isWithoutEffect === true) {
      await transaction.idempotency.forget(key);
      return { ...answer, replayed: false };
    }
    await transaction.idempotency.keep(
      { ...key, fingerprint: await fingerprint() },
      answer.status,
      answer.response,
    );
    return { ...answer, replayed: false };
  });
}

export function keyReused(): Problem {
  return new Problem(
    'idempotency_key_reused',
    'This Idempotency-Key came with another body before: use a new key for a new request.',
  );
}

/** Sends an answer; `idempotency-replayed` says when it was given before. */
export function sendOnce(
  reply: FastifyReply,
  { status, response, replayed }: RepeatableAnswer & { replayed: boolean },
): FastifyReply {
  if (replayed) reply.header('idempotency-replayed', 'true');
  return sendJson(reply, status, response);
}
