import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sendable } from '../../../services/predict/lambda/answer.ts';
import type { ClientRequest } from '../../support/gateway-events.ts';
import { asked, openTestFunction, type TestFunction, trainSearches } from './function.ts';

let lambda: TestFunction;

beforeAll(async () => {
  lambda = await openTestFunction({ lookAfter: 0 });
  await trainSearches(lambda);
});
afterAll(() => lambda.stop());

const examples = (query: ClientRequest['query'] = []) =>
  ({ method: 'GET', path: '/predictors/searches/examples', query }) satisfies ClientRequest;

describe.each(['rest', 'http'] as const)('an event of a %s API', (kind) => {
  const send = (request: ClientRequest) => lambda[kind](request);

  test('is answered with the suggestions, and the row is in the database', async () => {
    const answer = await send(asked('blood count'));
    expect(answer.statusCode).toBe(201);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.isBase64Encoded).toBe(false);
    expect(answer.json).toMatchObject({ predictor: 'searches', recorded: true });
    expect(answer.json.suggestions[0]).toMatchObject({ label: 'Laboratory' });
    const stored = await send({ method: 'GET', path: `/predictions/${answer.json.id}` });
    expect(stored.json.inputs).toMatchObject({ query: 'blood count' });
  });

  test('has its body in base64 and is read all the same', async () => {
    const request = asked('');
    const answer = await send({ ...request, body: Buffer.from('{"query":"röntgen \u{1F9B4}"}') });
    expect(answer.statusCode).toBe(201);
    const stored = await send({ method: 'GET', path: `/predictions/${answer.json.id}` });
    expect(stored.json.inputs.query).toBe('röntgen \u{1F9B4}');
  });

  test('of a key that was used gets the first answer again', async () => {
    const request = asked('scan', [['Idempotency-Key', `key-${kind}`]]);
    const [first, second] = [await send(request), await send(request)];
    expect(second.json.id).toBe(first.json.id);
    expect(second.headers['idempotency-replayed']).toBe('true');
    const other = await send({ ...asked('mri', [['Idempotency-Key', `key-${kind}`]]) });
    expect(other.json.code).toBe('idempotency_key_reused');
  });

  test('with two Idempotency-Keys is refused, not taken as one', async () => {
    const answer = await send(
      asked('scan', [
        ['Idempotency-Key', 'a'],
        ['Idempotency-Key', 'b, c'],
      ]),
    );
    expect([answer.statusCode, answer.json.code]).toEqual([422, 'idempotency_key_invalid']);
  });

  test('has its query read, commas and signs as they were sent', async () => {
    expect((await send(examples([['limit', '2']]))).json.examples).toHaveLength(2);
    const odd = await send(
      examples([
        ['limit', '2'],
        ['note', 'a,b & c=d+é%'],
      ]),
    );
    expect(odd.json.examples).toHaveLength(2);
    expect((await send(examples([['limit', '2,3']]))).json.code).toBe('query_invalid');
  });

  test('with a parameter that came twice is refused by its name', async () => {
    const answer = await send(
      examples([
        ['limit', '2'],
        ['limit', '3'],
      ]),
    );
    expect([answer.statusCode, answer.json.code]).toEqual([422, 'query_invalid']);
  });

  test('with cookies and headers that nobody asked for is answered', async () => {
    const answer = await send(
      asked('urine', [
        ['Cookie', 'a=1'],
        ['Cookie', 'b=2'],
        ['Accept', 'text/html'],
        ['Accept', 'application/json'],
        ['Content-Length', '7'],
        ['Transfer-Encoding', 'chunked'],
        ['Expect', '100-continue'],
      ]),
    );
    expect(answer.statusCode).toBe(201);
  });

  test('with HEAD has the answer to GET without its body', async () => {
    const { statusCode, body, headers } = await send({ method: 'HEAD', path: '/health' });
    expect([statusCode, body, headers['content-length']]).toEqual([200, '', '15']);
  });

  test.each([
    ['GET', '/nothing', 404, 'route_unknown'],
    ['GET', '/predictors/%zz', 404, 'route_unknown'],
    ['GET', '//example.com/health', 404, 'route_unknown'],
    ['PATCH', '/predictors/searches', 405, 'method_not_allowed'],
    ['GET', '/docs', 404, 'route_unknown'],
    ['GET', '/metrics', 404, 'route_unknown'],
    ['GET', '/predictors/others', 404, 'predictor_unknown'],
  ])('%s %s is %i %s', async (method, path, status, code) => {
    const answer = await send({ method, path });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect([answer.statusCode, answer.json.code]).toEqual([status, code]);
  });

  test('with a row that does not fit names the field', async () => {
    const answer = await send({ ...asked(''), body: '{"query":1}' });
    expect([answer.statusCode, answer.json.errors[0].field]).toEqual([422, 'query']);
  });

  test('of a stage whose name stands in the path is answered', async () => {
    const answer = await send({ method: 'GET', path: '/health', stage: 'production' });
    expect(answer.statusCode).toBe(200);
  });

  test('that brings more than a part of an import is told to send parts', async () => {
    const answer = await send({
      method: 'POST',
      path: '/predictors/searches/examples',
      headers: [['content-type', 'text/csv']],
      body: `query,service\n${'x'.repeat(4_194_304)},a\n`,
    });
    expect([answer.statusCode, answer.json.code]).toEqual([413, 'body_too_large']);
    expect(answer.json.detail).toMatch(/parts/);
  });

  test('of many rows has them answered one by one, stored, and counted once under a key', async () => {
    const many = (body: string | Buffer, more: ClientRequest['headers'] = []): ClientRequest => {
      const { headers = [], ...request } = asked('');
      return { ...request, headers: more.length > 0 ? more : headers, body };
    };
    const before = (await lambda.database.predictors.describe('searches'))?.predictions;
    const thousand = JSON.stringify(Array.from({ length: 1_000 }, (_, n) => ({ query: `scan ${n}` })));
    const keyed = many(thousand, [
      ['content-type', 'application/json'],
      ['idempotency-key', `many-${kind}`],
    ]);
    const [first, second] = [await send(keyed), await send(keyed)];
    expect([first.statusCode, first.json.answers.length]).toEqual([200, 1_000]);
    expect(first.json.answers.every(({ recorded }: { recorded: unknown }) => recorded === true)).toBe(true);
    expect(second.body === first.body).toBe(true);
    expect(second.headers['idempotency-replayed']).toBe('true');
    const lines = Buffer.from('{"query":"röntgen"}\n{"query":5}\n');
    const two = await send(many(lines, [['content-type', 'application/x-ndjson']]));
    expect(two.json.answers.map(({ status }: { status: number }) => status)).toEqual([201, 422]);
    expect((await send(many('[{"query":5}]'))).json.code).toBe('rows_invalid');
    expect((await send(many(`[${' '.repeat(4_194_304)}]`))).json.code).toBe('body_too_large');
    await lambda.service.app.background.settled();
    const after = (await lambda.database.predictors.describe('searches'))?.predictions;
    expect(Number(after) - Number(before)).toBe(1_001);
  });

  test('of NDJSON in base64 is imported', async () => {
    const answer = await send({
      method: 'POST',
      path: '/predictors/searches/examples',
      query: [['train', 'false']],
      headers: [['content-type', 'application/x-ndjson']],
      body: Buffer.from('{"query":"knee","age":null,"service":"Imaging"}\n'),
    });
    expect(answer.json).toMatchObject({ imported: 1 });
  });
});

test('a REST API whose path lacks the stage keeps a path that begins like it', async () => {
  const answer = await lambda.rest({ method: 'GET', path: '/predictors/searches', stage: 'predictors' });
  expect(answer.statusCode).toBe(200);
});

test('an answer that is larger than Lambda sends is refused by name, however its characters are escaped', () => {
  const answer = (body: string) => sendable({ statusCode: 200, headers: {}, body });
  expect(answer('x'.repeat(5_900_000)).statusCode).toBe(200);
  expect(answer('x'.repeat(6_100_000)).statusCode).toBe(422);
  expect(answer('"'.repeat(3_100_000)).body).toContain('answer_too_large');
  expect(answer('\u{1F9B4}'.repeat(1_600_000)).body).toContain('answer_too_large');
});
