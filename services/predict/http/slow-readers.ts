import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** What the system takes off our hands at once, however slowly it is read: shorter answers need no looking after. */
const AT_ONCE = 65_536;

/**
 * Cuts off who asks for a long answer and takes nothing of it for `readTimeout` milliseconds. A socket's timeout is one of
 * standstill, and Node closes the connection by it; with the end of the answer Node sets that of a connection kept alive.
 */
export function cutOffSlowReaders(app: FastifyInstance, readTimeout: number): void {
  app.addHook('onSend', ({ raw: { socket } }, _reply, payload, done) => {
    const isLong = typeof payload !== 'string' || payload.length > AT_ONCE;
    if (isLong && socket instanceof Socket) socket.setTimeout(readTimeout);
    done(null, payload);
  });
}
