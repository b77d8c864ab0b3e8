import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { searches, startService, type TestService } from '../support/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService();
  await service.call('PUT', '/predictors/searches', searches);
});
afterAll(() => service.stop());

describe('a method that a path does not take', () => {
  test.each([
    ['POST', '/predictors/searches', 'DELETE, GET, HEAD, PUT'],
    ['PATCH', '/predictors/searches/', 'DELETE, GET, HEAD, PUT'],
    ['OPTIONS', '/predictors/searches/examples?limit=3', 'GET, HEAD, POST'],
    ['GET', '/predictors/searches/predictions', 'POST'],
    ['POST', '/predictions/some-id', 'DELETE, GET, HEAD'],
    ['POST', '/health', 'GET, HEAD'],
  ] as const)('%s %s is 405, and the answer names those it takes', async (method, url, allow) => {
    const answer = await service.app.inject({ method, url });
    expect([answer.statusCode, answer.json().code, answer.headers.allow]).toEqual([
      405,
      'method_not_allowed',
      allow,
    ]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  test('is 404 where there is no path at all', async () => {
    const answer = await service.app.inject({ method: 'POST', url: '/nothing' });
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'route_unknown']);
  });
});

test.each(['%00', '%F0%9F%98%80', 'Searches', 'a'.repeat(64)])(
  'no predictor can be called %s, and nobody asks the database',
  async (name) => {
    for (const path of ['', '/models', '/models/1', '/retrainings', '/examples']) {
      const { status, json } = await service.call('GET', `/predictors/${name}${path}`);
      expect([path, status, json.code]).toEqual([path, 404, 'predictor_unknown']);
    }
    const asked = await service.call('POST', `/predictors/${name}/retrainings`, {});
    expect([asked.status, asked.json.code]).toEqual([404, 'predictor_unknown']);
  },
);
