import type { FastifyInstance } from 'fastify';
import { LocalError, systemCode } from './local.error.ts';

/** Has the app answer at an address. @throws LocalError port_in_use, host_unavailable, saying what to do */
export async function listening(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const code = systemCode(cause);
    if (code === 'EADDRINUSE') {
      throw new LocalError(
        'port_in_use',
        `Port ${port} is in use. Choose another with --port N, or --port 0 for a free one.`,
        { cause },
      );
    }
    if (code === 'EADDRNOTAVAIL' || code === 'EACCES') {
      throw new LocalError(
        'host_unavailable',
        `Cannot listen on ${host}:${port} (${code}). Choose another --host or --port.`,
        {
          cause,
        },
      );
    }
    throw cause;
  }
}
