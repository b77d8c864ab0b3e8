import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DirectoryStore } from '../../../services/model-store/index.ts';
import { KeyRing } from '../../../services/predict/access/key-ring.ts';
import { KeyedAccess } from '../../../services/predict/access/keyed-access.ts';
import { HTTP_LIMITS } from '../../../services/predict/http/limits.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;
let port: number;

beforeAll(async () => {
  service = await startService({ bodyTimeout: 400, readTimeout: 400 });
  // The limits of the server, in a hundredth of the time.
  service.app.server.headersTimeout = HTTP_LIMITS.headersTimeout / 20;
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  port = (service.app.server.address() as AddressInfo).port;
});
afterAll(() => service.stop());

/** Sends the beginning, then a byte every 50 ms until the other side has had enough. */
async function drip(beginning: string, rest: string, to = port): Promise<{ answer: string; lasted: number }> {
  const began = performance.now();
  const socket = net.connect(to, '127.0.0.1');
  socket.on('error', () => undefined);
  const answer = text(socket).catch(() => '');
  socket.write(beginning);
  for (const byte of rest) {
    if (socket.destroyed || socket.readableEnded) break;
    socket.write(byte);
    await sleep(50);
  }
  const said = await answer;
  socket.destroy();
  return { answer: said, lasted: performance.now() - began };
}

function connections(): Promise<number> {
  return new Promise((resolve, reject) => {
    service.app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

describe('a client that sends byte by byte', () => {
  test('headers, is cut off, however steadily they come', async () => {
    const { answer, lasted } = await drip('GET /health HTTP/1.1\r\nhost: x\r\nx-slow: ', 'a'.repeat(200));
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n.*"code":"request_stalled"/s);
    expect(lasted).toBeLessThan(5_000);
  });

  test.each([
    ['a body of known length', 'content-length: 900'],
    ['a body in chunks', 'transfer-encoding: chunked'],
  ])('%s, is cut off, however steadily it comes', async (_what, header) => {
    const head = `POST /predictors/p/predictions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${header}\r\n\r\n`;
    const rest = header.startsWith('content') ? ' '.repeat(800) : '1\r\n \r\n'.repeat(100);
    const { answer, lasted } = await drip(head, rest);
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n.*"code":"request_stalled"/s);
    expect(lasted).toBeLessThan(5_000);
  });

  test('a body after it was refused already, is cut off without another answer', async () => {
    const head =
      'POST /predictors/p/predictions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9000000\r\n\r\n';
    const { answer, lasted } = await drip(head, ' '.repeat(200));
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413']);
    expect(lasted).toBeLessThan(5_000);
  });

  test('an import that it may not make, is cut off once it was told so', async () => {
    const access = (store: DirectoryStore) => new KeyedAccess({ ring: new KeyRing({ store }) });
    const keyed = await startService({ bodyTimeout: 400, access });
    await keyed.app.listen({ host: '127.0.0.1', port: 0 });
    const there = (keyed.app.server.address() as AddressInfo).port;
    const head =
      'POST /predictors/p/examples HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\ntransfer-encoding: chunked\r\n\r\n';
    const { answer, lasted } = await drip(head, '1\r\n \r\n'.repeat(100), there);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401']);
    expect(lasted).toBeLessThan(5_000);
    await keyed.stop();
  });

  test('holds up nobody else meanwhile, in hundreds', async () => {
    const sockets = Array.from({ length: 300 }, () => net.connect(port, '127.0.0.1'));
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.write('POST /predictors/p/predictions HTTP/1.1\r\nhost: x\r\nx-slow: ');
    }
    await sleep(50);
    const began = performance.now();
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(1_000);
    await Promise.all(sockets.map((socket) => (socket.closed ? null : once(socket.resume(), 'close'))));
    // The one of the question above may be kept alive.
    while ((await connections()) > 1) await sleep(20);
  }, 20_000);
});

test('a connection whose body came whole is not cut off later', async () => {
  service.app.server.headersTimeout = HTTP_LIMITS.headersTimeout;
  const socket = net.connect(port, '127.0.0.1');
  const body = '{"query":"x"}';
  const request = `POST /predictors/p/predictions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n`;
  socket.write(`${request}\r\n${body}`);
  await sleep(700);
  socket.write(`${request}connection: close\r\n\r\n${body}`);
  expect((await text(socket)).match(/HTTP\/1\.1 404/g)).toHaveLength(2);
});

describe('a client that asks and does not read', () => {
  const page = 'GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nhost: x\r\n\r\n';

  test('is cut off, and what it asked for is held in memory no longer', async () => {
    const accepted = once(service.app.server, 'connection');
    const socket = net.connect(port, '127.0.0.1').pause();
    socket.on('error', () => undefined);
    const [theirs]: net.Socket[] = await accepted;
    // More than two systems' buffers take.
    socket.write(page.repeat(40));
    const cut = theirs === undefined ? null : once(theirs, 'close').then(() => 'cut off');
    expect(await Promise.race([cut, sleep(9_000, null, { ref: false })])).toBe('cut off');
    socket.destroy();
  }, 20_000);

  test('slowly, and yet reads, gets all of it', async () => {
    const socket = net.connect(port, '127.0.0.1');
    socket.write(`${page.repeat(9)}${page.replace('host: x', 'host: x\r\nconnection: close')}`);
    let read = 0;
    for await (const chunk of socket) {
      read += (chunk as Buffer).length;
      if (read % 7 === 0) await sleep(20);
    }
    expect(read).toBeGreaterThan(10_000_000);
  }, 20_000);

  test('may ask again on the same connection later', async () => {
    const socket = net.connect(port, '127.0.0.1');
    let read = '';
    socket.on('data', (chunk) => {
      read += chunk;
    });
    socket.write(page);
    await sleep(900);
    socket.write('GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    await once(socket, 'close');
    expect(read).toMatch(/\{"status":"ok"\}$/);
  });
});

describe('headers', () => {
  const ask = async (headers: string) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${headers}\r\n`);
    return (await text(socket).catch(() => '')).split('\r\n\r\n');
  };

  test('of more than 16 KiB are refused', async () => {
    const [head, body = ''] = await ask(`x-large: ${'a'.repeat(17_000)}\r\n`);
    expect(head).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
    expect(JSON.parse(body)).toMatchObject({ status: 431, code: 'headers_too_large' });
  });

  test('more than a hundred are refused, not dropped in silence', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => `x-${n}: 1\r\n`).join('');
    expect((await ask(many(98)))[0]).toMatch(/^HTTP\/1\.1 200 /);
    const [head] = await ask(many(99));
    expect(head).toMatch(/^HTTP\/1\.1 431 /);
  });
});

test('a call past the network, which has no socket, has nothing to be cut off', async () => {
  expect((await service.call('POST', '/nowhere', { query: 'x' })).status).toBe(404);
  await sleep(600);
  expect((await service.call('GET', '/health')).status).toBe(200);
});

test('what is sent on a connection that was cut off reaches no route', async () => {
  const head =
    'POST /predictors/p/predictions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n';
  const { answer } = await drip(head, ' '.repeat(10));
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
});
