import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startService, type TestService } from '../support/service.ts';

const OURS = 'https://app.example';
let closed: TestService;
let open: TestService;
let url: string;

beforeAll(async () => {
  [closed, open] = await Promise.all([
    startService(),
    startService({ corsOrigins: [OURS, 'http://localhost:5173'] }),
  ]);
  await open.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(open.app.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await Promise.all([closed.stop(), open.stop()]);
});

const cors = (headers: Headers) => [...headers.keys()].filter((name) => name.startsWith('access-control'));

describe('pages of other origins', () => {
  test('are allowed nothing unless they are named', async () => {
    const { headers } = await closed.call('GET', '/health', undefined, { origin: OURS });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    const asked = { origin: OURS, 'access-control-request-method': 'POST' };
    const preflight = await closed.app.inject({ method: 'OPTIONS', url: '/predictors', headers: asked });
    expect(preflight.statusCode).toBe(405);
  });

  test('that are named may call and read the answer', async () => {
    const { status, headers } = await fetch(`${url}/predictors`, { headers: { origin: OURS } });
    expect([status, headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([
      200,
      OURS,
      'origin',
    ]);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('that are named may read why they were refused', async () => {
    const { status, headers } = await fetch(`${url}/predictors/none`, { headers: { origin: OURS } });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([404, OURS]);
  });

  test('get their preflight answered, for the headers that calls need', async () => {
    const { status, headers } = await fetch(`${url}/predictors/p/predictions`, {
      method: 'OPTIONS',
      headers: {
        origin: OURS,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type, x-api-key',
      },
    });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, OURS]);
    expect(headers.get('access-control-allow-headers')).toBe(
      'content-type, x-api-key, authorization, idempotency-key',
    );
    expect(headers.get('access-control-allow-methods')).toBe('GET, POST, PUT, DELETE');
  });

  test.each([
    'https://app.example.evil.example',
    'https://evil.example',
    'http://app.example',
    'https://app.example:444',
    'null',
    '',
  ])('of the origin %j are allowed nothing, where others are', async (origin) => {
    const { headers } = await fetch(`${url}/health`, { headers: { origin } });
    expect(cors(headers)).toEqual([]);
    expect(headers.get('vary')).toBe('origin');
  });
});

describe('pages of our own', () => {
  test.each(['/docs', '/docs/static/index.html', '/docs/static/swagger-initializer.js', '/'])(
    '%s load nothing from elsewhere, and cannot be framed',
    async (path) => {
      const { headers } = await closed.call('GET', path);
      expect(headers['content-security-policy']).toMatch(/^default-src 'self';.*frame-ancestors 'none'$/);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
    },
  );

  test('no answer has its type guessed', async () => {
    for (const path of ['/health', '/predictors', '/nowhere', '/metrics']) {
      expect((await closed.call('GET', path)).headers['x-content-type-options']).toBe('nosniff');
    }
  });
});
