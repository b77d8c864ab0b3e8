import type { FastifyInstance } from 'fastify';
import { operation } from '../../api/openapi/operation.ts';
import { MetricsPage } from '../../api/schemas/service.schema.ts';
import type { Context } from '../context/context.ts';

/** The metrics for Prometheus, where they are kept in this process. */
export function metricsRoutes(app: FastifyInstance, { metrics }: Context): void {
  const { page } = metrics;
  if (page === undefined) return;
  const schema = operation('/metrics', {
    id: 'metrics',
    tag: 'service',
    summary: 'What this process has counted since its start, for Prometheus',
    answers: { 200: MetricsPage },
    mediaType: 'text/plain',
  });
  app.get('/metrics', { schema }, async (_request, reply) => {
    const { contentType, text } = await page();
    return reply.header('content-type', contentType).send(text);
  });
}
