import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Address } from '../../process/address.ts';

/** Where the training service says that it is there. */
export interface Health {
  readonly address: AddressInfo;
  close(): Promise<void>;
}

/**
 * Answers `GET /health`: 200 with the predictor that is being trained, if any; 503 while the database does not tell of
 * trainings. Everything else is 404.
 */
export async function serveHealth(
  { host, port }: Address,
  look: () => { readonly listening: boolean; readonly training: string | null },
): Promise<Health> {
  const server = createServer((request, response) => {
    if (request.url !== '/health') {
      response.writeHead(404).end();
      return;
    }
    const { listening, training } = look();
    response.writeHead(listening ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: listening ? 'ok' : 'waiting for the database', training }));
  });
  await listen(server, host, port);
  return {
    address: server.address() as AddressInfo,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}
