import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';

/** The metrics for Prometheus, where they are kept in this process. */
export function metricsRoutes(app: FastifyInstance, { metrics }: Context): void {
  const { page } = metrics;
  if (page === undefined) return;
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    const { contentType, text } = await page();
    return reply.header('content-type', contentType).send(text);
  });
}
