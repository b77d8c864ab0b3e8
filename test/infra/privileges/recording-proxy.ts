import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request that came through, and how it was answered. */
export interface Heard {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly status: number;
}

/** Stands before a server, passes everything on as it came, and remembers it. */
export interface RecordingProxy {
  readonly url: string;
  readonly heard: readonly Heard[];
  stop(): Promise<void>;
}

export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const heard: Heard[] = [];
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => incoming.socket.destroy());
  });

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    const body = await buffer(incoming);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const { hostname, port } = new URL(target);
      // The headers go as they came, since they are signed.
      const onward = request({ hostname, port, method, path: url, headers, agent: false }, resolve);
      onward.once('error', reject);
      onward.end(body);
    });
    const { statusCode: status = 502 } = answer;
    heard.push({ method, url, headers, body, status });
    const content = await buffer(answer);
    outgoing.writeHead(status, answer.headers).end(content);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
