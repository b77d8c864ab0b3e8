import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../../observability/log.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { isPredictionId } from '../../recording/prediction-id.ts';
import { callerOf } from '../access/enforce.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The id of the prediction that the request made. */
    prediction: string | null;
  }
}

/** Asked every few seconds by whoever watches over the process. */
const WATCHED = new Set(['/health', '/ready']);

/**
 * The id that a request has in the log: the one that it came with, from a proxy before us, or a new one.
 */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:=-]{1,100}$/.test(given) ? given : randomUUID();
}

/**
 * Writes a line for each request that was answered, and counts those that failed. Who asked is named by the key's id, a
 * path by its pattern: neither what was asked about nor a query stands in the log.
 */
export function logRequests(
  app: FastifyInstance,
  log: Pick<Log, 'info'>,
  metrics: Pick<Metrics, 'add'>,
): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply;
    if (statusCode >= 500) metrics.add('hundredfold_errors_total');
    const route = request.routeOptions.url ?? null;
    const isWatching = route !== null && WATCHED.has(route) && statusCode < 500;
    if (!isWatching) log.info('request', fieldsOf(request, reply, route));
    done();
  });
}

function fieldsOf(request: FastifyRequest, reply: FastifyReply, route: string | null) {
  return {
    request: request.id,
    method: request.method,
    route,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 100) / 100,
    caller: callerOf(request),
    prediction: request.prediction ?? predictionAsked(request, route) ?? undefined,
    // Of a call with many rows: how many came, and how many were answered.
    ...request.rows,
  };
}

/** The id that a path names, where it is one: anything else is what somebody typed. */
function predictionAsked({ params }: FastifyRequest, route: string | null): string | null {
  if (route === null || !route.startsWith('/predictions/')) return null;
  if (typeof params !== 'object' || params === null || !('id' in params)) return null;
  return typeof params.id === 'string' && isPredictionId(params.id) ? params.id : null;
}
