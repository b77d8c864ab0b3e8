import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ClientRequest, restEvent } from '../../support/gateway-events.ts';
import { until } from '../../support/until.ts';
import { asked, openTestFunction, type TestFunction, trainSearches } from './function.ts';

const PAGE = 'https://app.example';
const PREFLIGHT: ClientRequest['headers'] = [
  ['origin', PAGE],
  ['access-control-request-method', 'POST'],
  ['access-control-request-headers', 'x-api-key'],
];

/** Calls that nobody has to be let in for, or that nobody is let in with. */
const NOBODYS: readonly (readonly [string, ClientRequest, number])[] = [
  ['GET /health', { method: 'GET', path: '/health' }, 200],
  ['HEAD /health', { method: 'HEAD', path: '/health' }, 200],
  ['GET /ready', { method: 'GET', path: '/ready' }, 200],
  ['GET /openapi.json', { method: 'GET', path: '/openapi.json' }, 200],
  ['a preflight', { method: 'OPTIONS', path: '/predictors/searches/predictions', headers: PREFLIGHT }, 204],
  ['a path that is not there', { method: 'GET', path: '/wp-login.php' }, 404],
  ['a path that cannot be read', { method: 'GET', path: '/predictors/%E0%A4%A' }, 404],
  ['a method that is not there', { method: 'PUT', path: '/health' }, 405],
  ['GET /metrics', { method: 'GET', path: '/metrics' }, 404],
  ['GET /docs', { method: 'GET', path: '/docs' }, 404],
  ['a prediction without a key', asked('blood'), 401],
  [
    'a prediction with an unknown key',
    asked('blood', [['x-api-key', `hf_${'a'.repeat(12)}_${'b'.repeat(43)}`]]),
    401,
  ],
  ['a list without a key', { method: 'GET', path: '/predictors' }, 401],
  ['an erasure without a signature', { method: 'DELETE', path: `/predictions/${crypto.randomUUID()}` }, 401],
];

let lambda: TestFunction;
beforeAll(async () => {
  lambda = await openTestFunction({ corsOrigins: [PAGE] });
  await trainSearches(lambda);
});
afterAll(() => lambda.stop());

const calls = () => Object.values(lambda.api.calls).reduce((sum, count) => sum + count, 0);
/** As a probe or a stranger sends it: signed by nobody. */
const byNobody = (request: ClientRequest) => lambda.event(restEvent(request));

describe('the database is not asked anything', () => {
  let before: number;
  beforeEach(() => {
    before = calls();
  });

  test.each(NOBODYS)('by %s', async (_name, request, status) => {
    for (let n = 0; n < 3; n++) expect((await byNobody(request)).statusCode).toBe(status);
    expect(calls()).toBe(before);
  });
});

describe('once it was found away, with rows in the spool', () => {
  test('no call of nobody’s asks it, nor what runs beside one, and the next call of somebody’s does', async () => {
    lambda.api.pause();
    expect((await lambda.rest(asked('scan'))).json.recorded).toBe('deferred');
    const before = calls();
    // Longer than timers would wait that ran meanwhile, or with the first call after a freeze.
    await sleep(1_200);
    for (const [, request] of NOBODYS) await byNobody(request);
    const ready = await byNobody({ method: 'GET', path: '/ready' });
    expect(ready.json).toMatchObject({ status: 'ready', database: 'away', spooled: 1 });
    await sleep(1_200);
    await byNobody({ method: 'GET', path: '/health' });
    expect(calls()).toBe(before);

    lambda.api.resume();
    await until('the spool is empty', async () => {
      await lambda.rest({ method: 'GET', path: '/predictors' });
      return (await byNobody({ method: 'GET', path: '/ready' })).json.spooled === 0;
    });
    expect((await byNobody({ method: 'GET', path: '/ready' })).json).toEqual({
      status: 'ready',
      database: 'not asked',
      spooled: 0,
      aside: 0,
      problems: [],
    });
  });
});

describe('what the front door answers by itself', () => {
  test.each([PAGE, 'https://evil.example'])(
    'may be read by the pages that may, of which is %s',
    async (origin) => {
      const allowed = origin === PAGE ? PAGE : undefined;
      lambda.api.hang();
      const request: ClientRequest = { method: 'GET', path: '/predictors', headers: [['origin', origin]] };
      const overdue = await lambda.rest(request, 1_400);
      lambda.api.release();
      const broken = await lambda.event({ version: '2.0', rawPath: '/health', headers: { Origin: origin } });
      const unknown = await lambda.rest({ ...request, path: '/predictors/%E0%A4%A' });
      expect([overdue, broken, unknown].map(({ json }) => json.code)).toEqual([
        'answer_overdue',
        'request_unreadable',
        'route_unknown',
      ]);
      for (const { headers } of [overdue, broken, unknown]) {
        expect([headers['access-control-allow-origin'], headers.vary]).toEqual([allowed, 'origin']);
      }
    },
  );
});
