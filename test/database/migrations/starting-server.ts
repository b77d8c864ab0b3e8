import net from 'node:net';
import { watchStatements } from '../../support/statement-proxy.ts';

/** What PostgreSQL says to whoever connects while it starts. */
function starting(): Buffer {
  const fields = ['SFATAL', 'VFATAL', 'C57P03', 'Mthe database system is starting up', ''].join('\0');
  const body = Buffer.from(`${fields}\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** A server of its own port that is still starting for so many connections. */
export async function startingServer(connectionString: string, refusals: number) {
  const proxy = await watchStatements(connectionString, () => 'pass');
  const { port } = new URL(proxy.connectionString);
  let connections = 0;
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    if (++connections <= refusals) {
      socket.resume().end(starting());
      return;
    }
    const upstream = net.connect(Number(port), '127.0.0.1');
    upstream.on('error', () => {}).on('close', () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(proxy.connectionString);
  url.port = String((server.address() as net.AddressInfo).port);
  return {
    connectionString: url.href,
    async close() {
      await proxy.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
