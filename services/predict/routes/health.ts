import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Context } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { sendJson, sendJsonText } from '../http/send-json.ts';
import { operation } from '../openapi/operation.ts';

/** Is the process alive, and can it do its work? */
export function healthRoutes(app: FastifyInstance, { database, champions }: Context): void {
  app.get(
    '/health',
    {
      schema: operation('/health', {
        id: 'health',
        tag: 'service',
        summary: 'The process is alive',
        answers: { 200: Type.Object({ status: Type.Literal('ok') }) },
      }),
    },
    async (_request, reply) => sendJsonText(reply, 200, '{"status":"ok"}'),
  );

  app.get(
    '/ready',
    {
      schema: operation('/ready', {
        id: 'ready',
        tag: 'service',
        summary: 'The database answers; champions that could not be taken over are named',
        answers: { 200: Type.Object({ status: Type.Literal('ready'), problems: Type.Array(Type.String()) }) },
        problems: ['not_ready'],
      }),
    },
    async (_request, reply) => {
      await database.ping().catch((cause: unknown) => {
        throw new Problem('not_ready', 'The database does not answer.', {
          headers: { 'retry-after': '2' },
          cause,
        });
      });
      return sendJson(reply, 200, { status: 'ready', problems: champions.problems() });
    },
  );
}
