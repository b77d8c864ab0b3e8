import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { httpEvent, restEvent } from '../../support/gateway-events.ts';
import { asked, openTestFunction, type TestFunction } from './function.ts';

let lambda: TestFunction;

beforeAll(async () => {
  lambda = await openTestFunction();
});
afterAll(() => lambda.stop());

const rest = restEvent(asked('blood'));
const http = httpEvent(asked('blood'));

describe('a malformed event', () => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'GET /health'],
    ['a list', [rest]],
    ['an empty object', {}],
    ['the example of the console', { key1: 'value1', key2: 'value2', key3: 'value3' }],
    ['an event of S3', { Records: [{ eventSource: 'aws:s3' }] }],
    ['another version', { ...http, version: '3.0' }],
    ['a version that is no text', { ...http, version: 2 }],
    ['no method', { ...rest, httpMethod: undefined }],
    ['a method that is none', { ...rest, httpMethod: 'GE T' }],
    ['no path', { ...rest, path: null }],
    ['a whole address as its path', { ...rest, path: 'http://example.com/health' }],
    ['a path with dots', { ...http, rawPath: '/docs/../keys' }],
    ['a path with dots in another writing', { ...http, rawPath: '/docs/%2E%2e/keys' }],
    ['headers that are a text', { ...rest, headers: 'host: here' }],
    ['a header that is a number', { ...rest, headers: { host: 1 } }],
    ['a header that is a list of lists', { ...rest, multiValueHeaders: { host: [['a']] } }],
    ['a header of two lines', { ...rest, headers: { 'a\nb': 'c' } }],
    ['a query that is a list', { ...rest, multiValueQueryStringParameters: ['limit'] }],
    ['a query of objects', { ...rest, multiValueQueryStringParameters: { limit: [{}] } }],
    ['a body that is an object', { ...rest, body: { query: 'blood' } }],
    ['a body that is no base64', { ...rest, body: '{"query":"blood"}', isBase64Encoded: true }],
    ['a flag that is a text', { ...rest, isBase64Encoded: 'false' }],
    ['no context with a method', { ...http, requestContext: {} }],
    ['a context that is a text', { ...http, requestContext: 'none' }],
    ['cookies that are a text', { ...http, cookies: 'a=b' }],
    ['a query that is an object', { ...http, rawQueryString: {} }],
  ])('that is or has %s is 400 with a problem', async (_what, event) => {
    const answer = await lambda.event(event);
    expect([answer.statusCode, answer.json?.code]).toEqual([400, 'request_unreadable']);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  test.each(['/\\[', '/\\host:99999/keys', '/\\host/keys', '/\n/keys', '/ke\tys', '/keys ', '//keys'])(
    'whose path %j an address would not keep means no other path',
    async (path) => {
      for (const event of [
        { ...rest, path },
        { ...http, rawPath: path },
      ]) {
        const answer = await lambda.event({ ...event, httpMethod: 'GET' });
        expect([answer.statusCode, answer.json?.code]).toEqual([404, 'route_unknown']);
      }
    },
  );

  test('of whatever shape is answered, never thrown: 400, or what the service says', async () => {
    const anything = fc.anything({ withNullPrototype: true, withBigInt: true, maxDepth: 3 });
    const fields = [...new Set([...Object.keys(rest), ...Object.keys(http)])];
    const broken = fc
      .tuple(fc.constantFrom(rest, http), fc.dictionary(fc.constantFrom(...fields), anything))
      .map(([event, changes]) => ({ ...event, ...changes }));
    const inContext = fc
      .tuple(fc.constantFrom(rest, http), fc.dictionary(fc.string(), anything))
      .map(([event, changes]) => ({ ...event, requestContext: { ...event.requestContext, ...changes } }));
    const texts = fc
      .record({
        path: fc.string({ unit: 'binary' }),
        query: fc.string({ unit: 'binary' }),
        body: fc.string({ unit: 'binary' }),
      })
      .map(({ path, query, body }) => ({ ...http, rawPath: `/${path}`, rawQueryString: query, body }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, broken, inContext, texts), async (event) => {
        const answer = await lambda.event(event);
        expect(answer.statusCode).toBeGreaterThanOrEqual(200);
        expect(answer.statusCode).toBeLessThan(500);
        expect(typeof answer.body).toBe('string');
        expect(JSON.parse(JSON.stringify(answer))).toBeDefined();
      }),
      { numRuns: 1_000 },
    );
  });
});
