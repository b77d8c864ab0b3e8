import type { FastifyInstance, FastifyRequest } from 'fastify';
import { accessOf } from '../../api/route-access.ts';
import type { RouteAccess } from '../../api/routes.ts';
import { type Access, ANYBODY, type Caller } from './access.ts';
import { Throttle } from './throttle.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null until that is known. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    role?: RouteAccess['role'];
    /** Which kind of body it takes. */
    body?: RouteAccess['body'];
  }
}

/** Says that the process lives, and nothing else: what asks must not be refused. */
const UNLIMITED = '/health';

/**
 * Asks of every request who calls, before its body is read. A route that the table does not name cannot be added: it
 * would be open to everybody by oversight. Comes before the routes.
 */
export function enforceAccess(app: FastifyInstance, access: Access, rateLimit: number): void {
  const throttle = new Throttle(rateLimit);
  app.decorateRequest('caller', null);
  app.addHook('onRoute', (route) => {
    const entries = [route.method].flat().map((method) => accessOf(method, route.url));
    const [entry] = entries;
    if (entry === undefined || entry === null || entries.some((other) => other !== entry)) {
      throw new Error(`${String(route.method)} ${route.url} is not in the table of routes and roles.`);
    }
    route.config = { ...route.config, role: entry.role, body: entry.body };
  });

  const enter = (request: FastifyRequest, caller: Caller) => {
    request.caller = caller;
    if (caller.name !== ANYBODY) throttle.known(caller.name);
    else if (request.routeOptions.url !== UNLIMITED) throttle.stranger(request);
  };
  const refuse = (request: FastifyRequest, error: unknown): Error => {
    try {
      throttle.stranger(request);
    } catch (tooOften) {
      if (tooOften instanceof Error) return tooOften;
    }
    return error instanceof Error ? error : new Error(String(error));
  };
  app.addHook('onRequest', (request, _reply, done) => {
    // Where there is no route, who asks does not matter.
    const { role = 'anyone' } = request.routeOptions.config;
    let admitted: Caller | Promise<Caller>;
    try {
      admitted = access.admit(request.headers, role);
    } catch (error) {
      return done(refuse(request, error));
    }
    if (!(admitted instanceof Promise)) return done(thrownBy(() => enter(request, admitted)));
    admitted.then(
      (caller) => done(thrownBy(() => enter(request, caller))),
      (error) => done(refuse(request, error)),
    );
  });
}

/** Who asks, by name: a key's id, an ARN, or `anonymous`. */
export function callerOf(request: FastifyRequest): string {
  return request.caller?.name ?? ANYBODY;
}

function thrownBy(work: () => void): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
