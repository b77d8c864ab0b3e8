import { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { closeWith, headersTooLarge, requestStalled } from './client-error.ts';

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
  app.addHook('onRequest', (request, reply, done) => {
    if (request.raw.rawHeaders.length > MOST_HEADERS * 2) return done(headersTooLarge());
    if (!isImport(request) && mayBeSlow(request)) watch(request, reply, bodyTimeout);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const isNobodys = isImport(request) && request.caller === null && !request.raw.complete;
    if (isNobodys && mayBeSlow(request)) watch(request, reply, bodyTimeout);
    done();
  });
}

function isImport({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.body === 'import';
}

/** What a function's front door hands over has come whole, and has no socket. */
function mayBeSlow(request: FastifyRequest): boolean {
  return request.raw.socket instanceof Socket && hasBody(request);
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function watch({ raw }: FastifyRequest, reply: FastifyReply, bodyTimeout: number): void {
  const cut = () => {
    // Its answer may have gone out already, as a refusal does that needs no body.
    if (reply.raw.headersSent) raw.socket.destroy();
    else closeWith(raw.socket, requestStalled());
  };
  const timer = setTimeout(cut, bodyTimeout).unref();
  const stop = () => clearTimeout(timer);
  raw.once('end', stop);
  raw.once('close', stop);
}
