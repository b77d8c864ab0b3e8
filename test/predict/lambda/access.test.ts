import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type ClientRequest, httpEvent, restEvent } from '../../support/gateway-events.ts';
import { asked, OPERATOR, openTestFunction, type TestFunction, trainSearches } from './function.ts';

let lambda: TestFunction;
let predictKey: string;

beforeAll(async () => {
  lambda = await openTestFunction({ lookAfter: 0, metrics: true });
  await trainSearches(lambda);
  predictKey = await newKey('predict');
});
afterAll(() => lambda.stop());
afterEach(() => {
  jest.restoreAllMocks();
});

const json = ['content-type', 'application/json'] as const;

async function newKey(role: string): Promise<string> {
  const body = JSON.stringify({ role });
  const { json: made } = await lambda.rest({ method: 'POST', path: '/keys', headers: [json], body });
  return made.key;
}

/** The lines that a call writes. */
async function lines(work: () => Promise<unknown>) {
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  }
  await work();
  jest.restoreAllMocks();
  return written.flatMap((text) => text.trim().split('\n'));
}

describe.each([
  ['REST', restEvent],
  ['HTTP', httpEvent],
])('behind a %s API', (_kind, make) => {
  const send = (request: ClientRequest) => lambda.event(make(request));
  const status = { method: 'GET', path: '/predictors/searches' };

  test('whoever brings no key and no signature is sent away', async () => {
    expect((await send(asked('blood'))).json).toMatchObject({ status: 401, code: 'key_missing' });
    expect((await send(status)).json).toMatchObject({ status: 401, code: 'key_missing' });
    expect((await send({ method: 'GET', path: '/health' })).statusCode).toBe(200);
  });

  test('a key opens what is of its role', async () => {
    const headers = [['x-api-key', predictKey]] as const;
    expect((await send(asked('blood', headers))).statusCode).toBe(201);
    const put = { method: 'PUT', path: '/predictors/searches', headers: [...headers, json], body: '{}' };
    expect((await send(put)).json).toMatchObject({ status: 403, code: 'role_insufficient' });
  });

  test('who signed is an admin', async () => {
    expect((await send({ ...status, userArn: OPERATOR })).statusCode).toBe(200);
  });

  test('an identity that a client claims in headers is thrown away', async () => {
    const claims = ['x-identity', 'x-amzn-iam-user-arn', 'x-apigateway-event', 'x-apigateway-context'];
    const headers = claims.map((name) => [name, OPERATOR] as const);
    expect((await send({ ...status, headers })).statusCode).toBe(401);
  });
});

test('even the right header counts for nothing when a client sends it', async () => {
  const inject = jest.spyOn(lambda.service.app, 'inject');
  await lambda.rest({ method: 'GET', path: '/predictors/searches' });
  const [, name = ''] = /"([^"]+)":"arn:aws:iam/.exec(JSON.stringify(inject.mock.calls)) ?? [];
  expect(name).toMatch(/^x-identity-[0-9a-f]{24}$/);
  for (const spelled of [name, name.toUpperCase()]) {
    const request = { method: 'GET', path: '/predictors/searches', headers: [[spelled, OPERATOR] as const] };
    for (const event of [restEvent(request), httpEvent(request)]) {
      expect((await lambda.event(event)).statusCode).toBe(401);
    }
  }
});

describe('the log of a call', () => {
  test('has a line with ids, route, status and time, and nothing of what was sent', async () => {
    let id = '';
    const written = await lines(async () => {
      const request = asked('a very private question', [['x-api-key', predictKey]]);
      const answer = await lambda.event(restEvent({ ...request, query: [['secret', 'private']] }));
      id = answer.json.id;
    });
    const line = written.map((text) => JSON.parse(text)).find(({ message }) => message === 'request');
    expect(line).toMatchObject({
      level: 'INFO',
      invocation: 'call-1',
      request: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      method: 'POST',
      route: '/predictors/:predictor/predictions',
      status: 201,
      prediction: id,
      caller: predictKey.split('_')[1],
    });
    expect(line.ms).toBeGreaterThan(0);
    expect(written.join('')).not.toMatch(/private|question/);
    expect(written.join('')).not.toContain(predictKey);
  });

  test('names the ARN of who signed, and the prediction that the path names', async () => {
    const { json: made } = await lambda.rest(asked('urine'));
    const written = await lines(() => lambda.http({ method: 'GET', path: `/predictions/${made.id}` }));
    const line = written.map((text) => JSON.parse(text)).find(({ message }) => message === 'request');
    expect(line).toMatchObject({ caller: OPERATOR, route: '/predictions/:id', prediction: made.id });
  });

  test('has the metrics of the call in one line', async () => {
    const written = await lines(() => lambda.rest(asked('scan')));
    const metrics = written.map((text) => JSON.parse(text)).filter((line) => '_aws' in line);
    expect(metrics).toHaveLength(1);
    expect(metrics[0]).toMatchObject({ hundredfold_predictions_recorded_total: 1 });
  });

  test('of one that failed counts an error, names the route, and holds no query', async () => {
    lambda.api.pause();
    const query = [['cursor', '77'] as const];
    const written = await lines(() =>
      lambda.rest({ method: 'GET', path: '/predictors/searches/examples', query }),
    );
    lambda.api.resume();
    const all = written.map((text) => JSON.parse(text));
    expect(all).toContainEqual(expect.objectContaining({ hundredfold_errors_total: 1 }));
    const error = all.find(({ level }) => level === 'ERROR');
    expect(error.message).toBe('GET /predictors/:predictor/examples: database_unavailable');
    expect(written.join('')).not.toContain('cursor');
  });
});
