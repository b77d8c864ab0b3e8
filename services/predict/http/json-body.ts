import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../../api/problem.ts';
import { parseRow } from '../../ml/predictor/row-json.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** SHA-256 of the body, where an Idempotency-Key came with it; else empty. */
    fingerprint: string;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Takes bodies as JSON and nothing else. A browser sends other types to any address without asking, so this also
 * keeps other sites' forms from a service on this machine. `__proto__` and `constructor` are ordinary keys, which the
 * reader of the row refuses by name. An empty body is undefined.
 */
export function acceptJson(app: FastifyInstance): void {
  app.decorateRequest('fingerprint', '');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseBody);
}

/** The body as JSON, to whoever waits for it; its fingerprint where a key came with it. */
export function parseBody(
  request: FastifyRequest,
  body: Buffer,
  done: (error: Error | null, body?: unknown) => void,
): void {
  fingerprint(request, body);
  try {
    done(null, body.length === 0 ? undefined : parseJson(decode(body)));
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Notes the body's SHA-256, where an Idempotency-Key came with it. */
export function fingerprint(request: FastifyRequest, body: Buffer): void {
  if (request.headers['idempotency-key'] === undefined) return;
  request.fingerprint = createHash('sha256').update(body).digest('hex');
}

/** The same for a scope whose routes need the text of the body. */
export function acceptJsonText(scope: FastifyInstance): void {
  scope.removeContentTypeParser('application/json');
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) => decode(body),
  );
}

/** @throws Problem `body_not_json` */
export function parseJson(text: string): unknown {
  try {
    return parseRow(text);
  } catch (cause) {
    throw notJson(cause);
  }
}

/** `where`: the part of it that cannot be read. */
export function notJson(cause: unknown, where?: string): Problem {
  const why = cause instanceof Error ? cause.message : 'it is no text';
  const at = where === undefined ? '' : ` in ${where}`;
  return new Problem('body_not_json', `The body cannot be read as JSON${at}: ${why}.`, { cause });
}

/** @throws Problem `body_not_json` where a body is needed and none came */
export function neededBody(body: unknown): unknown {
  if (body === undefined) throw new Problem('body_not_json', 'The body is empty: send JSON.');
  return body;
}

/**
 * A body as text, without its byte order mark. Node's own decoding is several times quicker than a strict decoder's, and leaves its mark where it
 * went wrong.
 * @throws Problem `body_not_json` where it is not UTF-8
 */
export function decode(body: Buffer): string {
  const text = body.toString();
  if (!text.includes('\ufffd') && text.charCodeAt(0) !== 0xfeff) return text;
  try {
    return utf8.decode(body);
  } catch (cause) {
    throw new Problem('body_not_json', 'The body cannot be read as JSON: it is not UTF-8.', { cause });
  }
}
