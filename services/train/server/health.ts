import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from '../../observability/metrics.ts';
import type { Address } from '../../process/address.ts';

/** Where the training service says that it is there. */
export interface Health {
  readonly address: AddressInfo;
  close(): Promise<void>;
}

/** What the service says of itself. */
interface State {
  /** Does the database tell of trainings? */
  readonly listening: boolean;
  /** Which predictor is being trained. */
  readonly training: string | null;
}

/**
 * Answers `GET /health`: 200 with the predictor that is being trained, if any; 503 while the database does not tell of
 * trainings; `GET /metrics` for Prometheus. Everything else is 404.
 */
export async function serveHealth(
  { host, port }: Address,
  look: () => State,
  metrics: Metrics,
): Promise<Health> {
  const server = createServer((request, response) => {
    if (request.url === '/metrics' && metrics.page !== undefined) {
      void metrics.page().then(({ contentType, text }) => {
        response.writeHead(200, { 'content-type': contentType }).end(text);
      });
      return;
    }
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
