import type { FastifyInstance } from 'fastify';
import type { Context } from '../context/context.ts';

/** The OpenAPI 3.1 document of all of these routes; who opens the bare address gets to the page made of it. */
export function openapiRoutes(app: FastifyInstance, { settings }: Context): void {
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  );
  if (settings.docs)
    app.get('/', { schema: { hide: true } }, async (_request, reply) => reply.redirect('/docs'));
}
