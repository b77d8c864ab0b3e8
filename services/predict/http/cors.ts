import type { FastifyInstance, FastifyReply } from 'fastify';

const ALLOWED: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, POST, PUT, DELETE',
  'access-control-allow-headers': 'content-type, x-api-key, authorization, idempotency-key',
  // Browsers ask again after two hours at most anyway.
  'access-control-max-age': '7200',
};

/**
 * Lets pages of these origins (`https://app.example`, exactly) call from a browser; without any, no page of another origin
 * can read an answer. Answers their preflights, which bring no key. Comes before access is asked for.
 */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  app.addHook('onRequest', async (request, reply) => {
    // Also for who brings none: a cache must not give one origin's answer to another.
    reply.header('vary', 'origin');
    const { origin } = request.headers;
    if (origin === undefined || !allowed.has(origin)) return;
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-expose-headers', 'idempotency-replayed, retry-after');
    if (isPreflight(request)) await answerPreflight(reply);
  });
}

function isPreflight({ method, headers }: { method: string; headers: NodeJS.Dict<string | string[]> }) {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function answerPreflight(reply: FastifyReply): FastifyReply {
  return reply.code(204).headers(ALLOWED).send();
}
