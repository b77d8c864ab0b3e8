import net, { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/until.ts';
import type { TestService } from '../support/service.ts';

/** Sends the beginning, then the piece over and over, a byte every 50 ms, until the other side has had enough. */
export async function drip(port: number, beginning: string, piece: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  let isOver = false;
  const answer = text(socket)
    .catch(() => '')
    .finally(() => {
      isOver = true;
    });
  socket.write(beginning);
  for (let n = 0; !isOver; n++) {
    socket.write(piece.charAt(n % piece.length));
    await sleep(50);
  }
  const said = await answer;
  socket.destroy();
  return said;
}

const row = (header: string) =>
  `POST /predictors/p/predictions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${header}\r\n\r\n`;

export const SLOW_BODIES = [
  ['a body of known length', row('content-length: 9000'), ' '],
  ['a body in chunks', row('transfer-encoding: chunked'), '1\r\n \r\n'],
] as const;

/** Too large, and refused by its headers. */
export const REFUSED_BODY = [row('content-length: 9000000'), ' '] as const;

/** Of somebody without a key. */
export const FORBIDDEN_IMPORT = [
  'POST /predictors/p/examples HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\ntransfer-encoding: chunked\r\n\r\n',
  '1\r\n \r\n',
] as const;

export function connections({ app }: TestService): Promise<number> {
  return new Promise((resolve, reject) => {
    app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

/** Three hundred that the service listens to, none of which has sent its headers. */
export async function hundreds(service: TestService): Promise<net.Socket[]> {
  const { port } = service.app.server.address() as AddressInfo;
  const sockets = Array.from({ length: 300 }, () => net.connect(port, '127.0.0.1'));
  for (const socket of sockets) {
    socket.on('error', () => undefined);
    socket.write('POST /predictors/p/predictions HTTP/1.1\r\nhost: x\r\nx-slow: ');
  }
  await until('all are there', async () => (await connections(service)) >= 300);
  return sockets;
}
