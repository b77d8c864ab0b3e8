import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Access, ANYBODY, type Caller } from './access.ts';
import { roleOf } from './route-role.ts';
import type { RouteAccess } from './routes.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null until that is known. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    role?: RouteAccess['role'];
  }
}

/**
 * Asks of every request who calls, before its body is read. A route that the table does not name cannot be added: it
 * would be open to everybody by oversight. Comes before the routes.
 */
export function enforceAccess(app: FastifyInstance, access: Access): void {
  app.decorateRequest('caller', null);
  app.addHook('onRoute', (route) => {
    const roles = [route.method].flat().map((method) => roleOf(method, route.url));
    const [role] = roles;
    if (role === undefined || role === null || roles.some((other) => other !== role)) {
      throw new Error(`${String(route.method)} ${route.url} is not in the table of routes and roles.`);
    }
    route.config = { ...route.config, role };
  });
  app.addHook('onRequest', (request, _reply, done) => {
    // Nothing is there: who asks does not matter.
    const { role } = request.routeOptions.config;
    if (role === undefined) return done();
    try {
      const caller = access.admit(request.headers, role);
      if (!(caller instanceof Promise)) {
        request.caller = caller;
        return done();
      }
      caller.then(
        (known) => {
          request.caller = known;
          done();
        },
        (error: Error) => done(error),
      );
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** Who asks, by name: a key's id, an ARN, or `anonymous`. */
export function callerOf(request: FastifyRequest): string {
  return request.caller?.name ?? ANYBODY;
}
