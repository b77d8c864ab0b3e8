import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Api } from '../../../services/cli/api/client.ts';
import { upload } from '../../../services/cli/api/upload.ts';
import { FileUnreadableError } from '../../../services/cli/errors.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function apiOf(listener: Parameters<typeof createServer>[1]): Promise<Api> {
  server = createServer({}, listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return new Api({ url: new URL(`http://127.0.0.1:${port}`), key: 'k1', timeout: 30 });
}

const MEGABYTE = new Uint8Array(1_000_000);

describe('an upload', () => {
  test('reads no further ahead than the server takes', async () => {
    const reading = Promise.withResolvers<void>();
    let read = 0;
    const api = await apiOf((request, response) => {
      reading.promise.then(() => request.resume());
      request.on('end', () => response.end('{"imported":1}'));
    });
    const body = (async function* () {
      for (; read < 60; read++) yield MEGABYTE;
    })();
    const sent = upload(api, { path: ['x'] }, body, 60_000_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(read).toBeLessThan(30);
    reading.resolve();
    expect((await sent).json).toEqual({ imported: 1 });
    expect(read).toBe(60);
  });

  test('that is refused before its end is told the reason, and stops', async () => {
    let read = 0;
    const api = await apiOf((_request, response) => {
      response.writeHead(413, { 'content-type': 'application/problem+json' });
      response.end('{"title":"Too large","code":"body_too_large"}');
    });
    const body = (async function* () {
      for (; read < 500; read++) yield MEGABYTE;
    })();
    await expect(upload(api, { path: ['x'] }, body, 500_000_000)).rejects.toMatchObject({
      code: 'body_too_large',
      status: 413,
    });
    expect(read).toBeLessThan(100);
  });

  test('whose source fails is broken off, and never answered as if it were whole', async () => {
    const arrived = Promise.withResolvers<void>();
    let whole = false;
    const api = await apiOf((request, response) => {
      request.once('data', () => arrived.resolve());
      request.on('error', () => undefined);
      request.on('end', () => {
        whole = true;
        response.end('{}');
      });
    });
    const body = (async function* () {
      yield MEGABYTE;
      await arrived.promise;
      throw new FileUnreadableError('the file changed');
    })();
    await expect(upload(api, { path: ['x'] }, body, 2_000_000)).rejects.toMatchObject({
      code: 'file_unreadable',
    });
    expect(whole).toBe(false);
  });

  test('to a server that breaks off is no success', async () => {
    const api = await apiOf((request) => request.socket.destroy());
    const body = (async function* () {
      for (let i = 0; i < 20; i++) yield MEGABYTE;
    })();
    await expect(upload(api, { path: ['x'] }, body, 20_000_000)).rejects.toMatchObject({
      code: 'server_unreachable',
    });
  });
});
