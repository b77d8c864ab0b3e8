import type { FastifyInstance } from 'fastify';

const LOOK_MS = 50;

/**
 * Has a close wait for what is being answered and for nothing else: a connection that is kept alive becomes idle only
 * after its answer, when the server has looked for idle ones already, and would hold the end up for a minute.
 */
export function closePromptly(app: FastifyInstance): void {
  let timer: NodeJS.Timeout | undefined;
  app.addHook('preClose', async () => {
    timer = setInterval(() => app.server.closeIdleConnections(), LOOK_MS).unref();
  });
  app.addHook('onClose', async () => clearInterval(timer));
}
