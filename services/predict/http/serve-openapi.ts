import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { SECURITY_SCHEMES, secured } from '../../api/openapi/secured.ts';
import { ProblemSchema } from '../../api/schemas/problem.schema.ts';
import { CONTENT_SECURITY_POLICY } from './page-headers.ts';

const INFO = {
  title: 'Hundredfold',
  version: '1',
  description:
    'Suggestions from rows in Postgres. Errors are `application/problem+json` (RFC 9457) with a stable `code`; every list is paged by `limit` and `cursor`.',
};

/** `/openapi.json` from the routes' schemas, and with `docs` a page to read and try them, all from this server. */
export function serveOpenapi(app: FastifyInstance, docs: boolean): void {
  app.addSchema(ProblemSchema);
  app.register(swagger, {
    openapi: { openapi: '3.1.0', info: INFO, components: { securitySchemes: SECURITY_SCHEMES } },
    transform: ({ schema, url, route }) => ({ schema: secured(schema, String(route.method), url), url }),
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `def-${i}`) },
  });
  if (docs) {
    // Loaded where it is served alone: a function starts without it.
    app.register(import('@fastify/swagger-ui'), {
      routePrefix: '/docs',
      theme: { title: 'Hundredfold API' },
      // Without the bar that asks for another document's address.
      uiConfig: { layout: 'BaseLayout', validatorUrl: null, tryItOutEnabled: true, docExpansion: 'list' },
      staticCSP: CONTENT_SECURITY_POLICY,
    });
  }
}
