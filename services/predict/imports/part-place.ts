import type { FastifyRequest } from 'fastify';
import type { IdempotencyKey } from '../../../database/index.ts';
import { Problem } from '../../api/problem.ts';
import { mediaType } from '../../rows/readers.ts';
import { ANYBODY } from '../access/access.ts';
import { readKey } from '../http/idempotency.ts';
import { invalid, readCount } from '../http/page-query.ts';
import { readDialect } from './reader-of.ts';

/** As many parts as an import may have: of 1 MiB they hold 10 GiB. */
const MOST_PARTS = 10_000;
/** Lines are counted in numbers that JavaScript and JSON keep exactly. */
const MOST_LINES = 1_000_000_000_000;

/** A request that is a part of an import, or the closing one. */
export interface PartPlace {
  /** From 1; null in the closing call. */
  readonly part: number | null;
  /** What is added to the lines of the part. */
  readonly before: number;
  readonly parts: number;
  /** The key of the whole import, to which any body fits: its parts are told apart by their own. */
  readonly key: IdempotencyKey;
  /** Tells imports apart: the same rows in another form, or cut otherwise, are other parts. */
  readonly name: string;
}

/**
 * Reads `?part=3&parts=12&before=1200` with the key `KEY:3`, and `?parts=12` with the key `KEY`; null for an import in one
 * body.
 * @throws Problem `query_invalid`, `idempotency_key_invalid`
 */
export function readPlace(request: FastifyRequest): PartPlace | null {
  const { query } = request;
  const part = readCount(query, 'part', 1, MOST_PARTS);
  const parts = readCount(query, 'parts', 1, MOST_PARTS);
  const before = readCount(query, 'before', 0, MOST_LINES);
  if (parts === null) {
    if (part !== null || before !== null) throw invalid('parts', 'must say how many parts there are');
    return null;
  }
  if (part !== null && part > parts) throw invalid('part', `must be one of the ${parts}`);
  const whole = wholeKey(readImportKey(request), part);
  // The same key as that of an import in one body, whose fingerprint is its hash: so is the key that the command gives.
  const key = { ...whole, fingerprint: whole.key };
  const { separator = '', decimal = '' } = readDialect(request);
  const name = `${key.scope} ${key.key} ${mediaType(request.headers['content-type'])} ${parts}${separator}${decimal}`;
  return { part, before: before ?? 0, parts, key, name };
}

/**
 * The key of an import, which is that of its file, whoever sends it: two admins import a file once, and so does a role on
 * AWS, which has another name in each of its sessions.
 * @throws Problem `idempotency_key_invalid`
 */
export function readImportKey(request: FastifyRequest): IdempotencyKey | null {
  return readKey(request, '', ANYBODY);
}

/** @throws Problem `idempotency_key_invalid` where there is none, or it is not this part's */
function wholeKey(key: IdempotencyKey | null, part: number | null): IdempotencyKey {
  const suffix = part === null ? '' : `:${part}`;
  if (key !== null && key.key.length > suffix.length && key.key.endsWith(suffix)) {
    return { ...key, key: key.key.slice(0, key.key.length - suffix.length) };
  }
  const form = part === null ? 'the key of the import' : `the key of the import and "${suffix}"`;
  throw new Problem(
    'idempotency_key_invalid',
    `An import in parts needs the header Idempotency-Key: ${form}.`,
  );
}
