import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importsUnderWay } from '../../support/imports-under-way.ts';
import { until } from '../../support/until.ts';
import { searches, startService, type TestService } from '../support/service.ts';

let service: TestService;
let port: number;

beforeAll(async () => {
  service = await startService();
  port = await listening(service);
});
afterAll(async () => {
  await service.stop();
});

async function listening({ app, call }: TestService): Promise<number> {
  await call('PUT', '/predictors/searches', searches);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return (app.server.address() as AddressInfo).port;
}

function begin(path: string, type: string, to = port): http.ClientRequest {
  const request = http.request({
    host: '127.0.0.1',
    port: to,
    path: `/predictors/searches/${path}`,
    method: 'POST',
    headers: { 'content-type': type },
  });
  request.on('error', () => undefined);
  return request;
}

async function answerTo(
  request: http.ClientRequest,
): Promise<{ status: number | undefined; json: { code: string } }> {
  const [response]: http.IncomingMessage[] = await once(request, 'response');
  return {
    status: response?.statusCode,
    json: JSON.parse(response === undefined ? '{}' : await text(response)),
  };
}

async function examples(): Promise<number> {
  return (await service.call('GET', '/predictors/searches')).json.examples.imported;
}

describe('a client that is still sending', () => {
  test.each([
    ['predictions', 'application/json', 'body_too_large'],
    ['examples', 'text/csv', 'csv_column_missing'],
    ['examples', 'text/plain', 'unsupported_media_type'],
  ])('%s as %s gets its answer, and the next one too', async (path, type, code) => {
    for (let round = 0; round < 2; round++) {
      const request = begin(path, type);
      const answered = answerTo(request);
      request.write('query,x\n');
      request.end('x,y\n'.repeat(1_000_000));
      expect((await answered).json.code).toBe(code);
    }
  });
});

test('what is no HTTP gets a problem document all the same', async () => {
  const socket = net.connect(port, '127.0.0.1');
  socket.end('LABORA\r\n\r\n');
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 400 .*application\/problem\+json.*"code":"request_unreadable"/s);
});

test('a request that is under way when the service closes is answered, and then nothing is waited for', async () => {
  const closing = await startService();
  await closing.app.listen({ host: '127.0.0.1', port: 0 });
  const { port: own } = closing.app.server.address() as AddressInfo;
  const request = http.request({ host: '127.0.0.1', port: own, path: '/predictors/p', method: 'PUT' });
  request.setHeader('content-type', 'application/json');
  const arrived = once(closing.app.server, 'request');
  request.write('{"name":');
  await arrived;
  const closed = closing.app.close();
  await until('nobody else is let in', () => !closing.app.server.listening);
  request.end('"p"}');
  expect(await answerTo(request)).toMatchObject({ status: 422, json: { code: 'definition_invalid' } });
  await closed;
  await closing.stop();
});

describe('an import', () => {
  const half = `query,age,service\n${'labora,3,Lab\n'.repeat(3000)}`;

  test('that breaks off leaves nothing and makes room for the next', async () => {
    for (let round = 0; round < 3; round++) {
      const request = begin('examples', 'text/csv');
      request.write(half);
      await importsUnderWay(service.connectionString, 1);
      request.destroy();
      await importsUnderWay(service.connectionString, 0);
    }
    expect(await examples()).toBe(0);
    const whole = begin('examples', 'text/csv');
    whole.end(half);
    expect(await answerTo(whole)).toMatchObject({ status: 200, json: { imported: 3000 } });
    expect(await examples()).toBe(3000);
  });

  test('beyond those that may run at a time is told to come back', async () => {
    const busy = await startService({ imports: 2, importWait: 150 });
    const there = await listening(busy);
    const first = [begin('examples', 'text/csv', there), begin('examples', 'text/csv', there)];
    for (const request of first) request.write(half);
    await importsUnderWay(busy.connectionString, 2);
    const third = begin('examples', 'text/csv', there);
    third.end(half);
    expect(await answerTo(third)).toMatchObject({ status: 503, json: { code: 'import_busy' } });
    for (const request of first) request.destroy();
    await busy.stop();
  });

  test('that stands still is given up', async () => {
    const hasty = await startService({ importPause: 300 });
    const request = begin('examples', 'text/csv', await listening(hasty));
    const broken = once(request, 'error');
    request.write(half);
    await broken;
    const { json } = await hasty.call('GET', '/predictors/searches');
    expect(json.examples.imported).toBe(0);
    await hasty.stop();
  });
});
