import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  type Answered,
  searches,
  startService,
  type TestService,
  trainedSearches,
} from '../support/service.ts';

let service: TestService;
// biome-ignore lint/suspicious/noExplicitAny: a document of any shape
let document: any;
let fits: (method: string, path: string, answer: Answered) => string;

beforeAll(async () => {
  service = await startService();
  await trainedSearches(service);
  document = (await service.call('GET', '/openapi.json')).json;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ ...document, $id: 'openapi' });
  fits = (method, path, { status, headers, json, text }) => {
    const type = String(headers['content-type']).split(';')[0];
    const pointer = ['paths', path, method, 'responses', String(status), 'content', type, 'schema'];
    const reference = pointer.map((key) => encodeURIComponent(String(key).replaceAll('/', '~1'))).join('/');
    const check = ajv.compile({ $ref: `openapi#/${reference}` });
    return check(json ?? text) ? '' : ajv.errorsText(check.errors);
  };
});
afterAll(() => service.stop());

describe('the OpenAPI document', () => {
  test('is of version 3.1 and describes every call', () => {
    expect(document.openapi).toBe('3.1.0');
    const calls = Object.entries<object>(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(calls.sort()).toEqual([
      'DELETE /keys/{id}',
      'DELETE /predictions/{id}',
      'DELETE /predictors/{predictor}',
      'DELETE /predictors/{predictor}/examples/{example}',
      'DELETE /predictors/{predictor}/imports/{import}',
      'GET /health',
      'GET /keys',
      'GET /metrics',
      'GET /predictions/{id}',
      'GET /predictors',
      'GET /predictors/{predictor}',
      'GET /predictors/{predictor}/examples',
      'GET /predictors/{predictor}/imports',
      'GET /predictors/{predictor}/models',
      'GET /predictors/{predictor}/models/{model}',
      'GET /predictors/{predictor}/models/{model}/examples',
      'GET /predictors/{predictor}/models/{model}/reproductions/{reproduction}',
      'GET /predictors/{predictor}/retrainings',
      'GET /ready',
      'GET /spool',
      'GET /training',
      'POST /keys',
      'POST /predictors/{predictor}/examples',
      'POST /predictors/{predictor}/models/{model}/reproductions',
      'POST /predictors/{predictor}/predictions',
      'POST /predictors/{predictor}/retrainings',
      'POST /predictors/{predictor}/suggestions',
      'POST /spool/returns',
      'PUT /predictions/{id}/label',
      'PUT /predictors/{predictor}',
      'PUT /predictors/{predictor}/champion',
      'PUT /training',
    ]);
  });

  test('says what is really answered', async () => {
    const p = '/predictors/{predictor}';
    const faults: string[] = [];
    const check = async (
      method: 'GET' | 'POST' | 'PUT' | 'DELETE',
      path: string,
      url: string,
      body?: unknown,
    ) => {
      const answer = await service.call(method, url, body);
      const fault = fits(method.toLowerCase(), path, answer);
      if (fault !== '') faults.push(`${method} ${url} ${answer.status}: ${fault}`);
      return answer.json;
    };
    const url = '/predictors/searches';
    const { id } = await check('POST', `${p}/predictions`, `${url}/predictions`, { query: 'labora' });
    await check('GET', '/predictions/{id}', `/predictions/${id}`);
    await check('PUT', '/predictions/{id}/label', `/predictions/${id}/label`, { label: 'Imaging' });
    await check('GET', '/predictions/{id}', `/predictions/${id}`);
    await check('DELETE', '/predictions/{id}', `/predictions/${id}`);
    await check('GET', '/predictions/{id}', `/predictions/${id}`);
    for (const path of ['predictions', 'suggestions']) {
      await check('POST', `${p}/${path}`, `${url}/${path}`, [{ query: 'labora' }, { query: 5 }]);
      await check('POST', `${p}/${path}`, `${url}/${path}`, [{ query: 5 }, 7]);
      await check('POST', `${p}/${path}`, `${url}/${path}`, []);
    }
    await check('POST', `${p}/suggestions`, `${url}/suggestions`, { query: 'labora' });
    await check('POST', `${p}/suggestions`, `${url}/suggestions`, { query: 5 });
    await check('PUT', p, '/predictors/new', { ...searches, name: 'new' });
    await check('PUT', p, '/predictors/new', { ...searches, name: 'new' });
    await check('PUT', p, '/predictors/new', {});
    await check('POST', `${p}/predictions`, '/predictors/new/predictions', { query: 'a' });
    await check('GET', '/predictors', '/predictors');
    await check('GET', p, url);
    await check('POST', `${p}/examples`, `${url}/examples`, [{ query: 'labora', service: 'Laboratory' }, 5]);
    await check('GET', `${p}/examples`, `${url}/examples`);
    await check('POST', `${p}/retrainings`, `${url}/retrainings`);
    await check('GET', `${p}/retrainings`, `${url}/retrainings`);
    await check('GET', `${p}/models`, `${url}/models`);
    await check('GET', `${p}/models/{model}`, `${url}/models/1`);
    await check('GET', `${p}/models/{model}/examples`, `${url}/models/1/examples`);
    await check('GET', `${p}/models/{model}/examples`, `${url}/models/9/examples`);
    const r = `${p}/models/{model}/reproductions`;
    const { id: asked } = await check('POST', r, `${url}/models/1/reproductions`);
    await check('GET', `${r}/{reproduction}`, `${url}/models/1/reproductions/${asked}`);
    await check('GET', `${r}/{reproduction}`, `${url}/models/1/reproductions/999`);
    await check('PUT', `${p}/champion`, `${url}/champion`, { model: 1 });
    await check('PUT', `${p}/champion`, `${url}/champion`, { model: 9 });
    const made = await check('POST', '/keys', '/keys', { role: 'read', note: 'a dashboard' });
    await check('POST', '/keys', '/keys', { role: 'owner' });
    await check('GET', '/keys', '/keys');
    await check('DELETE', '/keys/{id}', `/keys/${made.id}`);
    await check('DELETE', '/keys/{id}', '/keys/nobody');
    await check('GET', '/spool', '/spool');
    await check('POST', '/spool/returns', '/spool/returns');
    await check('POST', '/spool/returns', '/spool/returns?cursor=/');
    await check('GET', '/health', '/health');
    await check('GET', '/ready', '/ready');
    await check('GET', '/metrics', '/metrics');
    expect(faults).toEqual([]);
  });
});

test('the page of the documentation loads nothing from elsewhere', async () => {
  const page = await service.call('GET', '/docs');
  expect(page.status).toBe(200);
  const addresses = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(addresses.length).toBeGreaterThan(3);
  for (const address of addresses) {
    expect(address).toMatch(/^\/docs\//);
    expect((await service.call('GET', address)).status).toBe(200);
  }
  expect(page.headers['content-security-policy']).toContain("default-src 'self'");
});

test('what is not there is a problem document too', async () => {
  for (const url of [
    '/nothing',
    '/predictors/searches/nothing',
    '/predictors/%E0%A4%A',
    '/predictions',
    `/predictors/${'x'.repeat(500)}`,
  ]) {
    const { status, json, headers } = await service.call('GET', url);
    expect([status, json.code]).toEqual([404, 'route_unknown']);
    expect(headers['content-type']).toContain('application/problem+json');
  }
});

test('whoever opens the bare address gets to the page to read', async () => {
  const { status, headers } = await service.call('GET', '/');
  expect([status, headers.location]).toEqual([302, '/docs']);
});
