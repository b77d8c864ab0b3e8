import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DirectoryStore } from '../../../services/model-store/index.ts';
import { KeyRing } from '../../../services/predict/access/key-ring.ts';
import { KeyedAccess } from '../../../services/predict/access/keyed-access.ts';
import { HTTP_LIMITS } from '../../../services/predict/http/limits.ts';
import { withMorePatience } from '../../support/patience.ts';
import { until } from '../../support/until.ts';
import { startService, type TestService } from '../support/service.ts';
import { connections, drip, FORBIDDEN_IMPORT, hundreds, REFUSED_BODY, SLOW_BODIES } from './dripping.ts';

let service: TestService;
let port: number;

beforeAll(async () => {
  service = await startService({ bodyTimeout: 400, readTimeout: 400 });
  port = await listening(service);
});
afterAll(() => service.stop());

async function listening({ app }: TestService): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  return (app.server.address() as AddressInfo).port;
}

/** The server's limit for headers, in a hundredth of the time while the work goes on. */
async function withHastyHeaders<T>(work: () => Promise<T>): Promise<T> {
  const { server } = service.app;
  server.headersTimeout = HTTP_LIMITS.headersTimeout / 20;
  try {
    return await work();
  } finally {
    server.headersTimeout = HTTP_LIMITS.headersTimeout;
  }
}

describe('a client that sends byte by byte', () => {
  test('headers, is cut off, however steadily they come', async () => {
    const answer = await withHastyHeaders(() =>
      drip(port, 'GET /health HTTP/1.1\r\nhost: x\r\nx-slow: ', 'a'),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n.*"code":"request_stalled"/s);
  });

  test.each(SLOW_BODIES)('%s, is cut off, however steadily it comes', async (_what, head, piece) => {
    const answer = await drip(port, head, piece);
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n.*"code":"request_stalled"/s);
  });

  test('a body after it was refused already, is cut off without another answer', async () => {
    const answer = await drip(port, ...REFUSED_BODY);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413']);
  });

  test('an import that it may not make, is cut off once it was told so', async () => {
    const access = (store: DirectoryStore) => new KeyedAccess({ ring: new KeyRing({ store }) });
    const keyed = await startService({ bodyTimeout: 400, access });
    const answer = await drip(await listening(keyed), ...FORBIDDEN_IMPORT);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401']);
    await keyed.stop();
  });

  test('holds up nobody else meanwhile, in hundreds', async () => {
    const sockets = await hundreds(service);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    expect(sockets.filter(({ closed }) => closed)).toEqual([]);
    await withHastyHeaders(() =>
      Promise.all(sockets.map((socket) => (socket.closed ? null : once(socket.resume(), 'close')))),
    );
    // The one of the question above may be kept alive.
    await until('the server has let go', async () => (await connections(service)) <= 1);
  });
});

test('a connection whose body came whole is not cut off later', async () => {
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
    if (theirs === undefined) throw new Error('nobody connected');
    await once(theirs, 'close');
    socket.destroy();
  });

  test('slowly, and yet reads, gets all of it', async () => {
    await withMorePatience([400, 2_000], async (readTimeout) => {
      const reading = await startService({ readTimeout });
      try {
        const socket = net.connect(await listening(reading), '127.0.0.1');
        socket.write(`${page.repeat(9)}${page.replace('host: x', 'host: x\r\nconnection: close')}`);
        let read = 0;
        let pauses = 0;
        for await (const chunk of socket) {
          const before = read;
          read += (chunk as Buffer).length;
          // Thirty times a tenth of what it may stand still.
          if (Math.floor(read / 350_000) === Math.floor(before / 350_000)) continue;
          pauses++;
          await sleep(readTimeout / 10);
        }
        expect(read).toBeGreaterThan(10_000_000);
        expect(pauses).toBeGreaterThan(20);
      } finally {
        await reading.stop();
      }
    });
  });

  test('may ask again on the same connection later', async () => {
    await withMorePatience([400, 4_000], async (readTimeout) => {
      const reading = await startService({ readTimeout });
      try {
        const socket = net.connect(await listening(reading), '127.0.0.1');
        let read = '';
        socket.on('data', (chunk) => {
          read += chunk;
        });
        socket.write(page);
        await sleep(2.2 * readTimeout);
        socket.write('GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
        await once(socket, 'close');
        expect(read).toMatch(/\{"status":"ok"\}$/);
      } finally {
        await reading.stop();
      }
    });
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
    'POST /predictors/p/predictions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9000\r\n\r\n';
  expect((await drip(port, head, ' ')).match(/HTTP\/1\.1/g)).toHaveLength(1);
});
