import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, problemDocument } from '../../api/problem.ts';
import type { Log } from '../../observability/error-log.ts';
import { corsHeaders } from './cors.ts';
import { toProblem } from './to-problem.ts';

/**
 * Answers every error as `application/problem+json`, unknown paths and methods included; what is our fault goes to the
 * log. Comes before the routes.
 */
export function answerProblems(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    const problem = toProblem(error);
    if (problem.status >= 500) {
      const route = request.routeOptions.url ?? 'unknown path';
      log.error(`${request.method} ${route}: ${problem.code}`, problem.cause, { request: request.id });
    }
    return sendProblem(reply, problem);
  });
  const paths = new KnownPaths(app);
  app.setNotFoundHandler((request, reply) => {
    const methods = paths.methodsOf(request.url);
    const wrongMethod = methods.length > 0 && !methods.includes(request.method);
    return sendProblem(reply, wrongMethod ? notAllowed(request, methods) : unknownRoute(request));
  });
}

/** For paths that the router cannot even decode: called by Fastify without an error handler or a hook of the app. */
export function badUrls(origins: readonly string[]) {
  const allowed = new Set(origins);
  return (_error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    reply.headers(corsHeaders(allowed, request.headers.origin));
    sendProblem(reply, unknownRoute(request));
  };
}

function notAllowed({ method, url }: FastifyRequest, methods: readonly string[]): Problem {
  const allow = methods.join(', ');
  return new Problem('method_not_allowed', `${url.slice(0, 200)} takes ${allow}, and no ${method}.`, {
    headers: { allow },
  });
}

function unknownRoute({ method, url }: FastifyRequest): Problem {
  return new Problem(
    'route_unknown',
    `There is no ${method} ${url.slice(0, 200)}: /docs lists what there is.`,
  );
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  // Fastify closes the connection when a body was not read to its end; many clients then lose the answer while they
  // are still sending. Node reads and discards the rest when the connection stays.
  reply.removeHeader('connection');
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(problemDocument(problem)));
}

/** Which methods the paths of an app take: asked for when a request found no route. */
class KnownPaths {
  readonly #methods = new Map<string, Set<string>>();

  /** Hears of every route that is added to the app from now on. */
  constructor(app: FastifyInstance) {
    app.addHook('onRoute', ({ url, method }) => {
      const methods = this.#methods.get(url) ?? new Set();
      for (const one of [method].flat()) methods.add(one);
      this.#methods.set(url, methods);
    });
  }

  /** The methods that a request's path takes, in order; none where there is no such path. */
  methodsOf(url: string): string[] {
    const path = url.split(/[?#]/, 1)[0] ?? '';
    const found = [...this.#methods].filter(([pattern]) => isLike(pattern, path));
    return [...new Set(found.flatMap(([, methods]) => [...methods]))].sort();
  }
}

/** `/predictors/:predictor` is like `/predictors/searches`, and like `/predictors/searches/`. */
function isLike(pattern: string, path: string): boolean {
  const parts = pattern.split('/');
  const sent = path.replace(/(?<=.)\/$/, '').split('/');
  return parts.length === sent.length && parts.every((part, at) => part.startsWith(':') || part === sent[at]);
}
