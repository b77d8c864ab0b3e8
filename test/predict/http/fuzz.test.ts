import net, { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PROBLEMS } from '../../../services/api/problem-codes.ts';
import { ROUTE_ACCESS } from '../../../services/api/routes.ts';
import { startService, type TestService, trainedSearches } from '../support/service.ts';

let service: TestService;
let port: number;

beforeAll(async () => {
  service = await startService();
  await trainedSearches(service);
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  port = (service.app.server.address() as AddressInfo).port;
});
afterAll(() => service.stop());

/** What nobody outside should see: our files, Node's frames, SQL and the database's own words. */
const INSIDE =
  /:\d+:\d+\)|node_modules|\.ts:\d|file:\/\/|\/work\/|select |hundredfold\.\w+\(|violates|syntax error at/i;

async function raw(message: string | Uint8Array, ends = false): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  if (ends) socket.end(message);
  else socket.write(message);
  return text(socket).catch(() => '');
}

const part = fc.oneof(
  fc.constantFrom(
    'searches',
    '1',
    '0',
    '-1',
    '999999999999999999999',
    '..',
    '%00',
    '%',
    '%ff',
    "'",
    '"',
    ';',
    '{}',
    'null',
  ),
  fc
    .string({ maxLength: 20 })
    .map(encodeURIComponent.bind(null))
    .filter((name) => name !== ''),
);
const value = fc.oneof(
  fc.jsonValue().map((json) => JSON.stringify(json)),
  fc.constantFrom(
    '',
    '{',
    '[',
    '{"__proto__":{"x":1}}',
    '{"query":1e999}',
    '{"query":"\\ud800"}',
    '{"model":1e308}',
    '{"enabled":"yes"}',
  ),
);

test('whatever is sent to whichever route, the answer is one of ours, and shows nothing of the inside', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ROUTE_ACCESS.filter(({ path }) => !path.startsWith('/docs'))),
      fc.array(part, { minLength: 3, maxLength: 3 }),
      value,
      fc.constantFrom(
        'application/json',
        'text/csv',
        'application/x-ndjson',
        'text/plain',
        'application/json; charset=x',
      ),
      fc.constantFrom(
        '',
        '?limit=0',
        '?cursor=%00',
        '?limit[]=1',
        '?cursor=1e9',
        '?train=maybe',
        '?part=-1&parts=0',
        '?%',
      ),
      fc.constantFrom(
        '',
        'idempotency-key: a b',
        'idempotency-key: k',
        'range: bytes=9-1',
        'accept: */*;q=x',
      ),
      async ({ method, path }, names, body, type, query, header) => {
        let n = 0;
        const url = path.replaceAll(/\{\w+\}/g, () => names[n++] ?? 'x') + query;
        const answer = await raw(
          `${method} ${url} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: ${type}\r\n${header === '' ? '' : `${header}\r\n`}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
        const [head = '', ...rest] = answer.split('\r\n\r\n');
        expect(head).toMatch(/^HTTP\/1\.1 [2-5]\d\d /);
        const status = Number(head.slice(9, 12));
        // A fault of ours would be a 500.
        expect({ url, method, body, status }).not.toMatchObject({ status: 500 });
        if (status < 400) return;
        const sent = rest.join('\r\n\r\n');
        const problem = JSON.parse(sent.slice(sent.indexOf('{'), sent.lastIndexOf('}') + 1));
        expect(Object.hasOwn(PROBLEMS, problem.code)).toBe(true);
        expect(problem.detail).not.toMatch(INSIDE);
      },
    ),
    { numRuns: 400, seed: 5 },
  );
}, 60_000);

test('what is no HTTP is answered as such or closed, and the server goes on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const answer = await raw(bytes, true);
      expect(answer === '' || /^HTTP\/1\.1 4\d\d /.test(answer)).toBe(true);
      expect(answer).not.toMatch(INSIDE);
    }),
    { numRuns: 100, seed: 5 },
  );
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
}, 30_000);

test('a fault of ours is answered without its reason, which is in the log', async () => {
  const { champions } = service;
  const find = champions.find.bind(champions);
  champions.find = async () => Promise.reject(new Error('a secret reason'));
  const { status, text: sent } = await service.call('POST', '/predictors/new/suggestions', { query: 'x' });
  champions.find = find;
  expect(status).toBe(500);
  expect(sent).not.toContain('secret');
  expect(sent).not.toMatch(INSIDE);
  expect(service.logged.join()).toContain('a secret reason');
});
