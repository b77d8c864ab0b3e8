import type { FastifyInstance, FastifyReply } from 'fastify';

const ALLOWED: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, POST, PUT, DELETE',
  'access-control-allow-headers': 'content-type, x-api-key, authorization, idempotency-key',
  // Browsers ask again after two hours at most anyway.
  'access-control-max-age': '7200',
};

/** What an answer says to a page of `origin`, so that it may read it where it is one of the allowed. */
export function corsHeaders(
  allowed: ReadonlySet<string>,
  origin: string | undefined,
): Readonly<Record<string, string>> {
  if (allowed.size === 0) return {};
  // Also for who brings none: a cache must not give one origin's answer to another.
  const vary = { vary: 'origin' };
  if (origin === undefined || !allowed.has(origin)) return vary;
  return {
    ...vary,
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'idempotency-replayed, retry-after',
  };
}

/**
 * Lets pages of these origins (`https://app.example`, exactly) call from a browser; without any, no page of another origin
 * can read an answer. Answers their preflights, which bring no key. Comes before access is asked for.
 */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    reply.headers(corsHeaders(allowed, origin));
    if (origin !== undefined && allowed.has(origin) && isPreflight(request)) await answerPreflight(reply);
  });
}

function isPreflight({ method, headers }: { method: string; headers: NodeJS.Dict<string | string[]> }) {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function answerPreflight(reply: FastifyReply): FastifyReply {
  return reply.code(204).headers(ALLOWED).send();
}
