import { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { accessOf } from '../../api/route-access.ts';
import { BodyWatch } from './body-watch.ts';
import { headersTooLarge } from './client-error.ts';

/** Headers of one request. Node drops those beyond its own limit without a word; an Idempotency-Key may be among them. */
const MOST_HEADERS = 100;

/**
 * What Node's HTTP server is made with: sizes in bytes, times in milliseconds. Whoever sends the headers byte by byte is
 * cut off after ten seconds, and connections are looked through for such every second.
 */
export const HTTP_LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
} as const;

/**
 * Cuts off who sends more headers than anybody needs, and who sends a body byte by byte: after `bodyTimeout` milliseconds,
 * however much has come. An import may take as long as it moves on (`importPause`), unless its sender was not let in: then
 * it is as any other from its answer on. Comes before the routes.
 */
export function limitRequests(app: FastifyInstance, bodyTimeout: number): void {
  app.server.maxHeadersCount = MOST_HEADERS + 1;
  const bodies = new BodyWatch(bodyTimeout);
  app.addHook('onRequest', (request, reply, done) => {
    if (request.raw.rawHeaders.length > MOST_HEADERS * 2) return done(headersTooLarge());
    if (request.routeOptions.config.body !== 'import' && mayBeSlow(request)) bodies.begin(request, reply);
    done();
  });
  app.addHook('onRoute', (route) => {
    if ([route.method].flat().every((method) => accessOf(method, route.url)?.body !== 'import')) return;
    route.onResponse = (request, reply, done) => {
      if (request.caller === null && mayBeSlow(request)) bodies.begin(request, reply);
      done();
    };
  });
  app.addHook('onClose', async () => bodies.close());
}

/** What a function's front door hands over has come whole, and has no socket. */
function mayBeSlow(request: FastifyRequest): boolean {
  return request.raw.socket instanceof Socket && hasBody(request);
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
